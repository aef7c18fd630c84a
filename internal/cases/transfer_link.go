package cases

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// transferred is the reason for which a case that went to another network is closed. Nobody
// chooses it: it comes with the confirmation.
const transferred = "transferred"

// closeTransferred closes a case that another network has confirmed. What became of the
// objectives the others will say; here they have no outcome, and count as none.
func (m *Module) closeTransferred(ctx context.Context, tx *db.Tx, c *Case, t *Transfer) error {
	net, by := policy.From(ctx).Network, policy.From(ctx).AccountID
	if err := confirmTransfer(ctx, tx, t, by); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "case.transfer_confirm", c.ID, policy.Overview); err != nil || c.closed() {
		return err
	}
	keys, err := m.keys.Get(ctx, net, c.ID)
	if err != nil {
		return err
	}
	inForce, draft, err := m.plans(ctx, tx, c, keys[c.ID])
	if err != nil {
		return err
	}
	c.ClosedOn, c.ClosingReason = tx.Today(), transferred
	return m.endCase(ctx, tx, c, inForce, draft)
}

// ByTransferLink returns what a link leads to, without taking it. NotFound once it was
// confirmed, withdrawn or over, and while the case does not leave any more.
func (m *Module) ByTransferLink(ctx context.Context, token string) (t *Transfer, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		_, t, _, err = m.linkedTransfer(ctx, tx, token)
		return err
	})
	return t, err
}

// linkedTransfer finds the transfer of a link and its case, in the name of nobody.
func (m *Module) linkedTransfer(ctx context.Context, tx *db.Tx, token string) (context.Context, *Transfer, *Case, error) {
	t, err := transferBy(ctx, tx, hashToken(token))
	if err == nil && (!t.Open(tx.Now) || t.Taken != nil && !tx.Now.Before(t.Taken.Add(confirmLife))) {
		err = errs.Missing()
	}
	if err != nil {
		return ctx, nil, nil, err
	}
	ctx = policy.With(ctx, policy.Actor{Network: t.network})
	c, err := anyCase(ctx, tx, t.network, t.CaseID)
	if err == nil {
		err = m.people.CheckHousehold(ctx, tx, c.HouseholdID)
	}
	if errs.CodeOf(err) == errs.Conflict || err == nil && c.closed() {
		err = errs.Missing()
	}
	if err == nil {
		t.FromOrg, _, err = m.network.Organisation(ctx, tx, t.network, c.OrgID)
	}
	return ctx, &t, &c, err
}

// TakeTransfer returns the file to who holds the link, once: it is kept no more.
func (m *Module) TakeTransfer(ctx context.Context, token string) (file []byte, err error) {
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		at, t, c, err := m.linkedTransfer(ctx, tx, token)
		if err == nil && t.Taken != nil {
			err = errs.Missing()
		}
		if err != nil {
			return err
		}
		key, err := m.keys.GetOne(at, t.network, c.ID)
		if err != nil {
			return err
		}
		if file, err = key.Open(t.file, t.place()+"/file"); err != nil {
			return err
		}
		if err := takeTransfer(at, tx, t); err != nil {
			return err
		}
		return m.audit.Record(at, tx, audit.Entry{Act: "case.transfer_taken", Kind: policy.Case, ID: c.ID})
	})
	return file, err
}

// ConfirmByLink closes the case here for who holds the link, and has taken the file.
func (m *Module) ConfirmByLink(ctx context.Context, token string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		at, t, c, err := m.linkedTransfer(ctx, tx, token)
		if err == nil && t.Taken == nil {
			err = errs.Missing()
		}
		if err != nil {
			return err
		}
		return m.closeTransferred(at, tx, c, t)
	})
}
