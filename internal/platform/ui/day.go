package ui

// TileProps describe a count that matters: Href leads to exactly what it counts.
type TileProps struct {
	Count             int
	Label, Href, Icon string
}

// Stop is a point of a day. Past ones are quiet; the first that is not past is
// the next.
type Stop struct {
	Hour, Title, Href, Note string
	Badge, BadgeKind        string
	Past                    bool
}

// Line is a row of a short list: what it is, where it leads, and a word on it.
type Line struct {
	Title, Href, Note string
	Badge, BadgeKind  string
}

// stopClass says where on the way of the day a stop is.
func stopClass(stops []Stop, i int) string {
	switch {
	case stops[i].Past:
		return "is-past"
	case i == 0 || stops[i-1].Past:
		return "is-next"
	}
	return ""
}
