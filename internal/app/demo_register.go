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

// arabic are how a few of the made-up people write their names.
var arabic = map[string]string{"Fatima": "فاطمة", "Khadija": "خديجة", "Samira": "سميرة", "Nadia": "نادية", "Rania": "رانية", "Hala": "هالة", "Amal": "أمل",
	"Leila": "ليلى", "Ines": "إيناس", "Salma": "سلمى", "El Amrani": "العمراني", "Benali": "بنعلي", "Idrissi": "الإدريسي", "Tazi": "التازي", "Haddad": "حداد",
	"Khoury": "خوري", "Al Masri": "المصري", "Trabelsi": "الطرابلسي", "Jaziri": "الجزيري", "Mansour": "منصور"}

// register deepens what is written of some of the families that Bologna follows: a
// name in its own script, a permit that soon ends, a couple that has separated, a
// child who comes of age.
func (d *demo) register(ctx context.Context, open []cases.File) error {
	d.now = d.start.AddDate(0, 0, -3)
	var couple, grown bool
	for i, f := range open {
		if i < 4 {
			if err := d.known(ctx, f.Household.Reference(), i); err != nil {
				return err
			}
		}
		if spouse := slices.IndexFunc(f.Household.Members, func(m people.Member) bool { return m.Relation == "2" }); spouse > 0 && !couple && i > 3 {
			couple = true
			_, err := d.People.LeaveHousehold(ctx, people.Leaving{Household: f.HouseholdID, Persons: []string{f.Household.Members[spouse].PersonID},
				On: d.today().AddDays(-6), Reason: "separation", Together: true})
			if err != nil {
				return err
			}
		}
		if child := slices.IndexFunc(f.Household.Members, func(m people.Member) bool { return m.Relation == people.Child }); child > 0 && !grown && i > 1 {
			grown = true
			if err := d.almostGrown(ctx, f.Household.Members[child].Person); err != nil {
				return err
			}
		}
	}
	if !couple || !grown {
		return fmt.Errorf("no couple (%v) or no child (%v) among %d cases", couple, grown, len(open))
	}
	return nil
}

// known writes more of a person: each a little less than the one before.
func (d *demo) known(ctx context.Context, p people.Person, i int) error {
	p.GivenOriginal, p.FamilyOriginal = arabic[p.GivenName], arabic[p.FamilyName]
	if p.GivenOriginal == "" || p.FamilyOriginal == "" {
		p.GivenOriginal, p.FamilyOriginal = "", ""
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
