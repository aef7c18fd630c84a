package people

import "tessuto/internal/platform/db"

// DB is the database of the area, for tests.
func (m *Module) DB() *db.DB { return m.db }
