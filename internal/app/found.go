package app

import (
	"cmp"
	"context"
	"fmt"
	"strings"

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
	OrganisationName string // empty is the code
	Password         string
	network.NewOperator
}

// CheckFounder refuses, before a password is asked for, an address that has an
// account, and a code that no organisation of a network in use has, unless its
// name says that a new one is meant.
func (a *App) CheckFounder(ctx context.Context, f Founder) error {
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		taken, err := a.Auth.Taken(ctx, tx, f.Email)
		if err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("%s has an account already: it is changed on the page of the accounts", f.Email)
		}
		id, err := a.Network.NetworkID(ctx, tx, f.Network)
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		orgs, err := a.Network.Organisations(policy.With(ctx, policy.Actor{Network: id}), tx)
		if err != nil || len(orgs) == 0 || f.OrganisationName != "" {
			return err
		}
		return knownCode(f.Organisation, orgs)
	})
}

// knownCode names a few organisations when none has the code.
func knownCode(code string, orgs []network.Organisation) error {
	var codes []string
	for _, o := range orgs {
		if o.Code == code {
			return nil
		}
		codes = append(codes, o.Code)
	}
	more := ""
	if len(codes) > 5 {
		codes, more = codes[:5], "…"
	}
	return fmt.Errorf("no organisation has the code %s; there are %s%s. A new one is made with --organisation-name", code, strings.Join(codes, ", "), more)
}

// Found opens an account from the terminal, with the network and the
// organisation it works in when they are new: on an empty database nobody could
// sign in to do it on a page.
func (a *App) Found(ctx context.Context, f Founder) error {
	hash, err := a.Auth.HashPassword(f.Password, f.Name, f.Email)
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		id, err := a.Network.EnsureNetwork(ctx, tx, f.Network, f.NetworkName)
		if err != nil {
			return err
		}
		f.OrgID, err = a.Network.EnsureOrganisation(ctx, tx, id, network.Organisation{
			Code: f.Organisation, Name: cmp.Or(f.OrganisationName, f.Organisation), Kind: "other"})
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
