package app

import (
	"context"
	"strings"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// dayOf writes a day for a report.
func dayOf(ctx context.Context, d db.Date) string { return i18n.Date(ctx, d.Time()) }

// identity is what stands on the page of the person. What is guarded is said
// aloud and handed to nobody on paper: a sheet outlives the hands it was given to.
func (r *report) identity(ctx context.Context, p *people.Profile) {
	var citizenships []string
	for _, c := range p.Citizenships {
		citizenships = append(citizenships, people.CountryName(ctx, c))
	}
	r.add("identity", reportLine{"name", p.Name()}, reportLine{"birth", p.BirthText(ctx)}, reportLine{"sex", people.SexWord(ctx, p.Sex)},
		reportLine{"citizenship", strings.Join(citizenships, ", ")}, reportLine{"languages", p.LanguageNames(ctx)},
		reportLine{"phone", strings.Join(p.Phones(), ", ")}, reportLine{"address", p.Address.Text()}, reportLine{"safe_note", p.SafeNote})
	for _, i := range p.Identifiers {
		r.add("identity", reportLine{"code", i.Value})
	}
	for _, t := range p.Permits {
		r.add("permits", reportLine{"kind", people.ReasonWord(ctx, t.Reason)}, reportLine{"state", i18n.T(ctx, "permit.state."+string(t.Stands(db.DateOf(r.Made))))},
			reportLine{"code", t.Number}, reportLine{"receipt", t.Receipt}, reportLine{"until", dayOf(ctx, t.Expires)})
	}
}

// rights is what the person was told, agreed to and asked.
func (r *report) rights(ctx context.Context, f *people.RightsFile) {
	for _, s := range f.Shares {
		r.add("shares", reportLine{"org", s.OrgName}, reportLine{"basis", i18n.T(ctx, "rights.basis."+string(s.Basis))}, reportLine{"since", i18n.Date(ctx, s.Since)})
	}
	for _, n := range f.Notices {
		r.add("notices", reportLine{"on", dayOf(ctx, n.On)}, reportLine{"edition", n.Edition}, reportLine{"languages", people.LanguageName(ctx, n.Language)})
	}
	for _, c := range f.Consents {
		r.add("consents", reportLine{"purpose", i18n.T(ctx, "rights.purpose."+c.Purpose)}, reportLine{"org", c.Recipient}, reportLine{"since", dayOf(ctx, c.From)})
	}
	for _, q := range f.Requests {
		r.add("requests", reportLine{"on", dayOf(ctx, q.On)}, reportLine{"kind", i18n.T(ctx, "rights.kind."+string(q.Kind))},
			reportLine{"asked", r.words(q.Asked)}, reportLine{"answer", r.words(q.Answer)})
	}
}

func (r *report) contact(ctx context.Context, c *access.Contact) {
	r.add("contacts", reportLine{"on", dayOf(ctx, c.On)}, reportLine{"kind", codelist.Word(ctx, access.ChannelList, c.Channel)},
		reportLine{"asked", r.words(c.Asked)}, reportLine{"answer", r.words(c.Answered)})
}

func (r *report) appointment(ctx context.Context, ap *access.Appointment) {
	r.add("appointments", reportLine{"on", i18n.DateTime(ctx, ap.StartsAt)}, reportLine{"place", r.words(ap.Where)}, reportLine{"text", r.words(ap.Subject)})
}

// file is a case of the family, as far as it is open to who prepares the report.
func (r *report) file(ctx context.Context, f *cases.File) {
	r.add("cases", reportLine{"org", f.OrgName}, reportLine{"since", dayOf(ctx, f.OpenedOn)}, reportLine{"kind", i18n.T(ctx, "stage."+string(f.Stage))},
		reportLine{"text", r.words(f.Reason)})
	for _, a := range f.Assessments {
		if a.Subject.Kind != cases.OfHousehold && a.Subject.ID != r.id {
			continue
		}
		for _, said := range a.Said(ctx) {
			r.add("cases", reportLine{"kind", said.Domain}, reportLine{"on", dayOf(ctx, a.On)}, reportLine{"text", r.words(said.Text)})
		}
	}
	if f.Plan != nil {
		for _, o := range f.Plan.Objectives {
			r.add("cases", reportLine{"kind", i18n.T(ctx, "section."+string(policy.Plan))}, reportLine{"text", r.words(o.Text)})
			for _, step := range o.Actions {
				r.add("cases", reportLine{"text", r.words(step.Text)}, reportLine{"by", dayOf(ctx, step.DueOn)})
			}
		}
	}
	for _, i := range f.Diary {
		r.add("cases", reportLine{"kind", i18n.T(ctx, "section."+string(policy.Diary))}, reportLine{"on", dayOf(ctx, i.On)}, reportLine{"text", r.words(i.Note)})
	}
}
