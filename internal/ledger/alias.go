package ledger

import (
	"context"
	"fmt"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// Alias says that from turned out to be into: two entries of one person, a
// household written twice. From now on they count as one; what was known before
// stays as it was, and no fact is touched. Into may itself be merged into
// another, before or after. Conflict when from is merged already, or when into is
// from by another name.
func (l *Ledger) Alias(ctx context.Context, tx *db.Tx, network string, kind SubjectKind, from, into string) error {
	if from == "" || into == "" {
		return fmt.Errorf("a %s without an id cannot be merged", kind)
	}
	standing, err := standingAliases(ctx, tx, network, kind)
	if err != nil {
		return err
	}
	next := make(map[string]string, len(standing))
	for _, a := range standing {
		next[a.from] = a.into
	}
	if _, taken := next[from]; taken || rootOf(next, into) == from {
		return errs.New(errs.Conflict, "ledger.alias.already")
	}
	return insertAlias(ctx, tx, network, kind, alias{from: from, into: into})
}

// Unalias takes back that from was merged: from now on it counts by itself
// again. NotFound when it is not merged.
func (l *Ledger) Unalias(ctx context.Context, tx *db.Tx, network string, kind SubjectKind, from string) error {
	standing, err := standingAliases(ctx, tx, network, kind)
	if err != nil {
		return err
	}
	for _, a := range standing {
		if a.from == from {
			return insertAlias(ctx, tx, network, kind, alias{from: a.from, into: a.into, undoes: a.id})
		}
	}
	return errs.Missing()
}

// roots answers what each subject was merged into in the end, as known when a
// question asks.
func roots(ctx context.Context, tx *db.Tx, q Question) (func(id string) string, error) {
	known, err := aliasesKnown(ctx, tx, q.Network, q.known(tx))
	next := make(map[string]string, len(known))
	for _, a := range known {
		next[a.from] = a.into
	}
	return func(id string) string { return rootOf(next, id) }, err
}

// rootOf follows merges to their end. A loop, which Alias never makes, ends
// where it began.
func rootOf(next map[string]string, id string) string {
	for range len(next) {
		into, ok := next[id]
		if !ok {
			break
		}
		id = into
	}
	return id
}

// CheckAliases says what does not hold of the merges of a network: one merged
// twice at a time, or into itself by others. Nothing when all holds.
func CheckAliases(ctx context.Context, tx *db.Tx, network string) (problems []string, err error) {
	all, err := aliasesKnown(ctx, tx, network, tx.Now)
	next := map[SubjectKind]map[string]string{}
	for _, a := range all {
		of := next[a.kind]
		if of == nil {
			of = map[string]string{}
			next[a.kind] = of
		}
		if _, twice := of[a.from]; twice {
			problems = append(problems, fmt.Sprintf("%s %s is merged twice at a time", a.kind, a.from))
		}
		of[a.from] = a.into
	}
	for kind, of := range next {
		for from := range of {
			if _, on := of[rootOf(of, from)]; on {
				problems = append(problems, fmt.Sprintf("%s %s is merged into itself", kind, from))
			}
		}
	}
	slices.Sort(problems)
	return problems, err
}
