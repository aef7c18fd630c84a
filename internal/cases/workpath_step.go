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
	"tessuto/internal/platform/task"
)

// The kinds of steps towards work.
const (
	Training   = "training"
	Internship = "internship"
	Job        = "job"
)

// WorkKinds lists them in their order.
var WorkKinds = []string{Training, Internship, Job}

// The code lists of steps: by what contract, and how they ended.
const (
	ContractList    = "work_contract"
	WorkOutcomeList = "work_outcome"
)

// ended well: the two outcomes with which a training counts as completed.
var endedWell = []string{"completed", "hired"}

// Kept answers whether a job was kept so many months: empty is not looked at.
var Kept = []string{"yes", "no"}

// WorkStep is a step of a way into work.
type WorkStep struct {
	ID         string
	PathID     string
	AccountID  string
	OrgID      string
	VoidReason string
	Version    int
	StepFacts
	StepWords
}

// StepFacts is what of a step stands in the clear.
type StepFacts struct {
	Kind      string // of WorkKinds
	StartedOn db.Date
	EndedOn   db.Date
	Outcome   string // of WorkOutcomeList, of one that ended
	Contract  string // of ContractList
	Kept3     string // of Kept, of a job
	Kept3On   db.Date
	Kept6     string
	Kept6On   db.Date
}

// StepWords is what is sealed of a step.
type StepWords struct {
	Host string `json:"host"` // where one learns or works
	Note string `json:"note,omitempty"`
}

// WorkDraft is a step as a form asks for it.
type WorkDraft struct {
	StepFacts
	StepWords
	Sent crypto.Sending
}

func (s *WorkStep) sealedAt() string { return "work_step/" + s.ID }

func (s *WorkStep) source() ledger.Source { return ledger.Source{Kind: "work_step", ID: s.ID} }

// Checks are the months after which one looks whether a job was kept.
var Checks = []int{3, 6}

// dueOn is the day on which a job is looked at again.
func (s *StepFacts) dueOn(months int) db.Date {
	return db.Date(s.StartedOn.Time().AddDate(0, months, 0).Format("2006-01-02"))
}

func (s *StepFacts) kept(months int) (answer string, on db.Date) {
	if months == 3 {
		return s.Kept3, s.Kept3On
	}
	return s.Kept6, s.Kept6On
}

// check reports what is wrong with a step that said had before.
func (d *WorkDraft) check(ctx context.Context, today db.Date, had StepFacts) error {
	c := errs.Check{}
	c.That(slices.Contains(WorkKinds, d.Kind), "kind", "error.field_choice")
	c.That(d.StartedOn != "" && d.StartedOn.Within(today, 5, 0), "started_on", "intervention.date_wrong")
	c.That(d.EndedOn == "" || d.EndedOn >= d.StartedOn && d.EndedOn <= today, "ended_on", "work.ended_wrong")
	c.That((d.EndedOn == "") == (d.Outcome == ""), "outcome", "work.outcome_half")
	c.That(d.Outcome == "" || d.Outcome == had.Outcome || codelist.Valid(ctx, WorkOutcomeList, d.Outcome, d.EndedOn), "outcome", "error.field_choice")
	c.That(d.Contract == "" || d.Contract == had.Contract || codelist.Valid(ctx, ContractList, d.Contract, d.StartedOn), "contract", "error.field_choice")
	c.That(d.Kind != Job || d.Contract != "", "contract", "work.contract_missing")
	c.That(d.Host != "", "host", "work.host_missing")
	c.That(errs.Fits(d.Host, lineText), "host", "error.field_long")
	c.That(errs.Fits(d.Note, longText), "note", "error.field_long")
	for _, months := range Checks {
		answer, on := d.kept(months)
		field := "kept_" + itoa(months)
		c.That(answer == "" || slices.Contains(Kept, answer) && d.Kind == Job, field, "error.field_choice")
		c.That((answer == "") == (on == ""), field+"_on", "work.kept_half")
		if on != "" && d.StartedOn != "" {
			c.That(on >= d.dueOn(months) && on <= today, field+"_on", "work.kept_early")
			c.That(answer != "yes" || d.EndedOn == "" || d.EndedOn >= d.dueOn(months), field, "work.kept_ended")
		}
	}
	return c.Err()
}

// AddWorkStep writes a step of a way into work, and reminds who answers for the case to
// look after three and six months whether a job was kept. The same form sent twice returns
// the first.
func (m *Module) AddWorkStep(ctx context.Context, caseID, pathID string, d WorkDraft) (id string, err error) {
	if err := d.check(ctx, db.DateOf(m.db.Now()), StepFacts{}); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, p, theirs, err := m.workPath(ctx, tx, caseID, pathID)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, d.Sent, fresh); err != nil || id != fresh {
			return err
		}
		s := &WorkStep{ID: id, PathID: p.ID, AccountID: actor.AccountID, OrgID: actor.OrgID, Version: 1, StepFacts: d.StepFacts, StepWords: d.StepWords}
		sealed, err := sealMore(theirs, s.sealedAt(), s.StepWords)
		if err != nil {
			return err
		}
		if err := insertWorkStep(ctx, tx, actor.Network, s, sealed); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "work.step_add", c.ID, policy.AreaWork); err != nil {
			return err
		}
		return m.stepMoved(ctx, tx, c, p, s)
	})
	return id, err
}

// SaveWorkStep writes a step anew, as it goes on or as it should have been: its facts
// follow, and so do the reminders. What somebody else saved since is an errs.Stale.
func (m *Module) SaveWorkStep(ctx context.Context, caseID, id string, version int, d WorkDraft) error {
	return m.changeStep(ctx, caseID, id, "work.step_save", func(tx *db.Tx, s *WorkStep) (bool, error) {
		if s.StepFacts == d.StepFacts && s.StepWords == d.StepWords {
			return false, nil
		}
		if s.Version != version {
			return false, errs.Changed(*s)
		}
		if err := d.check(ctx, tx.Today(), s.StepFacts); err != nil {
			return false, err
		}
		s.StepFacts, s.StepWords = d.StepFacts, d.StepWords
		return true, nil
	})
}

// VoidWorkStep takes back a step that was written by mistake: it stays, crossed out, and
// counts no more.
func (m *Module) VoidWorkStep(ctx context.Context, caseID, id, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.changeStep(ctx, caseID, id, "work.step_void", func(_ *db.Tx, s *WorkStep) (bool, error) {
		s.VoidReason = reason
		return true, nil
	})
}

// changeStep loads a step that stands, lets fn change it, and writes it if fn says so.
func (m *Module) changeStep(ctx context.Context, caseID, id, act string, fn func(*db.Tx, *WorkStep) (bool, error)) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		network := policy.From(ctx).Network
		path, err := pathOfStep(ctx, tx, network, id)
		if err != nil {
			return err
		}
		c, p, theirs, err := m.workPath(ctx, tx, caseID, path)
		if err != nil {
			return err
		}
		row, err := workStepByID(ctx, tx, network, p.ID, id)
		if err == nil {
			err = openMore(theirs, row.sealedAt(), row.sealed, &row.StepWords)
		}
		if err != nil {
			return err
		}
		s := &row.WorkStep
		if s.VoidReason != "" {
			return errs.New(errs.Conflict, "intervention.void_already")
		}
		changed, err := fn(tx, s)
		if err != nil || !changed {
			return err
		}
		sealed, err := sealMore(theirs, s.sealedAt(), s.StepWords)
		if err != nil {
			return err
		}
		s.Version++
		if err := updateWorkStep(ctx, tx, network, s, sealed); err != nil {
			return err
		}
		if err := m.record(ctx, tx, act, c.ID, policy.AreaWork); err != nil {
			return err
		}
		return m.stepMoved(ctx, tx, c, p, s)
	})
}

// stepMoved lets the figures and the reminders follow a step.
func (m *Module) stepMoved(ctx context.Context, tx *db.Tx, c *Case, p *WorkPath, s *WorkStep) error {
	network := policy.From(ctx).Network
	facts, err := m.stepFacts(ctx, tx, network, p, s)
	if err != nil {
		return err
	}
	if err := m.ledger.Reverse(ctx, tx, network, s.source()); err != nil {
		return err
	}
	if err := m.ledger.Post(ctx, tx, network, facts...); err != nil {
		return err
	}
	return m.remindWork(ctx, tx, c, s)
}

// remindWork reminds who answers for the case to look whether a job was kept; of one that
// ended, was taken back or was looked at there is no reminder.
func (m *Module) remindWork(ctx context.Context, tx *db.Tx, c *Case, s *WorkStep) error {
	rule, list := "work_step/"+s.ID, []task.Reminder(nil)
	for _, months := range Checks {
		if answer, _ := s.kept(months); s.Kind != Job || s.EndedOn != "" || s.VoidReason != "" || answer != "" {
			continue
		}
		list = append(list, task.Reminder{Key: rule + "/" + itoa(months), Due: s.dueOn(months), To: task.To{AccountID: c.ManagerID},
			Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.AreaWork}, Message: "task.reminder.work_kept." + itoa(months)})
	}
	return m.tasks.Settle(ctx, tx, rule, list)
}
