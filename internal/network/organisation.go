package network

import (
	"context"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Organisation is a body that works in the network. All of it is public, and
// nothing of it is about a person.
type Organisation struct {
	ID          string
	Code        string // by which packs name it
	Name        string
	Kind        string
	TerritoryID string
	Assumed     bool
	TaxCode     string // codice fiscale: eleven digits
	IPACode     string // in the index of public bodies
	Address     string
	Email       string
	Phone       string
	Website     string
	From, To    db.Date // To is the first day on which it works here no more
	// ApprovesAlone lets who writes a plan approve it, as long as the body has one
	// social worker (safeguards, 10).
	ApprovesAlone bool
	Version       int
}

// OrganisationKinds are the kinds of bodies. An authority sits at tables and
// opens no record (safeguards, 7).
var OrganisationKinds = append([]string{"municipality", "union_of_municipalities", "social_district", "health_and_social_consortium",
	"public_service_company", "public_service", "health_company", "region", "municipal_association", "social_cooperative",
	"cooperative", "association", "foundation", "religious_body", "third_sector", "school", "university", "research_body",
	policy.Authority, "other"}, policy.DiscreetKinds...)

// Check reports what is wrong with an organisation.
func (o *Organisation) Check() error {
	c := errs.Check{}
	c.That(o.Name != "", "name", "error.field_required")
	c.That(slices.Contains(OrganisationKinds, o.Kind), "kind", "error.field_choice")
	c.That(o.TaxCode == "" || ValidTaxCode(o.TaxCode), "tax_code", "organisation.tax_code_wrong")
	c.That(o.IPACode == "" || ipaCode.MatchString(o.IPACode), "ipa_code", "organisation.ipa_code_wrong")
	c.That(o.Email == "" || validEmail(o.Email), "email", "account.email_wrong")
	c.That(o.Website == "" || validSite(o.Website), "website", "organisation.website_wrong")
	c.That(o.To == "" || o.To > o.From, "to", "organisation.to_before_from")
	for field, text := range map[string]string{"name": o.Name, "address": o.Address, "email": o.Email, "phone": o.Phone, "website": o.Website} {
		c.That(errs.Fits(text, maxName), field, "error.field_long")
	}
	return c.Err()
}

func validEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

func validSite(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// Works tells whether it works in the network on a day.
func (o *Organisation) Works(on db.Date) bool { return o.From <= on && (o.To == "" || o.To > on) }

// EnsureOrganisation returns the id of the organisation of that code, and
// writes it when new. What one source names is not assumed any more.
func (m *Module) EnsureOrganisation(ctx context.Context, tx *db.Tx, network string, o Organisation) (string, error) {
	id, err := organisationByCode(ctx, tx, network, o.Code)
	switch {
	case errs.CodeOf(err) == errs.NotFound:
		o.ID = db.NewID()
		return o.ID, insertOrganisation(ctx, tx, network, o)
	case err == nil && !o.Assumed:
		err = knownOrganisation(ctx, tx, network, id)
	}
	return id, err
}

// OrganisationID returns the id of the organisation of that code, or NotFound.
func (m *Module) OrganisationID(ctx context.Context, tx *db.Tx, network, code string) (string, error) {
	return organisationByCode(ctx, tx, network, code)
}

// Organisation returns the name and kind of an organisation: what an actor
// shows of where they work.
func (m *Module) Organisation(ctx context.Context, tx *db.Tx, network, id string) (name, kind string, err error) {
	o, err := organisationByID(ctx, tx, network, id)
	return o.Name, o.Kind, err
}

// OrganisationCode returns the code by which packs name an organisation.
func (m *Module) OrganisationCode(ctx context.Context, tx *db.Tx, network, id string) (string, error) {
	o, err := organisationByID(ctx, tx, network, id)
	return o.Code, err
}

// Organisations lists the organisations of the actor's network, by code.
func (m *Module) Organisations(ctx context.Context, tx *db.Tx) ([]Organisation, error) {
	return organisationsOf(ctx, tx, policy.From(ctx).Network)
}

// Territory returns the id of the territory in which an organisation works, or
// empty: what the ledger keeps of where work was done.
func (m *Module) Territory(ctx context.Context, tx *db.Tx, network, orgID string) (string, error) {
	o, err := organisationByID(ctx, tx, network, orgID)
	return o.TerritoryID, err
}

// AddOrganisation writes a body that begins to work in the network. The same form
// sent twice returns the first.
func (m *Module) AddOrganisation(ctx context.Context, o Organisation, sent crypto.Sending) (string, error) {
	if err := o.Check(); err != nil {
		return "", err
	}
	return m.create(ctx, policy.OrganisationManage, "organisation.add", "", sent, func(tx *db.Tx, network, id string) error {
		all, err := organisationsOf(ctx, tx, network)
		if err != nil {
			return err
		}
		codes := make([]string, len(all))
		for i, other := range all {
			codes[i] = other.Code
		}
		o.ID, o.Code = id, freeCode(o.Name, codes)
		if err := checkOrganisation(ctx, tx, network, all, o); err != nil {
			return err
		}
		return insertOrganisation(ctx, tx, network, o)
	})
}

// SaveOrganisation changes what is written of a body. One that somebody else
// changed since it was read is a Conflict.
func (m *Module) SaveOrganisation(ctx context.Context, o Organisation) error {
	if err := o.Check(); err != nil {
		return err
	}
	return m.manage(ctx, policy.OrganisationManage, "organisation.change", o.ID, func(tx *db.Tx, network string) error {
		if _, err := organisationByID(ctx, tx, network, o.ID); err != nil {
			return err
		}
		all, err := organisationsOf(ctx, tx, network)
		if err != nil {
			return err
		}
		if err := checkOrganisation(ctx, tx, network, all, o); err != nil {
			return err
		}
		one, err := m.ofOne(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		if o.ApprovesAlone && !one {
			return errs.Check{"approves_alone": "organisation.approves_alone_many"}.Err()
		}
		if err := updateOrganisation(ctx, tx, network, o); err != nil {
			return err
		}
		return m.regate(ctx, tx, network, o.ID) // its kind or its days may have changed
	})
}

// checkOrganisation looks at what the body's own fields cannot tell.
func checkOrganisation(ctx context.Context, tx *db.Tx, network string, all []Organisation, o Organisation) error {
	c := errs.Check{}
	for _, other := range all {
		if other.ID != o.ID {
			c.That(o.TaxCode == "" || other.TaxCode != o.TaxCode, "tax_code", "organisation.tax_code_taken")
			c.That(o.IPACode == "" || !strings.EqualFold(other.IPACode, o.IPACode), "ipa_code", "organisation.ipa_code_taken")
		}
	}
	if o.TerritoryID != "" {
		_, err := openTerritory(ctx, tx, network, o.TerritoryID)
		c.That(err == nil, "territory", "error.field_choice")
	}
	return c.Err()
}
