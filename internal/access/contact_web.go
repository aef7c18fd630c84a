package access

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/people"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the desk and of the appointments.
func (m *Module) Routes() []web.Route {
	return append([]web.Route{
		{Method: "GET", Pattern: "/desk", Permission: policy.ContactRecord, Handler: m.getDesk},
		{Method: "POST", Pattern: "/desk", Permission: policy.ContactRecord, Handler: m.postDesk},
		{Method: "GET", Pattern: "/contacts", Permission: policy.ContactRead, Handler: m.getContacts},
		{Method: "GET", Pattern: "/contacts/{id}", Permission: policy.ContactRead, Record: policy.Contact, Handler: m.getContact},
	}, m.appointmentRoutes()...)
}

func (m *Module) getDesk(w http.ResponseWriter, r *http.Request) error {
	desks, err := m.Desks(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, deskPage(blankDesk(desks, db.DateOf(m.db.Now()))))
}

func (m *Module) postDesk(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	desks, err := m.Desks(ctx)
	if err != nil {
		return err
	}
	d, named := readDesk(f, desks), f.Text("save") != saveAnonymous
	if d.more {
		return m.showDesk(w, r, d, nil)
	}
	var id string
	if err = d.check(named, db.DateOf(m.db.Now())); err == nil {
		id, err = m.SaveContact(ctx, d.contact(named, f.Sent()))
	}
	if web.Fixable(err) {
		return m.showDesk(w, r, d, err)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/contacts/"+id, d.notice(named))
}

// showDesk shows the page again with what was typed, what has to be mended, and
// whom the desk may know.
func (m *Module) showDesk(w http.ResponseWriter, r *http.Request, d deskForm, refused error) (err error) {
	ctx := r.Context()
	code := http.StatusOK
	if refused != nil {
		code, d.problems = web.Status(refused), web.Problems(ctx, refused)
	}
	if people.WasSaved(refused) {
		d.once, d.savedBefore, d.problems = db.NewID(), true, nil
	}
	if d.match, err = m.people.Matches(ctx, d.first, d.chosen); err != nil {
		return err
	}
	d.match.Problem, d.match.Contact = d.problems["person_id"], d.askContact
	return web.Show(w, r, code, deskPage(d))
}

// contactsPage is how many contacts a page lists.
const contactsPage = 50

// contactsView is the list of contacts as it is shown.
type contactsView struct {
	page  []Contact
	total int
	next  string // address of the next page
}

func (m *Module) getContacts(w http.ResponseWriter, r *http.Request) error {
	page, total, err := m.Contacts(r.Context(), r.URL.Query().Get("before"), contactsPage+1)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, contactList(pageOf(page, total)))
}

// pageOf makes the view of contacts that were asked for with one more than a
// page holds: the one more tells that there is a next page.
func pageOf(found []Contact, total int) contactsView {
	v := contactsView{page: found, total: total}
	if len(found) > contactsPage {
		v.page = found[:contactsPage]
		v.next = "/contacts?before=" + v.page[contactsPage-1].ID
	}
	return v
}

// contactView is one contact as the page shows it.
type contactView struct {
	*Contact
	person *people.Person // nil without a name, and when it is not the reader's
}

func (m *Module) getContact(w http.ResponseWriter, r *http.Request) error {
	c, err := m.Contact(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	person, err := m.openPerson(r.Context(), c.PersonID)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, contactPage(contactView{c, person}))
}

// openPerson returns a person, or nil when they are not open to the actor: the
// page then says nothing of them.
func (m *Module) openPerson(ctx context.Context, id string) (*people.Person, error) {
	if id == "" || !policy.From(ctx).May(policy.PersonRead) {
		return nil, nil
	}
	p, err := m.people.Person(ctx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	return p, err
}

// requestWords writes what a contact was about.
func requestWords(ctx context.Context, c *Contact) string {
	var out []string
	for _, o := range codelist.Options(ctx, RequestList, c.On, c.Requests...) {
		if slices.Contains(c.Requests, o.Value) {
			out = append(out, o.Label)
		}
	}
	return strings.Join(out, ", ")
}

// saidWords writes what somebody without a name has said of themselves.
func saidWords(ctx context.Context, c *Contact) string {
	var out []string
	if c.Said.Sex != "" {
		out = append(out, people.SexWord(ctx, c.Said.Sex))
	}
	if c.Said.AgeClass != "" {
		out = append(out, i18n.T(ctx, "contact.age_class", "Class", c.Said.AgeClass))
	}
	if c.Said.Citizenship != "" {
		out = append(out, people.CountryName(ctx, c.Said.Citizenship))
	}
	return strings.Join(out, ", ")
}
