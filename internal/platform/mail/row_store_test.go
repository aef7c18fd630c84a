package mail

import (
	"testing"

	"tessuto/internal/platform/db"
)

// letters lists the ids of the letters that wait.
func (k *desk) letters(t *testing.T) []string { return k.column(t, `select id from mail`) }

// everything is what the database holds of letters and jobs, as text.
func (k *desk) everything(t *testing.T) []string {
	return append(k.column(t, `select network_id || id || account_id || kind || args || unique_key || outcome_key || outcome_args || link from job`),
		k.column(t, `select content from mail`)...)
}

func (k *desk) column(t *testing.T, query string) (out []string) {
	t.Helper()
	err := k.d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](t.Context(), tx, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
