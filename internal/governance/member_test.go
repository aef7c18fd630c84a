package governance_test

import (
	"slices"
	"testing"

	"tessuto/internal/governance"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// The committee is composed as its rule says until somebody leaves; the page says
// which seat lacks whom, and it is whole again when the seat is filled by who may.
func TestComposition(t *testing.T) {
	each(t, func(b *bench) {
		lead := b.as("capofila")
		f, err := b.Governance.Body(lead, b.body)
		b.must(err)
		if lacking := b.lacking(); lacking != 0 || len(f.Seats) != 6 {
			b.Fatalf("%d seats, %d lack somebody", len(f.Seats), lacking)
		}
		i := slices.IndexFunc(f.Members, func(m governance.Member) bool { return m.AccountID == b.account("emt") })
		for range 2 {
			b.must(b.Governance.EndMember(lead, b.body, f.Members[i].ID))
		}
		if b.lacking() != 1 {
			b.Error("nobody is missing")
		}
		_, err = b.Governance.Convene(b.as("emt"), b.body, b.draft(b.noon()))
		b.refused(err, errs.Forbidden, "who left convenes")
		today := db.DateOf(b.now)
		n := governance.NewMember{AccountID: b.account("formatore"), Seat: "2", Task: "member", From: today}
		b.refused(b.Governance.AddMember(lead, b.body, n), errs.Conflict, "a member twice")
		n.AccountID = b.account("pistoia.assistente")
		b.refused(b.Governance.AddMember(lead, b.body, n), errs.Invalid, "the seat of another organisation")
		for what, bad := range map[string]governance.NewMember{"nobody": {Task: "member", From: today}, "no such seat": {Name: "Uno", Seat: "9", Task: "member", From: today},
			"two at once": {Name: "Uno", AccountID: n.AccountID, Task: "member", From: today}, "tomorrow": {Name: "Uno", Task: "member", From: today.AddDays(1)},
			"no task": {Name: "Uno", From: today}, "no such organisation": {Name: "Uno", OrgID: "none", Task: "member", From: today}} {
			b.refused(b.Governance.AddMember(lead, b.body, bad), errs.Invalid, what)
		}
		n.AccountID = b.account("emt")
		b.must(b.Governance.AddMember(lead, b.body, n))
		if b.lacking() != 0 {
			b.Error("the seat is still empty")
		}
		b.must(b.Governance.AddMember(lead, b.body, governance.NewMember{Name: "Secondo esperto", Seat: "5", Task: "member", From: today}))
		if b.lacking() != 1 {
			b.Error("two have the seat of one")
		}
	})
}

// lacking is how many seats do not have who they ask for.
func (b *bench) lacking() (n int) {
	b.Helper()
	for _, s := range b.card("fasi", "cabina_di_regia").Seats {
		if s.Missing+s.Over > 0 {
			n++
		}
	}
	return n
}

// Authorities sit at tables as guests, by name: an account of theirs neither sits
// in a body nor stands on a sheet, and opens nothing.
func TestAuthoritiesAreGuests(t *testing.T) {
	each(t, func(b *bench) {
		net := policy.From(b.as(chair)).Network
		b.must(b.DB.Write(b.Context(), func(tx *db.Tx) error {
			org, err := b.Network.EnsureOrganisation(b.Context(), tx, net, network.Organisation{Code: "prefettura", Name: "Prefettura", Kind: policy.Authority})
			if err != nil {
				return err
			}
			_, err = b.Network.Found(b.Context(), tx, net, "", network.NewOperator{Name: "Prova Prefettura", Email: "prefettura@demo.tessuto.example", OrgID: org, Role: policy.SocialWorker})
			return err
		}))
		account, id := b.account("prefettura"), b.convened()
		err := b.Governance.AddMember(b.as("capofila"), b.body, governance.NewMember{AccountID: account, Task: "member", From: db.DateOf(b.now)})
		b.refused(err, errs.Invalid, "an authority sits in the body")
		b.refused(b.Governance.AddGuest(b.as(chair), id, governance.NewGuest{AccountID: account, Mode: "in_person"}), errs.Invalid, "by its account")
		b.must(b.Governance.AddGuest(b.as(chair), id, governance.NewGuest{Name: "Dottor Vurgalip", From: "Prefettura", Mode: "in_person"}))
		rows := b.file(chair, id).Rows
		if last := rows[len(rows)-1]; last.Who != "Dottor Vurgalip" || last.OrgName != "Prefettura" || last.Member {
			b.Errorf("%+v", last)
		}
		_, err = b.Governance.Meeting(b.as("prefettura"), id)
		b.refused(err, errs.NotFound, "the authority reads the meeting")
		if ops, err := b.Governance.Operators(b.as(chair)); err != nil || slices.ContainsFunc(ops, func(o network.Operator) bool { return o.AccountID == account }) {
			b.Errorf("the authority is offered: %v", err)
		}
	})
}

// A body that is made by hand belongs to a programme that one coordinates.
func TestBodyByHand(t *testing.T) {
	each(t, func(b *bench) {
		n := governance.NewBody{Programme: "fasi", Kind: "lab", Title: "Laboratorio", Activity: "1.2", OrgID: b.card("fasi", "tavoli").OrgID}
		id, err := b.Governance.AddBody(b.as("capofila"), n)
		b.must(err)
		if f, err := b.Governance.Body(b.as("capofila"), id); err != nil || f.Title.It != "Laboratorio" || !f.Full || len(f.Seats) != 0 {
			b.Errorf("%+v %v", f, err)
		}
		_, err = b.Governance.AddBody(b.as(chair), n)
		b.refused(err, errs.NotFound, "who coordinates nothing makes a body")
		for what, spoil := range map[string]func(*governance.NewBody){"no title": func(n *governance.NewBody) { n.Title = "" },
			"an assessment unit": func(n *governance.NewBody) { n.Kind = "assessment_unit" }, "no activity of the programme": func(n *governance.NewBody) { n.Activity = "9.9" },
			"an organisation of another": func(n *governance.NewBody) { n.OrgID = b.card("weita", "tavolo_interistituzionale").OrgID }} {
			bad := n
			spoil(&bad)
			_, err := b.Governance.AddBody(b.as("capofila"), bad)
			b.refused(err, errs.Invalid, what)
		}
	})
}

// A mediator who sits in a body reads what it says and works in it, and before that
// finds no such body.
func TestMediatorSitsInABody(t *testing.T) {
	each(t, func(b *bench) {
		id := b.convened()
		_, err := b.Governance.Meeting(b.as("mediatore"), id)
		b.refused(err, errs.NotFound, "a mediator who does not sit in it")
		b.must(b.Governance.AddMember(b.as("capofila"), b.body, governance.NewMember{AccountID: b.account("mediatore"), Task: "member", From: db.DateOf(b.now)}))
		if f := b.file("mediatore", id); !f.Body.Full || f.Agenda != "Prova" {
			b.Errorf("%+v", f.Meeting)
		}
		if w := b.ask("mediatore", "GET", "/bodies/"+b.body, nil); w.Code != 200 {
			b.Errorf("the page: %d", w.Code)
		}
	})
}

// Who may not add a member makes no key for one.
func TestNoKeyForWhoMayNot(t *testing.T) {
	each(t, func(b *bench) {
		n, today := policy.From(b.as(chair)).Network, db.DateOf(b.now)
		count := func() (keys int) { // rotating the key of the network meets every other
			b.must(b.Keys.Rewrap(b.Context(), n, func(_, total int) { keys = total }))
			return keys
		}
		before := count()
		b.refused(b.Governance.AddMember(b.as(chair), b.body, governance.NewMember{Name: "Uno", Task: "member", From: today}), errs.Forbidden, "a member names members")
		b.refused(b.Governance.AddMember(b.as("grosseto.assistente"), b.body, governance.NewMember{Name: "Uno", Task: "member", From: today}), errs.NotFound, "of another programme")
		b.refused(b.Governance.AddMember(b.as("capofila"), b.body, governance.NewMember{Name: "Uno", Task: "none", From: today}), errs.Invalid, "wrongly")
		if after := count(); after != before || after == 0 {
			b.Errorf("%d keys were made", after-before)
		}
	})
}
