package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// MaxInstrumentBytes is how long the file of an instrument may be.
const MaxInstrumentBytes = 256 << 10

// instrumentKey names an edition of an instrument; of is the body that loaded it, or
// empty when it ships with the product.
type instrumentKey struct{ of, code, edition string }

// Instruments lists those that the actor's body may use: what ships with the product,
// and what the body has loaded. One of another body is seen only in the cases that it
// shares, where it was used.
func (m *Module) Instruments(ctx context.Context) (out []*Instrument, err error) {
	actor := policy.From(ctx)
	if !actor.May(policy.PackLoad) {
		if _, err := policy.Check(ctx, policy.CaseRead); err != nil {
			return nil, err
		}
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, err = m.usable(ctx, tx)
		return err
	})
	return out, err
}

// usable is Instruments in a transaction: the newest edition of each, in the order in
// which they are offered.
func (m *Module) usable(ctx context.Context, tx *db.Tx) ([]*Instrument, error) {
	actor := policy.From(ctx)
	loaded, err := m.loaded(ctx, tx, actor.OrgID)
	out := slices.Clone(shipped())
	for _, in := range loaded { // the last edition first
		if !slices.ContainsFunc(out, func(o *Instrument) bool { return o.Code == in.Code }) {
			out = append(out, in)
		}
	}
	return out, err
}

func (m *Module) loaded(ctx context.Context, tx *db.Tx, orgs ...string) (out []*Instrument, err error) {
	rows, err := instrumentsOfOrgs(ctx, tx, policy.From(ctx).Network, orgs)
	for _, r := range rows {
		in := &Instrument{OrgID: r.org}
		if err := json.Unmarshal([]byte(r.body), in); err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	return out, err
}

// instrumentsOf are those by which assessments were made, whoever loaded them.
func (m *Module) instrumentsOf(ctx context.Context, tx *db.Tx, rows []assessmentRow) (map[instrumentKey]*Instrument, error) {
	out := map[instrumentKey]*Instrument{}
	for _, in := range shipped() {
		out[instrumentKey{"", in.Code, in.Edition}] = in
	}
	var orgs []string
	for _, r := range rows {
		if r.of != "" && !slices.Contains(orgs, r.of) {
			orgs = append(orgs, r.of)
		}
	}
	if len(orgs) == 0 {
		return out, nil
	}
	loaded, err := m.loaded(ctx, tx, orgs...)
	for _, in := range loaded {
		out[instrumentKey{in.OrgID, in.Code, in.Edition}] = in
	}
	return out, err
}

// LoadInstrument reads an instrument from its file for the actor's body, which answers
// for its licence. What is wrong in the file comes back with its places, and nothing is
// loaded. The same edition with the same words is loaded once; with others it is a
// Conflict, and so is the code of an instrument that ships with the product.
func (m *Module) LoadInstrument(ctx context.Context, src []byte) (*Instrument, []programme.PackProblem, error) {
	actor, err := policy.Check(ctx, policy.PackLoad)
	if err != nil {
		return nil, nil, err
	}
	if len(src) > MaxInstrumentBytes {
		return nil, nil, errs.Check{"file": "instrument.too_big"}.Err()
	}
	in, problems := ParseInstrument(src)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	if shippedInstrument(in.Code) != nil {
		return nil, nil, errs.New(errs.Conflict, "instrument.shipped")
	}
	in.OrgID = actor.OrgID
	body, err := json.Marshal(in)
	if err != nil {
		return nil, nil, err
	}
	return in, nil, m.db.Write(ctx, func(tx *db.Tx) error {
		stands, err := insertInstrument(ctx, tx, actor.Network, in, string(body), actor.AccountID)
		if err != nil {
			return err
		}
		if stands != string(body) {
			return errs.New(errs.Conflict, "instrument.edition_taken")
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "instrument.load", Kind: "network", ID: actor.Network})
	})
}
