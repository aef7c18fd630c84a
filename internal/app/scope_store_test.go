package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// What the scope costs: the case list of somebody who leads cases and of
// somebody of another body, with the demo and with ten times as many families.
func BenchmarkScope(b *testing.B) {
	for _, engine := range dbtest.Engines {
		for _, scale := range []int{1, 10} {
			b.Run(fmt.Sprintf("%s/x%d", engine, scale), func(b *testing.B) { benchScope(b, engine, scale) })
		}
	}
}

func benchScope(b *testing.B, engine string, scale int) {
	dir := b.TempDir()
	s := config.Store{Data: dir, DB: "file:" + filepath.Join(dir, "d.db"), Keystore: "file:" + filepath.Join(dir, "k.db")}
	if engine == "postgres" {
		s.DB, s.Keystore = dbtest.Empty(b, engine), dbtest.Empty(b, engine)
	}
	a, err := app.Open(b.Context(), s, true)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if err := a.FillDemo(b.Context(), scale, func(string, int, int) {}); err != nil {
		b.Fatal(err)
	}
	for _, who := range []string{"assistente", "psicologo"} {
		actor, err := a.Auth.Actor(b.Context(), apptest.Mail(who))
		if err != nil {
			b.Fatal(err)
		}
		ctx := policy.With(b.Context(), actor)
		b.Run(who+"/list", func(b *testing.B) {
			for b.Loop() {
				if _, _, err := a.Cases.Cases(ctx, true, 50); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(who+"/query", func(b *testing.B) {
			for b.Loop() {
				if err := a.DB.Read(ctx, func(tx *db.Tx) error { return countCases(ctx, tx, actor) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func countCases(ctx context.Context, tx *db.Tx, actor policy.Actor) error {
	q := db.NewBuild(`select count(*) from case_file c where c.network_id = ? and`, actor.Network)
	actor.Scope(q, tx, policy.Case, policy.Overview, "c.id")
	var n int
	err := tx.Get(ctx, q.SQL(), q.Args(), &n)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s sees no case", actor.Name)
	}
	return err
}
