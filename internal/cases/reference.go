package cases

import (
	"context"
	"strings"
	"unicode"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// ReferenceSchemeList is the code list of the systems of others in which a family has a
// number.
const ReferenceSchemeList = "reference_scheme"

// Reference is the number under which another system knows a case. It is read with the
// diary: that of a court says that there are proceedings.
type Reference struct {
	ID     string  `json:"-"`
	Scheme string  `json:"scheme"` // of ReferenceSchemeList
	Value  string  `json:"value"`
	On     db.Date `json:"on,omitempty"` // when it was given
}

const longestReference = 60 // characters

func (r *Reference) place() string { return "reference/" + r.ID }

// folded is what tells one number from another, however it is written.
func folded(value string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToUpper(c)
		}
		return -1
	}, value)
}

// Check reports what is wrong with a number about to be written.
func (r *Reference) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(codelist.Valid(ctx, ReferenceSchemeList, r.Scheme, today), "scheme", "reference.scheme_missing")
	c.That(strings.ContainsFunc(r.Value, unicode.IsDigit), "value", "reference.value_missing")
	c.That(errs.Fits(r.Value, longestReference), "value", "error.field_long")
	c.That(r.On == "" || r.On <= today, "on", "reference.on_wrong")
	return c.Err()
}

// referenceMAC is what a number of another system is known by: the same for the same
// number, and nothing without the network's key.
func (m *Module) referenceMAC(ctx context.Context, value string) ([]byte, error) {
	return m.keys.MAC(ctx, policy.From(ctx).Network, "reference", folded(value))
}

// AddReference writes under which number another system knows a case; one that the case
// has already is a Conflict. The same form sent twice writes once.
func (m *Module) AddReference(ctx context.Context, caseID string, r Reference, sent crypto.Sending) (id string, err error) {
	if err := r.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || id != fresh {
			return err
		}
		r.ID = id
		before, err := m.references(ctx, tx, c, key)
		if err != nil {
			return err
		}
		for _, b := range before {
			if b.Scheme == r.Scheme && folded(b.Value) == folded(r.Value) {
				return errs.New(errs.Conflict, "reference.already")
			}
		}
		return m.addReference(ctx, tx, c, key, &r)
	})
	return id, err
}

func (m *Module) addReference(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, r *Reference) error {
	mac, err := m.referenceMAC(ctx, r.Value)
	if err != nil {
		return err
	}
	sealed, err := sealMore(key, r.place(), r)
	if err != nil {
		return err
	}
	if err := insertReference(ctx, tx, policy.From(ctx), c.ID, r.ID, mac, sealed); err != nil {
		return err
	}
	return m.record(ctx, tx, "reference.add", c.ID, policy.Diary)
}

// RemoveReference takes a number off a case to which it should not belong: it is neither
// shown nor found any more, and nothing is deleted.
func (m *Module) RemoveReference(ctx context.Context, caseID, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		if err := removeReference(ctx, tx, policy.From(ctx), c.ID, id); err != nil {
			return err
		}
		return m.record(ctx, tx, "reference.remove", c.ID, policy.Diary)
	})
}

// references are the numbers of a case, in the order in which they were written.
func (m *Module) references(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (out []Reference, err error) {
	rows, err := referencesOf(ctx, tx, policy.From(ctx).Network, c.ID)
	for _, row := range rows {
		if err := openMore(key, row.place(), row.sealed, &row.Reference); err != nil {
			return nil, err
		}
		out = append(out, row.Reference)
	}
	return out, err
}

// FindCases lists the cases open to the actor that have a number, their own or, for who
// reads the diary, that of another system; closed ones too. What is no number finds none.
func (m *Module) FindCases(ctx context.Context, text string) (list []File, err error) {
	if _, err := policy.Check(ctx, policy.CaseRead); err != nil {
		return nil, err
	}
	if !strings.ContainsFunc(text, unicode.IsDigit) || !errs.Fits(text, longestReference) {
		return nil, nil
	}
	mac, err := m.referenceMAC(ctx, text)
	if err != nil {
		return nil, err
	}
	number, _ := ParseNumber(text)
	return m.readCases(ctx, func(tx *db.Tx) ([]caseRow, error) {
		return casesNumbered(ctx, tx, policy.From(ctx), number, mac, listed)
	})
}
