package cases

import (
	"context"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// Ways are how an adult is accounted for: they sign on the screen, they have signed
// on paper, or their signature is missing.
var Ways = []string{"screen", "paper", missing}

const missing = "missing"

// MissingReasons are why a signature may be missing (Firma mancante).
var MissingReasons = []string{"not_present", "needs_mediator", "refused", "protection", "other"}

// Readings are how a plan was made known to who signs it, beside reading it.
var Readings = []string{"aloud", "mediator"}

// AdultSignature is how one adult has signed a text of a plan, or why not.
type AdultSignature struct {
	PlanID   string
	PersonID string
	Version  int    // of the text
	Way      string // one of Ways; of older plans empty: it is only known that they signed
	On       db.Date
	FileID   string // the paper, a document of the case
	AdultWords
}

// AdultWords is the sealed part of a signature.
type AdultWords struct {
	Name     string   `json:"name,omitempty"`     // as they typed it
	Readings []string `json:"readings,omitempty"` // of Readings
	Reason   string   `json:"reason,omitempty"`   // of MissingReasons
}

// Signed tells whether the adult has signed.
func (s *AdultSignature) Signed() bool { return s.Way != missing }

// Check reports what is wrong with a signature about to be recorded. Of one on
// paper the use case asks for the document.
func (s *AdultSignature) Check(today db.Date) error {
	c := errs.Check{}
	c.That(s.On != "" && s.On.Within(today, 5, 0), "on", "plan.signature_date")
	c.That(slices.Contains(Ways, s.Way), "way", "plan.way_missing")
	c.That(s.Way != Ways[0] || s.Name != "", "name", "plan.name_missing")
	c.That(errs.Fits(s.Name, 200), "name", "error.field_long")
	c.That(s.Way != missing || slices.Contains(MissingReasons, s.Reason), "reason", "plan.reason_missing")
	for _, r := range s.Readings {
		c.That(slices.Contains(Readings, r), "readings", "error.field_choice")
	}
	return c.Err()
}

// settle leaves of a signature what belongs to its way.
func (s *AdultSignature) settle() {
	if s.Way != Ways[0] {
		s.Name = ""
	}
	if s.Way == missing {
		s.Readings = nil
	} else {
		s.Reason = ""
	}
}

// Signers lists who has signed the text that stands, by id.
func (p *Plan) Signers() (out []string) {
	for _, s := range p.Signatures {
		if s.Signed() {
			out = append(out, s.PersonID)
		}
	}
	return out
}

// signature is that of a person on the text that stands, or nil.
func (p *Plan) signature(person string) *AdultSignature {
	for i := range p.Signatures {
		if p.Signatures[i].PersonID == person {
			return &p.Signatures[i]
		}
	}
	return nil
}

// Sign records how one adult has signed the draft that was read, or why not; what
// was recorded of them before is replaced. A paper comes as a stored document. The
// same form sent twice records it once.
func (m *Module) Sign(ctx context.Context, caseID string, s AdultSignature, scan *storage.Kept, sent crypto.Sending) error {
	if err := s.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	if s.Way == Ways[1] && scan == nil {
		return errs.Check{"scan": "plan.scan_missing"}.Err()
	}
	s.settle()
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanSign, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.toSign(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if p.Version != s.Version {
			return errs.Changed(*p)
		}
		who, err := m.whoSigns(ctx, tx, c, p, s.On)
		if err != nil {
			return err
		}
		if err := who.check(c, &s); err != nil {
			return err
		}
		actor, fresh := policy.From(ctx), db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || first != fresh {
			return err
		}
		s.PlanID, s.FileID = p.ID, ""
		if s.Way == Ways[1] {
			s.FileID = scan.ID
			if err := m.files.Attach(ctx, tx, scan, storage.Parent{Kind: policy.Case, ID: c.ID, Section: policy.Plan}); err != nil {
				return err
			}
		}
		if err := m.keepSignature(ctx, tx, s); err != nil {
			return err
		}
		return m.record(ctx, tx, "plan.signature", c.ID, policy.Plan)
	})
}

// keepSignature writes a signature under the key of who signs.
func (m *Module) keepSignature(ctx context.Context, tx *db.Tx, s AdultSignature) error {
	actor := policy.From(ctx)
	key, err := m.keys.GetOne(ctx, actor.Network, s.PersonID)
	if err != nil {
		return err
	}
	sealed, err := sealMore(key, s.place(), s.AdultWords)
	if err != nil {
		return err
	}
	return upsertSignature(ctx, tx, actor.Network, s, actor.AccountID, sealed)
}

func (s *AdultSignature) place() string {
	return "plan_signature/" + s.PlanID + "/" + s.PersonID + "/" + itoa(s.Version)
}

// signatures reads those of plans. Of who was erased it is only known that they
// signed, or did not.
func (m *Module) signatures(ctx context.Context, tx *db.Tx, plans []string) ([]AdultSignature, error) {
	net := policy.From(ctx).Network
	rows, err := signaturesOf(ctx, tx, net, plans)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var persons []string
	for _, r := range rows {
		persons = append(persons, r.PersonID)
	}
	keys, err := m.keys.Get(ctx, net, persons...)
	if err != nil {
		return nil, err
	}
	out := make([]AdultSignature, len(rows))
	for i, r := range rows {
		if key := keys[r.PersonID]; key != nil {
			if err := openMore(key, r.place(), r.sealed, &r.AdultWords); err != nil {
				return nil, err
			}
		}
		out[i] = r.AdultSignature
	}
	return out, nil
}

// asked are those who sign a plan: of the household's its adults, of a person's they
// themselves, and for a minor who has the care of them, from elsewhere too.
type asked struct {
	all  []people.Signer
	home []string // who lives in the household
}

func (m *Module) whoSigns(ctx context.Context, tx *db.Tx, c *Case, p *Plan, on db.Date) (who asked, err error) {
	h, err := m.people.HouseholdIn(ctx, tx, c.HouseholdID)
	if err != nil {
		return who, err
	}
	for _, mb := range h.Members {
		who.home = append(who.home, mb.PersonID)
	}
	all, err := m.people.Signers(ctx, tx, h, on)
	for _, s := range all {
		if p.SubjectID != "" {
			s.For = slices.DeleteFunc(slices.Clone(s.For), func(minor people.Person) bool { return minor.ID != p.SubjectID })
			if s.Person.ID != p.SubjectID && len(s.For) == 0 {
				continue
			}
		}
		who.all = append(who.all, s)
	}
	return who, err
}

// check reports whether who signs may, and on that day.
func (w *asked) check(c *Case, s *AdultSignature) error {
	k := errs.Check{}
	k.That(s.On >= c.OpenedOn, "on", "plan.signature_before")
	i := slices.IndexFunc(w.all, func(o people.Signer) bool { return o.Person.ID == s.PersonID })
	k.That(i >= 0, "person", "plan.signer_not_adult")
	k.That(i < 0 || !w.all[i].MayNot, "person", "plan.signer_may_not")
	return k.Err()
}

// open lists who is still to be accounted for: each adult at home who may sign, and
// for a minor for whom nobody has signed, those from elsewhere who may.
func (w *asked) open(p *Plan) (out []people.Signer) {
	signedFor := map[string]bool{}
	for _, s := range w.all {
		done := p.signature(s.Person.ID)
		for _, minor := range s.For {
			signedFor[minor.ID] = signedFor[minor.ID] || done != nil && done.Signed()
		}
		if done == nil && !s.MayNot && slices.Contains(w.home, s.Person.ID) {
			out = append(out, s)
			for _, minor := range s.For {
				signedFor[minor.ID] = true // by them, or we shall know why not
			}
		}
	}
	for _, s := range w.all {
		unsigned := slices.ContainsFunc(s.For, func(minor people.Person) bool { return !signedFor[minor.ID] })
		if unsigned && p.signature(s.Person.ID) == nil {
			out = append(out, s)
		}
	}
	return out
}
