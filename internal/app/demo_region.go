package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/access"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/packs"
)

// The neighbouring network of the demo: one desk, of a programme that is in the
// first network too. Some of who comes there is known in the first.
const (
	demoNeighbour = "demo_vicina"
	demoBeside    = "vicina.sportello"
	demoShared    = 7 // fewer would be hidden from the region
	demoOwn       = 8
)

// region gives the demo a second network, and compares the two: long enough ago for
// the figures of the last month.
func (d *demo) region(ctx context.Context) error {
	known, err := d.knownLong(ctx)
	if err != nil {
		return err
	}
	d.at(60)
	desk, err := d.foundBeside(ctx)
	if err != nil {
		return err
	}
	arrivals := known
	for range demoOwn {
		arrivals = append(arrivals, demoFamily(d.rand, d.now.Year())[0])
	}
	c := demoCrew{programme: demoNeighbour}
	d.desks[demoNeighbour] = desk
	for _, n := range arrivals {
		d.at(45 + d.rand.IntN(14))
		contact := d.contact(c)
		contact.Newcomers = []people.Newcomer{n}
		if _, err := d.Access.SaveContact(d.as(ctx, demoBeside), contact); err != nil {
			return err
		}
	}
	d.at(40)
	return d.People.Link(ctx, func(int, int) {})
}

// knownLong are some whom the first network has known for long, as another desk
// writes them.
func (d *demo) knownLong(ctx context.Context) (out []people.Newcomer, err error) {
	list, _, _, err := d.People.List(d.as(ctx, "sportello"), "", 100)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		told := p.Birth.Precision == people.ByDay && !strings.HasSuffix(p.BirthDate, "-01-01") && p.Phone != ""
		if !told || slices.ContainsFunc(out, func(n people.Newcomer) bool { return n.BirthDate == p.BirthDate }) {
			continue
		}
		n := people.Newcomer{Relation: people.ReferencePerson}
		n.GivenName, n.FamilyName = p.FamilyName, p.GivenName // that desk writes the family name first
		n.Sex, n.BirthDate, n.Birth = p.Sex, p.BirthDate, p.Birth
		n.Citizenships, n.Languages = p.Citizenships, p.Languages
		if out = append(out, n); len(out) == demoShared {
			return out, nil
		}
	}
	return nil, fmt.Errorf("only %d are known well enough to be met by another network", len(out))
}

// foundBeside makes the neighbouring network, and returns its desk.
func (d *demo) foundBeside(ctx context.Context) (desk string, err error) {
	hash, err := d.Auth.HashPassword(auth.DemoPassword, "", "")
	if err != nil {
		return "", err
	}
	src, err := packs.FS.ReadFile("labimpact.yaml")
	if err != nil {
		return "", err
	}
	err = d.DB.Write(ctx, func(tx *db.Tx) error {
		id, err := d.Network.EnsureNetwork(ctx, tx, demoNeighbour, "Rete vicina (dimostrativa)")
		if err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: "setup", Network: id})
		if problems, err := d.Programmes.Load(ctx, tx, id, src); err != nil {
			return fmt.Errorf("%w %v", err, problems)
		}
		org, err := d.Network.EnsureOrganisation(ctx, tx, id, network.Organisation{Code: "comune_vicino", Name: "Comune vicino (inventato)", Kind: "municipality"})
		if err != nil {
			return err
		}
		_, err = d.Network.Found(ctx, tx, id, hash, network.NewOperator{Name: "Marta Sala", Email: demoBeside + demoDomain, OrgID: org,
			Role: policy.DeskOperator, Profession: "desk_operator"})
		if err != nil {
			return err
		}
		desk, err = d.Access.OpenDesk(ctx, tx, id, access.Desk{OrgID: org, Name: "Sportello FAMI", Place: ledger.Place{Programme: "labimpact", Activity: "2.1"}})
		return err
	})
	if err == nil {
		d.staff[demoBeside], err = d.Auth.Actor(ctx, demoBeside+demoDomain)
	}
	return desk, err
}
