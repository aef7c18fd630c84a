package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/errs"
	"tessuto/internal/programme"
)

type migrateCmd struct{ config.Store }

// Run opens everything, which brings it up to date.
func (c *migrateCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	return a.Close()
}

type tokenCmd struct {
	config.Store
	User string `help:"E-mail address of the account." required:""`
}

// Run prints a token, which is shown only here.
func (c *tokenCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	defer a.Close()
	token, err := a.Auth.IssueToken(ctx, c.User, "command line")
	if errs.CodeOf(err) == errs.NotFound {
		return fmt.Errorf("no active account %s", c.User)
	}
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}

type verifyCmd struct{ config.Store }

// Run fails when anything does not hold.
func (c *verifyCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range r.Problems {
		fmt.Println(p)
	}
	fmt.Printf("%d networks, %d facts, %d audit rows (not sealed yet)\n", r.Networks, r.Facts, r.Audit)
	if len(r.Problems) > 0 {
		return fmt.Errorf("%d things do not hold", len(r.Problems))
	}
	return nil
}

type packCmd struct {
	Check packCheckCmd `cmd:"" help:"Say what is wrong with a pack, line by line."`
}

type packCheckCmd struct {
	Files []string `arg:"" help:"Packs to check." type:"existingfile"`
}

// Run names file, line and reason of everything that is wrong.
func (c *packCheckCmd) Run() error {
	bad := 0
	for _, file := range c.Files {
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pack, problems := programme.ParsePack(src, app.Measures())
		for _, p := range problems {
			fmt.Printf("%s:%s\n", file, p)
		}
		bad += len(problems)
		if pack != nil {
			fmt.Printf("%s: %s, %d indicators: good\n", file, pack.Title.It, len(pack.Indicators))
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d problems", bad)
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
