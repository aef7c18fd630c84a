package people

import (
	"context"
	"slices"
	"sort"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Hit is somebody who may be the person looked for. Why says what agrees, as a
// message key.
type Hit struct {
	Person
	HouseholdID string
	Members     int     // how many live in the household, of those open to the actor
	Score       float64 // 0 to 1
	Why         string
}

const (
	maxHits       = 10
	maxCandidates = 200
	closeEnough   = 0.82 // similarity of names under which a hit would only distract
	veryClose     = 0.93 // above it somebody must say whether it is the same person
)

// Search finds persons by name, in any spelling and order, or by phone. It
// reads only those open to the actor: whoever finds nobody is told nothing of
// what lies elsewhere.
func (m *Module) Search(ctx context.Context, text string) (hits []Hit, err error) {
	actor, err := policy.Check(ctx, policy.PersonRead)
	if err != nil {
		return nil, err
	}
	tokens, err := m.sought(ctx, actor.Network, text)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		hits, err = m.find(ctx, tx, tokens, text)
		return err
	})
	if err != nil {
		return nil, err
	}
	read := make([]string, len(hits))
	for i, h := range hits {
		read[i] = h.ID
	}
	return hits, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}

// sought are the tokens under which what was typed would be found.
func (m *Module) sought(ctx context.Context, network, text string) ([][]byte, error) {
	words := linkage.Sought(linkage.Words(text), 0)
	if phone := foldPhone(text); phone != "" {
		words = append(words, "ph:"+phone)
	}
	return m.macs(ctx, network, words)
}

func (m *Module) find(ctx context.Context, tx *db.Tx, tokens [][]byte, text string) ([]Hit, error) {
	coded, err := m.HoldersOf(ctx, tx, text)
	if err != nil || len(tokens)+len(coded) == 0 {
		return nil, err
	}
	ids, err := candidates(ctx, tx, policy.From(ctx), tokens, maxCandidates)
	if err != nil {
		return nil, err
	}
	found, err := m.opened(ctx, tx, append(coded, ids...))
	if err != nil {
		return nil, err
	}
	return m.ranked(ctx, tx, found, text, foldPhone(text), coded)
}

// CheckNew refuses a prepared household whose reference person is so like
// somebody open to the actor that the desk has to say whether it is them. It
// names nobody: a search shows them, and logs that it did.
func (m *Module) CheckNew(ctx context.Context, tx *db.Tx, s *Sealed) error {
	text := s.people[0].sought()
	tokens, err := m.sought(ctx, s.network, text)
	if err != nil {
		return err
	}
	hits, err := m.find(ctx, tx, tokens, text)
	if err == nil && len(hits) > 0 && hits[0].Score >= veryClose {
		err = errs.Check{"person_id": "person.maybe_known"}.Err()
	}
	return err
}

// sought is what one would type to look for a person.
func (p *Person) sought() string { return strings.TrimSpace(p.Name() + " " + p.Phone) }

func (m *Module) ranked(ctx context.Context, tx *db.Tx, found []Person, text, phone string, coded []string) (hits []Hit, err error) {
	sought := linkage.Named(text, "", "")
	sought.Phones = []string{phone}
	for _, p := range found {
		kept := linkage.Named(p.GivenName, p.FamilyName, p.Original())
		for _, number := range p.Phones() {
			kept.Phones = append(kept.Phones, foldPhone(number))
		}
		match := sought.Match(&kept)
		h := Hit{Person: p, Score: match.Score, Why: "search.why.name"}
		if slices.Contains(match.Reasons, linkage.SamePhone) {
			h.Why = "search.why.phone"
		}
		if slices.Contains(coded, p.ID) {
			h.Score, h.Why = 1, "search.why.code"
		}
		if h.Score >= closeEnough {
			hits = append(hits, h)
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].Score > hits[j].Score })
	hits = hits[:min(len(hits), maxHits)]
	return hits, m.housed(ctx, tx, hits)
}

// housed writes beside each hit the household and how many live in it.
func (m *Module) housed(ctx context.Context, tx *db.Tx, hits []Hit) error {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	homes, err := homesOf(ctx, tx, policy.From(ctx), ids)
	for i, h := range hits {
		hits[i].HouseholdID, hits[i].Members = homes[h.ID].household, homes[h.ID].members
	}
	return err
}

// CheckVisible returns the household of a person the actor has chosen from a
// search, empty when none is open to the actor; NotFound when the person is not open to the actor.
func (m *Module) CheckVisible(ctx context.Context, tx *db.Tx, personID string) (householdID string, err error) {
	if err := policy.CanRead(ctx, tx, policy.Person, personID, policy.Identity); err != nil {
		return "", err
	}
	return m.HouseholdOf(ctx, tx, personID)
}

func (m *Module) macs(ctx context.Context, network string, words []string) ([][]byte, error) {
	out := make([][]byte, len(words))
	for i, w := range words {
		mac, err := m.keys.MAC(ctx, network, "search", w)
		if err != nil {
			return nil, err
		}
		out[i] = mac[:16]
	}
	return out, nil
}

// foldPhone keeps the last nine digits: with and without the country's prefix
// it is the same number. Fewer than six digits are no phone.
func foldPhone(text string) string {
	var digits strings.Builder
	for _, r := range text {
		if r >= '0' && r <= '9' {
			digits.WriteRune(r)
		}
	}
	d := digits.String()
	if len(d) < 6 {
		return ""
	}
	return d[max(0, len(d)-9):]
}
