package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// slots are how many digests everybody has in the region, whatever is known of
// them: that of a codice fiscale first. See docs/adr/0031.
const slots = 3

// proven is what two entries of one person in two networks agree in: the codice
// fiscale, or empty, and the name with the day of birth and whatever else it takes.
type proven struct {
	code  string
	names []string
}

// proofs are what of a person can be the same elsewhere, with the numbers on their
// papers. Agreement is strict: one who is taken for another is worse than one who
// counts twice. A 1 January was given to many, and needs a phone or a number beside.
func (p *Person) proofs(numbers []linkage.Identifier) (out proven) {
	var beside []string
	for _, phone := range p.Phones() {
		if phone = foldPhone(phone); phone != "" {
			beside = append(beside, "phone:"+phone)
		}
	}
	for _, n := range numbers {
		if n.Scheme == string(TaxCodeScheme) {
			out.code = "code:" + n.Value
		} else {
			beside = append(beside, n.Scheme+":"+n.Value)
		}
	}
	if p.Birth.Precision != ByDay || p.Sex != "F" && p.Sex != "M" {
		return out
	}
	arabic, slavic := linkage.Spoken(linkage.Words(p.GivenName + " " + p.FamilyName))
	if arabic == "" {
		return out
	}
	born := "|" + p.BirthDate + "|" + p.Sex + "|"
	if !strings.HasSuffix(p.BirthDate, "-01-01") {
		out.names = []string{"arabic:" + arabic + born, "slavic:" + slavic + born}
		return out
	}
	for _, proof := range beside {
		out.names = append(out.names, "arabic:"+arabic+born+proof)
	}
	return out
}

// digests are what somebody is compared by across networks, one for each slot. All
// say what is known of the person under each of their entries, the one that stands
// for them first.
func (m *Module) digests(ctx context.Context, network, id string, all ...proven) (out [][]byte, err error) {
	texts := make([]string, 1, slots)
	for _, p := range all {
		if texts[0] == "" {
			texts[0] = p.code
		}
		for _, name := range p.names {
			if len(texts) < slots && !slices.Contains(texts, name) {
				texts = append(texts, name)
			}
		}
	}
	for slot := range slots {
		var digest []byte
		if slot < len(texts) && texts[slot] != "" {
			digest, err = m.keys.MAC(ctx, crypto.Region, "link", texts[slot])
		} else {
			digest, err = m.nothing(ctx, network, id, slot)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, digest[:digestSize])
	}
	return out, nil
}

// digestSize is how many bytes of a digest are kept.
const digestSize = 16

// nothing fills a slot of which nothing is known. Only the key tells it from others.
func (m *Module) nothing(ctx context.Context, network, id string, slot int) ([]byte, error) {
	digest, err := m.keys.MAC(ctx, crypto.Region, "nothing", network, id, strconv.Itoa(slot))
	return digest[:min(digestSize, len(digest))], err
}

// compareBy writes what a person of the register is compared by across networks, as
// they stand now with all entries that were merged into theirs: nothing for those
// who are known only where it must not be told (safeguards, 4).
func (m *Module) compareBy(ctx context.Context, tx *db.Tx, network, id string) error {
	if err := deleteDigests(ctx, tx, network, id); err != nil {
		return err
	}
	told, err := toldOf(ctx, tx, network, []string{id})
	if err != nil || len(told) == 0 {
		return err
	}
	entries, err := entriesOf(ctx, tx, network, id)
	if err != nil {
		return err
	}
	var all []proven
	for _, entry := range entries {
		p, _, err := m.keyed(ctx, tx, network, entry)
		if errs.CodeOf(err) == errs.NotFound {
			continue // erased
		}
		if err != nil {
			return err
		}
		rows, err := identifiersOf(ctx, tx, network, entry)
		if err != nil {
			return err
		}
		numbers, err := m.codesOf(ctx, network, rows)
		if err != nil {
			return err
		}
		all = append(all, p.proofs(numbers[entry]))
	}
	digests, err := m.digests(ctx, network, id, all...)
	if err != nil {
		return err
	}
	return insertDigests(ctx, tx, network, id, digests)
}

// compareAgain is compareBy for whoever stands for an entry.
func (m *Module) compareAgain(ctx context.Context, tx *db.Tx, entry string) error {
	network := policy.From(ctx).Network
	id, err := rootOf(ctx, tx, network, entry)
	if err != nil {
		return err
	}
	return m.compareBy(ctx, tx, network, id)
}

// compareAll makes for the people of a network what they are compared by across
// networks, when nobody has it: after a restore, or under an older program. Nobody
// sees what it opens.
func (m *Module) compareAll(ctx context.Context, tx *db.Tx, network string) error {
	if there, err := anyDigest(ctx, tx, network); err != nil || there {
		return err
	}
	merged := map[string]bool{}
	for after := ""; ; {
		rows, err := personsAfter(ctx, tx, network, after, indexAtOnce)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		if err := m.compareSome(ctx, tx, network, rows, merged); err != nil {
			return err
		}
		after = rows[len(rows)-1].ID
	}
	for entry := range merged {
		id, err := rootOf(ctx, tx, network, entry)
		if err == nil {
			err = m.compareBy(ctx, tx, network, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareSome does so for persons who follow each other by id. Those who were merged
// into somebody it notes.
func (m *Module) compareSome(ctx context.Context, tx *db.Tx, network string, rows []personRow, merged map[string]bool) error {
	people, err := m.unsealed(ctx, network, rows)
	if err != nil {
		return err
	}
	papers, err := identifiersBetween(ctx, tx, network, rows[0].ID, rows[len(rows)-1].ID)
	if err != nil {
		return err
	}
	numbers, err := m.codesOf(ctx, network, papers)
	if err != nil {
		return err
	}
	told, err := toldOf(ctx, tx, network, idsOf(people))
	if err != nil {
		return err
	}
	var out [][]any
	for i := range people {
		p := &people[i]
		switch {
		case p.MergedInto != "":
			merged[p.ID] = true
		case p.Name() != "" && slices.Contains(told, p.ID):
			digests, err := m.digests(ctx, network, p.ID, p.proofs(numbers[p.ID]))
			if err != nil {
				return err
			}
			out = append(out, digestRows(network, p.ID, digests)...)
		}
	}
	return tx.InsertMany(ctx, insertIntoDigest, out)
}
