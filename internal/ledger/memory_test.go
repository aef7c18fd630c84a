package ledger

import (
	"testing"
	"time"

	"tessuto/internal/platform/db"
)

// The line before which facts are of old stands minutes before what is made now,
// and is drawn anew after an hour.
func TestOldFactsAreThere(t *testing.T) {
	t.Parallel()
	var m memory
	line := m.old()
	id := db.NewID()
	if len(line) != len(id) || line >= id || madeAt(id).Sub(madeAt(line)) < settled || idOf(madeAt(id)) > id {
		t.Errorf("the line is %s, an id of now %s", line, id)
	}
	m.keep("answer", remembered{})
	if m.old() != line || len(m.answers) != 1 {
		t.Error("the line moves, or answers are forgotten, though no time has passed")
	}
	m.after = idOf(madeAt(id).Add(-redrawn - time.Minute))
	if again := m.old(); again < line || len(m.answers) != 0 {
		t.Errorf("after an hour the line is %s, and %d answers are kept", again, len(m.answers))
	}
}
