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
	"tessuto/internal/programme"
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

// PreviewPacks says what loading packs into a network would do, one after the
// other, and does nothing.
func (a *App) PreviewPacks(ctx context.Context, network string, sources ...[]byte) (out []programme.PackPreview, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		id, err := a.packNetwork(ctx, tx, network)
		for _, src := range sources {
			if err != nil {
				return err
			}
			var v programme.PackPreview
			v, err = a.Programmes.Preview(ctx, tx, id, src)
			out = append(out, v)
		}
		return err
	})
	return out, err
}

// LoadPacks loads packs into a network as they were previewed, all or none.
func (a *App) LoadPacks(ctx context.Context, network string, previews []programme.PackPreview, sources ...[]byte) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		id, err := a.packNetwork(ctx, tx, network)
		if err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: id})
		for i, src := range sources {
			if err := a.Programmes.Put(ctx, tx, id, src, previews[i].Seen); err != nil {
				return err
			}
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "pack.load", Kind: "network", ID: id})
	})
}

// ExportPack writes the pack of a programme of a network as a file.
func (a *App) ExportPack(ctx context.Context, network, code string) (src []byte, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		id, err := a.packNetwork(ctx, tx, network)
		if err == nil {
			src, err = a.Programmes.PackFile(ctx, tx, id, code)
		}
		return err
	})
	return src, err
}

func (a *App) packNetwork(ctx context.Context, tx *db.Tx, code string) (string, error) {
	id, err := a.Network.NetworkID(ctx, tx, code)
	if errs.CodeOf(err) == errs.NotFound {
		err = errs.New(errs.NotFound, "pack.network").With("Code", code)
	}
	return id, err
}
