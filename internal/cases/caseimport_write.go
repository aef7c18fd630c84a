package cases

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tessuto/internal/people"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// importFamily finds or makes the household: that in which those live who were chosen, or a
// new one.
func (m *Module) importFamily(ctx context.Context, tx *db.Tx, w *importing) error {
	home := ""
	for _, id := range w.existing {
		lives, err := m.people.CheckVisible(ctx, tx, id)
		if err != nil {
			return err
		}
		if lives == "" || home != "" && lives != home {
			return errs.New(errs.Conflict, "caseimport.homes")
		}
		home = lives
	}
	switch {
	case w.prepared == nil:
	case home == "":
		if err := m.people.Register(ctx, tx, w.prepared); err != nil {
			return err
		}
		home = w.prepared.ID
		w.household = home
	default:
		if err := m.people.RegisterInto(ctx, tx, home, w.prepared); err != nil {
			return err
		}
	}
	if w.prepared != nil {
		w.CaseImport.newcomers = w.prepared.IDs()
		for n, id := range w.CaseImport.newcomers {
			w.persons[w.fresh[n]] = id
		}
	}
	var err error
	w.family, err = m.people.HouseholdIn(ctx, tx, home)
	return err
}

// importCase opens the case, and writes what of the file has a place here.
func (m *Module) importCase(ctx context.Context, tx *db.Tx, w *importing) (err error) {
	actor, d := policy.From(ctx), w.Data
	if w.key, err = m.keys.GetOne(ctx, actor.Network, w.ID); err != nil {
		return err
	}
	if err := m.openable(ctx, tx, w.family.ID); err != nil {
		return err
	}
	reason := i18n.T(ctx, "caseimport.reason", "Number", d.Origin.Number, "Body", d.Origin.Body, "Reason", d.Case.Reason)
	if err := m.open(ctx, tx, actor, w.ID, NewCase{HouseholdID: w.family.ID, Reason: reason}, w.key); err != nil {
		return err
	}
	row, err := caseByID(ctx, tx, actor, w.ID)
	if err != nil {
		return err
	}
	for _, write := range []func(context.Context, *db.Tx, *importing, *Case) error{m.importNumbers, m.importDiary, m.importAssessments, m.importPlan} {
		if err := write(ctx, tx, w, &row.Case); err != nil {
			return err
		}
	}
	return nil
}

// known is a code that a list has today, or another in its place.
func known(ctx context.Context, list, code, instead string, today db.Date) string {
	if codelist.Valid(ctx, list, code, today) {
		return code
	}
	return instead
}

func (m *Module) importNumbers(ctx context.Context, tx *db.Tx, w *importing, c *Case) error {
	refs := append([]DataReference{{Scheme: Coded{Code: "tessuto"}, Value: numberOf(w.Data.Origin)}}, w.Data.References...)
	for _, r := range refs {
		ref := &Reference{ID: db.NewID(), Scheme: known(ctx, ReferenceSchemeList, r.Scheme.Code, "other", tx.Today()), Value: r.Value, On: r.On}
		if err := m.addReference(ctx, tx, c, w.key, ref); err != nil {
			return err
		}
	}
	actor := policy.From(ctx)
	for _, a := range slices.Backward(w.Data.Acts) {
		act := &AuthorityAct{ID: db.NewID(), Audience: Audience{a.Readers, actor.AccountID, actor.OrgID}, DueOn: a.DueOn, AuthorityWords: AuthorityWords{
			Kind: known(ctx, AuthorityActList, a.Kind.Code, "other", tx.Today()), Authority: a.Authority, Number: a.Number, On: a.On, Asked: a.Asked}}
		sealed, err := sealMore(w.key, act.place(), act.AuthorityWords)
		if err != nil {
			return err
		}
		if err := insertAct(ctx, tx, actor.Network, c.ID, act, sealed); err != nil {
			return err
		}
		if a.AnsweredOn != "" {
			err = answerAct(ctx, tx, actor, act.ID, ActAnswer{On: a.AnsweredOn, Words: a.Answer}, w.key.Seal([]byte(a.Answer), act.place()+"/answer"))
		} else if a.DueOn >= tx.Today() {
			err = m.remindAct(ctx, tx, c, act)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// numberOf is the number by which a case is known where it comes from.
func numberOf(o DataOrigin) string {
	if strings.ContainsFunc(o.Number, unicode.IsDigit) {
		return o.Number
	}
	return o.Case
}

// entries are what of a file is told in the diary, the first day first: entries, and in
// words the work that another body did and counted.
func (d *CaseData) entries(ctx context.Context, today db.Date) (out []Entry) {
	add := func(on db.Date, kind, readers, by, text, who string) {
		out = append(out, Entry{Kind: known(ctx, DiaryKindList, kind, "note", today), Audience: Audience{Readers: readers}, On: on, Version: 1,
			EntryWords: EntryWords{Text: text, Who: who, From: i18n.T(ctx, "caseimport.from", "Who", cmp.Or(by, d.Origin.Body), "Body", d.Origin.Body)}})
	}
	for _, e := range d.Diary {
		add(e.On, e.Kind.Code, e.Readers, e.By, e.Text, e.Who)
	}
	for _, i := range d.Interventions {
		given := ""
		if i.Given != nil {
			given = i.Given.Label
		}
		add(i.On, "note", TeamReads, i.By, joined(i18n.T(ctx, "caseimport.intervention"), i.Mode.Label, i18n.N(ctx, "intervention.minutes_n", i.Minutes), given, i.Provider, i.Text), "")
	}
	for _, r := range d.Reviews {
		add(r.On, "meeting", TeamReads, r.By, joined(i18n.T(ctx, "caseimport.review"), r.Text), "")
	}
	for _, s := range d.Sittings {
		decision := ""
		if s.Decision != nil {
			decision = s.Decision.Label
		}
		if s.Synthesis+decision != "" {
			add(db.DateOf(s.StartsAt), "meeting", TeamReads, "", joined(s.Kind.Label, decision, s.Decided, s.Synthesis), "")
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Compare(a.On, b.On) })
	return out
}

func (m *Module) importDiary(ctx context.Context, tx *db.Tx, w *importing, c *Case) error {
	actor := policy.From(ctx)
	for _, e := range w.Data.entries(ctx, tx.Today()) {
		e.ID, e.AccountID, e.OrgID = db.NewID(), actor.AccountID, actor.OrgID
		sealed, err := sealMore(w.key, e.place(1), e.EntryWords)
		if err != nil {
			return err
		}
		if err := insertEntry(ctx, tx, actor.Network, c.ID, &e, sealed); err != nil {
			return err
		}
	}
	return nil
}

// instrumentOf is the instrument by which an assessment of a file was made, or nil when it
// is not here.
func instrumentOf(a *DataAssessment, usable []*Instrument) *Instrument {
	for _, in := range usable {
		if in.Code == a.Instrument.Code && in.Edition == a.Edition {
			return in
		}
	}
	return nil
}

func (m *Module) importAssessments(ctx context.Context, tx *db.Tx, w *importing, c *Case) error {
	usable, err := m.usable(ctx, tx)
	if err != nil {
		return err
	}
	actor, begun := policy.From(ctx), false
	for n := range w.Data.Assessments {
		from := &w.Data.Assessments[n]
		a := &Assessment{ID: db.NewID(), CaseID: c.ID, Instrument: instrumentOf(from, usable), Moment: Moment(from.Moment.Code), On: from.On}
		subject := w.family.ID
		if from.Subject != ofHousehold {
			subject = w.persons[from.Subject]
		}
		a.Subject = subjectOf(w.family, subject, from.On)
		if a.Instrument == nil || a.Subject.Kind == "" || !slices.Contains(a.Instrument.AppliesTo, a.Subject.Kind) || a.Instrument.preliminary() && begun {
			continue
		}
		if !slices.Contains(Moments, a.Moment) {
			a.Moment = Moments[0]
		}
		if a.Instrument.preliminary() { // of a case there is one, and who takes the family on here concludes it
			a.ID, begun = c.ID, true
		}
		if err := insertAssessment(ctx, tx, actor.Network, a, actor.AccountID); err != nil {
			return err
		}
		if err := m.importScores(ctx, tx, w, a, from); err != nil {
			return err
		}
		if from.ClosedOn != "" && !a.Instrument.preliminary() {
			if err := markImported(ctx, tx, actor.Network, a.ID, from.ClosedOn); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *Module) importScores(ctx context.Context, tx *db.Tx, w *importing, a *Assessment, from *DataAssessment) error {
	key, err := m.keyOf(ctx, a, w.key)
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	for _, s := range from.Scores {
		if a.Instrument.domain(s.Domain.Code) == nil || a.score(s.Domain.Code).Version > 0 {
			continue
		}
		by := i18n.T(ctx, "caseimport.from", "Who", cmp.Or(s.By, w.Data.Origin.Body), "Body", w.Data.Origin.Body)
		score := Score{Domain: s.Domain.Code, Version: 1, Said: Said{Level: a.Instrument.levelFrom(s.Level), Self: a.Instrument.levelFrom(s.Self), Notes: s.Notes, Evidence: s.Evidence, From: by}}
		if err := insertScore(ctx, tx, actor.Network, a, score, key, actor.AccountID); err != nil {
			return err
		}
		a.put(score)
	}
	return nil
}

func (in *Instrument) levelFrom(c *Coded) int {
	if c == nil {
		return NotScored
	}
	if n, err := strconv.Atoi(c.Code); err == nil && in.Has(n) {
		return n
	}
	return NotScored
}

// planOf is the plan of a file that stands: the one in force, else the last.
func (d *CaseData) planOf() *DataPlan {
	var last *DataPlan
	for i := range d.Plans {
		if p := &d.Plans[i]; last == nil || last.SignedOn == "" || p.SignedOn != "" {
			last = p
		}
	}
	return last
}

// importPlan writes the plan that stood as a draft: who takes the family on here agrees on
// it with them, and they sign it with this body.
func (m *Module) importPlan(ctx context.Context, tx *db.Tx, w *importing, c *Case) error {
	from := w.Data.planOf()
	if from == nil || len(from.Objectives) == 0 {
		return nil
	}
	p := &Plan{ID: db.NewID(), CaseID: c.ID, Edition: 1, Version: 1, SubjectID: w.persons[from.Subject]}
	for _, o := range from.Objectives {
		objective := Objective{Text: o.Text, ObjectiveMore: ObjectiveMore{Need: o.Need}}
		for _, a := range o.Actions {
			action := Action{Text: a.Text, DueOn: a.DueOn, ActionMore: ActionMore{Resource: a.Resource}}
			switch a.By {
			case "team":
				action.Body = i18n.T(ctx, "caseimport.from", "Who", cmp.Or(a.Who, w.Data.Origin.Body), "Body", w.Data.Origin.Body)
			case "body":
				action.Body = cmp.Or(a.Who, w.Data.Origin.Body)
			}
			objective.Actions = append(objective.Actions, action)
		}
		p.Objectives = append(p.Objectives, objective)
	}
	if err := m.writePlan(ctx, tx, p, w.key); err != nil {
		return err
	}
	return m.keepVersion(ctx, tx, p, w.key)
}

// foresee says what would be written of a file, and what would not.
func (i *CaseImport) foresee(ctx context.Context, usable []*Instrument, today db.Date) {
	d := i.Data
	lines := func(to *[]ImportLine, part FilePart, n int, why string) {
		if n > 0 {
			*to = append(*to, ImportLine{part, n, why})
		}
	}
	count := func(n int, is func(int) bool) (out int) {
		for k := range n {
			if is(k) {
				out++
			}
		}
		return out
	}
	foreign := count(len(d.Assessments), func(k int) bool { return instrumentOf(&d.Assessments[k], usable) == nil })
	lines(&i.Makes, "persons", len(d.Persons), "")
	lines(&i.Makes, "numbers", len(d.References)+len(d.Acts)+1, "")
	lines(&i.Makes, "assessments", len(d.Assessments)-foreign, "")
	lines(&i.Makes, "plans", min(1, len(d.Plans)), "caseimport.why.draft")
	lines(&i.Makes, "diary", len(d.Diary), "")
	lines(&i.Makes, "interventions", len(d.Interventions), "caseimport.why.told")
	lines(&i.Makes, "sittings", len(d.Sittings), "caseimport.why.told")
	lines(&i.Stays, "assessments", foreign, "caseimport.why.instrument")
	lines(&i.Stays, "plans", len(d.Plans)-min(1, len(d.Plans)), "caseimport.why.editions")
	lines(&i.Stays, "stages", len(d.Stages), "caseimport.why.history")
	lines(&i.Stays, "team", len(d.Team)+len(d.Mandates), "caseimport.why.history")
	lines(&i.Stays, "referrals", len(d.Referrals), "caseimport.why.history")
	lines(&i.Stays, "work", len(d.Work), "caseimport.why.counted")
	lines(&i.Stays, "documents", len(d.Documents), "caseimport.why.documents")
	unknown := func(part FilePart, n int, list string, code func(int) string) {
		lines(&i.Stays, part, count(n, func(k int) bool { return !codelist.Valid(ctx, list, code(k), today) }), "caseimport.why.code")
	}
	unknown("diary", len(d.Diary), DiaryKindList, func(k int) string { return d.Diary[k].Kind.Code })
	unknown("numbers", len(d.References), ReferenceSchemeList, func(k int) string { return d.References[k].Scheme.Code })
	unknown("numbers", len(d.Acts), AuthorityActList, func(k int) string { return d.Acts[k].Kind.Code })
	unknown("persons", len(d.Persons), people.RelationList, func(k int) string { return cmp.Or(d.Persons[k].Relation.Code, "99") })
}
