package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/errs"
	"tessuto/internal/programme"
)

type packCmd struct {
	Check  packCheckCmd  `cmd:"" help:"Say what is wrong with a pack, line by line."`
	Load   packLoadCmd   `cmd:"" help:"Load packs into a network: all of them, or none. Says what changes, and asks."`
	Export packExportCmd `cmd:"" help:"Write the pack of a programme."`
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
	Yes     bool     `help:"Do not ask."`
	Files   []string `arg:"" help:"Packs to load." type:"existingfile"`
}

// Run refuses broken packs as check does, before anything is opened; then it says
// what would change, and asks.
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
	previews, err := a.PreviewPacks(ctx, c.Network, sources...)
	if err != nil {
		return plain(ctx, err)
	}
	for i, v := range previews {
		fmt.Printf("%s: %s\n", c.Files[i], packSummary(v))
		for _, line := range v.Lines {
			if !v.New {
				fmt.Println("  " + line.String())
			}
		}
	}
	if !c.Yes && !confirmed("Load?") {
		return errors.New("nothing was loaded: say yes, or give --yes")
	}
	if err := a.LoadPacks(ctx, c.Network, previews, sources...); err != nil {
		return plain(ctx, err)
	}
	fmt.Printf("%d programmes loaded into the network %s\n", len(sources), c.Network)
	return nil
}

func packSummary(v programme.PackPreview) string {
	switch {
	case v.New:
		return fmt.Sprintf("a new programme, %d organisations, %d indicators", len(v.Pack.Organisations), len(v.Pack.Indicators))
	case len(v.Lines) == 0:
		return "as it is already"
	}
	return fmt.Sprintf("%d changes", len(v.Lines))
}

// confirmed asks on the terminal; what is not a plain yes is no.
func confirmed(question string) bool {
	fmt.Print(question + " [y/N] ")
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

type packExportCmd struct {
	config.Store
	Network string `help:"Code of the network." default:"main"`
	Code    string `arg:"" help:"Code of the programme."`
}

// Run writes the pack of a programme, which loads again to the same programme.
func (c *packExportCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	src, err := a.ExportPack(ctx, c.Network, c.Code)
	if errs.CodeOf(err) == errs.NotFound {
		return fmt.Errorf("no programme %s in the network %s", c.Code, c.Network)
	}
	if err == nil {
		_, err = os.Stdout.Write(src)
	}
	return err
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
