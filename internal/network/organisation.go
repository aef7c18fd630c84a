package network

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Network is a shard: an Ambito, a metropolitan area, a zone of a consortium.
type Network struct {
	ID   string
	Code string
	Name string
}

// Territory is a place in the tree of places. Assumed says that no source
// names it so.
type Territory struct {
	ID       string
	Code     string
	Name     string
	Kind     string
	ParentID string
	Assumed  bool
}

// Organisation is a body that works in the network.
type Organisation struct {
	ID          string
	Code        string
	Name        string
	Kind        string
	TerritoryID string
	Assumed     bool
}

// Networks lists every network of the installation.
func (m *Module) Networks(ctx context.Context, tx *db.Tx) ([]Network, error) {
	return allNetworks(ctx, tx)
}

// EnsureNetwork returns the network of that code, and makes it when new.
func (m *Module) EnsureNetwork(ctx context.Context, tx *db.Tx, code, name string) (string, error) {
	id, err := networkByCode(ctx, tx, code)
	if errs.CodeOf(err) != errs.NotFound {
		return id, err
	}
	n := Network{ID: db.NewID(), Code: code, Name: name}
	return n.ID, insertNetwork(ctx, tx, n)
}

// NetworkID returns the id of the network of that code, or NotFound.
func (m *Module) NetworkID(ctx context.Context, tx *db.Tx, code string) (string, error) {
	return networkByCode(ctx, tx, code)
}

// EnsureTerritory returns the id of the territory of that code, and writes it
// when new.
func (m *Module) EnsureTerritory(ctx context.Context, tx *db.Tx, network string, t Territory) (string, error) {
	id, err := territoryByCode(ctx, tx, network, t.Code)
	if errs.CodeOf(err) != errs.NotFound {
		return id, err
	}
	t.ID = db.NewID()
	return t.ID, insertTerritory(ctx, tx, network, t)
}

// EnsureOrganisation returns the id of the organisation of that code, and
// writes it when new.
func (m *Module) EnsureOrganisation(ctx context.Context, tx *db.Tx, network string, o Organisation) (string, error) {
	id, err := organisationByCode(ctx, tx, network, o.Code)
	if errs.CodeOf(err) != errs.NotFound {
		return id, err
	}
	o.ID = db.NewID()
	return o.ID, insertOrganisation(ctx, tx, network, o)
}

// Organisation returns the name and kind of an organisation: what an actor
// shows of where they work.
func (m *Module) Organisation(ctx context.Context, tx *db.Tx, network, id string) (name, kind string, err error) {
	o, err := organisationByID(ctx, tx, network, id)
	return o.Name, o.Kind, err
}

// OrganisationCode returns the code by which packs name an organisation.
func (m *Module) OrganisationCode(ctx context.Context, tx *db.Tx, network, id string) (string, error) {
	o, err := organisationByID(ctx, tx, network, id)
	return o.Code, err
}

// Organisations lists the organisations of the actor's network, by code.
func (m *Module) Organisations(ctx context.Context, tx *db.Tx) ([]Organisation, error) {
	return organisationsOf(ctx, tx, policy.From(ctx).Network)
}

// Names returns the names of the organisations and territories of the actor's
// network, by id: they are public.
func (m *Module) Names(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	network := policy.From(ctx).Network
	orgs, err := organisationsOf(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	places, err := territoriesOf(ctx, tx, network)
	names := make(map[string]string, len(orgs)+len(places))
	for _, o := range orgs {
		names[o.ID] = o.Name
	}
	for _, t := range places {
		names[t.ID] = t.Name
	}
	return names, err
}

// Territory returns the id of the territory in which an organisation works, or
// empty: what the ledger keeps of where work was done.
func (m *Module) Territory(ctx context.Context, tx *db.Tx, network, orgID string) (string, error) {
	o, err := organisationByID(ctx, tx, network, orgID)
	return o.TerritoryID, err
}
