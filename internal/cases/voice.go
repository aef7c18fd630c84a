package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// HeardIn are how a minor can be heard.
var HeardIn = []string{"talk", "play", "school", "mediator"}

// UnheardReasons are why a minor was not heard.
var UnheardReasons = []string{"too_young", "absent", "unwilling", "protection", "other"}

// Voice is what a minor says of a plan, or why they were not heard. Children are
// heard, and do not sign (safeguards, 9).
type Voice struct {
	ID       string
	PlanID   string
	PersonID string
	VoiceWords
	By string // name of who wrote it down
	At time.Time
}

// VoiceWords is the sealed part of a voice.
type VoiceWords struct {
	Heard bool   `json:"heard"`
	How   string `json:"how,omitempty"`   // of HeardIn
	Words string `json:"words,omitempty"` // theirs
	Why   string `json:"why,omitempty"`   // of UnheardReasons
}

// Check reports what is wrong with a voice about to be written down.
func (v *Voice) Check() error {
	c := errs.Check{}
	c.That(!v.Heard || slices.Contains(HeardIn, v.How), "how", "voice.how_missing")
	c.That(!v.Heard || v.Words != "", "words", "voice.words_missing")
	c.That(errs.Fits(v.Words, longText), "words", "error.field_long")
	c.That(v.Heard || slices.Contains(UnheardReasons, v.Why), "why", "voice.why_missing")
	return c.Err()
}

// Hear writes down what a minor of the household says of the plan that is being
// written, or else of the one in force. What they said before stays.
func (m *Module) Hear(ctx context.Context, caseID string, v Voice, sent crypto.Sending) error {
	if err := v.Check(); err != nil {
		return err
	}
	if v.Heard {
		v.Why = ""
	} else {
		v.How, v.Words = "", ""
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanWrite, policy.Plan)
		if err != nil {
			return err
		}
		inForce, p, err := m.plans(ctx, tx, c, key)
		if p == nil {
			p = inForce
		}
		if err == nil && p == nil {
			err = errs.New(errs.Conflict, "plan.none_yet")
		}
		if err != nil {
			return err
		}
		h, err := m.people.HouseholdIn(ctx, tx, c.HouseholdID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(p.minors(h, tx.Today()), func(o people.Person) bool { return o.ID == v.PersonID }) {
			return errs.Missing()
		}
		actor := policy.From(ctx)
		v.ID, v.PlanID = db.NewID(), p.ID
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, v.ID); err != nil || first != v.ID {
			return err
		}
		theirs, err := m.keys.GetOne(ctx, actor.Network, v.PersonID)
		if err != nil {
			return err
		}
		sealed, err := sealMore(theirs, "plan_voice/"+v.ID, v.VoiceWords)
		if err != nil {
			return err
		}
		if err := insertVoice(ctx, tx, actor.Network, v, actor.AccountID, sealed); err != nil {
			return err
		}
		return m.record(ctx, tx, "plan.voice", c.ID, policy.Plan)
	})
}

// minors are those whom a plan concerns.
func (p *Plan) minors(h *people.Household, on db.Date) (out []people.Person) {
	for _, mb := range h.Members {
		if !mb.Person.AdultOn(on) && (p.SubjectID == "" || p.SubjectID == mb.PersonID) {
			out = append(out, mb.Person)
		}
	}
	return out
}

// voices reads what stands of each minor of plans; of who was erased there is
// nothing.
func (m *Module) voices(ctx context.Context, tx *db.Tx, plans []string, names map[string]string) (out []Voice, err error) {
	net := policy.From(ctx).Network
	rows, err := voicesOf(ctx, tx, net, plans)
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
	for _, r := range rows {
		key := keys[r.PersonID]
		said := slices.ContainsFunc(out, func(o Voice) bool { return o.PlanID == r.PlanID && o.PersonID == r.PersonID })
		if key == nil || said {
			continue
		}
		if err := openMore(key, "plan_voice/"+r.ID, r.sealed, &r.VoiceWords); err != nil {
			return nil, err
		}
		r.By = names[r.By]
		out = append(out, r.Voice)
	}
	return out, nil
}
