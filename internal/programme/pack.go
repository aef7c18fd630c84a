package programme

import "tessuto/internal/ledger"

// PackVersion is the only version of the pack format that this program reads.
const PackVersion = 1

// Pack is a programme as a file declares it: who, where, for whom, what is done
// and what is counted. It holds no personal data. Every reference inside a Pack
// that ParsePack returned is known to resolve.
//
// Wherever Assumed appears, it marks what the programme's source does not say:
// general knowledge, our own arrangement, or a figure that we propose.
type Pack struct {
	Version          int                `json:"tessuto_pack"`
	Code             string             `json:"code"` // lower-case ASCII, unique among packs
	Title            Text               `json:"title"`
	FullName         Text               `json:"full_name"`
	Fund             PackFund           `json:"fund"`
	ProjectNumber    string             `json:"project_number"`  // empty when the source gives none
	Period           *PackPeriod        `json:"period"`          // nil when the source gives none
	Confidentiality  string             `json:"confidentiality"` // C2, C3 or C4: the class of its data on people
	Territory        PackTerritory      `json:"territory"`
	Organisations    []PackOrganisation `json:"organisations"`
	Bodies           []PackBody         `json:"bodies"`
	Need             Text               `json:"need"`
	GeneralObjective Text               `json:"general_objective"`
	Method           Text               `json:"method"`
	Recipients       []PackRecipient    `json:"recipients"`
	Logframe         []PackNode         `json:"logframe"`
	Indicators       []PackIndicator    `json:"indicators"`
	Changes          []PackChange       `json:"changes"`
	NextSteps        []Text             `json:"next_steps"` // what the programme wants to happen after it
	SisterProgrammes []PackSister       `json:"sister_programmes"`
	Words            []PackWord         `json:"words"`
	Source           PackSource         `json:"source"`
}

// Text is a text in the two languages of a pack, both never empty.
type Text struct {
	It string `json:"it"`
	En string `json:"en"`
}

// PackFund says which fund pays, in the fund's own codes. Empty: not stated.
type PackFund struct {
	Programme         string `json:"programme"`          // "FAMI 2014-2020"
	SpecificObjective string `json:"specific_objective"` // "OS2"
	NationalObjective string `json:"national_objective"` // "ON3"
	Letter            string `json:"letter"`             // "j"
	Note              *Text  `json:"note"`               // the objectives in words
}

// PackPeriod is two dates, YYYY-MM-DD, both included. To is empty when unknown.
type PackPeriod struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Assumed bool   `json:"assumed"`
	Note    *Text  `json:"note"`
}

// PackTerritory is a place and the places that make it up.
type PackTerritory struct {
	Code         string            `json:"code"`
	Name         string            `json:"name"`
	Kind         string            `json:"kind"` // region, municipality, zone...: see schema.json
	Assumed      bool              `json:"assumed"`
	CountedParts *PackCountedParts `json:"counted_parts"`
	Parts        []PackTerritory   `json:"parts"`
}

// PackCountedParts says how many parts a territory has when a source gives
// their number and not their names.
type PackCountedParts struct {
	Kind   string `json:"kind"`
	Number int    `json:"number"`
}

// PackOrganisation is a body of the partnership. Exactly one holds the role lead.
type PackOrganisation struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`
	Roles     []string `json:"roles"` // lead, local_lead, partner...: see schema.json
	Functions []Text   `json:"functions"`
	Tasks     []string `json:"tasks"`     // the same as codes, by which partners are found: desk, training...
	Territory string   `json:"territory"` // code of a territory, or empty
	Assumed   bool     `json:"assumed"`
}

// PackBody is a group through which the programme governs or acts: a steering
// committee, a table, an assessment unit, a mobile team.
type PackBody struct {
	Code     string       `json:"code"`
	Kind     string       `json:"kind"`
	Title    Text         `json:"title"`
	Referent string       `json:"referent"` // code of the organisation that answers for it, or empty
	Members  []PackMember `json:"members"`
	Modes    []string     `json:"modes"` // in_person, territory, remote
	Node     string       `json:"node"`  // the logframe node it belongs to, or empty
	Assumed  bool         `json:"assumed"`
}

// PackMember is a seat or a profession in a body. Number is 0 when not stated.
type PackMember struct {
	Title        Text   `json:"title"`
	Number       int    `json:"number"`
	Organisation string `json:"organisation"` // code of the organisation that sends it, or empty
}

// PackRecipient is a category of those the programme is for, in its own words.
type PackRecipient struct {
	Code        string      `json:"code"`
	Kind        string      `json:"kind"` // direct, indirect or final
	Title       Text        `json:"title"`
	Number      int         `json:"number"` // 0 when the source gives none
	Approximate bool        `json:"approximate"`
	AtLeast     bool        `json:"at_least"`
	Unit        ledger.Unit `json:"unit"`
	Condition   *Text       `json:"condition"` // what makes one a recipient, such as having left reception
	Assumed     bool        `json:"assumed"`
}

// PackNode is one step of the logframe. A node stands only below a node of a
// higher kind: objective, action, result, activity, in this order.
type PackNode struct {
	Kind     string     `json:"kind"`
	Code     string     `json:"code"` // unique in the pack, whatever the kind
	Title    Text       `json:"title"`
	Partners []string   `json:"partners"` // codes of the organisations that run it
	Assumed  bool       `json:"assumed"`
	From     string     `json:"from"`  // of an activity, as planned: days, both included, or empty
	To       string     `json:"to"`    //
	Mode     string     `json:"mode"`  // of an activity: in_person, territory or remote; empty: not stated
	Owner    string     `json:"owner"` // of an activity: code of the organisation that answers for it, or empty
	Nodes    []PackNode `json:"nodes"`
}

// PackIndicator is a figure and the rule that gives it. Exactly one of these
// holds: Measure is set; FeedsFrom is set; Declared is set; Numerator and
// Denominator are set.
type PackIndicator struct {
	Code        string      `json:"code"`
	Title       Text        `json:"title"`
	Definition  Text        `json:"definition"` // what is counted, and who is counted once
	Unit        ledger.Unit `json:"unit"`
	Measure     string      `json:"measure"`    // the measure of the ledger that feeds it
	FeedsFrom   string      `json:"feeds_from"` // the area that will feed it: no measure exists yet
	Declared    bool        `json:"declared"`   // no record can ever give it: somebody declares it
	Activities  []string    `json:"activities"` // facts of these activities only; empty: of the whole programme
	Mode        string      `json:"mode"`       // in_person, territory or remote; empty: any
	Node        string      `json:"node"`       // the logframe node that it measures
	Target      int         `json:"target"`     // 0 when the source gives none; per cent for a ratio
	AtLeast     bool        `json:"at_least"`
	Approximate bool        `json:"approximate"`
	By          []string    `json:"by"`    // sex, age_class, citizenship, territory, organisation
	Cross       [][]string  `json:"cross"` // tables of two of By each, none of them in two tables
	Numerator   *PackCount  `json:"numerator"`
	Denominator *PackCount  `json:"denominator"`
	Assumed     bool        `json:"assumed"`
}

// PackCount is one of the two counts of a ratio.
type PackCount struct {
	Measure    string      `json:"measure"`
	Unit       ledger.Unit `json:"unit"`
	Activities []string    `json:"activities"`
	Mode       string      `json:"mode"`
}

// PackChange is a departure from the plan: a suspension or a redesign. Its
// dates are YYYY-MM-DD, or empty when the source gives none.
type PackChange struct {
	Kind   string   `json:"kind"`
	Title  Text     `json:"title"`
	Reason Text     `json:"reason"`
	From   string   `json:"from"`
	To     string   `json:"to"`
	Nodes  []string `json:"nodes"` // the logframe nodes it touches; empty: not stated one by one
}

// PackSister is another programme of the same network, to be told apart.
type PackSister struct {
	Name string `json:"name"`
	Pack string `json:"pack"` // its code when it has a pack, or empty
}

// PackWord is the programme's own word for one of ours, shown in its place.
type PackWord struct {
	Code string `json:"code"` // such as recipients.indirect
	Text Text   `json:"text"`
}

// PackSource names the document that the facts of a pack come from.
type PackSource struct {
	Document string `json:"document"`
	Note     *Text  `json:"note"`
}
