package app

import (
	"strings"

	"tessuto/internal/platform/policy"
	"tessuto/packs"
)

// demoDomain is where the demo accounts live; it is reserved for examples.
const demoDomain = "@demo.tessuto.example"

// demoPerson is somebody who works in the demo network.
type demoPerson struct {
	key, name, org string
	role           policy.Role
	profession     string
	listed         bool // offered on the sign-in page
}

// demoStaff is everybody. The first are the accounts the README names; the
// others make the programmes work.
var demoStaff = []demoPerson{
	{"sportello", "Giulia Ferrari", "comune_bologna", policy.DeskOperator, "desk_operator", true},
	{"assistente", "Anna Conti", "comune_bologna", policy.SocialWorker, "social_worker", true},
	{"mediatore", "Karim Haddad", "arcisolidarieta", policy.Mediator, "mediator", true},
	{"psicologo", "Paolo Greco", "asp_bologna", policy.Psychologist, "psychologist", true},
	{"emt", "Sara Bianchi", "gli_altri", policy.MobileTeam, "anthropologist", true},
	{"formatore", "Luca Marino", "co_e_so", policy.Trainer, "trainer", true},
	{"capofila", "Elena Rossi", "comune_bologna", policy.ProgrammeLead, "coordinator", true},
	{"partner", "Marta Gallo", "cadiai", policy.SocialWorker, "social_worker", true},
	{"regione", "Roberto Villa", "regione_lombardia", policy.Regional, "coordinator", true},
	{"valutatore", "Chiara Fontana", "kilowatt", policy.Evaluator, "", true},
	{"dpo", "Davide Serra", "comune_bologna", policy.DPO, "", true},
	{"admin", "Irene Costa", "comune_bologna", policy.Admin, "administrative", true},

	{"educatrice", "Silvia Neri", "cidas", policy.Educator, "educator", false},
	{"collega", "Matteo Riva", "comune_bologna", policy.SocialWorker, "social_worker", false},
	{"savio.sportello", "Laura Fabbri", "unione_valle_savio", policy.DeskOperator, "desk_operator", false},
	{"savio.assistente", "Andrea Zoli", "unione_valle_savio", policy.SocialWorker, "social_worker", false},
	{"savio.educatore", "Nadia Amati", "terzo_settore", policy.Educator, "educator", false},
	{"ravenna.sportello", "Monica Casadei", "comune_ravenna", policy.DeskOperator, "desk_operator", false},
	{"ravenna.assistente", "Fabio Ricci", "comune_ravenna", policy.SocialWorker, "social_worker", false},
	{"ravenna.psicologa", "Teresa Longo", "comune_ravenna", policy.Psychologist, "psychologist", false},
	{"bergamo.sportello", "Ilaria Locatelli", "pugno_aperto", policy.DeskOperator, "desk_operator", false},
	{"bergamo.assistente", "Simone Pesenti", "pugno_aperto", policy.SocialWorker, "social_worker", false},
	{"bergamo.mediatrice", "Fatou Diop", "ruah", policy.Mediator, "mediator", false},
	{"pistoia.sportello", "Bianca Innocenti", "sds_pistoiese", policy.DeskOperator, "desk_operator", false},
	{"pistoia.assistente", "Marco Bartoli", "sds_pistoiese", policy.SocialWorker, "social_worker", false},
	{"pistoia.educatore", "Leonardo Neri", "co_e_so", policy.Educator, "educator", false},
	{"pistoia.responsabile", "Rita Fedi", "sds_pistoiese", policy.SocialWorker, "coordinator", false},
	{"pistoia.madiba", "Omar Cecchi", "arci_madiba", policy.Educator, "educator", false},
	{"bologna.tavolo", "Carla Monti", "asp_bologna", policy.SocialWorker, "social_worker", false},
	{"grosseto.sportello", "Alice Tosi", "sds_grosseto", policy.DeskOperator, "desk_operator", false},
	{"grosseto.assistente", "Franca Bini", "sds_grosseto", policy.SocialWorker, "social_worker", false},
	{"grosseto.educatore", "Nico Vanni", "sds_grosseto", policy.Educator, "educator", false},
}

// demoCovers are the programmes of which somebody reads records and full
// figures; nobody else does of any.
var demoCovers = map[string]string{"capofila": strings.Join(packs.Codes, " "), "valutatore": "reboot"}

// DemoAccounts are those that the sign-in page offers.
func DemoAccounts() []DemoAccount {
	var out []DemoAccount
	for _, p := range demoStaff {
		if p.listed {
			out = append(out, DemoAccount{Email: p.key + demoDomain, Name: p.name, RoleKey: "role." + string(p.role)})
		}
	}
	return out
}

// demoCrew is who works for a programme in the demo, and where the work
// belongs.
type demoCrew struct {
	programme          string
	desk, worker       string
	team               []demoMate
	deskName           string
	deskActivity       string
	caseActivities     []string
	workActivities     []string // of interventions; empty takes the case's own
	mediator, language string
	mediation          string // the activity of mediation
	families           int
	past               int    // families of the months that the source speaks of
	from, to           string // those months; empty when the source names none
	contacts           int    // at the desk, beside those of the families
}

type demoMate struct {
	key     string
	mandate string
}

var demoCrews = []demoCrew{
	{programme: "reboot", desk: "sportello", worker: "assistente",
		team:     []demoMate{{"psicologo", "psychologist"}, {"educatrice", "educator"}},
		deskName: "Sportello sociale Navile", deskActivity: "2.1", caseActivities: []string{"3.2"},
		mediator: "mediatore", language: "ar", families: 9, contacts: 14, past: 8, from: "2020-03-16", to: "2022-03-31"},
	{programme: "intarsi", desk: "savio.sportello", worker: "savio.assistente",
		team:     []demoMate{{"savio.educatore", "educator"}},
		deskName: "Sportello dell'Unione", caseActivities: []string{"2.5"}, workActivities: []string{"2.2", "2.3"},
		families: 7, contacts: 4, past: 5, from: "2020-11-30", to: "2022-11-30"},
	{programme: "becomer", desk: "ravenna.sportello", worker: "ravenna.assistente",
		team:     []demoMate{{"ravenna.psicologa", "psychologist"}},
		deskName: "Punto di ascolto", deskActivity: "2.1", caseActivities: []string{"2.2", "2.2", "2.4", "2.2"},
		workActivities: []string{"2.3"}, families: 6, contacts: 6, past: 5, from: "2020-11-30", to: "2022-11-30"},
	{programme: "labimpact", desk: "bergamo.sportello", worker: "bergamo.assistente",
		deskName: "Sportello FAMI", deskActivity: "2.1", caseActivities: []string{"2.2"},
		mediator: "bergamo.mediatrice", language: "fr", mediation: "2.5", families: 6, contacts: 24},
	{programme: "fasi", desk: "pistoia.sportello", worker: "pistoia.assistente",
		team:     []demoMate{{"emt", "facilitator"}, {"pistoia.educatore", "educator"}},
		deskName: "Sportello della Società della Salute", caseActivities: []string{"2.3", "2.1"},
		workActivities: []string{"2.3"}, families: 7, contacts: 4},
	{programme: "weita", desk: "grosseto.sportello", worker: "grosseto.assistente",
		team:     []demoMate{{"grosseto.educatore", "educator"}},
		deskName: "Sportello Infoimmigrati", caseActivities: []string{"3.2", "3.2", "3.2", "3.1"}, families: 13, contacts: 8},
}
