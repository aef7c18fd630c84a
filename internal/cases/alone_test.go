package cases_test

import (
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// body is a body of the network, as its administrators see it.
func (b *bench) body(id string) (out network.Organisation) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) error {
		list, err := b.Network.Organisations(b.as("admin"), tx)
		for _, o := range list {
			if o.ID == id {
				out = o
			}
		}
		return err
	}))
	return out
}

// Who works alone for a body approves their own plan, when its administrators said so, and
// only as long as they are alone; a body of two cannot be set so.
func TestApprovesAlone(t *testing.T) {
	each(t, func(b *bench) {
		two := b.body(policy.From(b.as("assistente")).OrgID)
		two.ApprovesAlone = true
		if err := b.Network.SaveOrganisation(b.as("admin"), two); errs.FieldsOf(err)["approves_alone"] == "" {
			b.Errorf("a body of two is set so: %v", err)
		}
		worker := b.as("bergamo.assistente")
		one := policy.From(worker).OrgID
		may := func() (may bool) {
			b.Helper()
			b.must(b.DB.Read(worker, func(tx *db.Tx) (err error) {
				may, err = b.Network.ApprovesAlone(worker, tx, one)
				return err
			}))
			return may
		}
		list, _, err := b.Cases.Cases(worker, false, 50)
		b.must(err)
		id := ""
		for _, f := range list {
			if file, err := b.Cases.File(worker, f.ID); err == nil && id == "" && file.Plan != nil && file.Plan.Signed() && file.Plan.Approval.At == nil {
				id = f.ID
			}
		}
		if !may() || id == "" {
			b.Fatalf("alone %v: no plan came into force without a second pair of eyes", may())
		}
		_, err = b.Network.Hire(b.as("admin"), network.NewOperator{Name: "Prova Due", Email: "due@bench.example", OrgID: one, Role: policy.SocialWorker})
		b.must(err)
		if may() {
			b.Error("with a colleague, who writes a plan still approves it")
		}
		p := plan("Casa")
		b.must(b.Cases.SavePlan(worker, id, p))
		f, err := b.Cases.File(worker, id)
		b.must(err)
		s := cases.AdultSignature{PersonID: f.Household.Reference().ID, Version: 1, Way: "screen", On: b.today()}
		s.Name = "Vurgalip"
		err = b.Cases.Sign(worker, id, s, nil, crypto.Sending{})
		b.refused(err, errs.Conflict, "signed before a colleague approved it")
		if err != nil && !strings.Contains(err.Error(), "plan.not_approved") {
			b.Errorf("%v", err)
		}
	})
}
