package people

import "tessuto/internal/platform/errs"

// PersonFacts is what is known of a person, as the API reads and writes it.
type PersonFacts struct {
	GivenName          string         `json:"given_name,omitempty" maxLength:"200" doc:"Given name; one of the two names is needed" example:"Amina"`
	FamilyName         string         `json:"family_name,omitempty" maxLength:"200" doc:"Family name" example:"Diallo"`
	GivenNameOriginal  string         `json:"given_name_original,omitempty" maxLength:"200" doc:"Given name in the person's own script" example:"أمينة"`
	FamilyNameOriginal string         `json:"family_name_original,omitempty" maxLength:"200" doc:"Family name in the person's own script"`
	FamilyNameFirst    bool           `json:"family_name_first,omitempty" doc:"The person says the family name first"`
	Sex                string         `json:"sex,omitempty" enum:"M,F,X" doc:"Sex as in the civil register; X is not disclosed; absent when nobody asked"`
	BirthDate          string         `json:"birth_date,omitempty" format:"date" doc:"Date of birth, as precise as birth_precision says; absent when unknown" example:"1990-03-12"`
	BirthPrecision     string         `json:"birth_precision,omitempty" enum:"day,month,year,unknown" doc:"How much of birth_date is known; day when it is left out and there is a date"`
	BirthDateCertain   bool           `json:"birth_date_certain,omitempty" doc:"A 1 January that is the true day; without it such a date counts as given by an office"`
	BirthCountry       string         `json:"birth_country,omitempty" maxLength:"3" doc:"Country of birth, ISO 3166-1 alpha-3"`
	BirthTown          string         `json:"birth_town,omitempty" maxLength:"100" doc:"Town of birth; a comune of Italy is recognised by its name"`
	Citizenships       []string       `json:"citizenships,omitempty" nullable:"false" maxItems:"5" doc:"ISO 3166-1 alpha-3 codes, the first counts in figures; XXA alone for a stateless person" example:"[\"SEN\"]"`
	Languages          []string       `json:"languages,omitempty" nullable:"false" maxItems:"10" doc:"BCP 47 tags of languages spoken" example:"[\"wo\",\"fr\"]"`
	LanguageSkills     []SkillFacts   `json:"language_skills,omitempty" nullable:"false" maxItems:"10" doc:"How well the person knows them"`
	WritesIn           string         `json:"preferred_language,omitempty" maxLength:"10" doc:"Language of messages to the person, BCP 47"`
	Phone              string         `json:"phone,omitempty" maxLength:"40" doc:"Phone number, the first to call"`
	SafeNote           string         `json:"safe_contact,omitempty" maxLength:"500" doc:"When and how to reach the person without risk"`
	Contacts           []ContactFacts `json:"contacts,omitempty" nullable:"false" maxItems:"10" doc:"Other ways to reach the person"`
	Channel            string         `json:"preferred_channel,omitempty" maxLength:"40" doc:"Code of the list contact_channel"`
	Address            *AddressFacts  `json:"address,omitempty" doc:"Where the person lives; absent when unknown"`
}

// SkillFacts is how well somebody knows a language, as the API writes it.
type SkillFacts struct {
	Language string `json:"language" maxLength:"10" doc:"One of languages"`
	Level    string `json:"level,omitempty" enum:"A1,A2,B1,B2,C1,C2,native" doc:"Level of the common European framework, or native"`
	Literacy string `json:"literacy,omitempty" enum:"full,reads,none" doc:"Whether the person reads and writes it"`
}

// ContactFacts is a further way to reach somebody, as the API writes it.
type ContactFacts struct {
	Kind  string `json:"kind" enum:"phone,email" doc:"What it is"`
	Value string `json:"value" maxLength:"200" doc:"The number or the address"`
	Safe  string `json:"safe,omitempty" enum:"yes,no" doc:"Whether nobody else reads or hears it; absent when nobody asked"`
	Note  string `json:"note,omitempty" maxLength:"500" doc:"What else there is to know of it"`
}

// AddressFacts is an address, as the API writes it. One that is protected is not
// given by the API.
type AddressFacts struct {
	Street   string `json:"street,omitempty" maxLength:"200" doc:"Street and number"`
	PostCode string `json:"post_code,omitempty" maxLength:"12" doc:"CAP"`
	Town     string `json:"town,omitempty" maxLength:"100" doc:"Town; a comune of Italy is recognised by its name"`
	Note     string `json:"note,omitempty" maxLength:"500" doc:"What else there is to know of it"`
}

// shown is how much of YYYY-MM-DD each precision keeps.
var shown = map[Precision]int{ByDay: 10, ByMonth: 7, ByYear: 4}

// person reads what was sent. A date without a precision is known by the day,
// and a precision without a date is refused.
func (f PersonFacts) person() (Person, error) {
	p := Person{Sex: f.Sex, Citizenships: f.Citizenships, Languages: f.Languages,
		Private: Private{GivenName: f.GivenName, FamilyName: f.FamilyName, GivenOriginal: f.GivenNameOriginal,
			FamilyOriginal: f.FamilyNameOriginal, FamilyFirst: f.FamilyNameFirst, BirthCertain: f.BirthDateCertain,
			BirthCountry: f.BirthCountry, BirthTown: f.BirthTown, WritesIn: f.WritesIn, Phone: f.Phone, SafeNote: f.SafeNote, Channel: f.Channel}}
	for _, s := range f.LanguageSkills {
		p.Skills = append(p.Skills, Skill(s))
	}
	for _, c := range f.Contacts {
		p.Reaches = append(p.Reaches, Reach(c))
	}
	if a := f.Address; a != nil {
		p.Address = Address{Street: a.Street, PostCode: a.PostCode, Town: a.Town, Note: a.Note}
	}
	precision := Precision(f.BirthPrecision)
	if precision == "" && f.BirthDate != "" {
		precision = ByDay
	}
	known := f.BirthDate[:min(len(f.BirthDate), shown[precision])]
	iso, birth, err := ParseBirth(known)
	if err != nil || known == "" && shown[precision] > 0 {
		return p, errs.Check{"birth_date": "person.birth_unreadable"}.Err()
	}
	p.BirthDate, p.Birth = iso, birth
	return p, nil
}

// personItem writes a person for the API. A date that is known in part begins
// its month or its year.
func personItem(p Person) PersonItem {
	item := PersonItem{ID: p.ID, PersonFacts: PersonFacts{GivenName: p.GivenName, FamilyName: p.FamilyName,
		GivenNameOriginal: p.GivenOriginal, FamilyNameOriginal: p.FamilyOriginal, FamilyNameFirst: p.FamilyFirst, Sex: p.Sex,
		BirthPrecision: string(p.Birth.Precision), BirthDateCertain: p.BirthCertain, BirthCountry: p.BirthCountry, BirthTown: p.BirthTown,
		Citizenships: p.Citizenships, Languages: p.Languages, WritesIn: p.WritesIn, Phone: p.Phone, SafeNote: p.SafeNote, Channel: p.Channel}}
	for _, s := range p.Skills {
		item.LanguageSkills = append(item.LanguageSkills, SkillFacts(s))
	}
	for _, r := range p.Reaches {
		item.Contacts = append(item.Contacts, ContactFacts(r))
	}
	if a := p.Address; a != (Address{}) {
		item.Address = &AddressFacts{a.Street, a.PostCode, a.Town, a.Note}
	}
	if n := shown[p.Birth.Precision]; n > 0 && len(p.BirthDate) == n {
		item.BirthDate = p.BirthDate + "0000-01-01"[n:]
	}
	return item
}

// FactsOf are what is known of a person, as they leave for another system. An address that
// is protected is not among them.
func FactsOf(p Person) PersonFacts { return personItem(p).PersonFacts }

// Newcomer reads what came from another system of somebody who may be registered.
func (f PersonFacts) Newcomer(relation string) (Newcomer, error) {
	p, err := f.person()
	return Newcomer{Person: p, Relation: relation}, err
}

// personLine is a person in a list: what tells them apart, and no more.
func personLine(p Person) PersonItem {
	p.Private = Private{GivenName: p.GivenName, FamilyName: p.FamilyName, BirthDate: p.BirthDate, Phone: p.Phone}
	return personItem(p)
}
