package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
)

// with gives a component its children.
func with(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// html is markup written by hand, in tests only.
func html(s string) templ.Component { return templ.Raw(s) }

// words are the sentences of the gallery, as areas would hand them in.
type words struct {
	title, lead, name, nameHint, nameError, notes, sex, tongues, day, file, save, goal, result, measure string
	people                                                                                              string
}

var italian = words{
	title: "Nuova segnalazione", lead: "Bastano il nome e il bisogno: il resto si aggiunge quando si sa.",
	name: "Nome e cognome", nameHint: "Come lo scrive la persona.", nameError: "Scrivi il nome",
	notes: "Bisogno espresso", sex: "Genere", tongues: "Lingue parlate", day: "Data di nascita", file: "Allegato",
	save: "Salva", goal: "Obiettivo", result: "Risultato", measure: "Indicatore", people: "Persone prese in carico",
}

var arabic = words{
	title: "إحالة جديدة", lead: "يكفي الاسم والحاجة، والباقي يضاف عند معرفته.",
	name: "الاسم واللقب", nameHint: "كما يكتبه الشخص.", nameError: "اكتب الاسم",
	notes: "الحاجة", sex: "الجنس", tongues: "اللغات", day: "تاريخ الميلاد", file: "مرفق",
	save: "حفظ", goal: "هدف", result: "نتيجة", measure: "مؤشر", people: "الأشخاص المتكفَّل بهم",
}

func wordsOf(lang string) words {
	if lang == "ar" {
		return arabic
	}
	return italian
}

// shell is a frame with everything in it.
func shell(path string) Shell {
	return Shell{
		Nav: []NavGroup{
			{Key: "ui.places", Items: []NavItem{{Key: "ui.menu", Href: "/today", Icon: "house"}}},
			{Key: "ui.search", Items: []NavItem{{Key: "ui.search", Href: "/people", Icon: "people", Current: true}, {Key: "ui.language", Href: "/network", Icon: "network"}}},
		},
		UserName: "Amina Rossi", OrgName: "Consorzio dei Servizi Sociali", RoleName: "Assistente sociale",
		Path: path, SignedIn: true, Langs: []string{"it", "en", "ar"}, Notice: "Salvato.", Undo: "/tasks/1/reopen", Demo: true,
	}
}

// in returns a context in a language, with a full frame.
func in(lang, path string) context.Context {
	return WithShell(i18n.With(context.Background(), lang), shell(path))
}

func page(w words) Page {
	return Page{Title: w.title, Lead: w.lead, Wide: true, Crumbs: []Crumb{{"Casi", "/cases"}, {"C-2026/17", "/cases/1"}}}
}

// gallery holds every component once and more.
func gallery(lang string) []templ.Component {
	w := wordsOf(lang)
	return []templ.Component{
		ErrorSummary("Controlla", map[string]string{"name": w.nameError, "sex": w.sex}, "name"),
		with(Panel(), galleryForm(w)),
		Stages([]Stage{{"Accoglienza", Done}, {"Valutazione", Done}, {"Piano", Current}, {"Interventi", Next}, {"Chiusura", Next}}),
		html("<h2>"), Bdi(w.people), html("</h2>"),
		Meter(MeterProps{Value: 1312, Target: 2000, Label: w.people}),
		Meter(MeterProps{Value: 40, Target: 40, Label: w.result, Text: "40 su 40, raggiunto"}),
		with(Alert(Warning, w.title), html("<p>"+w.lead+"</p>")), Alert(Info, w.lead), Alert(Danger, w.nameError),
		Badge(Success, "Attivo"), Badge(Warning, "In scadenza"), Badge(Danger, "Urgente"), Badge(Info, "Nuovo"), Badge(Neutral, "Chiuso"),
		with(Cards(),
			with(Card(CardProps{Title: w.people, Href: "/people", Icon: "people"}), html(`<p class="big">128</p><p class="soft">`+w.lead+`</p>`)),
			with(Card(CardProps{Title: w.result, Icon: "target", Level: 3}), html("<p>"+w.lead+"</p>")),
			with(Card(CardProps{Title: w.goal, Href: "/x"}), html("<p>"+w.lead+"</p>"))),
		Facts([]Pair{{Label: w.name, Value: "أمينة Rossi"}, {Label: w.day}, {Label: w.sex, Body: Badge(Neutral, "F")}}),
		galleryTable(w), Pager("/people?after=42"),
		Tree(w.goal, galleryTree(w)),
		Conflict(w.lead, ConflictProps{Mine: html("<p>A</p>"), Theirs: html("<p>B</p>"), Who: "Luca Bianchi", When: "5 marzo 2026, 10:24"}),
		Search(SearchProps{Name: "q", Label: w.name, Value: "am", Hint: w.nameHint, Action: "/people", Target: "#list"}),
		with(Menu(w.title), html(`<a href="/a">A</a>`)),
		with(Confirm(ConfirmProps{Label: w.save, Question: w.title + "?", Text: w.lead}), with(Form(FormProps{Action: "/x"}), SubmitDanger(w.save))),
		with(Empty(w.title, w.lead), LinkButton(w.save, "/new", "primary")),
		ErrorPage(404, w.title, w.lead, []string{w.name, w.notes}),
	}
}

func galleryForm(w words) templ.Component {
	langs := []Option{{Value: "it", Label: "Italiano"}, {Value: "ar", Label: "العربية", Hint: w.nameHint}, {Value: "ur", Label: "اردو"}}
	return with(Form(FormProps{Action: "/people", Once: "t0k3n", Version: 3}),
		with(Group(w.title),
			Input(Field{Name: "name", Label: w.name, Hint: w.nameHint, Error: w.nameError, Required: true, Autocomplete: "off", Max: 80}),
			with(Row(), DateInput(Field{Name: "born", Label: w.day, Value: "1990-04-02"}),
				Select(Field{Name: "country", Label: w.people, Value: "MAR"}, []Option{{Label: "–"}, {Value: "MAR", Label: "Marocco"}, {Value: "PAK", Label: "Pakistan"}}))),
		Radios(Field{Name: "sex", Label: w.sex, Value: "F", Error: w.nameError, Required: true}, []Option{{Value: "F", Label: "F"}, {Value: "M", Label: "M"}, {Value: "X", Label: "X"}}),
		Checks(Field{Name: "langs", Label: w.tongues, Values: []string{"ar"}, Hint: w.nameHint}, langs),
		TextArea(Field{Name: "notes", Label: w.notes, Value: "<b>x</b>", Rows: 3, Lang: "ar", Dir: "rtl"}),
		Input(Field{Name: "file", Label: w.file, Type: "file", Value: "never"}),
		with(Actions(), Submit(w.save), SubmitAs(w.save, "do", "later", "secondary"), LinkButton(w.title, "/people", "link")))
}

func galleryTable(w words) templ.Component {
	row := `<tr><th scope="row"><a href="/p/1">C-2026/17</a></th><td><bdi>أمينة Rossi</bdi></td><td class="num">1.312</td><td><a href="/p/1">` + w.save + `</a></td></tr>`
	return with(Table(TableProps{Caption: w.people, Head: []string{w.measure, w.name, w.result, ""}, Numeric: map[int]bool{2: true}}), html(row+row))
}

func galleryTree(w words) []TreeNode {
	leaf := func(code string, v int64) TreeNode {
		return TreeNode{Kind: w.measure, Code: code, Title: w.people, Href: "/i/" + code, Body: Meter(MeterProps{Value: v, Target: 120, Label: w.result})}
	}
	return []TreeNode{{Kind: w.goal, Code: "OS1", Title: w.lead, Children: []TreeNode{
		{Kind: w.result, Code: "R1", Title: w.title, Badge: "Attivo", Children: []TreeNode{
			{Kind: "WP", Code: "A1.1", Title: w.notes, Children: []TreeNode{leaf("I1", 30), leaf("I2", 120)}},
			{Kind: "WP", Code: "A1.2", Title: w.file, Children: []TreeNode{leaf("I3", 12)}},
		}},
		{Kind: w.result, Code: "R2", Title: w.people, Children: []TreeNode{{Kind: "WP", Code: "A2.1", Title: w.notes}}},
	}}}
}
