package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/errs"
)

type migrateCmd struct{ config.Store }

// Run opens everything, which brings it up to date, and says what that did.
func (c *migrateCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	if n := len(a.Migrated); n > 0 {
		fmt.Printf("%d migrations were applied, the last is %s.\n", n, a.Migrated[n-1])
	} else {
		fmt.Println("The database was up to date already.")
	}
	return a.Close()
}

type tokenCmd struct {
	config.Store
	User string `help:"E-mail address of the account." required:""`
	Days int    `help:"Days after which the token is refused, at most 365." default:"90"`
}

// Run prints a token, which is shown only here.
func (c *tokenCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	token, err := a.IssueToken(ctx, c.User, "tessuto token", c.Days)
	if errs.CodeOf(err) == errs.SignIn {
		return fmt.Errorf("no active account %s that works in a network today", c.User)
	}
	if err != nil {
		return plain(ctx, err)
	}
	fmt.Println(token)
	return nil
}

type verifyCmd struct{ config.Store }

// Run fails when anything does not hold.
func (c *verifyCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Verify(ctx)
	if err != nil {
		return err
	}
	if r.Networks == 0 {
		return errors.New("the database holds no network, so there is nothing to verify: open the first account with tessuto user")
	}
	for _, p := range r.Problems {
		fmt.Println(p)
	}
	for _, h := range r.Heads {
		if h.Size > 0 {
			fmt.Printf("network %s: %d audit rows sealed at %s, root %x\n", h.Network, h.Size, h.At.Format(time.RFC3339), h.Root)
		}
	}
	fmt.Printf("%d networks, %d facts, %d audit rows (%d not sealed yet), %d files\n", r.Networks, r.Facts, r.Audit, r.Unsealed, r.Files)
	if len(r.Problems) > 0 {
		return fmt.Errorf("%d things do not hold", len(r.Problems))
	}
	return nil
}

type openapiCmd struct{}

// Run prints the description of the API; it needs no data.
func (c *openapiCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tessuto-openapi")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, err := app.Open(ctx, config.Store{Data: dir}, false)
	if err != nil {
		return err
	}
	text, err := a.OpenAPI()
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	return errors.Join(err, a.Close())
}
