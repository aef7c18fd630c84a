package policy

// Reading is the permission that reading a record of the kind needs.
func Reading(k Kind) Permission { return reading[k] }
