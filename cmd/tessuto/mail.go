package main

import (
	"context"
	"fmt"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
)

type mailCmd struct {
	config.Store
	config.Post
	To   string `help:"Address to write to." required:""`
	Lang string `help:"Language of the letter." default:"it" enum:"it,en,ar"`
}

// Run sends a letter and says what the server answered.
func (c *mailCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Mail.Configure(c.Post); err != nil {
		return err
	}
	if err := a.Mail.Check(ctx, c.To, c.Lang); err != nil {
		return plain(ctx, err)
	}
	fmt.Println("The server took the letter.")
	return nil
}
