package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Extract is what a section of a case said when it was shared.
type Extract struct {
	Section policy.Section `json:"section"`
	Lines   []string       `json:"lines"`
}

// SharedPerson is who somebody of the family is, as it was shared.
type SharedPerson struct {
	ID        string `json:"-"`
	Name      string `json:"name"`
	BirthYear int    `json:"birth_year,omitempty"`
	Relation  string `json:"relation,omitempty"` // see people.RelationList
	Phone     string `json:"phone,omitempty"`
	SafeNote  string `json:"safe_note,omitempty"` // when and how to call

	referral string
	sealed   []byte
}

// mostNotes is how many notes of the diary are shared: the newest.
const mostNotes = 20

// referralTerms are those on which a case is referred. What goes to a body whose name
// tells of the need is very restricted itself (safeguards, 4).
func (m *Module) referralTerms(ctx context.Context, tx *db.Tx, c *Case, r *Referral) (policy.Terms, error) {
	terms, err := m.terms(ctx, tx, c, r.Basis)
	if err != nil {
		return terms, err
	}
	_, kind, err := m.network.Organisation(ctx, tx, policy.From(ctx).Network, r.ToOrg)
	if slices.Contains(policy.DiscreetKinds, kind) {
		terms.Class = policy.VeryRestricted
	}
	return terms, err
}

// openReferral opens a referral to the body that is asked, as far as an agreement
// covers what is shared of the case and of the family, and refuses it where none does.
func (m *Module) openReferral(ctx context.Context, tx *db.Tx, c *Case, r *Referral) (terms policy.Terms, err error) {
	bodies, err := m.referable(ctx, tx, c)
	if err != nil {
		return terms, err
	}
	if !slices.ContainsFunc(bodies, func(o network.Organisation) bool { return o.ID == r.ToOrg }) {
		return terms, errs.Check{"to": "error.field_choice"}.Err()
	}
	if terms, err = m.referralTerms(ctx, tx, c, r); err != nil {
		return terms, err
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, r.Basis)
	if err != nil {
		return terms, err
	}
	family.Class = max(family.Class, terms.Class)
	if err := m.network.CheckSharing(ctx, tx, terms, r.ToOrg, r.Sections...); err != nil {
		return terms, err
	}
	if err := m.network.CheckSharing(ctx, tx, family, r.ToOrg, policy.Identity); err != nil {
		return terms, err
	}
	net, to := policy.From(ctx).Network, policy.ToOrg(r.ToOrg)
	if err := policy.Grant(ctx, tx, net, policy.Referral, r.ID, to, terms, r.Sections...); err != nil {
		return terms, err
	}
	return terms, policy.Grant(ctx, tx, net, policy.Referral, r.ID, to, family, policy.Identity)
}

// writeReferral seals what is shared, and writes the referral.
func (m *Module) writeReferral(ctx context.Context, tx *db.Tx, c *Case, r *Referral, key *crypto.Key) error {
	f, err := m.file(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, s := range r.Sections {
		r.Shared = append(r.Shared, Extract{s, f.extract(ctx, s)})
	}
	plain, err := json.Marshal(r.ReferralWords)
	if err != nil {
		return err
	}
	net := policy.From(ctx).Network
	if err := insertReferral(ctx, tx, net, r, key.Seal(plain, r.place())); err != nil {
		return err
	}
	var ids []string
	for _, mb := range f.Household.Members {
		ids = append(ids, mb.PersonID)
	}
	keys, err := m.keys.Get(ctx, net, ids...)
	if err != nil {
		return err
	}
	reference := f.Household.Reference().ID
	for _, mb := range f.Household.Members {
		p := SharedPerson{Name: mb.Person.Name(), BirthYear: mb.Person.Birth.Year, Relation: mb.Relation}
		if r.Identity == ShareContact && mb.Person.ID == reference {
			p.Phone, p.SafeNote = mb.Person.Phone, mb.Person.SafeNote
		}
		if plain, err = json.Marshal(p); err != nil {
			return err
		}
		if k := keys[mb.PersonID]; k != nil {
			if err := insertReferralPerson(ctx, tx, net, r.ID, mb.PersonID, k.Seal(plain, r.place())); err != nil {
				return err
			}
		}
	}
	return nil
}

// extract is what a section says today, in lines.
func (f *File) extract(ctx context.Context, s policy.Section) (out []string) {
	switch s {
	case policy.Overview:
		return []string{i18n.T(ctx, "referral.extract.overview", "Stage", i18n.T(ctx, "stage."+string(f.Stage)), "Date", i18n.Date(ctx, f.OpenedOn.Time()), "Org", f.OrgName)}
	case policy.Plan:
		if f.Plan == nil {
			return nil
		}
		for _, o := range f.Plan.Objectives {
			out = append(out, o.Text)
			for _, a := range o.Actions {
				out = append(out, i18n.T(ctx, "referral.extract.action", "Text", a.Text, "Date", i18n.Date(ctx, a.DueOn.Time())))
			}
		}
	case policy.Diary:
		if f.Reason != "" {
			out = append(out, f.Reason)
		}
		for _, i := range f.Diary {
			if i.VoidReason == "" && len(out) < mostNotes {
				out = append(out, i18n.T(ctx, "referral.extract.note", "Text", i.Note, "Date", i18n.Date(ctx, i.On.Time())))
			}
		}
	default:
		return f.extractArea(ctx, s)
	}
	return out
}

// extractArea is what the assessments of the family say of an area: of each domain
// what was said last. What is of one person alone is not shared so.
func (f *File) extractArea(ctx context.Context, s policy.Section) (out []string) {
	at := map[string]int{}
	for _, a := range f.Assessments {
		for _, score := range a.Scores {
			d := a.Instrument.domain(score.Domain)
			if a.Subject.Kind != OfHousehold || score.Version == 0 || d == nil || d.Section != s || score.Level == NotScored {
				continue
			}
			line := i18n.T(ctx, "referral.extract.score", "Domain", d.Title.say(ctx), "Level", a.Instrument.levelWord(ctx, score.Level), "Date", i18n.Date(ctx, a.On.Time()))
			if score.Notes != "" {
				line += " " + score.Notes
			}
			domain := a.Instrument.key() + "/" + score.Domain
			if n, ok := at[domain]; ok {
				out[n] = line
			} else {
				at[domain], out = len(out), append(out, line)
			}
		}
	}
	return out
}

// unseal reads what is sealed of a referral, and leaves of what was shared the
// sections that are open to the reader; who the persons are, while that is.
func (m *Module) unseal(ctx context.Context, tx *db.Tx, r *Referral, open policy.Open) error {
	net := policy.From(ctx).Network
	key, err := m.keys.GetOne(ctx, net, r.CaseID)
	if err != nil {
		return err
	}
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, &r.ReferralWords); err != nil {
		return err
	}
	r.Shared = slices.DeleteFunc(r.Shared, func(e Extract) bool { return !open[e.Section] })
	for to, sealed := range map[*string][]byte{&r.Answer: r.answer, &r.Result: r.result} {
		if len(sealed) == 0 {
			continue
		}
		if plain, err = key.Open(sealed, r.place()); err != nil {
			return err
		}
		*to = string(plain)
	}
	if !open[policy.Identity] {
		return nil
	}
	return m.sharedPeople(ctx, tx, r)
}

// sharedPeople opens who the persons are, as it was shared with some referrals. Who
// was erased stands there no more.
func (m *Module) sharedPeople(ctx context.Context, tx *db.Tx, list ...*Referral) error {
	if len(list) == 0 {
		return nil
	}
	net, byID := policy.From(ctx).Network, map[string]*Referral{}
	var referrals, persons []string
	for _, r := range list {
		byID[r.ID], referrals = r, append(referrals, r.ID)
	}
	rows, err := referralPeople(ctx, tx, net, referrals...)
	if err != nil {
		return err
	}
	for _, p := range rows {
		persons = append(persons, p.ID)
	}
	keys, err := m.keys.Get(ctx, net, persons...)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if keys[p.ID] == nil {
			continue
		}
		r := byID[p.referral]
		plain, err := keys[p.ID].Open(p.sealed, r.place())
		if err == nil {
			err = json.Unmarshal(plain, &p)
		}
		if err != nil {
			return err
		}
		r.People = append(r.People, p)
		if r.Name == "" || p.Relation == people.ReferencePerson {
			r.Name = p.Name
		}
	}
	return nil
}
