package app

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Founder is the first account of a network, from which the others are opened:
// where it works, and who it is.
type Founder struct {
	Network          string // code, made when new
	NetworkName      string
	Organisation     string // code, made when new
	OrganisationName string
	Password         string
	network.NewOperator
}

// Found opens an account from the terminal, with the network and the
// organisation it works in when they are new: on an empty database nobody could
// sign in to do it on a page.
func (a *App) Found(ctx context.Context, f Founder) error {
	hash, err := a.Auth.HashPassword(f.Password)
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		id, err := a.Network.EnsureNetwork(ctx, tx, f.Network, f.NetworkName)
		if err != nil {
			return err
		}
		f.OrgID, err = a.Network.EnsureOrganisation(ctx, tx, id, network.Organisation{
			Code: f.Organisation, Name: f.OrganisationName, Kind: "other"})
		if err != nil {
			return err
		}
		if err := f.Check(); err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: id, OrgID: f.OrgID})
		_, err = a.Network.Found(ctx, tx, id, hash, f.NewOperator)
		return err
	})
}

// LoadPacks loads packs into a network, all or none.
func (a *App) LoadPacks(ctx context.Context, network string, sources ...[]byte) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		id, err := a.Network.NetworkID(ctx, tx, network)
		if errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.NotFound, "pack.network").With("Code", network)
		}
		if err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: id})
		for _, src := range sources {
			if _, err := a.Programmes.Load(ctx, tx, id, src); err != nil {
				return err
			}
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "pack.load", Kind: "network", ID: id})
	})
}
