package auth

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Readers lists who can read a section of a record today, each as the actor
// they sign in as, by e-mail address. It asks the scope itself for every one of
// them, so that nobody is offered who would then find nothing.
func (a *Auth) Readers(ctx context.Context, tx *db.Tx, kind policy.Kind, id string, section policy.Section) (out []policy.Actor, err error) {
	network := policy.From(ctx).Network
	grantees, err := policy.Grantees(ctx, tx, network, kind, id)
	if err != nil {
		return nil, err
	}
	members, err := a.Members(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, m := range members {
		open := slices.Contains(grantees, policy.ToAccount(m.AccountID)) || slices.Contains(grantees, policy.ToOrg(m.OrgID)) ||
			slices.ContainsFunc(strings.Fields(m.Programmes), func(code string) bool { return slices.Contains(grantees, policy.ToProgramme(code)) })
		if seen[m.AccountID] || !open {
			continue
		}
		seen[m.AccountID] = true
		actor, ok, err := a.Reader(ctx, tx, m.AccountID, kind, id, section)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, actor)
		}
	}
	return out, nil
}

// Reader tells whether an account can read a section of a record of the actor's
// network today, and as whom it signs in.
func (a *Auth) Reader(ctx context.Context, tx *db.Tx, accountID string, kind policy.Kind, id string, section policy.Section) (policy.Actor, bool, error) {
	actor, ok, err := a.Today(ctx, tx, accountID)
	if err != nil || !ok {
		return actor, false, err
	}
	err = policy.CanRead(policy.With(ctx, actor), tx, kind, id, section)
	if errs.CodeOf(err) == errs.NotFound {
		return actor, false, nil
	}
	return actor, err == nil, err
}

// Today returns an account as the actor it signs in as today, and whether it
// works in the network of the actor of ctx.
func (a *Auth) Today(ctx context.Context, tx *db.Tx, accountID string) (actor policy.Actor, ok bool, err error) {
	asks := policy.From(ctx)
	w := work{network: asks.Network}
	if accountID == asks.AccountID {
		w.membership = asks.MembershipID
	}
	actor, _, err = actorIn(ctx, tx, accountID, w)
	if errs.CodeOf(err) == errs.NotFound {
		return actor, false, nil
	}
	if err == nil {
		actor.OrgName, actor.OrgKind, err = a.Organisation(ctx, tx, actor.Network, actor.OrgID)
	}
	return actor, err == nil && actor.Network == policy.From(ctx).Network, err
}
