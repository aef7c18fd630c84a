package people

import (
	"context"

	"tessuto/internal/platform/db"
)

// DB is the database of the area, for tests.
func (m *Module) DB() *db.DB { return m.db }

// WriteOftener lets the jobs write down how far they have come after so much.
func (m *Module) WriteOftener(blocks, digests int) { m.pace = pace{blocks, digests} }

// Nightly asks for the comparison of all networks.
func (m *Module) Nightly(ctx context.Context) error { return m.nightly(ctx) }

// Every list is kept between searches, so that all tests search as a region does.
func init() { commonFrom = 1 }
