package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"tessuto/internal/app"
	"tessuto/internal/network"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/policy"
)

type userCmd struct {
	config.Store
	Email            string `help:"E-mail address, with which one signs in." required:""`
	Name             string `help:"Name and surname." required:""`
	Role             string `help:"Role: admin opens the other accounts." default:"admin"`
	Programmes       string `help:"Codes of the programmes that a lead or an evaluator reads in full, with spaces between."`
	Network          string `help:"Code of the network, made when new." default:"main"`
	NetworkName      string `help:"Name of a new network." default:"Rete"`
	Organisation     string `help:"Code of the organisation; a new one is made with its name, or as the first of the network." required:""`
	OrganisationName string `help:"Name of a new organisation; the first may go without."`
}

// Run opens an account; the password is one line of standard input, so that it
// stands in no history of commands.
func (c *userCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	defer a.Close()
	f := app.Founder{Network: c.Network, NetworkName: c.NetworkName, Organisation: c.Organisation, OrganisationName: c.OrganisationName,
		NewOperator: network.NewOperator{Name: c.Name, Email: c.Email, Role: policy.Role(c.Role), Programmes: c.Programmes}}
	if err := a.CheckFounder(ctx, f); err != nil {
		return err
	}
	fmt.Fprint(os.Stderr, "Password (12 characters or more): ")
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && password == "" {
		return fmt.Errorf("no password on standard input")
	}
	fmt.Fprintln(os.Stderr)
	f.Password = strings.TrimSpace(password)
	if err := a.Found(ctx, f); err != nil {
		return plain(ctx, err)
	}
	fmt.Printf("%s can sign in as %s\n", c.Email, c.Role)
	return nil
}
