package programme

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// PackPreview is what loading a pack would do. Seen stands for the programme as it
// is now, so that what was looked at is what is changed.
type PackPreview struct {
	Pack     *Pack
	New      bool // the network has no such programme
	Lines    []PackChangeLine
	Seen     string
	Problems []PackProblem // of a pack that is refused; then there is nothing else
}

// Preview says what loading a pack into a network would do, and does nothing.
func (m *Module) Preview(ctx context.Context, tx *db.Tx, network string, src []byte) (v PackPreview, err error) {
	v.Pack, v.Problems = ParsePack(src, m.ledger.Measures())
	if len(v.Problems) > 0 {
		return v, nil
	}
	old, err := programmeByCode(ctx, tx, network, v.Pack.Code)
	switch {
	case errs.CodeOf(err) == errs.NotFound:
		v.New, v.Seen, v.Lines = true, "new", DiffPacks(nil, v.Pack)
		return v, nil
	case err != nil:
		return v, err
	}
	text, err := json.Marshal(old.Pack)
	if err != nil {
		return v, err
	}
	sum := sha256.Sum256(text)
	v.Seen, v.Lines = hex.EncodeToString(sum[:]), DiffPacks(old.Pack, v.Pack)
	for i := range v.Lines {
		if v.Lines[i].Loses, err = m.loses(ctx, tx, network, old.Pack, v.Pack, v.Lines[i]); err != nil {
			return v, err
		}
		if v.Lines[i].Moves, err = m.moves(ctx, tx, network, old.Pack, v.Pack, v.Lines[i]); err != nil {
			return v, err
		}
	}
	return v, nil
}

// moves is how many meetings that were held count elsewhere once a body belongs to
// another activity, or its own is one no more.
func (m *Module) moves(ctx context.Context, tx *db.Tx, network string, old, new *Pack, l PackChangeLine) (int, error) {
	if l.Part != "body" || l.Change != Changed || m.HeldMeetings == nil || old.bodyActivity(l.Code) == new.bodyActivity(l.Code) {
		return 0, nil
	}
	return m.HeldMeetings(ctx, tx, network, old.Code, l.Code)
}

// bodyActivity is the activity under which the meetings of a body count, or empty.
func (p *Pack) bodyActivity(code string) string {
	for _, b := range p.Bodies {
		if n := p.Node(b.Node); b.Code == code && n != nil && n.Kind == NodeActivity {
			return n.Code
		}
	}
	return ""
}

// loses tells whether records stand behind what a line takes away: an activity that
// has some and is one no more, or an indicator that counted some and is gone or counts otherwise.
func (m *Module) loses(ctx context.Context, tx *db.Tx, network string, old, new *Pack, l PackChangeLine) (bool, error) {
	var q ledger.Question
	switch {
	case l.Part == "node" && l.Change != Added && old.Node(l.Code).Kind == NodeActivity && (l.Change == Removed || new.Node(l.Code).Kind != NodeActivity):
		q = ledger.Question{Network: network, Programme: old.Code, Unit: ledger.Events, Activities: []string{l.Code}}
	case l.Part == "indicator" && l.Change != Added:
		was, is := old.Indicator(l.Code), new.Indicator(l.Code)
		if !was.Fed() || is != nil && sameRule(was, is) {
			return false, nil
		}
		q = was.Counts()[0].question(network, old.Code, "")
	default:
		return false, nil
	}
	n, err := m.ledger.Count(ctx, tx, q)
	return n > 0, err
}

// Put loads a pack into a network, in the place of the one that is there. It
// refuses what Preview finds wrong with it, and a programme that is no longer as it
// was seen: then nothing is written. Bodies that a pack no longer names stay
// partners until somebody ends that.
func (m *Module) Put(ctx context.Context, tx *db.Tx, network string, src []byte, seen string) error {
	v, err := m.Preview(ctx, tx, network, src)
	switch {
	case err != nil:
		return err
	case len(v.Problems) > 0:
		return errs.New(errs.Invalid, "pack.refused")
	case seen != v.Seen:
		return errs.New(errs.Conflict, "pack.changed_meanwhile")
	case v.New:
		_, err := m.Load(ctx, tx, network, src)
		return err
	case len(v.Lines) == 0:
		return nil
	}
	if err := m.loadPlaces(ctx, tx, network, v.Pack); err != nil {
		return err
	}
	text, err := json.Marshal(v.Pack)
	if err != nil {
		return err
	}
	if err := updateProgramme(ctx, tx, network, v.Pack, text); err != nil {
		return err
	}
	for _, told := range m.OnLoad {
		if err := told(ctx, tx, network, v.Pack); err != nil {
			return err
		}
	}
	return nil
}

// PreviewPack is Preview for who may load packs.
func (m *Module) PreviewPack(ctx context.Context, src []byte) (v PackPreview, err error) {
	actor, err := policy.Check(ctx, policy.PackLoad)
	if err != nil {
		return v, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		v, err = m.Preview(ctx, tx, actor.Network, src)
		return err
	})
	return v, err
}

// LoadPack is Put for who may load packs.
func (m *Module) LoadPack(ctx context.Context, src []byte, seen string) error {
	actor, err := policy.Check(ctx, policy.PackLoad)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := m.Put(ctx, tx, actor.Network, src, seen); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "pack.load", Kind: "network", ID: actor.Network})
	})
}
