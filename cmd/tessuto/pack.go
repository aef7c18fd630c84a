package main

import (
	"context"
	"fmt"
	"os"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/programme"
)

type packCmd struct {
	Check packCheckCmd `cmd:"" help:"Say what is wrong with a pack, line by line."`
	Load  packLoadCmd  `cmd:"" help:"Load packs into a network: all of them, or none."`
}

type packCheckCmd struct {
	Files []string `arg:"" help:"Packs to check." type:"existingfile"`
}

// Run names file, line and reason of everything that is wrong.
func (c *packCheckCmd) Run() error {
	_, err := checked(c.Files, "good")
	return err
}

type packLoadCmd struct {
	config.Store
	Network string   `help:"Code of the network." default:"main"`
	Files   []string `arg:"" help:"Packs to load." type:"existingfile"`
}

// Run refuses broken packs as check does, before anything is opened.
func (c *packLoadCmd) Run(ctx context.Context) error {
	sources, err := checked(c.Files, "read")
	if err != nil {
		return err
	}
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.LoadPacks(ctx, c.Network, sources...); err != nil {
		return plain(ctx, err)
	}
	fmt.Printf("%d programmes loaded into the network %s\n", len(sources), c.Network)
	return nil
}

// checked reads packs and says of each what is wrong, or the word for a good
// one.
func checked(files []string, good string) (sources [][]byte, err error) {
	bad := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		pack, problems := programme.ParsePack(src, app.Measures())
		for _, p := range problems {
			fmt.Printf("%s:%s\n", file, p)
		}
		bad += len(problems)
		if pack != nil {
			fmt.Printf("%s: %s, %d indicators: %s\n", file, pack.Title.It, len(pack.Indicators), good)
		}
		sources = append(sources, src)
	}
	if bad > 0 {
		return nil, fmt.Errorf("%d problems", bad)
	}
	return sources, nil
}
