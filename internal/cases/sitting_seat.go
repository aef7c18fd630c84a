package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/network"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Presence says whether somebody who was asked came.
type Presence string

// The presences; empty is not said yet.
const (
	Came       Presence = "present"
	CameRemote Presence = "remote"
	Excused    Presence = "excused"
	Absent     Presence = "absent"
)

// Presences lists them in the order of a form.
var Presences = []Presence{Came, CameRemote, Excused, Absent}

// Seat is who is asked to a sitting, and whether they came.
type Seat struct {
	ID         string
	AccountID  string // empty for somebody from outside of the team
	Name       string
	OrgID      string
	Body       string // name of the organisation
	Profession string // code, of the day on which they were asked
	Presence   Presence
	sealed     []byte // name and body of who has no account
}

func (s *Seat) here() bool { return s.Presence == Came || s.Presence == CameRemote }

func (s *Seat) place() string { return "sitting_seat/" + s.ID }

// SittingProfessions are those by which somebody sits.
var SittingProfessions = append(slices.Clone(network.Professions), "other")

// leastPresent is how many must have been there: one alone does not sit.
const leastPresent = 2

// QuorumLists are the code lists that say who must be there for a sitting of each kind
// to be valid. A network edits them.
var QuorumLists = map[SittingKind]string{TeamSitting: "sitting_quorum_team", UnitSitting: "sitting_quorum_unit"}

// lacking are the rules of a quorum that the seats do not keep on a day. A code of the
// list is a profession that must be there, or counts the present, their professions or
// their bodies: "present_3", "professions_2", "bodies_2".
func lacking(ctx context.Context, kind SittingKind, seats []Seat, day db.Date) (out []string) {
	present, professions, bodies := 0, map[string]bool{}, map[string]bool{}
	for _, s := range seats {
		if s.here() {
			present++
			professions[s.Profession], bodies[s.Body] = true, true
		}
	}
	counted := map[string]int{"present": present, "professions": len(professions), "bodies": len(bodies)}
	for _, code := range codelist.Codes(ctx, QuorumLists[kind], day) {
		kept := professions[code]
		if what, least, found := strings.Cut(code, "_"); found {
			if n, err := strconv.Atoi(least); err == nil {
				kept = counted[what] >= n
			}
		}
		if !kept {
			out = append(out, code)
		}
	}
	return out
}

// ask writes who is asked to a sitting. Who was asked before keeps what was said of
// their presence.
func (m *Module) ask(ctx context.Context, tx *db.Tx, c *Case, s *Sitting, key *crypto.Key, n SittingDraft) error {
	net := policy.From(ctx).Network
	seats, err := m.asked(ctx, tx, c, s, n)
	if err != nil {
		return err
	}
	if err := deleteSeats(ctx, tx, net, s.ID); err != nil {
		return err
	}
	for _, seat := range seats {
		if seat.AccountID == "" {
			plain, err := json.Marshal(Guest{Name: seat.Name, Body: seat.Body})
			if err != nil {
				return err
			}
			seat.sealed = key.Seal(plain, seat.place())
		}
		if err := insertSeat(ctx, tx, net, s.ID, seat); err != nil {
			return err
		}
	}
	return nil
}

// asked makes the seats of a draft: only who is in the team, or was asked before, is
// asked by account.
func (m *Module) asked(ctx context.Context, tx *db.Tx, c *Case, s *Sitting, n SittingDraft) (out []Seat, err error) {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil {
		return nil, err
	}
	was := func(same func(Seat) bool) Seat {
		if i := slices.IndexFunc(s.Seats, same); i >= 0 {
			return s.Seats[i]
		}
		return Seat{ID: db.NewID()}
	}
	for _, account := range n.Accounts {
		if slices.ContainsFunc(out, func(o Seat) bool { return o.AccountID == account }) {
			continue
		}
		seat := was(func(o Seat) bool { return o.AccountID == account })
		i := slices.IndexFunc(team, func(t TeamMember) bool { return t.AccountID == account && t.To == "" })
		switch {
		case i >= 0:
			seat.AccountID, seat.OrgID, seat.Profession = account, team[i].OrgID, team[i].Profession
		case seat.AccountID == "":
			return nil, errs.Check{"accounts": "sitting.not_in_team"}.Err()
		}
		out = append(out, seat)
	}
	for _, g := range n.Guests {
		seat := was(func(o Seat) bool { return o.AccountID == "" && o.Name == g.Name && o.Body == g.Body })
		seat.Name, seat.Body, seat.Profession = g.Name, g.Body, g.Profession
		out = append(out, seat)
	}
	return out, nil
}

// seats reads who is asked to a sitting, with names.
func (m *Module) seats(ctx context.Context, tx *db.Tx, s *Sitting, key *crypto.Key) error {
	seats, err := seatsOf(ctx, tx, policy.From(ctx).Network, s.ID)
	if err != nil {
		return err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return err
	}
	for i := range seats {
		seat := &seats[i]
		if seat.AccountID != "" {
			seat.Name, seat.Body = names[seat.AccountID], orgs[seat.OrgID]
			continue
		}
		var g Guest
		plain, err := key.Open(seat.sealed, seat.place())
		if err == nil {
			err = json.Unmarshal(plain, &g)
		}
		if err != nil {
			return err
		}
		seat.Name, seat.Body = g.Name, g.Body
	}
	s.Seats, s.ConfirmedOf = seats, names[s.ConfirmedBy]
	return nil
}
