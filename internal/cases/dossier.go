package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// FilePurposeList is the code list of why the whole file of a case leaves the house.
const FilePurposeList = "file_purpose"

// FilePart is a part of the whole file of a case.
type FilePart string

// FileParts lists them in the order of the paper. Paths of care are none: they are read
// on their own pages, by who is named to them, and nowhere else (safeguards, 4).
var FileParts = []FilePart{"persons", "stages", "numbers", "team", "assessments", "plans", "referrals", "sittings", "diary",
	"interventions", "work", "documents"}

// fileSections is with which section each part opens; the others open with the overview.
var fileSections = map[FilePart]policy.Section{"numbers": policy.Diary, "plans": policy.Plan, "sittings": policy.Plan, "diary": policy.Diary,
	"interventions": policy.Diary, "work": policy.AreaWork}

// FilePartsOpen are the parts that the reader of a case can take out of it.
func (f *File) FilePartsOpen() (out []FilePart) {
	for _, p := range FileParts {
		s := fileSections[p]
		if s == policy.Any {
			s = policy.Overview
		}
		if f.Open[s] {
			out = append(out, p)
		}
	}
	return out
}

// FileOrder is what taking the file of a case out asks for.
type FileOrder struct {
	Purpose string // of FilePurposeList
	Parts   []FilePart
}

// Check reports what is wrong with an order of parts of which some are open.
func (o *FileOrder) Check(ctx context.Context, open []FilePart, today db.Date) error {
	c := errs.Check{}
	c.That(codelist.Valid(ctx, FilePurposeList, o.Purpose, today), "purpose", "dossier.purpose_missing")
	c.That(len(o.Parts) > 0, "part", "dossier.part_missing")
	for _, p := range o.Parts {
		c.That(slices.Contains(open, p), "part", "error.field_choice")
	}
	return c.Err()
}

// said is what the audit keeps of an order: codes alone.
func (o *FileOrder) said() string {
	parts := make([]string, len(o.Parts))
	for i, p := range o.Parts {
		parts[i] = string(p)
	}
	return "purpose=" + o.Purpose + " parts=" + strings.Join(parts, ",")
}

// Dossier is a case with all that one actor may read of it, as it leaves the house: the
// sittings and the referrals of the file are whole here.
type Dossier struct {
	*File
	FileOrder
	Editions []Plan // of the plan, the first first
	Made     time.Time
	Actor    policy.Actor // who asked
}

// Has tells whether a part was asked for.
func (d *Dossier) Has(p FilePart) bool { return slices.Contains(d.Parts, p) }

// DossierOnPaper returns a case to be printed whole, and writes down who prints what and
// why. Every part comes from what serves its own page. Who reads by emergency access
// reads, and takes nothing along: Forbidden.
func (m *Module) DossierOnPaper(ctx context.Context, caseID string, o FileOrder) (*Dossier, error) {
	d, err := m.dossier(ctx, caseID, o)
	if err != nil {
		return nil, err
	}
	return d, m.audit.Append(ctx, audit.Entry{Act: "case.print", Kind: policy.Case, ID: d.ID, Section: policy.Overview, Reason: o.said()})
}

// FileToTake returns a case for who chooses what of it to take out: see DossierOnPaper.
func (m *Module) FileToTake(ctx context.Context, caseID string) (*File, error) {
	f, err := m.File(ctx, caseID)
	if err == nil && f.Emergency != nil {
		return nil, errs.New(errs.Forbidden, "dossier.emergency")
	}
	return f, err
}

func (m *Module) dossier(ctx context.Context, caseID string, o FileOrder) (*Dossier, error) {
	f, err := m.FileToTake(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if err := o.Check(ctx, f.FilePartsOpen(), f.Today); err != nil {
		return nil, err
	}
	d := &Dossier{File: f, FileOrder: o, Made: m.db.Now(), Actor: policy.From(ctx)}
	return d, m.db.Read(ctx, func(tx *db.Tx) error { return m.wholeParts(ctx, tx, d) })
}

// wholeParts reads what the page of a case lists, and what stands on pages of its own.
func (m *Module) wholeParts(ctx context.Context, tx *db.Tx, d *Dossier) error {
	keys, err := m.keys.Get(ctx, d.Actor.Network, d.ID)
	if err != nil {
		return err
	}
	if d.Has("plans") {
		if d.Editions, err = m.editions(ctx, tx, d.File); err != nil {
			return err
		}
	}
	if d.Has("sittings") {
		for i := range d.Sittings {
			s, err := m.sittingFor(ctx, tx, d.File, d.Sittings[i].ID, keys[d.ID])
			if err != nil {
				return err
			}
			d.Sittings[i] = *s
		}
	}
	// Where a referral went to a body whose name tells of the need, no copy says so
	// (safeguards, 4).
	d.Referrals = slices.DeleteFunc(d.Referrals, func(r Referral) bool { return r.Class == policy.VeryRestricted })
	if d.Has("referrals") && d.Actor.May(policy.CaseTeam) {
		for i := range d.Referrals {
			if err := m.unsealSent(ctx, tx, d.File, &d.Referrals[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
