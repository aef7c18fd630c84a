package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/packs"
)

// demo fills an empty database as people would: every record goes through the
// use case that a page would call, in the name of somebody who may, at a moment
// in the past. The same seed gives the same people and the same work.
type demo struct {
	*App
	rand    *rand.Rand
	network string
	staff   map[string]policy.Actor
	now     time.Time // the simulated clock
	start   time.Time // when the filling began, in Rome: the demo ends there
	desks   map[string]string
	step    func(what string, done, total int)
	visits  int // interventions for each family beside the first few
}

// Filled tells whether the database already holds a network.
func (a *App) Filled(ctx context.Context) (filled bool, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := network.Networks(ctx, tx)
		filled = len(all) > 0
		return err
	})
	return filled, err
}

// FillDemo fills an empty database with made-up people and work: scale times
// the smallest demo. Step is told how far it is.
func (a *App) FillDemo(ctx context.Context, scale int, step func(what string, done, total int)) error {
	real := a.DB.Now
	d := &demo{App: a, rand: rand.New(rand.NewPCG(2986, 2463)), staff: map[string]policy.Actor{},
		start: real().In(i18n.Rome), desks: map[string]string{}, step: step}
	if scale > 1 { // a region has families whom services have followed for long
		d.visits = 12
	}
	d.now = demoFounded
	a.DB.Now = func() time.Time { return d.now }
	defer func() { a.DB.Now = real }()
	if err := d.found(ctx); err != nil {
		return err
	}
	if err := d.schedule(ctx); err != nil {
		return err
	}
	d.at(200)
	if err := d.agree(ctx); err != nil {
		return err
	}
	if err := d.declare(ctx); err != nil {
		return err
	}
	for _, crew := range demoCrews {
		if err := d.crew(ctx, crew, scale); err != nil {
			return fmt.Errorf("demo of %s: %w", crew.programme, err)
		}
	}
	if err := d.onPurpose(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.refer(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.helpedWithoutName(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.care(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.groups(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.rights(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.govern(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.region(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return a.DB.Analyze(ctx)
}

// demoFounded is before the first month that any source speaks of.
var demoFounded = time.Date(2020, 3, 2, 8, 0, 0, 0, time.UTC)

// found makes the network: programmes, organisations, desks, staff. It is one
// transaction, so a demo that was interrupted here begins again.
func (d *demo) found(ctx context.Context) error {
	hash, err := d.Auth.HashPassword(auth.DemoPassword, "", "")
	if err != nil {
		return err
	}
	err = d.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if d.network, err = d.Network.EnsureNetwork(ctx, tx, demoNetwork, "Rete dimostrativa"); err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: "setup", Network: d.network})
		for _, code := range packs.Codes {
			src, err := packs.FS.ReadFile(code + ".yaml")
			if err != nil {
				return err
			}
			if problems, err := d.Programmes.Load(ctx, tx, d.network, src); err != nil {
				return fmt.Errorf("%s: %w %v", code, err, problems)
			}
		}
		return d.people(ctx, tx, hash)
	})
	if err != nil {
		return err
	}
	for _, p := range demoStaff {
		if d.staff[p.key], err = d.Auth.Actor(ctx, p.key+demoDomain); err != nil {
			return err
		}
	}
	return nil
}

// people opens the accounts and the desks.
func (d *demo) people(ctx context.Context, tx *db.Tx, hash string) error {
	orgs, err := d.Network.Organisations(ctx, tx)
	if err != nil {
		return err
	}
	byCode := map[string]network.Organisation{}
	for _, o := range orgs {
		byCode[o.Code] = o
	}
	works := map[string]string{}
	for _, p := range demoStaff {
		org, ok := byCode[p.org]
		if !ok {
			return fmt.Errorf("no organisation %q", p.org)
		}
		works[p.key] = org.ID
		if _, err := d.Network.Found(ctx, tx, d.network, hash, network.NewOperator{Name: p.name,
			Email: p.key + demoDomain, OrgID: org.ID, Role: p.role, Profession: p.profession, Programmes: demoCovers[p.key]}); err != nil {
			return err
		}
	}
	for _, c := range demoCrews {
		desk := access.Desk{OrgID: works[c.desk], Name: c.deskName}
		if desk.TerritoryID, err = d.Network.Territory(ctx, tx, d.network, desk.OrgID); err != nil {
			return err
		}
		if c.deskActivity != "" {
			desk.Place = ledger.Place{Programme: c.programme, Activity: c.deskActivity}
		}
		if d.desks[c.programme], err = d.Access.OpenDesk(ctx, tx, d.network, desk); err != nil {
			return err
		}
	}
	return nil
}

// as returns ctx in the name of somebody of the staff.
func (d *demo) as(ctx context.Context, key string) context.Context {
	return policy.With(ctx, d.staff[key])
}

// at sets the clock some days before the start, in office hours.
func (d *demo) at(daysAgo int) {
	day := d.start.AddDate(0, 0, -daysAgo)
	d.now = time.Date(day.Year(), day.Month(), day.Day(), 8+d.rand.IntN(8), d.rand.IntN(60), 0, 0, time.UTC)
	if d.now.After(d.start) {
		d.now = d.start.Add(-time.Minute)
	}
}

func (d *demo) today() db.Date { return db.DateOf(d.now) }

// crew lets the people of one programme work.
func (d *demo) crew(ctx context.Context, c demoCrew, scale int) error {
	if err := d.alone(ctx, c.worker); err != nil {
		return err
	}
	total := (c.families+c.contacts)*scale + c.past
	for i := range c.past {
		if err := d.pastFamily(ctx, c, i); err != nil {
			return err
		}
		d.step(c.programme, i+1, total)
	}
	for i := range c.contacts * scale {
		d.at(1 + d.rand.IntN(140))
		if err := d.passer(ctx, c, i); err != nil {
			return err
		}
		d.step(c.programme, c.past+i+1, total)
	}
	for i := range c.families * scale {
		if err := d.family(ctx, c, i); err != nil {
			return err
		}
		d.step(c.programme, c.past+c.contacts*scale+i+1, total)
	}
	return nil
}

// passer is a contact at the desk of somebody who is not taken on.
func (d *demo) passer(ctx context.Context, c demoCrew, i int) error {
	n := d.contact(c)
	if i%3 == 0 {
		n.Said = ledger.Dimensions{Sex: pick(d.rand, people.Sexes[:2]), AgeClass: pick(d.rand, ledger.AgeClasses[4:7])}
	} else {
		n.Newcomers = []people.Newcomer{demoPasser(d.rand, d.now.Year())}
	}
	_, err := d.Access.SaveContact(d.as(ctx, c.desk), n)
	return err
}

func (d *demo) contact(c demoCrew) access.NewContact {
	n := access.NewContact{}
	n.DeskID, n.On, n.Channel, n.Minutes = d.desks[c.programme], d.today(), "in_person", 10+5*d.rand.IntN(6)
	if d.rand.IntN(5) == 0 {
		n.Channel = "phone"
	}
	n.Requests = []string{pick(d.rand, codelist.Codes(context.Background(), access.RequestList, ""))}
	n.Asked, n.Answered = pick(d.rand, demoAsked), pick(d.rand, demoAnswered)
	n.Outcome = pick(d.rand, codelist.Codes(context.Background(), access.OutcomeList, "")[:3])
	return n
}
