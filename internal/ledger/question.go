package ledger

import (
	"context"
	"fmt"

	"tessuto/internal/platform/db"
)

// Dimension is what a figure can be broken down by.
type Dimension string

// The dimensions. An answer's parts add up to its total.
const (
	BySex          Dimension = "sex"
	ByAgeClass     Dimension = "age_class"
	ByCitizenship  Dimension = "citizenship"
	ByTerritory    Dimension = "territory"
	ByOrganisation Dimension = "organisation"
)

// AllDimensions lists every dimension.
var AllDimensions = []Dimension{BySex, ByAgeClass, ByCitizenship, ByTerritory, ByOrganisation}

// Question is what is asked: what, where, when, by what. How it is answered is
// another matter, and may change.
type Question struct {
	Network    string
	Programme  string
	Measure    string
	Unit       Unit
	Activities []string // none means the whole programme
	Mode       Mode     // empty means any
	From, To   db.Date  // of service; empty means open
	AsOf       db.Date  // known by the end of that day in Rome; empty means now
}

// Part is one value of a dimension; an empty value is "not stated".
type Part struct {
	Value string
	Count int64
}

// Record is one of the things that a figure counts.
type Record struct {
	Key         string // of the thing counted: subject, source, organisation or fact
	First       db.Date
	Facts       int64 // how many facts stand behind it
	Measure     string
	SubjectID   string
	OrgID       string
	TerritoryID string
	Activity    string
	Mode        Mode
	Quantity    int64
	Source      Source
}

// unitColumn is what a figure of each unit counts distinct values of.
var unitColumn = map[Unit]string{
	Persons: "subject_id", Households: "subject_id", Operators: "subject_id", Citizens: "subject_id",
	Organisations: "org_id", Events: "source_id", Minutes: "id",
}

func (q Question) column() (string, error) {
	c, ok := unitColumn[q.Unit]
	if !ok {
		return "", fmt.Errorf("%q cannot be counted", q.Unit)
	}
	return c, nil
}

// Count answers with a number.
func (l *Ledger) Count(ctx context.Context, tx *db.Tx, q Question) (int64, error) {
	column, err := q.column()
	if err != nil {
		return 0, err
	}
	return countStanding(ctx, tx, q, column)
}

// Break answers with the parts of the number by a dimension: each thing counts
// under its first fact, ties by id, so the parts add up to Count.
func (l *Ledger) Break(ctx context.Context, tx *db.Tx, q Question, by Dimension) ([]Part, error) {
	column, err := q.column()
	if err != nil {
		return nil, err
	}
	return breakStanding(ctx, tx, q, column, by)
}

// Records answers with the things behind the number, as many as Count says
// (for minutes, the facts whose minutes add up to it), in pages: after is the
// key of the last one seen.
func (l *Ledger) Records(ctx context.Context, tx *db.Tx, q Question, after string, limit int) ([]Record, error) {
	column, err := q.column()
	if err != nil {
		return nil, err
	}
	return recordsStanding(ctx, tx, q, column, after, limit)
}
