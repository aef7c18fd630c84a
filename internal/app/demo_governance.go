package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/i18n"
)

// demoBody is who sits in a body that a pack declares, and how it met. The people
// are made up; so is that they met, but for what a source speaks of.
type demoBody struct {
	programme, code string
	members         []demoMember
	meetings        []demoMeeting
}

// demoMember is somebody of the demo's staff, or by name somebody from outside.
type demoMember struct{ key, name, seat, task string }

// demoMeeting is a meeting on a day of the months that the source speaks of, or so
// many days before the start of the demo; after it when negative.
type demoMeeting struct {
	day       string
	ago       int
	hour      int
	remote    bool
	absent    []string  // keys of the staff, excused
	guest     [2]string // a name, and where from
	guests    []string  // operators of the network
	agenda    string
	minutes   string // confirmed; empty: not written yet
	decisions []demoDecision
	cancelled string // reason
	note      string
}

type demoDecision struct {
	text, who string // key of the staff
	days      int    // to do so many days after the meeting
}

const demoNotice = 10 // days between a convocation and its meeting

var demoBodies = []demoBody{
	{programme: "fasi", code: "cabina_di_regia",
		members: []demoMember{{key: "pistoia.responsabile", seat: "1", task: "chair"}, {key: "emt", seat: "2"}, {key: "formatore", seat: "3"},
			{key: "pistoia.madiba", seat: "4"}, {name: "Ottavia Lenzi", seat: "5"}, {key: "pistoia.educatore", seat: "6", task: "secretary"}},
		meetings: []demoMeeting{
			{ago: 120, hour: 10, agenda: "Avvio delle quattro azioni\nCalendario dei tavoli", minutes: "Si condividono le quattro azioni e chi le segue. I tavoli partono dai servizi che incontrano più famiglie.",
				decisions: []demoDecision{{"Convocare il primo tavolo di lavoro con i servizi della zona", "pistoia.educatore", 20}}},
			{ago: 75, hour: 10, remote: true, absent: []string{"formatore"}, agenda: "Bisogni raccolti dai servizi", minutes: "Dai servizi arrivano soprattutto bisogni legati alla casa. Si decide di dare più ore all'équipe mobile."},
			{ago: 26, hour: 15, absent: []string{"emt"}, agenda: "Percorsi abitativi\nFormazione", minutes: "Si esaminano i percorsi avviati, senza nomi. La formazione parte dai bisogni raccolti.",
				decisions: []demoDecision{{"Preparare la proposta di formazione sui casi complessi", "formatore", 30}}},
			{ago: -9, hour: 10, agenda: "Andamento delle azioni\nVerifica delle decisioni"}}},
	{programme: "fasi", code: "tavoli",
		members: []demoMember{{key: "pistoia.responsabile", task: "chair"}, {key: "pistoia.assistente"}, {key: "emt"}},
		meetings: []demoMeeting{
			{ago: 98, hour: 14, guests: []string{"pistoia.sportello"}, guest: [2]string{"Franco Pieri", "Questura, ufficio immigrazione"}, agenda: "Accesso ai servizi", minutes: "Si confrontano i percorsi di accesso e i tempi degli uffici."},
			{ago: 3, hour: 14, agenda: "Mediazione nei servizi"}}},
	{programme: "fasi", code: "focus_group",
		members: []demoMember{{key: "pistoia.educatore", task: "chair"}},
		meetings: []demoMeeting{{ago: 60, hour: 9, guests: []string{"pistoia.assistente", "pistoia.sportello"}, agenda: "Che cosa serve a chi lavora con le famiglie",
			minutes: "Gli operatori chiedono confronto sui casi e tempo per lavorare in gruppo."}}},
	{programme: "reboot", code: "tavolo_marginalita",
		members: []demoMember{{key: "bologna.tavolo", task: "chair"}, {key: "collega"}, {key: "partner"}},
		meetings: []demoMeeting{
			{day: "2020-10-14", hour: 11, remote: true, agenda: "Avvio del tavolo", minutes: "Il tavolo si avvia online. Ogni ente dice quali servizi tiene aperti."},
			{day: "2021-06-09", hour: 11, absent: []string{"partner"}, agenda: "Uscite dall'accoglienza", minutes: "Si guardano le uscite dell'estate e chi le accompagna."},
			{ago: 110, hour: 11, agenda: "Servizi a bassa soglia", minutes: "I servizi a bassa soglia raccontano chi incontrano. Si concorda un modo comune di orientare."},
			{ago: 48, hour: 11, remote: true, absent: []string{"partner"}, agenda: "Uscite dall'accoglienza", minutes: "Si guardano le uscite dei prossimi mesi e i posti disponibili.",
				decisions: []demoDecision{{"Raccogliere i posti disponibili per l'inverno", "collega", 40}}}}},
	{programme: "intarsi", code: "rete_regionale",
		members: []demoMember{{key: "savio.assistente", task: "chair"}, {key: "savio.educatore"}, {key: "ravenna.assistente"}},
		meetings: []demoMeeting{{day: "2020-12-03", hour: 10, remote: true, agenda: "Avvio della formazione", minutes: "La formazione è cominciata: si raccolgono le iscrizioni degli enti."},
			{ago: 90, hour: 10, remote: true, agenda: "Percorsi di formazione", minutes: "I capoluoghi scelgono i percorsi di formazione da attivare per primi."},
			{ago: 30, hour: 10, remote: true, agenda: "Inserimento al lavoro", minutes: "Si confrontano gli inserimenti avviati nei territori."}}},
	{programme: "becomer", code: "rete_regionale",
		members: []demoMember{{key: "ravenna.assistente", task: "chair"}, {key: "ravenna.psicologa"}, {key: "savio.assistente"}},
		meetings: []demoMeeting{{ago: 84, hour: 12, remote: true, agenda: "Formazione e sperimentazioni", minutes: "Si presentano le sperimentazioni dei servizi."},
			{ago: 35, hour: 12, agenda: "Reti provinciali", minutes: "Ogni provincia dice quali enti ha coinvolto."}}},
	{programme: "labimpact", code: "tavolo_rete",
		members: []demoMember{{key: "bergamo.assistente", task: "chair"}, {key: "bergamo.sportello"}},
		meetings: []demoMeeting{
			{day: "2020-03-25", hour: 9, agenda: "Laboratori motivazionali", cancelled: "health_emergency", note: "Attività sospese per il Covid-19."},
			{day: "2020-06-10", hour: 9, remote: true, agenda: "Attività riprogettate online", minutes: "Si passa online dove è possibile; i laboratori nelle scuole restano sospesi."},
			{ago: 130, hour: 9, agenda: "Sportello e laboratori nelle scuole", minutes: "Si fissano i giorni dello sportello e dei laboratori."},
			{ago: 40, hour: 9, agenda: "Mappa delle associazioni", minutes: "Si guarda la mappa delle associazioni e si scelgono gli incontri da fare."}}},
	{programme: "weita", code: "tavolo_interistituzionale",
		members: []demoMember{{key: "grosseto.assistente", task: "chair"}, {key: "grosseto.educatore"}, {key: "grosseto.sportello"}},
		meetings: []demoMeeting{
			{ago: 100, hour: 10, guest: [2]string{"Lidia Sarti", "Prefettura"}, agenda: "Strategia locale pubblico-privata", minutes: "Si condivide come lavorare insieme per le famiglie straniere dei venti Comuni."},
			{ago: 44, hour: 10, agenda: "Emergenza abitativa", minutes: "Si concordano i passi per le famiglie in emergenza abitativa.",
				decisions: []demoDecision{{"Scrivere la procedura comune per l'emergenza abitativa", "grosseto.assistente", 45}}}}},
}

// govern lets the bodies of the programmes be composed and meet.
func (d *demo) govern(ctx context.Context) error {
	for _, b := range demoBodies {
		if err := d.body(ctx, b); err != nil {
			return fmt.Errorf("%s of %s: %w", b.code, b.programme, err)
		}
	}
	return nil
}

// on sets the clock to an hour of a day so many days before the start. What is to
// come stays in the present.
func (d *demo) on(daysAgo, hour, minute int) time.Time {
	day := d.start.AddDate(0, 0, -daysAgo)
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, i18n.Rome)
	d.now = at
	if d.now.After(d.start) {
		d.now = d.start
	}
	return at
}

func (d *demo) body(ctx context.Context, b demoBody) error {
	lead, first := d.as(ctx, "capofila"), 0
	b.meetings = slices.Clone(b.meetings)
	for i := range b.meetings {
		if mt := &b.meetings[i]; mt.day != "" {
			mt.ago = d.daysAgo(mt.day)
		}
		first = max(first, b.meetings[i].ago)
	}
	d.on(first+2*demoNotice, 9, 0)
	list, err := d.Governance.Bodies(lead, b.programme)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c governance.Card) bool { return c.Code == b.code })
	if i < 0 {
		return fmt.Errorf("no such body")
	}
	id := list[i].ID
	for _, mb := range b.members {
		n := governance.NewMember{AccountID: d.staff[mb.key].AccountID, Name: mb.name, Seat: mb.seat, Task: mb.task, From: d.today()}
		if n.Task == "" {
			n.Task = governance.Tasks[0]
		}
		if err := d.Governance.AddMember(lead, id, n); err != nil {
			return err
		}
	}
	for _, mt := range b.meetings {
		if err := d.meeting(ctx, b, id, mt); err != nil {
			return err
		}
	}
	return nil
}

// meeting is convened, filled in and confirmed by the first member.
func (d *demo) meeting(ctx context.Context, b demoBody, body string, mt demoMeeting) error {
	as := d.as(ctx, b.members[0].key)
	begins := d.on(mt.ago, mt.hour, 0)
	n := governance.Draft{Agenda: mt.agenda, Session: attendance.Session{StartsAt: begins, EndsAt: begins.Add(2 * time.Hour), Mode: ledger.InPerson, Place: "Sede dell'ente referente, sala riunioni"}}
	if mt.remote {
		n.Session.Mode, n.Session.Place = ledger.Remote, ""
	}
	d.on(mt.ago+demoNotice, 9, 0)
	id, err := d.Governance.Convene(as, body, n)
	if err != nil {
		return err
	}
	if mt.cancelled != "" {
		d.on(mt.ago+2, 12, 0)
		return d.Governance.Cancel(as, id, mt.cancelled, mt.note)
	}
	if mt.minutes == "" {
		return nil
	}
	if d.on(mt.ago, mt.hour+2, 30); d.now.Before(begins) {
		return nil
	}
	if err := d.presences(as, id, mt); err != nil {
		return err
	}
	return d.confirm(as, id, mt)
}

func (d *demo) presences(ctx context.Context, id string, mt demoMeeting) error {
	f, err := d.Governance.Meeting(ctx, id)
	if err != nil {
		return err
	}
	marks := map[string]attendance.Mark{}
	for _, r := range f.Rows {
		mark := attendance.Mark{State: attendance.Present, Mode: f.Session.Mode, Minutes: f.Session.Minutes()}
		if slices.ContainsFunc(mt.absent, func(key string) bool { return d.staff[key].AccountID == r.Subject.ID }) {
			mark = attendance.Mark{State: attendance.Excused}
		}
		marks[attendance.Field(r.Subject)] = mark
	}
	if err := d.Governance.SavePresence(ctx, id, marks, "", f.Session.Version); err != nil {
		return err
	}
	guests := []governance.NewGuest{}
	for _, key := range mt.guests {
		guests = append(guests, governance.NewGuest{AccountID: d.staff[key].AccountID})
	}
	if mt.guest[0] != "" {
		guests = append(guests, governance.NewGuest{Name: mt.guest[0], From: mt.guest[1]})
	}
	for _, g := range guests {
		g.Mode = f.Session.Mode
		if err := d.Governance.AddGuest(ctx, id, g); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) confirm(ctx context.Context, id string, mt demoMeeting) error {
	d.now = d.now.Add(time.Hour)
	var decisions []governance.Decision
	for _, dec := range mt.decisions {
		decisions = append(decisions, governance.Decision{Text: dec.text, Who: governance.ByAccount(d.staff[dec.who].AccountID), Due: d.today().AddDays(dec.days)})
	}
	f, err := d.Governance.Meeting(ctx, id)
	if err != nil {
		return err
	}
	return d.Governance.Confirm(ctx, id, mt.minutes, decisions, f.Version)
}
