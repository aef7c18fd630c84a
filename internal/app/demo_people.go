package app

import (
	"fmt"
	"math/rand/v2"

	"tessuto/internal/people"
)

// demoOrigin gives names and a language to made-up people.
type demoOrigin struct {
	country, language    string
	women, men, surnames []string
}

var demoOrigins = []demoOrigin{
	{"NGA", "en", []string{"Blessing", "Grace", "Joy", "Favour"}, []string{"Emmanuel", "Samuel", "Victor"}, []string{"Okafor", "Adeyemi", "Osagie", "Eze"}},
	{"MAR", "ar", []string{"Fatima", "Khadija", "Samira", "Nadia"}, []string{"Youssef", "Hassan", "Rachid"}, []string{"El Amrani", "Benali", "Idrissi", "Tazi"}},
	{"BGD", "bn", []string{"Nasrin", "Shirin", "Taslima"}, []string{"Rafiq", "Kamal", "Arif"}, []string{"Hossain", "Rahman", "Akter", "Islam"}},
	{"PAK", "ur", []string{"Ayesha", "Zainab", "Saima"}, []string{"Imran", "Bilal", "Usman"}, []string{"Khan", "Ahmed", "Malik", "Butt"}},
	{"SYR", "ar", []string{"Rania", "Hala", "Amal"}, []string{"Omar", "Khaled", "Sami"}, []string{"Haddad", "Khoury", "Al Masri"}},
	{"UKR", "uk", []string{"Olena", "Iryna", "Kateryna"}, []string{"Andriy", "Oleh"}, []string{"Kovalenko", "Shevchenko", "Bondar"}},
	{"SEN", "wo", []string{"Aminata", "Mariama", "Awa"}, []string{"Mamadou", "Ibrahima", "Cheikh"}, []string{"Diop", "Ndiaye", "Fall", "Sow"}},
	{"ALB", "sq", []string{"Mirela", "Elira", "Drita"}, []string{"Arben", "Ilir"}, []string{"Hoxha", "Gjoka", "Leka"}},
	{"SOM", "so", []string{"Hodan", "Ayaan", "Fadumo"}, []string{"Abdi", "Yusuf"}, []string{"Warsame", "Farah", "Abdullahi"}},
	{"ERI", "ti", []string{"Selam", "Feven", "Luwam"}, []string{"Filmon", "Yonas"}, []string{"Tesfay", "Gebre", "Haile"}},
	{"TUN", "ar", []string{"Leila", "Ines", "Salma"}, []string{"Walid", "Mehdi"}, []string{"Trabelsi", "Jaziri", "Mansour"}},
	{"PER", "es", []string{"Rosa", "Carmen", "Milagros"}, []string{"Luis", "Jorge"}, []string{"Quispe", "Mamani", "Flores"}},
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// demoFamily makes up a household: an adult, maybe a second, and children.
func demoFamily(r *rand.Rand, year int) []people.Newcomer {
	o := pick(r, demoOrigins)
	surname := pick(r, o.surnames)
	one := func(given, sex string, born int, relation string) people.Newcomer {
		n := people.Newcomer{Relation: relation}
		n.GivenName, n.FamilyName, n.Sex = given, surname, sex
		n.Citizenships, n.Languages = []string{o.country}, []string{o.language}
		n.BirthDate, n.Birth, _ = people.ParseBirth(fmt.Sprintf("%04d-%02d-%02d", born, 1+r.IntN(12), 1+r.IntN(28)))
		return n
	}
	mother := one(pick(r, o.women), "F", year-23-r.IntN(20), people.ReferencePerson)
	mother.Phone = fmt.Sprintf("3%02d %07d", 20+r.IntN(70), r.IntN(10_000_000))
	family := []people.Newcomer{mother}
	if r.IntN(10) < 4 {
		family = append(family, one(pick(r, o.men), "M", year-25-r.IntN(22), "2"))
	}
	for range 1 + r.IntN(3) {
		if r.IntN(2) == 0 {
			family = append(family, one(pick(r, o.women), "F", year-1-r.IntN(16), people.Child))
		} else {
			family = append(family, one(pick(r, o.men), "M", year-1-r.IntN(16), people.Child))
		}
	}
	return family
}

// demoPassers are people who came to a desk and left a name, or none.
func demoPasser(r *rand.Rand, year int) people.Newcomer {
	o := pick(r, demoOrigins)
	n := people.Newcomer{Relation: people.ReferencePerson}
	n.GivenName, n.FamilyName, n.Sex = pick(r, o.women), pick(r, o.surnames), "F"
	if r.IntN(2) == 0 {
		n.GivenName, n.Sex = pick(r, o.men), "M"
	}
	n.Citizenships, n.Languages = []string{o.country}, []string{o.language}
	n.BirthDate, n.Birth, _ = people.ParseBirth(fmt.Sprint(year - 18 - r.IntN(45)))
	return n
}

// What the demo's people ask, answer, agree and do: made up, and neutral.
var (
	demoAsked = []string{"Chiede informazioni sulla casa: il contratto scade tra pochi mesi.",
		"Vuole iscrivere i figli a scuola.", "Cerca un corso di italiano vicino a casa.",
		"Chiede come prenotare una visita per il bambino.", "Ha ricevuto una lettera che non capisce.",
		"Cerca lavoro e chiede chi può aiutarla con il curriculum."}
	demoAnswered = []string{"Spiegato come fare e quali documenti servono.", "Compilata insieme la domanda.",
		"Chiamato il servizio e fissato un incontro.", "Consegnato il foglio informativo nella sua lingua."}
	demoNeeds = []string{"La famiglia conosce i servizi del quartiere ma fatica con la lingua.",
		"Entrate irregolari; serve un piano per le spese.", "La madre ha esperienza di lavoro e vuole riprendere.",
		"I figli frequentano la scuola; uno ha bisogno di sostegno nello studio.",
		"L'alloggio è piccolo per il nucleo.", "C'è una rete di connazionali, pochi altri contatti."}
	demoObjectives = []string{"Una casa stabile per la famiglia", "Parlare italiano al livello A2",
		"Un lavoro che dia un'entrata regolare", "I figli vanno bene a scuola"}
	// demoActions are what the services and the family do for each of demoObjectives.
	demoActions = [][2][]string{
		{{"Preparare la domanda di alloggio", "Chiamare l'agenzia per la casa"}, {"Raccogliere i documenti per la domanda", "Vedere due alloggi"}},
		{{"Prenotare il test di livello", "Sentire la scuola per adulti"}, {"Iscriversi al corso di italiano", "Frequentare il corso della sera"}},
		{{"Preparare il curriculum insieme", "Fissare l'incontro al centro per l'impiego"}, {"Incontrare il centro per l'impiego", "Portare il titolo di studio"}},
		{{"Parlare con la scuola", "Cercare un doposcuola"}, {"Andare ai colloqui con gli insegnanti", "Accompagnare i figli al doposcuola"}},
	}
	demoNotes = []string{"Colloquio allo sportello: visto come procede il piano.", "Visita sul territorio con la famiglia.",
		"Accompagnamento all'ufficio.", "Telefonata per preparare l'incontro.", "Incontro con la scuola."}
)
