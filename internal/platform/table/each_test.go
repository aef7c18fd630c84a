package table

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"tessuto/internal/platform/errs"
)

// A large table is handed over row by row, in every format; what its reader returns
// ends it and comes back, and one that is larger than all is refused.
func TestEach(t *testing.T) {
	t.Parallel()
	long := "Cognome;Nome\n" + strings.Repeat("Vurgalip;Zelmira\n", MaxRows+500)
	if _, err := Read(".csv", []byte(long)); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("at once: %v", err)
	}
	for ending, content := range map[string][]byte{".csv": []byte(long), ".xlsx": written(t, XLSX, every, []any{"a"}, []any{"b"}), ".ods": written(t, ODS, every, []any{"a"}, []any{"b"})} {
		n, last := 0, 0
		err := Each(ending, content, func(titles []string, r Row) error {
			if len(titles) == 0 || r.Number <= last {
				t.Fatalf("%s: row %d after %d, under %v", ending, r.Number, last, titles)
			}
			n, last = n+1, r.Number
			return nil
		})
		if want := map[string]int{".csv": MaxRows + 500, ".xlsx": 2, ".ods": 2}[ending]; err != nil || n != want {
			t.Errorf("%s: %d rows, want %d, %v", ending, n, want, err)
		}
	}
	stop, n := errors.New("enough"), 0
	err := Each(".csv", []byte(long), func([]string, Row) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("stopped after %d: %v", n, err)
	}
	huge := "n\n" + strings.Repeat("1\n", MostRows) + strconv.Itoa(MostRows) + "\n"
	if err := Each(".csv", []byte(huge), func([]string, Row) error { return nil }); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "table.too_large") {
		t.Errorf("larger than all: %v", err)
	}
}
