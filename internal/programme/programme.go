package programme

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Programme is a pack that a network has loaded.
type Programme struct {
	ID string
	*Pack
}

// Load checks a pack and writes it into a network, after those that are there,
// with its territories and organisations. It returns the problems of a pack that
// is refused; a programme that is there already is a Conflict.
func (m *Module) Load(ctx context.Context, tx *db.Tx, network string, src []byte) ([]PackProblem, error) {
	pack, problems := ParsePack(src, m.ledger.Measures())
	if len(problems) > 0 {
		return problems, errs.New(errs.Invalid, "pack.refused")
	}
	there, err := codesOf(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	if slices.Contains(there, pack.Code) {
		return nil, errs.New(errs.Conflict, "pack.loaded").With("Code", pack.Code)
	}
	if err := m.loadPlaces(ctx, tx, network, pack); err != nil {
		return nil, err
	}
	text, err := json.Marshal(pack)
	if err != nil {
		return nil, err
	}
	if err := insertProgramme(ctx, tx, network, len(there), pack, text); err != nil {
		return nil, err
	}
	for _, told := range m.OnLoad {
		if err := told(ctx, tx, network, pack); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// Packs returns what the programmes of a network declare.
func (m *Module) Packs(ctx context.Context, tx *db.Tx, network string) (out []*Pack, err error) {
	all, err := programmesOf(ctx, tx, network)
	for _, p := range all {
		out = append(out, p.Pack)
	}
	return out, err
}

// loadPlaces writes the territories and the bodies of a pack, with their parts in
// the programme, where they are not there yet.
func (m *Module) loadPlaces(ctx context.Context, tx *db.Tx, network string, pack *Pack) error {
	root, err := m.loadTerritory(ctx, tx, network, "", pack.Territory)
	for _, o := range pack.Organisations {
		if err == nil {
			err = m.loadOrganisation(ctx, tx, network, root, pack, o)
		}
	}
	return err
}

func (m *Module) loadTerritory(ctx context.Context, tx *db.Tx, net, parent string, t PackTerritory) (string, error) {
	id, err := m.network.EnsureTerritory(ctx, tx, net, network.Territory{
		Code: t.Code, Name: t.Name, Kind: t.Kind, ParentID: parent, Assumed: t.Assumed})
	if err != nil {
		return "", err
	}
	for _, part := range t.Parts {
		if _, err := m.loadTerritory(ctx, tx, net, id, part); err != nil {
			return "", err
		}
	}
	return id, nil
}

func (m *Module) loadOrganisation(ctx context.Context, tx *db.Tx, net, root string, pack *Pack, o PackOrganisation) error {
	place := root
	if o.Territory != "" {
		id, err := m.network.EnsureTerritory(ctx, tx, net, network.Territory{Code: o.Territory})
		if err != nil {
			return err
		}
		place = id
	}
	org, err := m.network.EnsureOrganisation(ctx, tx, net, network.Organisation{
		Code: o.Code, Name: o.Name, Kind: o.Kind, TerritoryID: place, Assumed: o.Assumed})
	if err != nil {
		return err
	}
	for _, role := range o.Roles {
		p := network.Partnership{Programme: pack.Code, OrgID: org, Role: role, Functions: o.Tasks, Assumed: o.Assumed}
		if pack.Period != nil {
			p.From = db.Date(pack.Period.From)
		}
		if err := m.network.EnsurePartnership(ctx, tx, net, p); err != nil {
			return err
		}
	}
	return nil
}

// Titles lists the programmes of the actor's network by code, in the language of
// the reader: for the area below, which knows codes only.
func (m *Module) Titles(ctx context.Context, tx *db.Tx) ([]network.Title, error) {
	list, err := programmesOf(ctx, tx, policy.From(ctx).Network)
	titles := make([]network.Title, len(list))
	for i, p := range list {
		titles[i] = network.Title{Code: p.Code, Name: say(ctx, p.Title)}
	}
	return titles, err
}

// Programmes lists the programmes of the actor's network, in their order.
func (m *Module) Programmes(ctx context.Context) (list []Programme, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, err = programmesOf(ctx, tx, actor.Network)
		return err
	})
	return list, err
}

// Programme returns one programme of the actor's network, or NotFound.
func (m *Module) Programme(ctx context.Context, code string) (p Programme, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return p, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		p, err = programmeByCode(ctx, tx, actor.Network, code)
		return err
	})
	return p, err
}

// Class returns the class that every record of a programme has, whatever its
// sections say, or none: where the data are very restricted, that one is there at
// all tells of the need.
func (m *Module) Class(ctx context.Context, tx *db.Tx, code string) (policy.Class, error) {
	if code == "" {
		return "", nil
	}
	class, err := classOf(ctx, tx, policy.From(ctx).Network, code)
	if class != policy.VeryRestricted {
		return "", err
	}
	return class, err
}

// Standing is a programme and how far its figures are.
type Standing struct {
	Programme
	Fed     int // indicators that some area feeds
	Targets int // indicators for which the source gives a target
	Reached int // of those, the reached ones that this actor may know of
}

// Standings lists the programmes of the actor's network and how they stand.
func (m *Module) Standings(ctx context.Context) (list []Standing, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		programmes, err := programmesOf(ctx, tx, actor.Network)
		if err != nil {
			return err
		}
		for _, p := range programmes {
			s, err := m.standing(ctx, tx, p)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

func (m *Module) standing(ctx context.Context, tx *db.Tx, p Programme) (Standing, error) {
	s := Standing{Programme: p}
	a := m.answersOf(ctx, tx, p, View{})
	for _, i := range p.Indicators {
		if i.Fed() {
			s.Fed++
		}
		if i.Target == 0 {
			continue
		}
		s.Targets++
		f, err := a.figure(i)
		if err != nil {
			return s, err
		}
		if f.State() == Reached {
			s.Reached++
		}
	}
	return s, nil
}

// Choice is an activity that work can belong to. Mine says that the actor's
// organisation works for that programme: forms offer only those; the others are
// there for their names.
type Choice struct {
	ledger.Place
	ProgrammeTitle Text
	Title          Text
	Mine           bool
}

// Key writes a choice as one form value; PlaceOf reads it.
func (c Choice) Key() string { return c.Programme + "/" + c.Activity }

// Choices lists the activities of the programmes of a network.
func (m *Module) Choices(ctx context.Context, tx *db.Tx) ([]Choice, error) {
	list, own, err := m.own(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, p := range list {
		mine := p.Organisation(own) != nil
		for _, n := range activities(p.Logframe) {
			out = append(out, Choice{ledger.Place{Programme: p.Code, Activity: n.Code}, p.Title, n.Title, mine})
		}
	}
	return out, nil
}

// own reads the programmes of the network, and the code under which they know the
// actor's organisation: empty when the actor has none.
func (m *Module) own(ctx context.Context, tx *db.Tx) (list []Programme, code string, err error) {
	actor := policy.From(ctx)
	if list, err = programmesOf(ctx, tx, actor.Network); err != nil {
		return nil, "", err
	}
	code, err = m.network.OrganisationCode(ctx, tx, actor.Network, actor.OrgID)
	if errs.CodeOf(err) == errs.NotFound {
		err = nil
	}
	return list, code, err
}

// PlaceOf reads what a form sent of a choice: empty is work that no programme
// pays; what is no activity of a programme of the actor's organisation is
// Invalid.
func (m *Module) PlaceOf(ctx context.Context, tx *db.Tx, key string) (ledger.Place, error) {
	if key == "" {
		return ledger.Place{}, nil
	}
	choices, err := m.Choices(ctx, tx)
	for _, c := range choices {
		if c.Mine && c.Key() == key {
			return c.Place, nil
		}
	}
	if err == nil {
		err = errs.Check{"place": "error.field_choice"}.Err()
	}
	return ledger.Place{}, err
}

// BodyPlaces are the activities to which the packs of the actor's network say that the
// work of a kind of body belongs.
func (m *Module) BodyPlaces(ctx context.Context, tx *db.Tx, kind string) (out []ledger.Place, err error) {
	all, err := programmesOf(ctx, tx, policy.From(ctx).Network)
	for _, p := range all {
		for _, b := range p.Bodies {
			if b.Kind == kind && slices.ContainsFunc(activities(p.Logframe), func(n PackNode) bool { return n.Code == b.Node }) {
				out = append(out, ledger.Place{Programme: p.Code, Activity: b.Node})
			}
		}
	}
	return out, err
}

func activities(nodes []PackNode) (out []PackNode) {
	for _, n := range nodes {
		if n.Kind == "activity" {
			out = append(out, n)
		}
		out = append(out, activities(n.Nodes)...)
	}
	return out
}

// parsed keeps packs by their text: there are few, nobody changes one that was
// parsed, and many a page needs all of them.
var parsed sync.Map

func storedPack(text string) (*Pack, error) {
	if p, ok := parsed.Load(text); ok {
		return p.(*Pack), nil
	}
	var p Pack
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("stored pack: %w", err)
	}
	parsed.Store(text, &p)
	return &p, nil
}
