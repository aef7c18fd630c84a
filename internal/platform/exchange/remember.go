package exchange

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// macOf stands for the title of a column: a table without titles has people in its
// first row, so the title itself is not kept.
func (m *Module) macOf(ctx context.Context, network, title string) ([]byte, error) {
	mac, err := m.keys.MAC(ctx, network, "import.title", folded(title))
	if err != nil {
		return nil, err
	}
	return mac[:16], nil
}

// recall finds for each column the field that it held in an earlier table of the
// actor's organisation; for the others, the one that is called like it.
func (m *Module) recall(ctx context.Context, imp Import, titles []string) (mapping, error) {
	actor, out := policy.From(ctx), mapping{}
	var known []rememberedColumn
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		known, err = columnsOf(ctx, tx, actor, imp.What)
		return err
	})
	if err != nil {
		return nil, err
	}
	before := map[string]string{} // fields by the MAC of the title
	for _, c := range known {
		before[string(c.title)] = c.field
	}
	for i, title := range titles {
		mac, err := m.macOf(ctx, actor.Network, title)
		if err != nil {
			return nil, err
		}
		if field, seen := before[string(mac)]; seen && title != "" && field != "" {
			if _, taken := out[field]; !taken {
				out[field] = i
			}
		}
	}
	for field, column := range guess(imp.Fields, titles) {
		mac, err := m.macOf(ctx, actor.Network, titles[column])
		if err != nil {
			return nil, err
		}
		_, taken := out[field]
		if _, seen := before[string(mac)]; !taken && !seen && !out.uses(column) {
			out[field] = column
		}
	}
	return out, nil
}

// remember keeps which field each column holds; of one that holds none, that it
// holds none.
func (m *Module) remember(ctx context.Context, tx *db.Tx, imp Import, titles []string, p mapping) error {
	actor, fields := policy.From(ctx), map[int]string{}
	for field, column := range p {
		fields[column] = field
	}
	for i, title := range titles {
		if folded(title) == "" {
			continue
		}
		mac, err := m.macOf(ctx, actor.Network, title)
		if err != nil {
			return err
		}
		if err := forgetColumn(ctx, tx, actor, imp.What, mac); err != nil {
			return err
		}
		if err := insertColumn(ctx, tx, actor, imp.What, rememberedColumn{mac, fields[i]}); err != nil {
			return err
		}
	}
	return nil
}

// titles are those of the table of an import.
func (m *Module) titles(ctx context.Context, t task, imp Import) ([]string, error) {
	if imp.Whole != nil {
		d, err := m.digest(ctx, t)
		return d.Titles, err
	}
	_, rows, err := m.rows(ctx, t)
	if err != nil {
		return nil, err
	}
	return rows.Titles, nil
}
