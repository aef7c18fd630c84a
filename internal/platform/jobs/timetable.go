package jobs

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
)

// When says at which instants something is done again and again.
type When struct {
	every time.Duration
	hour  int
}

// Each is once in every stretch of that length, of a day at the most: a minute
// and more, since each is a row until it is pruned.
func Each(d time.Duration) When { return When{every: d} }

// Daily is once a day, from that hour in Rome on.
func Daily(hour int) When { return When{hour: hour} }

// slot returns when the stretch in which now falls began.
func (w When) slot(now time.Time) time.Time {
	if w.every > 0 {
		return now.UTC().Truncate(w.every)
	}
	day := now.In(i18n.Rome)
	at := time.Date(day.Year(), day.Month(), day.Day(), w.hour, 0, 0, 0, i18n.Rome)
	if at.After(now) {
		at = time.Date(day.Year(), day.Month(), day.Day()-1, w.hour, 0, 0, 0, i18n.Rome)
	}
	return at.UTC()
}

// entry is a line of the timetable.
type entry struct {
	name string
	when When
}

// timed leads the kinds of the timetable.
const timed = "every."

// Every does fn at its times, once for all processes on the database, without
// an actor. What was due while no process ran is done once when one starts; a
// time that comes while the last one is still worked is left out.
func (j *Jobs) Every(name string, when When, fn func(context.Context) error) {
	if when.every < 0 || when.every > 24*time.Hour {
		panic("jobs: the timetable goes to a day: " + name)
	}
	j.register(timed+name, func(ctx context.Context, _ *Run) error { return fn(ctx) })
	j.entries = append(j.entries, &entry{name: name, when: when})
}

// newSlots returns the times that have come, by name, beyond those planned.
func (j *Jobs) newSlots(now time.Time, planned map[string]string) map[string]string {
	out := map[string]string{}
	for _, e := range j.entries {
		if slot := e.when.slot(now).Format(time.RFC3339); slot != planned[e.name] {
			out[e.name] = slot
		}
	}
	return out
}

// plan enqueues what the timetable says for now. The time is in the id, so that
// it is there once, whoever is first, also after it was done.
func (j *Jobs) plan(ctx context.Context, tx *db.Tx, planned map[string]string) (map[string]string, error) {
	slots := j.newSlots(tx.Now, planned)
	for name, slot := range slots {
		_, err := insertJob(ctx, tx, newRow{id: timed + name + "." + slot, system: true, kind: timed + name, args: "{}", key: name,
			attempts: 3, at: tx.Now})
		if err != nil {
			return nil, err
		}
	}
	return slots, nil
}

// How long a job stays after it is over: what somebody enqueued, for their
// page; the rest for who runs the program. Longer than any stretch of the
// timetable, whose ids must stay known.
const (
	keepOwn    = 30 * 24 * time.Hour
	keepSystem = 2 * 24 * time.Hour
)

// prune takes away jobs that are long over.
func (j *Jobs) prune(ctx context.Context) error {
	return j.db.Queue(ctx, func(tx *db.Tx) error {
		return deleteOver(ctx, tx, tx.Now.Add(-keepOwn), tx.Now.Add(-keepSystem))
	})
}
