package cases

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// ReportPath begins the address of the form by which a service without an account
// reports somebody.
const ReportPath = "/report/"

// How long such an address holds, and how many reports an hour it takes.
const (
	reportLinkLife = 365 * 24 * time.Hour
	mostAnHour     = 20
)

// The states of a report.
const (
	ReportNew     = "new"
	ReportOpened  = "opened"   // a case was opened from it
	ReportHeard   = "answered" // one answered, without a case
	ReportRefused = "refused"
)

// ReportStates lists them in the order of the work.
var ReportStates = []string{ReportNew, ReportOpened, ReportHeard, ReportRefused}

// Urgencies of a report, from the least.
var Urgencies = []string{"normal", "soon", "now"}

// Report is what a service without an account has told of somebody (segnalazione).
type Report struct {
	ID         string
	Sender     string // the body to whom the link was given
	Number     string // the receipt
	Urgency    string
	State      string
	Refusal    string
	CaseID     string
	AnsweredOn db.Date
	At         time.Time
	Answer     string
	ReportWords

	sealed, answer []byte
}

// ReportWords is what is sealed of a report.
type ReportWords struct {
	Reporter   string `json:"reporter"`
	Contact    string `json:"contact"` // of the reporter
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Born       string `json:"born,omitempty"` // as it was typed: a day or a year
	Phone      string `json:"phone,omitempty"`
	Words      string `json:"words"`
}

func (r *Report) place() string { return "report/" + r.ID }

// NewReport is what the form of a link asks for.
type NewReport struct {
	ReportWords
	Urgency string
	Sent    crypto.Sending
}

// Check reports what is wrong with a report about to be sent.
func (n *NewReport) Check() error {
	c := errs.Check{}
	for field, text := range map[string]string{"reporter": n.Reporter, "contact": n.Contact, "given_name": n.GivenName, "family_name": n.FamilyName, "words": n.Words} {
		c.That(text != "", field, "error.field_required")
	}
	for field, text := range map[string]string{"reporter": n.Reporter, "contact": n.Contact, "given_name": n.GivenName, "family_name": n.FamilyName, "phone": n.Phone} {
		c.That(errs.Fits(text, 200), field, "error.field_long")
	}
	_, _, err := people.ParseBirth(n.Born)
	c.That(n.Born == "" || err == nil, "born", "error.field_date")
	c.That(errs.Fits(n.Words, longText), "words", "error.field_long")
	c.That(slices.Contains(Urgencies, n.Urgency), "urgency", "error.field_choice")
	return c.Err()
}

// newcomer is the person of a report, as they would be registered.
func (r *Report) newcomer() people.Newcomer {
	n := people.Newcomer{Relation: people.ReferencePerson}
	n.GivenName, n.FamilyName, n.Phone = r.GivenName, r.FamilyName, r.Phone
	n.BirthDate, n.Birth, _ = people.ParseBirth(r.Born)
	return n
}

// SendReport takes a report by the form of a token, and returns its receipt: nothing
// else is ever told. Asked too often it is Busy; the same form sent twice makes one.
func (m *Module) SendReport(ctx context.Context, token string, n NewReport) (number string, err error) {
	l, _, err := m.ByReportLink(ctx, token)
	if err != nil {
		return "", err
	}
	if err := n.Check(); err != nil {
		return "", err
	}
	ctx = policy.With(ctx, policy.Actor{Network: l.network})
	r := Report{ID: db.NewID(), Number: receipt(), Urgency: n.Urgency, State: ReportNew}
	key, err := m.keys.CreateOne(ctx, l.network, r.ID)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(n.ReportWords)
	if err != nil {
		return "", err
	}
	return number, m.db.Write(ctx, func(tx *db.Tx) error {
		first, err := m.keys.Once(ctx, tx, l.network, "report/"+l.ID, n.Sent, r.ID)
		if err != nil {
			return err
		}
		if number = r.Number; first != r.ID {
			number, err = receiptOf(ctx, tx, l.network, first)
			return err
		}
		lately, err := countReports(ctx, tx, l.network, l.ID, tx.Now.Add(-time.Hour))
		if err == nil && lately >= mostAnHour {
			err = errs.New(errs.Busy, "intake.too_many")
		}
		if err != nil {
			return err
		}
		if err := insertReport(ctx, tx, &l, &r, key.Seal(plain, r.place())); err != nil {
			return err
		}
		terms := policy.Terms{Owner: l.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask}
		if err := policy.Grant(ctx, tx, l.network, policy.Report, r.ID, policy.ToOrg(l.OrgID), terms, policy.Whole); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.send", Kind: policy.Report, ID: r.ID})
	})
}

// receipt is a number that says nothing: eight letters and digits.
func receipt() string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // 256 is a multiple of 32
	raw := make([]byte, 8)
	rand.Read(raw)
	for i, b := range raw {
		raw[i] = letters[int(b)%len(letters)]
	}
	return string(raw[:4]) + "-" + string(raw[4:])
}

// ReportAnswer is what becomes of a report without a case.
type ReportAnswer struct {
	State   string // ReportHeard or ReportRefused
	Refusal string // a code of ReferralRefusalList
	Words   string
}

// AnswerReport writes what became of a report from which no case is opened. One that
// somebody has dealt with is a Conflict.
func (m *Module) AnswerReport(ctx context.Context, id string, n ReportAnswer) error {
	actor := policy.From(ctx)
	return m.db.Write(ctx, func(tx *db.Tx) error {
		r, err := m.newReport(ctx, tx, id)
		if err != nil {
			return err
		}
		c := errs.Check{}
		c.That(n.State == ReportHeard || n.State == ReportRefused, "state", "referral.answer_missing")
		c.That(n.State != ReportRefused || codelist.Valid(ctx, ReferralRefusalList, n.Refusal, tx.Today()), "refusal", "referral.refusal_missing")
		c.That(n.State != ReportHeard || n.Words != "", "words", "intake.words_missing")
		c.That(errs.Fits(n.Words, lineText), "words", "error.field_long")
		if err := c.Err(); err != nil {
			return err
		}
		key, err := m.keys.GetOne(ctx, actor.Network, r.ID)
		if err != nil {
			return err
		}
		if r.State = n.State; n.State == ReportRefused {
			r.Refusal = n.Refusal
		}
		r.answer = key.Seal([]byte(n.Words), r.place())
		if err := updateReport(ctx, tx, actor, r); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.answer", Kind: policy.Report, ID: r.ID})
	})
}

// newReport loads a report that nobody has dealt with, for who may open a case.
func (m *Module) newReport(ctx context.Context, tx *db.Tx, id string) (*Report, error) {
	r, err := reportInScope(ctx, tx, policy.From(ctx), id)
	if err != nil {
		return nil, err
	}
	if _, err := policy.Check(ctx, policy.CaseOpen); err != nil {
		return nil, err
	}
	if r.State != ReportNew {
		return nil, errs.New(errs.Conflict, "intake.answered_already")
	}
	return &r, nil
}

// OpenFromReport opens a case on the family of a report: of somebody who was found in
// the register, or of the person as they were reported, whom it registers when person
// is empty. Sent again after it broke off, it goes on where it was.
func (m *Module) OpenFromReport(ctx context.Context, id, person string) (caseID string, err error) {
	f, err := m.ReportOf(ctx, id)
	if err == nil {
		_, err = policy.Check(ctx, policy.CaseOpen)
	}
	if err != nil {
		return "", err
	}
	if f.State != ReportNew {
		return "", errs.New(errs.Conflict, "intake.answered_already")
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error { // of two at once, one registers and opens
		if err := claimReport(ctx, tx, policy.From(ctx), id); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.claim", Kind: policy.Report, ID: id})
	})
	if err != nil {
		return "", err
	}
	household := ""
	if person == "" {
		_, household, err = m.people.Enrol(ctx, []people.Newcomer{f.newcomer()}, crypto.Sending{Key: "report/" + id, Content: id})
	} else if household, err = m.people.Home(ctx, person); err == nil && household == "" {
		err = errs.New(errs.Conflict, "case.of_nobody")
	}
	if err != nil {
		return "", err
	}
	caseID, err = m.Open(ctx, NewCase{HouseholdID: household, Stage: Reported, Reason: f.Words, Sent: crypto.Sending{Key: "report-case/" + id, Content: id}})
	if err != nil {
		return "", err
	}
	return caseID, m.db.Write(ctx, func(tx *db.Tx) error {
		r, err := m.newReport(ctx, tx, id)
		if err != nil {
			return err
		}
		r.State, r.CaseID = ReportOpened, caseID
		if err := updateReport(ctx, tx, policy.From(ctx), r); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.case", Kind: policy.Report, ID: r.ID})
	})
}

// ReportFile is a report with who of the register may be meant.
type ReportFile struct {
	Report
	Found people.Found
}

// ReportOf returns a report that came to the actor's body, and logs that it was read.
// While nobody has dealt with it, it comes with who of the register may be meant.
func (m *Module) ReportOf(ctx context.Context, id string) (f *ReportFile, err error) {
	f = &ReportFile{}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if f.Report, err = reportInScope(ctx, tx, policy.From(ctx), id); err != nil {
			return err
		}
		return m.unsealReports(ctx, []*Report{&f.Report})
	})
	if err != nil {
		return nil, err
	}
	if f.State == ReportNew {
		p := f.newcomer().Person
		if f.Found, err = m.people.SearchFor(ctx, &p); err != nil {
			return nil, err
		}
	}
	return f, m.audit.Read(ctx, policy.Report, policy.Whole, id)
}

// Reports lists, as far as limit, the reports that came to the actor's body, the newest
// first, and how many there are; those alone that wait, unless all is set.
func (m *Module) Reports(ctx context.Context, all bool, limit int) (list []Report, total int, err error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return nil, 0, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if list, total, err = reportsOf(ctx, tx, actor, all, limit); err != nil {
			return err
		}
		sealed := make([]*Report, len(list))
		for i := range list {
			sealed[i] = &list[i]
		}
		return m.unsealReports(ctx, sealed)
	})
	if err != nil {
		return nil, 0, err
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	return list, total, m.audit.Read(ctx, policy.Report, policy.Whole, ids...)
}

func (m *Module) unsealReports(ctx context.Context, list []*Report) error {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	keys, err := m.keys.Get(ctx, policy.From(ctx).Network, ids...)
	if err != nil {
		return err
	}
	for _, r := range list {
		plain, err := keys[r.ID].Open(r.sealed, r.place())
		if err == nil {
			err = json.Unmarshal(plain, &r.ReportWords)
		}
		if err == nil && len(r.answer) > 0 {
			plain, err = keys[r.ID].Open(r.answer, r.place())
			r.Answer = string(plain)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
