package cases

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// UndoCaseImport takes back a case that came in less than a day ago, with the persons who
// were registered with it and with whom nobody has worked since. Once somebody has written
// on the case it is a Conflict.
func (m *Module) UndoCaseImport(ctx context.Context, id string) error {
	network := policy.From(ctx).Network
	var gone []string
	err := m.db.Write(ctx, func(tx *db.Tx) error {
		gone = nil
		i, err := m.ownImport(ctx, tx, id)
		if err != nil || i.UndoneAt != nil {
			return err
		}
		f, err := m.untouched(ctx, tx, i)
		if err != nil {
			return err
		}
		for _, t := range f.Team {
			if err := m.closeTo(ctx, tx, &f.Case, t.AccountID); err != nil {
				return err
			}
			if err := m.ledger.Reverse(ctx, tx, network, ledger.Source{Kind: "case_team", ID: t.ID}); err != nil {
				return err
			}
		}
		for _, a := range f.Acts {
			if err := m.tasks.Withdraw(ctx, tx, a.place()); err != nil {
				return err
			}
		}
		if err := policy.Forget(ctx, tx, network, policy.Case, []string{id}); err != nil {
			return err
		}
		if err := deleteImportedCase(ctx, tx, network, id); err != nil {
			return err
		}
		if gone, err = m.people.TakeBack(ctx, tx, i.newcomers, i.household); err != nil {
			return err
		}
		gone = append(gone, id)
		if err := undoneImport(ctx, tx, network, id, f.Number); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "case.import_undo", Kind: policy.Case, ID: id, Section: policy.Overview})
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	return m.keys.DestroyAll(ctx, network, gone)
}

// untouched is a case that came in, as long as nobody has written on it since.
func (m *Module) untouched(ctx context.Context, tx *db.Tx, i *CaseImport) (*File, error) {
	if !i.Undoable(tx.Now) {
		return nil, errs.New(errs.Conflict, "caseimport.undo_late")
	}
	f, err := m.file(ctx, tx, i.ID)
	if err != nil {
		return nil, err
	}
	n, err := m.audit.WrittenSince(ctx, tx, policy.From(ctx).Network, policy.Case, i.ID, *i.AppliedAt, takesOut...)
	if err == nil && (n > 0 || len(f.Comments.Comments)+len(f.Tasks.Tasks) > 0) {
		err = errs.New(errs.Conflict, "caseimport.undo_used")
	}
	return f, err
}

// takesOut are the acts that write nothing on a case.
var takesOut = []string{"case.print", "case.export"}

// LapseImports forgets the files on which nobody decided within a day, and those on their
// way to another network that nobody took in time. It runs every night;
// again, it does nothing.
func (m *Module) LapseImports(ctx context.Context) error {
	lapsed := map[string][]string{}
	err := m.inEachNetwork(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		network := policy.From(ctx).Network
		lapsed[network], err = lapsedImports(ctx, tx, network, tx.Now.Add(-importLife))
		if err != nil {
			return err
		}
		for _, id := range lapsed[network] {
			if err := deleteImport(ctx, tx, network, id); err != nil {
				return err
			}
			if err := m.record(ctx, tx, "case.import_lapse", id, ""); err != nil {
				return err
			}
		}
		dropped, err := forgetTransfers(ctx, tx, network)
		if err == nil && dropped > 0 {
			err = m.audit.Record(ctx, tx, audit.Entry{Act: "case.transfer_lapse", Kind: "network", ID: network})
		}
		return err
	})
	for network, ids := range lapsed {
		if err == nil && len(ids) > 0 {
			err = m.keys.DestroyAll(ctx, network, ids)
		}
	}
	return err
}
