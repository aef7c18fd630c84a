package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// plan reads the plan of a case that stands: the one in force, else the first
// draft, or nil when there is none.
func (m *Module) plan(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (*Plan, error) {
	inForce, draft, err := m.plans(ctx, tx, c, key)
	if inForce == nil {
		inForce = draft
	}
	return inForce, err
}

// plans reads the plan of a case that is in force and the draft, where there are.
func (m *Module) plans(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (inForce, draft *Plan, err error) {
	rows, err := plansOf(ctx, tx, policy.From(ctx).Network, c.ID)
	rows = slices.DeleteFunc(rows, func(r planRow) bool { return r.ReplacedOn != "" })
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	all, err := m.readPlans(ctx, tx, rows, key)
	for i := range all {
		if all[i].Signed() {
			inForce = &all[i]
		} else {
			draft = &all[i]
		}
	}
	return inForce, draft, err
}

// readPlans reads all that plans say.
func (m *Module) readPlans(ctx context.Context, tx *db.Tx, rows []planRow, key *crypto.Key) ([]Plan, error) {
	net, ids := policy.From(ctx).Network, make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	objectives, err := objectivesOf(ctx, tx, net, ids)
	if err != nil {
		return nil, err
	}
	actions, err := actionsOf(ctx, tx, net, ids)
	if err != nil {
		return nil, err
	}
	signatures, err := m.signatures(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	voices, err := m.voices(ctx, tx, ids, names)
	if err != nil {
		return nil, err
	}
	out := make([]Plan, len(rows))
	for i := range rows {
		if err := rows[i].open(key, names); err != nil {
			return nil, err
		}
		p := &rows[i].Plan
		if p.Objectives, err = assemble(p.ID, objectives, actions, key, names); err != nil {
			return nil, err
		}
		for _, s := range signatures {
			if s.PlanID == p.ID && s.Version == p.Version {
				p.Signatures = append(p.Signatures, s)
			}
		}
		for _, v := range voices {
			if v.PlanID == p.ID {
				p.Voices = append(p.Voices, v)
			}
		}
		out[i] = *p
	}
	return out, nil
}

// open names who worked on a plan and opens why it was sent back.
func (r *planRow) open(key *crypto.Key, names map[string]string) error {
	a := &r.Approval
	r.SavedBy, a.To, a.AskedBy, a.By = names[r.SavedBy], names[a.ToID], names[a.AskedBy], names[a.By]
	if len(r.returned) == 0 {
		return nil
	}
	why, err := key.Open(r.returned, "plan/"+r.ID+"/returned")
	a.Returned = string(why)
	return err
}

// assemble opens the objectives of a plan, each with its actions.
func assemble(plan string, objectives []objectiveRow, actions []actionRow, key *crypto.Key, names map[string]string) (out []Objective, err error) {
	for _, o := range objectives {
		if o.plan != plan {
			continue
		}
		if o.Text, err = openRow(key, "objective/"+o.ID, o.sealed, o.more, &o.ObjectiveMore); err != nil {
			return nil, err
		}
		if o.Root == "" {
			o.Root = o.ID
		}
		for _, a := range actions {
			if a.objective != o.ID {
				continue
			}
			if a.Text, err = openRow(key, "action/"+a.ID, a.sealed, a.more, &a.ActionMore); err != nil {
				return nil, err
			}
			if a.Root == "" {
				a.Root = a.ID
			}
			a.Who = names[a.AccountID]
			o.Actions = append(o.Actions, a.Action)
		}
		out = append(out, o.Objective)
	}
	return out, nil
}

// openRow opens the text of a row, and what stands beside it into more.
func openRow(key *crypto.Key, place string, sealed, beside []byte, more any) (string, error) {
	text, err := key.Open(sealed, place)
	if err == nil {
		err = openMore(key, place, beside, more)
	}
	return string(text), err
}

func openMore(key *crypto.Key, place string, sealed []byte, more any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := key.Open(sealed, place+"/more")
	if err == nil {
		err = json.Unmarshal(plain, more)
	}
	return err
}

// writePlan replaces objectives and actions by those of p.
func (m *Module) writePlan(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) error {
	actor := policy.From(ctx)
	if err := upsertPlan(ctx, tx, actor.Network, p, actor.AccountID); err != nil {
		return err
	}
	if err := deletePlanParts(ctx, tx, actor.Network, p.ID); err != nil {
		return err
	}
	for i := range p.Objectives {
		o := &p.Objectives[i]
		o.ID = db.NewID()
		row := objectiveRow{Objective: *o, sealed: key.Seal([]byte(o.Text), "objective/"+o.ID)}
		var err error
		if row.more, err = sealMore(key, "objective/"+o.ID, o.ObjectiveMore); err != nil {
			return err
		}
		if err := insertObjective(ctx, tx, actor.Network, p.ID, i, row); err != nil {
			return err
		}
		for j := range o.Actions {
			a := &o.Actions[j]
			a.ID = db.NewID()
			row := actionRow{Action: *a, sealed: key.Seal([]byte(a.Text), "action/"+a.ID)}
			if row.more, err = sealMore(key, "action/"+a.ID, a.ActionMore); err != nil {
				return err
			}
			if err := insertAction(ctx, tx, actor.Network, o.ID, j, row); err != nil {
				return err
			}
		}
	}
	return nil
}

func sealMore(key *crypto.Key, place string, more any) ([]byte, error) {
	plain, err := json.Marshal(more)
	return key.Seal(plain, place+"/more"), err
}
