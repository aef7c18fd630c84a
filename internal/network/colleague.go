package network

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// colleague is an account as those who manage accounts see it, with every place
// where the person works or worked.
type colleague struct {
	auth.Account
	Places []place
	now    time.Time
	today  db.Date
}

// place is a membership with the name of its organisation.
type place struct {
	auth.Membership
	OrgName string
	today   db.Date
}

func (p place) over() bool      { return over(p.Membership, p.today) }
func (p place) later() bool     { return !p.over() && p.From > p.today }
func (p place) resumable() bool { return p.To != "" && resumable(p.Membership, p.today) }

// colleagues lists the accounts of the actor's network, by e-mail address.
func (m *Module) colleagues(ctx context.Context, tx *db.Tx) (out []colleague, err error) {
	names, err := m.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	for _, mb := range members {
		if len(out) == 0 || out[len(out)-1].ID != mb.Account.ID {
			out = append(out, colleague{Account: mb.Account, now: tx.Now, today: tx.Today()})
		}
		c := &out[len(out)-1]
		c.Places = append(c.Places, place{mb.Membership, names[mb.OrgID], tx.Today()})
	}
	return out, err
}

// colleague returns the account that the path of a request names, or NotFound.
func (m *Module) colleague(r *http.Request) (c colleague, err error) {
	return c, m.db.Read(r.Context(), func(tx *db.Tx) error {
		all, err := m.colleagues(r.Context(), tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c colleague) bool { return c.ID == r.PathValue("id") })
		if i < 0 {
			return errs.Missing()
		}
		c = all[i]
		return nil
	})
}

// holds tells whether the person works anywhere today.
func (c colleague) holds() bool {
	return slices.ContainsFunc(c.Places, func(p place) bool { return p.Holds(c.today) })
}

// shown are the places that a list shows: those that hold or will, or else the
// last.
func (c colleague) shown() []place {
	open := slices.DeleteFunc(slices.Clone(c.Places), place.over)
	if len(open) == 0 {
		return c.Places[len(c.Places)-1:]
	}
	return open
}

// state is the code of how an account is: "uninvited" when it came with a table
// and no link was made, "invited", "late" when the invitation is over, "withdrawn", "closed", "no_place" or "active".
func (c colleague) state() string {
	switch {
	case c.New && !c.Active:
		return "withdrawn"
	case !c.Active:
		return "closed"
	case c.New && c.LinkMade == nil:
		return "uninvited"
	case c.New && (c.LinkEnds == nil || !c.LinkEnds.After(c.now)):
		return "late"
	case c.New:
		return "invited"
	case !c.holds():
		return "no_place"
	}
	return "active"
}

// uninvited counts who waits for an invitation.
func uninvited(all []colleague) (n int) {
	for _, c := range all {
		if c.state() == "uninvited" {
			n++
		}
	}
	return n
}

// stateWord says how an account is.
func (c colleague) stateWord(ctx context.Context) string {
	day := ""
	if c.LinkMade != nil {
		day = i18n.Date(ctx, *c.LinkMade)
	}
	return i18n.T(ctx, "account.state."+c.state(), "Day", day)
}

// answers tells whether every word is in what the list shows of an account.
func (c colleague) answers(ctx context.Context, words []string) bool {
	text := []string{c.Name, c.Email, c.stateWord(ctx)}
	for _, p := range c.shown() {
		text = append(text, p.OrgName, roleWord(ctx, p.Role), professionWord(ctx, p.Profession))
	}
	shown := strings.ToLower(strings.Join(text, "\n"))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(shown, w) })
}
