package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// TakeMobile takes a request on, or joins who has: who works on it sees what of the
// case is shared, until it is closed.
func (m *Module) TakeMobile(ctx context.Context, id string) error {
	return m.onMobile(ctx, id, "mobile.take", policy.MobileWork, func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
		if r.over() {
			return errs.New(errs.Conflict, "mobile.over")
		}
		actor := policy.From(ctx)
		if err := insertMobileWorker(ctx, tx, actor.Network, id, actor.AccountID); err != nil {
			return err
		}
		if r.State == MobileTaken {
			return nil
		}
		r.State = MobileTaken
		return m.saveMobile(ctx, tx, r, key)
	})
}

// DeclineMobile says that the team does not help on a request, and why. One that was
// taken on is a Conflict.
func (m *Module) DeclineMobile(ctx context.Context, id, reason, note string) error {
	k := errs.Check{}
	k.That(codelist.Valid(ctx, MobileDeclineList, reason, db.DateOf(m.db.Now())), "reason", "mobile.decline_missing")
	k.That(errs.Fits(note, lineText), "note", "error.field_long")
	if err := k.Err(); err != nil {
		return err
	}
	return m.onMobile(ctx, id, "mobile.decline", policy.MobileWork, func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
		if r.over() || r.State == MobileTaken {
			return errs.New(errs.Conflict, "mobile.over")
		}
		r.State, r.DeclineReason, r.DeclineNote = MobileDeclined, reason, note
		return m.saveMobile(ctx, tx, r, key)
	})
}

// MobileNoteKind is what is written on a request.
type MobileNoteKind string

// The kinds of notes: the team asks for more, who asked answers, the team advises.
const (
	MobileQuestion MobileNoteKind = "question"
	MobileAnswer   MobileNoteKind = "answer"
	MobileAdvice   MobileNoteKind = "advice"
)

// MobileNoteKinds lists them.
var MobileNoteKinds = []MobileNoteKind{MobileQuestion, MobileAnswer, MobileAdvice}

// mobileActs are the notes in the audit.
var mobileActs = map[MobileNoteKind]string{MobileQuestion: "mobile.question", MobileAnswer: "mobile.answer", MobileAdvice: "mobile.advice"}

// WriteMobile writes a note on a request: the team asks for more, who asked answers,
// who of the team works on it advises. The same form sent twice writes once.
func (m *Module) WriteMobile(ctx context.Context, id string, kind MobileNoteKind, text string, sent crypto.Sending) error {
	k := errs.Check{}
	k.That(slices.Contains(MobileNoteKinds, kind), "text", "error.field_choice")
	k.That(text != "", "text", "mobile.text_missing")
	k.That(errs.Fits(text, longText), "text", "error.field_long")
	if err := k.Err(); err != nil {
		return err
	}
	may := policy.MobileWork
	if kind == MobileAnswer {
		may = policy.MobileAsk
	}
	return m.onMobile(ctx, id, mobileActs[kind], may, func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
		actor, fresh := policy.From(ctx), db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || first != fresh {
			return err
		}
		switch {
		case r.over():
			return errs.New(errs.Conflict, "mobile.over")
		case kind == MobileAdvice && !r.Mine:
			return errs.New(errs.Forbidden, "mobile.not_yours")
		}
		was := r.State
		switch {
		case kind == MobileQuestion && was == MobileAsked:
			r.State = MobileMore
		case kind == MobileAnswer && was == MobileMore:
			r.State = MobileAsked
		}
		if r.State != was {
			if err := m.saveMobile(ctx, tx, r, key); err != nil {
				return err
			}
		}
		note := MobileNote{ID: fresh, Kind: kind, By: actor.AccountID}
		return insertMobileNote(ctx, tx, actor.Network, id, note, key.Seal([]byte(text), note.place()))
	})
}

// Ratings are from the least help to the most.
var Ratings = []string{"1", "2", "3", "4", "5"}

// CloseMobile ends a request for who asked. Once the team has taken it on, it says how
// much the help was worth, from 1 to 5, and in words: the help, and never who gave it
// (safeguards, 13). Before, it takes the request back.
func (m *Module) CloseMobile(ctx context.Context, id string, rating int, note string) error {
	if !errs.Fits(note, lineText) {
		return errs.Check{"rating_note": "error.field_long"}.Err()
	}
	return m.onMobile(ctx, id, "mobile.close", policy.MobileAsk, func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
		switch {
		case r.State == MobileClosed && r.Rating == rating && r.RatingNote == note:
			return nil // the same form sent twice
		case r.over():
			return errs.New(errs.Conflict, "mobile.over")
		case r.State == MobileTaken && (rating < 1 || rating > len(Ratings)):
			return errs.Check{"rating": "mobile.rating_missing"}.Err()
		case r.State != MobileTaken:
			rating = 0
		}
		r.State, r.Rating, r.RatingNote = MobileClosed, rating, note
		return m.saveMobile(ctx, tx, r, key)
	})
}

func (m *Module) saveMobile(ctx context.Context, tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
	sealed, err := r.seal(key)
	if err != nil {
		return err
	}
	return updateMobile(ctx, tx, policy.From(ctx).Network, r, sealed)
}

// onMobile runs an act on a request that the actor may see, on the side to which the
// permission belongs, and writes it into the audit.
func (m *Module) onMobile(ctx context.Context, id, act string, p policy.Permission, do func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		r, key, err := m.mobile(ctx, tx, id)
		if err != nil {
			return err
		}
		actor, err := policy.Check(ctx, p)
		if err != nil {
			return err
		}
		if p == policy.MobileWork && r.ToOrg != actor.OrgID || p == policy.MobileAsk && r.OrgID != actor.OrgID {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		if err := m.recordMobile(ctx, tx, act, r); err != nil {
			return err
		}
		return do(tx, r, key)
	})
}

// MobileKind is what the team does on a request.
type MobileKind string

// The kinds of activities. But for the first, the team moves on the territory.
const (
	RemoteConsultation MobileKind = "remote_consultation"
	JointInterview     MobileKind = "joint_interview"
	HomeVisit          MobileKind = "home_visit"
	OnSite             MobileKind = "territory"
)

// MobileKinds lists them.
var MobileKinds = []MobileKind{RemoteConsultation, JointInterview, HomeVisit, OnSite}

// MobileProfessions are those of a mobile team, as FA.SI names them.
var MobileProfessions = []string{"social_worker", "mediator", "anthropologist", "intercultural_facilitator", "legal_operator", "educator",
	"psychologist", "health_operator"}

// MobileActivity is something that the team did on a request.
type MobileActivity struct {
	ID            string
	Kind          MobileKind
	On            db.Date
	Minutes       int
	Professionals []string // codes of professions
	AccountID     string
	OrgID         string
	Who           string // name
	VoidReason    string // why it does not count any more
	Note          string
	requestID     string
	sealed        []byte
}

func (a *MobileActivity) place() string { return "mobile_activity/" + a.ID }

func (a *MobileActivity) source() ledger.Source {
	return ledger.Source{Kind: "mobile_activity", ID: a.ID}
}

// Check reports what is wrong with an activity.
func (a *MobileActivity) Check(today db.Date) error {
	c := errs.Check{}
	c.That(slices.Contains(MobileKinds, a.Kind), "kind", "error.field_choice")
	c.That(a.On != "" && a.On <= today && a.On.Within(today, 5, 0), "on", "intervention.date_wrong")
	c.That(a.Minutes > 0 && a.Minutes <= 24*60, "minutes", "mobile.minutes_wrong")
	c.That(len(a.Professionals) > 0, "professionals", "mobile.professionals_missing")
	for _, p := range a.Professionals {
		c.That(slices.Contains(MobileProfessions, p), "professionals", "error.field_choice")
	}
	c.That(errs.Fits(a.Note, longText), "note", "error.field_long")
	return c.Err()
}

// RecordMobileActivity writes down what the team did on a request, and counts it: who
// works on it may. The same form sent twice writes once.
func (m *Module) RecordMobileActivity(ctx context.Context, id string, a MobileActivity, sent crypto.Sending) error {
	if err := a.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.onMobile(ctx, id, "mobile.activity", policy.MobileWork, func(tx *db.Tx, r *MobileRequest, key *crypto.Key) error {
		actor, fresh := policy.From(ctx), db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || first != fresh {
			return err
		}
		switch {
		case r.State != MobileTaken:
			return errs.New(errs.Conflict, "mobile.not_taken")
		case !r.Mine:
			return errs.New(errs.Forbidden, "mobile.not_yours")
		}
		a := a
		a.ID, a.requestID, a.AccountID, a.OrgID = fresh, id, actor.AccountID, actor.OrgID
		if err := insertMobileActivity(ctx, tx, actor.Network, a, key.Seal([]byte(a.Note), a.place())); err != nil {
			return err
		}
		facts, err := m.mobileFacts(ctx, tx, actor.Network, r, &a)
		if err != nil {
			return err
		}
		return m.ledger.Post(ctx, tx, actor.Network, facts...)
	})
}

// VoidMobileActivity takes back an activity that was written down by mistake: it stays,
// crossed out, and counts no more.
func (m *Module) VoidMobileActivity(ctx context.Context, id, entry, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.onMobile(ctx, id, "mobile.void", policy.MobileWork, func(tx *db.Tx, r *MobileRequest, _ *crypto.Key) error {
		net := policy.From(ctx).Network
		list, err := mobileActivitiesOf(ctx, tx, net, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(a MobileActivity) bool { return a.ID == entry })
		switch {
		case i < 0:
			return errs.Missing()
		case !r.Mine:
			return errs.New(errs.Forbidden, "mobile.not_yours")
		case list[i].VoidReason != "":
			return errs.New(errs.Conflict, "intervention.void_already")
		}
		if err := voidMobileActivity(ctx, tx, net, entry, reason); err != nil {
			return err
		}
		return m.ledger.Reverse(ctx, tx, net, list[i].source())
	})
}

// mobileFacts are what an activity counts for: nothing, once it was taken back. On a
// brief they name nobody.
func (m *Module) mobileFacts(ctx context.Context, tx *db.Tx, net string, r *MobileRequest, a *MobileActivity) ([]ledger.Fact, error) {
	if a.VoidReason != "" {
		return nil, nil
	}
	one := ledger.Fact{Measure: "cases.mobile_activity", Date: a.On, Place: r.Place, OrgID: a.OrgID, Mode: ledger.OnTerritory, Quantity: 1, Source: a.source()}
	if a.Kind == RemoteConsultation {
		one.Mode = ledger.Remote
	}
	if r.CaseID != "" {
		c, err := anyCase(ctx, tx, net, r.CaseID)
		if err != nil {
			return nil, err
		}
		one.SubjectID = c.HouseholdID
	}
	var err error
	if one.TerritoryID, err = m.network.Territory(ctx, tx, net, a.OrgID); err != nil {
		return nil, err
	}
	minutes := one
	minutes.Measure, minutes.Quantity = "cases.mobile_minutes", int64(a.Minutes)
	return []ledger.Fact{one, minutes}, nil
}

// allMobileFacts recomputes those of every activity of a network, for verify.
func (m *Module) allMobileFacts(ctx context.Context, tx *db.Tx, net string) (facts []ledger.Fact, err error) {
	requests, err := allMobile(ctx, tx, net)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*MobileRequest, len(requests))
	for i := range requests {
		byID[requests[i].ID] = &requests[i].MobileRequest
	}
	activities, err := allMobileActivities(ctx, tx, net)
	for _, a := range activities {
		of, err := m.mobileFacts(ctx, tx, net, byID[a.requestID], &a)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	return facts, err
}
