// Command tessuto serves the working system of a welfare network, and does the
// few things that are done from a terminal.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tessuto/internal/app"
)

var cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve the program."`
	Demo    demoCmd    `cmd:"" help:"Fill an empty folder with made-up data, and serve it."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date and stop."`
	User    userCmd    `cmd:"" help:"Open an account; the first one of a new installation."`
	Token   tokenCmd   `cmd:"" help:"Print a bearer token for the API."`
	Mail    mailCmd    `cmd:"" help:"Send a letter at once, to see whether mail leaves."`
	Pack    packCmd    `cmd:"" help:"Work with programme packs."`
	Keys    keysCmd    `cmd:"" help:"Work with the keys that seal what identifies people."`
	Backup  backupCmd  `cmd:"" help:"Write the data into a file, while others work; keys and documents are not in it: back them up too."`
	Restore restoreCmd `cmd:"" help:"Write a backup of the data into an empty database; the keystore is restored first."`
	Verify  verifyCmd  `cmd:"" help:"Hold the ledger against the records, and the audit against its MACs."`
	Health  healthCmd  `cmd:"" help:"Ask the program that runs here whether it is ready."`
	Openapi openapiCmd `cmd:"" help:"Print the description of the API."`

	Verbose bool             `help:"Log every request." short:"v" env:"TESSUTO_VERBOSE"`
	Log     string           `help:"How to log: text or json." enum:"text,json" default:"text" env:"TESSUTO_LOG"`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	k := kong.Parse(&cli, kong.Name("tessuto"), kong.Description("The shared working system of a welfare network."),
		kong.Vars{"version": app.Version}, kong.BindTo(ctx, (*context.Context)(nil)))
	level := slog.LevelInfo
	if cli.Verbose {
		level = slog.LevelDebug
	}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})
	if cli.Log == "json" {
		handler = slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})
	}
	slog.SetDefault(slog.New(handler))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tessuto:", oneLine(err))
		os.Exit(1)
	}
}
