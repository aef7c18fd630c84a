package db_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	b := db.NewBuild("select a from t where n = ?", "one").
		Add("and x between ? and ?", 2, 3).Add("and").In("c", []string{"four", "five"}).
		Add("and not").In("d", nil).Add("limit ?", 6)
	want := `select a from t where n = $1 and x between $2 and $3 and c in ($4, $5) and not 1 = 0 limit $6`
	if got := strings.Join(strings.Fields(b.SQL()), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(b.Args()); got != "[one 2 3 four five 6]" {
		t.Errorf("args %s", got)
	}
}

// Lists of many lengths have few texts, and the same values.
func TestBuildFillsLists(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for n := 1; n <= 100; n++ {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprint(i)
		}
		b := db.NewBuild("").In("c", values)
		texts[b.SQL()] = true
		given := b.Args()
		if len(given) < n || len(given) >= 2*n || strings.Count(b.SQL(), "$") != len(given) {
			t.Errorf("%d values: %d given, %s", n, len(given), b.SQL())
		}
		for i, v := range given {
			if v != fmt.Sprint(min(i, n-1)) {
				t.Errorf("%d values: the %d. is %v", n, i, v)
			}
		}
	}
	if len(texts) != 8 {
		t.Errorf("%d texts", len(texts))
	}
}

// However the pieces fall, the nth placeholder is $n and stands for the nth value.
func TestBuildNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := db.NewBuild("begin")
		total := 0
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 40), 1, 12).Draw(t, "pieces") {
			if i%2 == 0 {
				n = map[bool]int{true: 1 << (n / 8), false: 0}[n > 0] // a list of another length would be filled up
			}
			values := make([]string, n)
			for v := range values {
				values[v] = fmt.Sprint(total + v + 1)
			}
			if i%2 == 0 {
				b.In("c", values)
			} else {
				args := make([]any, n)
				for v := range values {
					args[v] = values[v]
				}
				b.Add(strings.Repeat(" ?", n), args...)
			}
			total += n
		}
		if len(b.Args()) != total || strings.Count(b.SQL(), "$") != total || strings.Contains(b.SQL(), "?") {
			t.Fatalf("%d values: %d args, %s", total, len(b.Args()), b.SQL())
		}
		rest := b.SQL()
		for i, arg := range b.Args() {
			_, after, _ := strings.Cut(rest, "$")
			rest = after
			if !strings.HasPrefix(rest, fmt.Sprint(i+1)) || arg != fmt.Sprint(i+1) {
				t.Fatalf("place %d is followed by %.10s and stands for %v", i+1, rest, arg)
			}
		}
	})
}

// More values than two digits of placeholders, on a real engine.
func TestInManyValues(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		var ids []string
		write(t, d, func(tx *db.Tx) error {
			for n := range 300 {
				if err := put(ctx, tx, fmt.Sprint(n)); err != nil {
					return err
				}
			}
			return nil
		})
		for n := 50; n < 250; n++ {
			ids = append(ids, fmt.Sprint(n))
		}
		for want, values := range map[int][]string{200: ids, 0: nil, 1: {"7"}} {
			b := db.NewBuild(`select id from shelf where holder = ? and`, "").In("id", values)
			err := d.Read(ctx, func(tx *db.Tx) error {
				got, err := db.Column[string](ctx, tx, b.SQL(), b.Args()...)
				if len(got) != want {
					t.Errorf("%d values find %d rows", len(values), len(got))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
