package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
)

// Subject is somebody whom facts of a network speak of.
type Subject struct{ Network, ID string }

// LinkRun is one comparison of all networks. Mark is how far it has come, in the
// words of who compares.
type LinkRun struct{ ID, Mark string }

// BeginLinks returns the comparison that has not ended, or begins one. There is one
// at a time.
func (l *Ledger) BeginLinks(ctx context.Context, tx *db.Tx) (LinkRun, error) {
	open, err := openLinkRun(ctx, tx)
	if err != nil || open.ID != "" {
		return open, err
	}
	open.ID = db.NewID()
	return open, insertLinkRun(ctx, tx, open.ID)
}

// LinkedTo returns those subjects and all that they are one with by now.
func (l *Ledger) LinkedTo(ctx context.Context, tx *db.Tx, run string, subjects []Subject) ([]Subject, error) {
	all := slices.Clone(subjects)
	for _, s := range subjects {
		more, err := linkedTo(ctx, tx, run, s)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	slices.SortFunc(all, func(a, b Subject) int { return cmp.Or(cmp.Compare(a.Network, b.Network), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(all), nil
}

// Link says that subjects, each of another network, are one person. Those who are
// one with any of them are among them: see LinkedTo.
func (l *Ledger) Link(ctx context.Context, tx *db.Tx, run string, all []Subject) error {
	link := db.NewID()
	for _, s := range all {
		if err := upsertLink(ctx, tx, run, s, link); err != nil {
			return err
		}
	}
	return nil
}

// MarkLinks writes down how far a comparison has come; NotFound when somebody else
// has gone on with it.
func (l *Ledger) MarkLinks(ctx context.Context, tx *db.Tx, run LinkRun, next string) error {
	return markLinkRun(ctx, tx, run, next)
}

// EndLinks lets what a comparison found count from now on. Of those before, the last
// that ended before this month stays: figures are told as they were known when the
// month before ended.
func (l *Ledger) EndLinks(ctx context.Context, tx *db.Tx, run LinkRun) error {
	if err := endLinkRun(ctx, tx, run.ID); err != nil {
		return err
	}
	ended, err := endedLinkRuns(ctx, tx)
	month := func(at time.Time) string { return at.In(i18n.Rome).Format("2006-01") }
	for i, r := range ended { // the last first
		before := i > 0 && month(r.at) < month(tx.Now) && month(ended[i-1].at) >= month(tx.Now)
		if i > 0 && !before && err == nil {
			err = deleteLinkRun(ctx, tx, r.id)
		}
	}
	return err
}

// Unlink forgets, in every comparison, with whom subjects of a network are one.
func (l *Ledger) Unlink(ctx context.Context, tx *db.Tx, network string, ids []string) error {
	return deleteLinks(ctx, tx, network, ids)
}

// Region is how many persons several networks have met. Programmes of the overlap
// are networks, by id: who was met in more than one is in one Meeting.
type Region struct {
	Overlap
	Linked time.Time // when the comparison that it goes by ended; zero when there was none
}

// Region answers how many persons several networks have met, each with its
// programmes, as they were known by the end of a day. A person is one when the last
// comparison before it says so; without any, whoever was met in two networks counts
// twice.
func (l *Ledger) Region(ctx context.Context, tx *db.Tx, asOf db.Date, programmes map[string][]string) (r Region, err error) {
	run, err := lastLinkRun(ctx, tx, Question{AsOf: asOf}.known(tx))
	if err != nil {
		return r, err
	}
	met := map[string][]string{} // networks by link
	each := map[string]int64{}
	for network, codes := range programmes {
		if len(codes) == 0 {
			continue
		}
		q := Question{Network: network, Programmes: codes, Unit: Persons, AsOf: asOf}
		if each[network], err = l.Count(ctx, tx, q); err != nil {
			return r, err
		}
		p, err := l.several(ctx, tx, q)
		if err != nil {
			return r, err
		}
		links, err := p.linked(ctx, tx, run.id)
		if err != nil {
			return r, err
		}
		for _, link := range links {
			met[link] = append(met[link], network)
		}
	}
	return Region{overlapOf(met, each), run.at}, nil
}

// overlapOf puts each person into one Meeting: those whom several networks met, and
// what is left of how many each met.
func overlapOf(met map[string][]string, each map[string]int64) (out Overlap) {
	counts := map[string]int64{}
	for _, networks := range met {
		if len(networks) < 2 {
			continue
		}
		slices.Sort(networks)
		counts[strings.Join(networks, " ")]++
		for _, n := range networks {
			each[n]--
		}
	}
	for network, n := range each {
		counts[network] += n
	}
	for networks, n := range counts {
		out = append(out, Meeting{strings.Fields(networks), n})
	}
	slices.SortFunc(out, func(a, b Meeting) int { return slices.Compare(a.Programmes, b.Programmes) })
	return out
}
