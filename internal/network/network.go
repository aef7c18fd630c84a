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

// Networks lists every network of the installation.
func Networks(ctx context.Context, tx *db.Tx) ([]Network, error) {
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

// Names returns the names of the organisations and territories of the actor's
// network, by id, of those too that are there no more: they are public.
func (m *Module) Names(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	network := policy.From(ctx).Network
	names, err := territoryNames(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	orgs, err := organisationsOf(ctx, tx, network)
	for _, o := range orgs {
		names[o.ID] = o.Name
	}
	return names, err
}

// Title is a programme as this area may know it: its code and what it is called.
type Title struct{ Code, Name string }

// titles lists the programmes of the actor's network, as the area above says.
func (m *Module) titles(ctx context.Context, tx *db.Tx) ([]Title, error) {
	if m.Titles == nil {
		return nil, nil
	}
	return m.Titles(ctx, tx)
}
