package app

import (
	"strings"
	"testing"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// The auditor reads codes as words; what people type is never shown.
func TestAuditDetails(t *testing.T) {
	t.Parallel()
	const reason = "from=2026-05-05 org=comune profession=psychologist programmes=reboot,weita role=dpo by=mail days=30"
	for _, c := range []struct{ kind, act, reason, want string }{
		{"account", "account.place_add", reason, "Dal: 5 maggio 2026|Ente: comune|Professione: Psicologo|Programmi: reboot, weita|Ruolo: Responsabile della protezione dei dati|Link: mandato per posta|Vale: 30 giorni"},
		{"account", "account.place_add", "role=Amina org=à from=ieri to= days=x by=Amina note=Amina Amina", ""},
		{"case", "export", "role=dpo", ""},
		{"account", "export", "role=dpo", ""},
	} {
		l := audit.Line{Kind: policy.Kind(c.kind), Act: c.act, Reason: c.reason}
		got := strings.Join(auditDetails(i18n.With(t.Context(), "it"), l), "|")
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.act, c.reason, got, c.want)
		}
	}
}
