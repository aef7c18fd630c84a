package cases

import (
	"context"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// managing is the role that can answer for cases: the one that opens them.
const managing = policy.SocialWorker

// What who hands a case over does afterwards.
const (
	Leaves = "leave" // the team: they find the case no more
	Stays  = "stay"  // in the team, as a social worker
)

// Afterwards lists them in the order of a form.
var Afterwards = []string{Leaves, Stays}

// Handover is what handing cases over to a colleague asks for.
type Handover struct {
	Cases   []string // ids; all go over, or none does
	To      string   // account of the colleague
	Then    string   // Leaves or Stays; not asked of who takes over from somebody gone
	Note    string   // the same in each case
	Version int      // of the one case that was read; 0 asks for no version
	Sent    crypto.Sending
}

// check reports what is wrong with the handover of a case, which can go to some
// colleagues; own says that the actor answers for it.
func (n *Handover) check(own bool, to []network.Operator) error {
	c := errs.Check{}
	can := slices.ContainsFunc(to, func(op network.Operator) bool { return op.AccountID == n.To })
	c.That(n.To != "", "to", "handover.to_missing")
	c.That(n.To == "" || can, "to", "handover.to_cannot")
	c.That(!own || slices.Contains(Afterwards, n.Then), "then", "handover.then_missing")
	c.That(n.Note != "", "note", "handover.note_missing")
	c.That(errs.Fits(n.Note, longText), "note", "error.field_long")
	return c.Err()
}

// HandOver gives cases to a colleague of the body that leads them, who answers for
// them from today: who answered for a case may, and once they have gone from the
// body any social worker of it in the team. The tasks that wait for who answered
// go over too; what they were to do in the plan stays written as theirs. Somebody
// who cannot hand a case over, or was late, gets a Conflict.
func (m *Module) HandOver(ctx context.Context, n Handover) error {
	actor, err := policy.Check(ctx, policy.CaseTeam)
	if err != nil {
		return err
	}
	if len(n.Cases) == 0 || len(n.Cases) > listed {
		return errs.Check{"cases": "handover.cases_missing"}.Err()
	}
	ids := slices.Compact(slices.Sorted(slices.Values(n.Cases)))
	return m.db.Write(ctx, func(tx *db.Tx) error {
		fresh := db.NewID() // before the cases: who has left the team finds them no more
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || first != fresh {
			return err
		}
		staff, err := m.network.Operators(ctx, tx, managing)
		if err != nil {
			return err
		}
		var t TeamMember
		for _, id := range ids {
			if t, err = m.handOver(ctx, tx, id, n, staff); err != nil {
				return err
			}
		}
		return m.tellManager(ctx, tx, t, ids)
	})
}

// handOver hands one case over, and returns the mandate of who answers for it now.
// Staff are those who manage cases.
func (m *Module) handOver(ctx context.Context, tx *db.Tx, id string, n Handover, staff []network.Operator) (t TeamMember, err error) {
	actor := policy.From(ctx)
	c, _, key, err := m.actOnClosed(ctx, tx, id, policy.CaseTeam, policy.Overview) // somebody answers for a closed case too
	if err != nil {
		return t, err
	}
	if n.Version != 0 && n.Version != c.Version {
		return t, errs.New(errs.Conflict, "error.version")
	}
	if !c.handedBy(actor, staff) {
		return t, errs.New(errs.Conflict, "handover.not_yours")
	}
	from, own := c.ManagerID, c.ManagerID == actor.AccountID
	colleagues := c.colleagues(staff)
	if err := n.check(own, colleagues); err != nil {
		return t, err
	}
	act := "case.handover"
	if !own {
		act, n.Then = "case.takeover", Leaves
	}
	if err := m.record(ctx, tx, act, c.ID, policy.Overview); err != nil {
		return t, err
	}
	c.ManagerID = n.To
	if err := updateCase(ctx, tx, actor.Network, c); err != nil {
		return t, err
	}
	if err := m.endManaging(ctx, tx, c, key, from, n); err != nil {
		return t, err
	}
	to := slices.IndexFunc(colleagues, func(op network.Operator) bool { return op.AccountID == n.To })
	if t, err = m.beginManaging(ctx, tx, c, colleagues[to]); err != nil {
		return t, err
	}
	return t, m.tasks.HandOver(ctx, tx, task.Record{Kind: policy.Case, ID: c.ID}, from, n.To)
}

// answers tells whether an operator can answer for the case today.
func (c *Case) answers(op network.Operator) bool {
	return op.Active && op.Role == managing && op.OrgID == c.OrgID
}

// handedBy tells whether the actor, who is in the team, may hand the case over.
func (c *Case) handedBy(actor policy.Actor, staff []network.Operator) bool {
	if c.ManagerID == actor.AccountID {
		return true
	}
	stands := slices.ContainsFunc(staff, func(op network.Operator) bool { return op.AccountID == c.ManagerID && c.answers(op) })
	return !stands && actor.OrgID == c.OrgID
}

// colleagues are those of staff who can answer for the case instead.
func (c *Case) colleagues(staff []network.Operator) (out []network.Operator) {
	for _, op := range staff {
		if op.AccountID != c.ManagerID && c.answers(op) {
			out = append(out, op)
		}
	}
	return out
}

// endManaging ends the mandate of who answered for the case, with what was written
// for who comes after. Who stays works on as any social worker of the team.
func (m *Module) endManaging(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, from string, n Handover) error {
	net := policy.From(ctx).Network
	t, err := memberOf(ctx, tx, net, c.ID, from)
	if err != nil {
		return err
	}
	if err := setNote(ctx, tx, net, t.ID, key.Seal([]byte(n.Note), t.place())); err != nil {
		return err
	}
	if err := m.tasks.Withdraw(ctx, tx, t.place()); err != nil {
		return err
	}
	if n.Then == Leaves {
		return m.leave(ctx, tx, c, t)
	}
	if err := endTeamMember(ctx, tx, net, t.ID); err != nil {
		return err
	}
	op, err := m.network.Operator(ctx, tx, from, managing)
	if err != nil {
		return err
	}
	_, err = m.goOn(ctx, tx, c, op, "social_worker")
	return err
}

// beginManaging makes a colleague, in the team or not, who answers for the case.
func (m *Module) beginManaging(ctx context.Context, tx *db.Tx, c *Case, op network.Operator) (TeamMember, error) {
	net := policy.From(ctx).Network
	t, err := memberOf(ctx, tx, net, c.ID, op.AccountID)
	if err == nil {
		err = endTeamMember(ctx, tx, net, t.ID)
	}
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return t, err
	}
	return m.goOn(ctx, tx, c, op, CaseManager)
}

// goOn is join for who takes up what the body does already: it asks for no new
// agreement, and what none covers stays closed to them, as it was.
func (m *Module) goOn(ctx context.Context, tx *db.Tx, c *Case, op network.Operator, mandate Mandate) (TeamMember, error) {
	terms, err := m.terms(ctx, tx, c, policy.InstitutionalTask)
	if err != nil {
		return TeamMember{}, err
	}
	return m.enter(ctx, tx, c, op, mandate, terms)
}

// tellManager leaves word with who answers for the cases now: about the one, or how
// many they are. Who took one over knows.
func (m *Module) tellManager(ctx context.Context, tx *db.Tx, t TeamMember, ids []string) error {
	if t.AccountID == policy.From(ctx).AccountID {
		return nil
	}
	r := task.Reminder{Key: t.place(), To: task.To{AccountID: t.AccountID}, Message: "task.reminder.handover",
		Record: task.Record{Kind: policy.Case, ID: ids[0], Section: policy.Overview}}
	if len(ids) > 1 {
		r.Record, r.Message, r.Args = task.Record{}, "task.reminder.handovers", map[string]string{"Count": itoa(len(ids))}
	}
	return m.tasks.Remind(ctx, tx, r)
}

// place is where what is sealed with a mandate stands, and the key of the word that
// somebody got with it.
func (t *TeamMember) place() string { return "handover/" + t.ID }

// openNotes reads what was written where a case was handed over, for who sees the
// diary.
func openNotes(team []TeamMember, open policy.Open, key *crypto.Key) error {
	if !open[policy.Diary] {
		return nil
	}
	for i := range team {
		t := &team[i]
		if len(t.sealed) == 0 {
			continue
		}
		plain, err := key.Open(t.sealed, t.place())
		if err != nil {
			return err
		}
		t.Note = string(plain)
	}
	return nil
}

// handing says, of a case that is open to the actor, whether they may hand it over,
// and to whom.
func (m *Module) handing(ctx context.Context, c *Case) (may bool, to []network.Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		staff, err := m.network.Operators(ctx, tx, managing)
		may, to = c.handedBy(policy.From(ctx), staff), c.colleagues(staff)
		return err
	})
	return may, to, err
}

// Answered lists the open cases of the actor's body for which they answer, the
// newest first, as many as can be handed over at once.
func (m *Module) Answered(ctx context.Context) (list []File, err error) {
	actor, err := policy.Check(ctx, policy.CaseTeam)
	if err != nil {
		return nil, err
	}
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := answeredBy(ctx, tx, actor, listed)
		if err != nil {
			return err
		}
		list, read, err = m.households(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}

// households makes files of cases, with the names that the actor may see, and says
// whose were read.
func (m *Module) households(ctx context.Context, tx *db.Tx, rows []caseRow) (list []File, read []string, err error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.HouseholdID
	}
	households, err := m.people.HouseholdsIn(ctx, tx, ids)
	for _, r := range rows {
		f := File{Case: r.Case, Household: &people.Household{}}
		if h := households[r.HouseholdID]; h != nil {
			f.Household = h
		}
		for _, mb := range f.Household.Members {
			read = append(read, mb.PersonID)
		}
		list = append(list, f)
	}
	return list, read, err
}
