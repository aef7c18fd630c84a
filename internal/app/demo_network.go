package app

import (
	"context"
	"fmt"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// demoAgreement is what bodies of a programme have signed in the demo. Days are
// counted from the start: before it when negative. The bodies exist; that they
// signed this is made up.
type demoAgreement struct {
	kind, title, programme string
	parties                []string // codes; the first leads
	purposes               []policy.Purpose
	class                  policy.Class
	from, to               int
	draft                  bool
}

var together = []policy.Purpose{policy.CaseWork, policy.Mediation}

var demoAgreements = []demoAgreement{
	{kind: "joint_controllership", title: "Contitolarità dei dati nella presa in carico di RE.BOOT", programme: "reboot",
		parties:  []string{"comune_bologna", "asp_bologna", "cidas", "cadiai", "antoniano", "arcisolidarieta"},
		purposes: together, class: policy.Special, from: -190, to: 410},
	{kind: "convention", title: "Convenzione per gli inserimenti di INTARSI", programme: "intarsi",
		parties: []string{"unione_valle_savio", "terzo_settore", "anci_er"}, purposes: together, class: policy.Special, from: -320, to: 45},
	{kind: "joint_controllership", title: "Contitolarità dei dati nei servizi di BE.COM-ER", programme: "becomer",
		parties: []string{"comune_ravenna", "terzo_settore"}, purposes: together, class: policy.VeryRestricted, from: -190, to: 540},
	{kind: "partnership", title: "Accordo di partenariato della rete di Bergamo", programme: "labimpact",
		parties: []string{"ambito_bergamo", "isis_natta", "ruah", "pugno_aperto", "psv_cooperativa", "psv_fondazione",
			"agenzia_integrazione", "informagiovani"}, purposes: policy.Purposes, class: policy.Special, from: -190, to: 300},
	{kind: "joint_controllership", title: "Contitolarità dei dati tra i partner di FA.SI", programme: "fasi",
		parties: []string{"sds_pistoiese", "gli_altri", "co_e_so", "arci_madiba"}, purposes: together, class: policy.Special, from: -190, to: 365},
	{kind: "partnership", title: "Accordo di partenariato di WE-ITA", programme: "weita",
		parties: []string{"sds_grosseto", "unisi_dispoc"}, class: policy.Personal, from: -190, to: 500},
	{kind: "protocol", title: "Protocollo d'intesa sulla mediazione", programme: "fasi",
		parties: []string{"sds_pistoiese", "arci_madiba"}, purposes: []policy.Purpose{policy.Mediation}, class: policy.Personal, from: -560, to: -20},
	{kind: "convention", title: "Convenzione per l'accoglienza temporanea", programme: "reboot",
		parties: []string{"comune_bologna", "antoniano"}, purposes: together, class: policy.Personal, from: 10, to: 375, draft: true},
}

// agree writes the agreements that the teams of the demo work on.
func (d *demo) agree(ctx context.Context) error {
	admin := d.as(ctx, "admin")
	codes := map[string]string{}
	err := d.DB.Read(ctx, func(tx *db.Tx) error {
		orgs, err := d.Network.Organisations(admin, tx)
		for _, o := range orgs {
			codes[o.Code] = o.ID
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, a := range demoAgreements {
		if err := d.agreement(admin, n, a, codes); err != nil {
			return fmt.Errorf("%s: %w", a.title, err)
		}
	}
	return nil
}

func (d *demo) agreement(ctx context.Context, n int, a demoAgreement, codes map[string]string) error {
	day := func(days int) db.Date { return db.DateOf(d.start.AddDate(0, 0, days)) }
	out := network.Agreement{Kind: a.kind, Title: a.title, Programmes: []string{a.programme}, Purposes: a.purposes,
		Sections: policy.CaseSections, Class: a.class, From: day(a.from), To: day(a.to),
		Contact: "Ufficio del responsabile della protezione dei dati dell'ente referente"}
	for i, code := range a.parties {
		role := network.PartyMember
		if i == 0 {
			role = network.PartyLead
		}
		out.Parties = append(out.Parties, network.Party{OrgID: codes[code], Role: role})
	}
	id, err := d.Network.AddAgreement(ctx, out, crypto.Sending{})
	if err != nil || a.draft {
		return err
	}
	return d.Network.SignAgreement(ctx, id, day(a.from-10), fmt.Sprintf("PG %d/%d", 1204+37*n, d.start.Year()), 1)
}
