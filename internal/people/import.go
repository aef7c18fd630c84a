package people

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// PersonImport registers people from a table, each with a household of their own.
// Who is in the register already, as far as the actor sees, stays as they are.
// A table does not say which addresses must be protected: whoever chooses the columns
// of one leaves them out.
func (m *Module) PersonImport() exchange.Import {
	return exchange.Import{What: "people", At: "/people", Permission: policy.PersonExchange, Same: "person.same",
		Whole: &exchange.Whole{Look: m.lookAt, Stage: m.stage, Show: m.showStaged, Take: m.takeOut},
		Fields: []exchange.Field{
			{Name: "family_name", Key: "person.family_name", Synonyms: []string{"last name", "nom", "apellido", "cognomi"}},
			{Name: "given_name", Key: "person.given_name", Synonyms: []string{"first name", "nominativo", "cognome e nome", "nome e cognome", "nome completo", "full name", "prénom"}},
			{Name: "birth_date", Key: "person.birth_date", Synonyms: []string{"nato il", "nata il", "nato/a il", "data nascita", "dob", "date of birth"}},
			{Name: "sex", Key: "person.sex", Synonyms: []string{"genere", "gender", "m/f"}},
			{Name: "citizenship", Key: "person.citizenship", Synonyms: []string{"nazionalità", "cittadinanze", "nationality"}},
			{Name: "tax_code", Key: "identifier.scheme.it_cf", Synonyms: []string{"codice fiscale", "cod. fiscale", "cf", "c.f.", "tax code"}},
			{Name: "phone", Key: "person.phone", Synonyms: []string{"cellulare", "cell.", "tel.", "recapito", "mobile"}},
			{Name: "languages", Key: "person.languages", Synonyms: []string{"lingua", "lingue parlate", "language"}},
			{Name: "birth_country", Key: "person.birth_country", Synonyms: []string{"stato di nascita", "country of birth"}},
			{Name: "birth_town", Key: "person.birth_town", Synonyms: []string{"comune di nascita", "luogo di nascita", "nato a", "place of birth"}},
			{Name: "street", Key: "person.street", Hint: "person.import.street", Synonyms: []string{"indirizzo", "via", "residenza", "indirizzo di residenza", "address", "street"}},
			{Name: "post_code", Key: "person.post_code", Synonyms: []string{"codice postale", "post code", "zip"}},
			{Name: "town", Key: "person.town", Synonyms: []string{"comune", "città", "comune di residenza", "comune di domicilio", "town", "city"}},
			{Name: "given_original", Key: "person.given_original"},
			{Name: "family_original", Key: "person.family_original"},
		}}
}

// incoming is who a row speaks of, with the codice fiscale if it has one.
type incoming struct {
	Person
	code string
}

// incomingOf reads a row, and notes in it what is wrong.
func incomingOf(ctx context.Context, r *exchange.Row, today db.Date) incoming {
	in := incoming{code: foldCode(r.Text("tax_code"))}
	p := &in.Person
	p.FamilyName, p.GivenName, p.Phone = r.Text("family_name"), r.Text("given_name"), r.Text("phone")
	p.FamilyOriginal, p.GivenOriginal, p.BirthTown = r.Text("family_original"), r.Text("given_original"), r.Text("birth_town")
	p.Address = Address{Street: r.Text("street"), PostCode: r.Text("post_code"), Town: r.Text("town")}
	p.Sex = sexOf(r)
	born, _, _ := strings.Cut(r.Text("birth_date"), " ") // a spreadsheet may add the hour
	if problem := BirthProblem(born, today); problem != "" {
		r.Problem.That(false, "birth_date", problem)
	} else {
		p.BirthDate, p.Birth, _ = ParseBirth(born)
	}
	p.Citizenships = codesOf(r, "citizenship", countryNamed)
	p.Languages = codesOf(r, "languages", languageNamed)
	if country := codesOf(r, "birth_country", countryNamed); len(country) == 1 {
		p.BirthCountry = country[0]
	}
	if in.code != "" {
		_, err := ParseTaxCode(in.code)
		r.Problem.That(err == nil, "tax_code", "identifier.it_cf")
	}
	for field, problem := range errs.FieldsOf(p.Check(ctx)) {
		if field == "citizenships" {
			field = "citizenship"
		}
		r.Problem.That(false, field, problem)
	}
	return in
}

// sexOf reads a sex as codes, words or letters say it.
func sexOf(r *exchange.Row) string {
	switch strings.ToLower(r.Text("sex")) {
	case "f", "femmina", "femminile", "donna", "female", "woman":
		return "F"
	case "m", "maschio", "maschile", "uomo", "male", "man":
		return "M"
	}
	return exchange.Code(r, "sex", "person.sex.", Sexes)
}

// codesOf reads several names or codes, with commas, semicolons or slashes between.
func codesOf(r *exchange.Row, field string, named func(string) string) (out []string) {
	for _, word := range strings.FieldsFunc(r.Text(field), func(c rune) bool { return strings.ContainsRune(",;/\n", c) }) {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		code := named(word)
		r.Problem.That(code != "", field, "error.field_choice")
		if code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// countryNamed is the code of a country, by its code or by its name in a language
// of the staff.
func countryNamed(word string) string {
	return codeNamed(word, append(slices.Clone(Countries), Stateless), CountryName)
}

func languageNamed(word string) string { return codeNamed(word, Languages, LanguageName) }

func codeNamed(word string, codes []string, name func(context.Context, string) string) string {
	for _, lang := range i18n.Staff {
		ctx := i18n.With(context.Background(), lang)
		for _, c := range codes {
			if strings.EqualFold(word, c) || strings.EqualFold(word, name(ctx, c)) {
				return c
			}
		}
	}
	return ""
}

// lookAt says who of some rows is in the register already, as far as the actor sees.
func (m *Module) lookAt(ctx context.Context, rows []*exchange.Row) (found []exchange.Finding, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		found = make([]exchange.Finding, len(rows))
		for i, r := range rows {
			in := incomingOf(ctx, r, tx.Today())
			if len(r.Problem) > 0 {
				continue
			}
			found[i].Key = in.key()
			why, err := m.known(ctx, tx, in)
			if err != nil {
				return err
			}
			if why != "" {
				found[i].There = i18n.T(ctx, "person.import.there", "Why", why)
			}
		}
		return nil
	})
	return found, err
}

// key stands for who a row speaks of among the other rows of its table.
func (in *incoming) key() string {
	if in.code != "" {
		return "code " + in.code
	}
	key := strings.ToLower(in.Name()) + "|" + in.BirthDate
	if in.Birth.Precision != ByDay {
		key += "|" + foldPhone(in.Phone)
	}
	return key
}

// known finds, of those open to the actor, whom somebody who is about to come in
// is: by a number, or by a name that is very close beside the same birth or the same
// phone; it says why in words. A name alone is nobody: many are called so. It is the
// one place where an import decides that.
func (m *Module) known(ctx context.Context, tx *db.Tx, in incoming) (why string, err error) {
	if in.code != "" {
		holders, err := m.HoldersOf(ctx, tx, in.code)
		if err != nil || len(holders) > 0 {
			return i18n.T(ctx, "search.why.identifier"), err
		}
	}
	hits, err := m.nearest(ctx, tx, in.identity())
	mine := linkage.Named(in.GivenName, in.FamilyName, in.Original())
	for _, h := range hits {
		theirs := linkage.Named(h.GivenName, h.FamilyName, h.Original())
		if mine.Match(&theirs).Score < veryClose {
			continue
		}
		switch {
		case slices.Contains(h.Reasons, linkage.SamePhone):
			return i18n.T(ctx, "person.import.name_phone"), err
		case in.BirthDate != "" && sameBirth(in.BirthDate, h.BirthDate):
			return i18n.T(ctx, "person.import.name_birth"), err
		}
	}
	return "", err
}

// mostNear is how many are opened for each row of a table.
const mostNear = 20

// nearest are those open to the actor who share the rarest tokens with somebody: of
// the many rows of a table, none goes through all who are called alike.
func (m *Module) nearest(ctx context.Context, tx *db.Tx, id linkage.Identity) ([]Hit, error) {
	look := looking{Module: m, tx: tx, sought: sought{Identity: id}}
	err := look.follow(ctx, asTyped, mostNear)
	if err != nil {
		return nil, err
	}
	ids, err := look.next(ctx, mostNear)
	if err == nil && len(ids) > 0 {
		err = look.open(ctx, ids)
	}
	return look.hits, err
}

// sameBirth tells whether two dates of birth say the same as far as both are known.
func sameBirth(a, b string) bool {
	n := min(len(a), len(b))
	return n >= len("2006") && a[:n] == b[:n]
}
