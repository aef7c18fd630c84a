package programme

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/disclosure"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Declaration is the value of a figure that no record can give, as somebody
// declared it. It is read by whoever reads the figure.
type Declaration struct {
	ID        string
	Indicator string // its code
	Value     int64
	On        db.Date // the day that the value is of
	Evidence  string  // where it comes from: a document, who said so
	AuthorID  string
	Author    string // for showing
	At        time.Time
	Corrects  string         // the declaration that this one replaces, or empty
	Corrected bool           // another replaces this one
	Sent      crypto.Sending // so that a form sent twice declares once
}

const maxEvidence = 1000

// Check reports what is wrong with a declaration.
func (d *Declaration) Check(today db.Date) error {
	c := errs.Check{}
	c.That(d.Value >= 0 && d.Value <= maxPackNumber, "value", "declared.value_wrong")
	c.That(d.On != "" && d.On.Within(today, 20, 0), "on", "declared.on_wrong")
	c.That(d.Evidence != "", "evidence", "declared.evidence_missing")
	c.That(errs.Fits(d.Evidence, maxEvidence), "evidence", "error.field_long")
	return c.Err()
}

// Declare writes down the value of an indicator that its pack marks as declared.
// Nothing is overwritten: a correction names the declaration that it replaces, and
// what was known before stays as it was known. It is for who coordinates the
// programme; NotFound for an indicator that is counted.
func (m *Module) Declare(ctx context.Context, code string, d Declaration) error {
	actor, err := m.mayDeclare(ctx, code)
	if err != nil {
		return err
	}
	if err := d.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	key, err := m.networkKey(ctx, declaredKey)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		p, err := programmeByCode(ctx, tx, actor.Network, code)
		if err != nil {
			return err
		}
		if i := p.Indicator(d.Indicator); i == nil || !i.Declared {
			return errs.Missing()
		}
		if d.Corrects != "" {
			if err := m.correctable(ctx, tx, code, d); err != nil {
				return err
			}
		}
		d.ID = db.NewID()
		if id, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, d.Sent, d.ID); err != nil || id != d.ID {
			return err // the second time of one form: it is there already
		}
		sealed := key.Seal([]byte(d.Evidence), evidencePlace(actor.Network, d.ID))
		if err := insertDeclaration(ctx, tx, actor, code, d, sealed); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "value.declare", Kind: "indicator", ID: code + "/" + d.Indicator})
	})
}

// mayDeclare is for who coordinates this programme; to who coordinates another
// there is nothing to declare here.
func (m *Module) mayDeclare(ctx context.Context, code string) (policy.Actor, error) {
	actor, err := policy.Check(ctx, policy.ValueDeclare)
	if err == nil && !actor.MayIn(policy.ValueDeclare, code) {
		err = errs.Missing()
	}
	return actor, err
}

// correctable refuses to correct what is not there or was corrected: Conflict
// when somebody else was first.
func (m *Module) correctable(ctx context.Context, tx *db.Tx, code string, d Declaration) error {
	all, err := m.declarations(ctx, tx, code, tx.Now)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(was Declaration) bool { return was.ID == d.Corrects && was.Indicator == d.Indicator })
	switch {
	case i < 0:
		return errs.Missing()
	case all[i].Corrected:
		return errs.New(errs.Conflict, "declared.corrected_already")
	}
	return nil
}

// Declarations lists what was declared of an indicator, the last first.
func (m *Module) Declarations(ctx context.Context, code, indicator string) (list []Declaration, err error) {
	if _, err := policy.Check(ctx, policy.ProgrammeRead); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		all, err := m.declarations(ctx, tx, code, tx.Now)
		for _, d := range all {
			if d.Indicator == indicator {
				list = append(list, d)
			}
		}
		return err
	})
	slices.Reverse(list)
	return list, err
}

const declaredKey = "declared"

// evidencePlace binds sealed evidence to its row.
func evidencePlace(network, id string) string { return "declared/" + network + "/" + id }

// declarations reads all of a programme that were known at an instant, in the
// order of the days they are of.
func (m *Module) declarations(ctx context.Context, tx *db.Tx, code string, known time.Time) ([]Declaration, error) {
	network := policy.From(ctx).Network
	rows, err := declarationsOf(ctx, tx, network, code, known)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	key, err := m.keys.GetOne(ctx, network, declaredKey)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make([]Declaration, len(rows))
	corrected := map[string]bool{}
	for _, r := range rows {
		corrected[r.Corrects] = true
	}
	for i, r := range rows {
		evidence, err := key.Open(r.sealed, evidencePlace(network, r.ID))
		if err != nil {
			return nil, err
		}
		out[i] = r.Declaration
		out[i].Evidence, out[i].Author, out[i].Corrected = string(evidence), names[r.AuthorID], corrected[r.ID]
	}
	return out, nil
}

// declared gives a figure the last value that was declared of it, as known on the
// day that is asked for.
func (a *answers) declared(f *Figure) error {
	if a.said == nil {
		known := a.tx.Now
		if a.v.AsOf != "" {
			known = a.v.AsOf.End().Add(-time.Microsecond)
		}
		all, err := a.m.declarations(a.ctx, a.tx, a.p.Code, known)
		if err != nil {
			return err
		}
		a.said = map[string]*Declaration{}
		for i := range all {
			if !all[i].Corrected {
				a.said[all[i].Indicator] = &all[i]
			}
		}
	}
	f.Said = a.said[f.Code]
	if f.Said != nil {
		f.Actual, f.Least = disclosure.Show(f.Said.Value), 1
	}
	return nil
}
