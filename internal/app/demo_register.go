package app

import (
	"context"
	"fmt"
	"slices"

	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

// scripts are how some of the made-up people write their names.
var scripts = map[string]string{"Fatima": "فاطمة", "Khadija": "خديجة", "Samira": "سميرة", "Nadia": "نادية", "Rania": "رانية", "Hala": "هالة", "Amal": "أمل",
	"Leila": "ليلى", "Ines": "إيناس", "Salma": "سلمى", "El Amrani": "العمراني", "Benali": "بنعلي", "Idrissi": "الإدريسي", "Tazi": "التازي", "Haddad": "حداد",
	"Khoury": "خوري", "Al Masri": "المصري", "Trabelsi": "الطرابلسي", "Jaziri": "الجزيري", "Mansour": "منصور",
	"Olena": "Олена", "Iryna": "Ірина", "Kateryna": "Катерина", "Kovalenko": "Коваленко", "Shevchenko": "Шевченко", "Bondar": "Бондар",
	"Ayesha": "عائشہ", "Zainab": "زینب", "Saima": "صائمہ", "Khan": "خان", "Ahmed": "احمد", "Malik": "ملک", "Butt": "بٹ"}

// register deepens what is written of some of the families that Bologna follows: a
// name in its own script, a permit that soon ends, a couple that has separated, a
// child who comes of age.
func (d *demo) register(ctx context.Context, open []cases.File) error {
	d.now = d.start.AddDate(0, 0, -3)
	// Those who write their names in another script first: theirs is the record that shows most.
	slices.SortStableFunc(open, func(a, b cases.File) int {
		return len(original(b.Household.Reference())) - len(original(a.Household.Reference()))
	})
	for i, f := range open[:min(len(open), 4)] {
		if err := d.known(ctx, f.Household.Reference(), i); err != nil {
			return err
		}
	}
	home, husband := member(open, "2")
	_, child := member(open, people.Child)
	if husband.ID == "" || child.ID == "" {
		return fmt.Errorf("no couple or no child among %d cases", len(open))
	}
	_, err := d.People.LeaveHousehold(ctx, people.Leaving{Household: home, Persons: []string{husband.ID}, On: d.today().AddDays(-6),
		Reason: "separation", Together: true})
	if err != nil {
		return err
	}
	return d.almostGrown(ctx, child)
}

// member finds somebody of a relation, in a household where no two have the same
// name if there is one.
func member(open []cases.File, relation string) (household string, p people.Person) {
	for _, f := range open {
		at := slices.IndexFunc(f.Household.Members, func(m people.Member) bool { return m.Relation == relation })
		if at > 0 && (household == "" || namesApart(f.Household)) {
			household, p = f.HouseholdID, f.Household.Members[at].Person
			if namesApart(f.Household) {
				break
			}
		}
	}
	return household, p
}

// original is how somebody writes their name, when both parts of it are known.
func original(p people.Person) string {
	given, family := scripts[p.GivenName], scripts[p.FamilyName]
	if given == "" || family == "" {
		return ""
	}
	return given + family
}

// known writes more of a person: each a little less than the one before.
func (d *demo) known(ctx context.Context, p people.Person, i int) error {
	if original(p) != "" {
		p.GivenOriginal, p.FamilyOriginal = scripts[p.GivenName], scripts[p.FamilyName]
	}
	p.BirthCountry = p.Citizenships[0]
	p.Languages = append(slices.Clone(p.Languages), "it")
	p.Skills = []people.Skill{{Language: p.Languages[0], Level: "native", Literacy: people.Literacies[i%2]}, {Language: "it", Level: people.Levels[i%3]}}
	p.WritesIn, p.Channel, p.SafeNote = p.Languages[0], "message", "Meglio la mattina; non lasciare messaggi in segreteria."
	p.Reaches = []people.Reach{{Kind: "email", Value: fmt.Sprintf("persona%d@esempio.example", i+1), Safe: "yes"}}
	p.Address = people.Address{Street: fmt.Sprintf("Via dell'Esempio %d", 12+i), PostCode: "40121", Town: "Bologna"}
	if err := d.People.SavePerson(ctx, p, people.Parts...); err != nil {
		return err
	}
	if i > 2 {
		return nil
	}
	reasons := []string{"family_reasons", "subsidiary", "employed"}
	permit := people.Permit{PersonID: p.ID, State: people.InForce, Reason: reasons[i], Number: fmt.Sprintf("I%07d", 2419083+i*7919), Office: "Bologna",
		Issued: d.today().AddDays(-690), Expires: db.DateOf(d.start).AddDays(21 + 16*i)}
	if err := d.People.AddPermit(ctx, permit, crypto.Sending{}); err != nil {
		return err
	}
	return d.People.AddIdentifier(ctx, people.NewIdentifier{Identifier: people.Identifier{PersonID: p.ID, Scheme: people.Passport,
		Value: fmt.Sprintf("YA%07d", 4410277+i*6151), Country: p.Citizenships[0]}})
}

// almostGrown corrects the birth of a child, who is older than was written.
func (d *demo) almostGrown(ctx context.Context, p people.Person) error {
	day := db.DateOf(d.start.AddDate(-18, 0, 25))
	var err error
	if p.BirthDate, p.Birth, err = people.ParseBirth(string(day)); err != nil {
		return err
	}
	return d.People.SavePerson(ctx, p, people.Civil)
}

// namesApart tells whether no two of a household have the same name.
func namesApart(h *people.Household) bool {
	seen := map[string]bool{}
	for _, m := range h.Members {
		if seen[m.Person.Name()] {
			return false
		}
		seen[m.Person.Name()] = true
	}
	return true
}
