package programme

import (
	"context"
	"net/http"
	"testing"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// covering returns a context of a lead of some programmes only.
func (h *house) covering(programmes string) context.Context {
	return i18n.With(policy.With(h.t.Context(), policy.Actor{AccountID: "a", Network: h.network, OrgID: "o",
		Role: policy.ProgrammeLead, Programmes: programmes}), "it")
}

// A lead of FA.SI is nobody special in BE.COM-ER: the figures on people are
// hidden, no day can be chosen, and there are no records.
func TestRightsHoldPerProgramme(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(4)
		for _, programmes := range []string{"", "fasi"} {
			ctx := h.covering(programmes)
			figures, err := h.Figures(ctx, "becomer", View{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range figures {
				if f.Fed && guarded(f.Unit) && !f.Actual.Hidden() {
					t.Errorf("%q reads becomer %s: %+v", programmes, f.Code, f.Actual)
				}
				if _, err := h.Records(ctx, "becomer", f.Code, "", "", 9); errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%q reads the records of becomer %s: %v", programmes, f.Code, err)
				}
			}
			if _, err := h.Figures(ctx, "becomer", View{AsOf: "2026-01-31"}); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%q asks for a day: %v", programmes, err)
			}
		}
		if figures, err := h.Figures(h.covering("fasi becomer"), "becomer", View{AsOf: db.DateOf(d.Now())}); err != nil || len(figures) == 0 {
			t.Errorf("who covers it: %v", err)
		}
	})
}

// A page offers no record that would answer with 404.
func TestPagesOfferWhatIsCovered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(30)
		h.programmes = "weita"
		wants(t, h.page(policy.ProgrammeLead, "it", "/programmes/weita", nil), "Vedi chi sono")
		lacks(t, h.page(policy.ProgrammeLead, "it", "/programmes/fasi", nil), "Vedi chi sono", "#records")
		var list struct{ Items []IndicatorItem }
		h.page(policy.ProgrammeLead, "it", "/api/v1/programmes/labimpact/indicators", &list)
		for _, i := range list.Items {
			path := "labimpact/indicators/" + i.Code
			lacks(t, h.page(policy.ProgrammeLead, "it", "/programmes/"+path, nil), "Da 1 a")
			if code, _ := h.get(policy.ProgrammeLead, "it", "/api/v1/programmes/"+path+"/records"); code != http.StatusNotFound {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
}

// Work goes to the programmes of one's own organisation; the activities of the
// others are there for their names only.
func TestPlaceIsOfTheOrganisation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			orgs, err := h.Module.network.Organisations(h.covering(""), tx)
			if err != nil {
				return err
			}
			for _, c := range []struct{ org, key, want string }{
				{"comune_bologna", "reboot/2.1", ""}, {"comune_bologna", "becomer/2.1", ""}, {"comune_bologna", "", ""},
				{"comune_bologna", "weita/3.2", "invalid"}, {"sds_grosseto", "weita/3.2", ""},
				{"sds_grosseto", "reboot/2.1", "invalid"}, {"sds_grosseto", "weita/none", "invalid"}, {"", "weita/3.2", "invalid"},
			} {
				ctx := policy.With(t.Context(), policy.Actor{AccountID: "a", Network: h.network, OrgID: idOf(orgs, c.org), Role: policy.SocialWorker})
				place, err := h.PlaceOf(ctx, tx, c.key)
				if got := string(errs.CodeOf(err)); err != nil && got != c.want || err == nil && c.want != "" {
					t.Errorf("%s to %s: %+v %v", c.org, c.key, place, err)
				}
				all, err := h.Choices(ctx, tx)
				if err != nil || len(all) < 30 {
					t.Errorf("%d choices, %v", len(all), err)
				}
				for _, choice := range all {
					if _, err := h.PlaceOf(ctx, tx, choice.Key()); (err == nil) != choice.Mine {
						t.Errorf("%s: %s is mine %v: %v", c.org, choice.Key(), choice.Mine, err)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func idOf(orgs []network.Organisation, code string) string {
	for _, o := range orgs {
		if o.Code == code {
			return o.ID
		}
	}
	return ""
}
