package people

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
)

// linkArgs ask for a comparison of all networks.
type linkArgs struct{}

// Kind names the job.
func (linkArgs) Kind() string { return "people.link" }

// passes are what is compared first and what then: an equal codice fiscale says
// more than an equal name.
var passes = []slotRange{{0, 0}, {1, slots - 1}}

// nightly enqueues the comparison of all networks.
func (m *Module) nightly(ctx context.Context) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		_, err := m.jobs.Enqueue(ctx, tx, linkArgs{}, jobs.Opts{Key: "region", System: true})
		return err
	})
}

func (m *Module) link(ctx context.Context, r *jobs.Run, _ linkArgs) error {
	return m.Link(ctx, r.Progress)
}

// Link finds which persons of different networks are one, from their digests alone:
// it opens nobody, and what it writes says no more than that two ids go together. It
// can be killed: begun again, it goes on after what was compared. What it found
// counts once it has ended. Step is told how far it is. The job and the terminal
// call it.
func (m *Module) Link(ctx context.Context, step func(done, total int)) error {
	var run ledger.LinkRun
	err := m.db.Write(ctx, func(tx *db.Tx) (err error) {
		run, err = m.ledger.BeginLinks(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	at, err := readMark(run.Mark)
	if err != nil {
		return err
	}
	for at.pass < len(passes) {
		step(at.done(), len(passes)<<8)
		if at, err = m.linkSome(ctx, &run, at); err != nil {
			return err
		}
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := m.ledger.EndLinks(ctx, tx, run); err != nil {
			return err
		}
		all, err := network.Networks(ctx, tx)
		for _, n := range all {
			ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: n.ID})
			if err := m.audit.Record(ctx, tx, audit.Entry{Act: "network.compare", Kind: "network", ID: n.ID}); err != nil {
				return err
			}
		}
		return err
	})
}

// linkMark is how far a comparison has come: in which pass, and after which digest.
type linkMark struct {
	pass  int
	after []byte
}

// done is how many of the 256 first bytes of digests are over, in all passes.
func (at linkMark) done() int {
	done := at.pass << 8
	if len(at.after) > 0 {
		done += int(at.after[0])
	}
	return done
}

func (at linkMark) String() string { return fmt.Sprintf("%d:%x", at.pass, at.after) }

func readMark(text string) (at linkMark, err error) {
	if text == "" {
		return linkMark{after: []byte{}}, nil
	}
	pass, after, _ := strings.Cut(text, ":")
	if at.pass, err = strconv.Atoi(pass); err != nil {
		return at, err
	}
	at.after, err = hex.DecodeString(after)
	return at, err
}

// linkSome compares the next digests that networks share, and writes down in one
// transaction what is one and how far it has come.
func (m *Module) linkSome(ctx context.Context, run *ledger.LinkRun, at linkMark) (next linkMark, err error) {
	var shared [][]byte
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		shared, err = sharedDigests(ctx, tx, passes[at.pass], at.after, m.pace.digests)
		return err
	})
	if err != nil {
		return at, err
	}
	next = linkMark{at.pass + 1, []byte{}}
	if len(shared) > 0 {
		next = linkMark{at.pass, shared[len(shared)-1]}
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		for _, digest := range shared {
			if err := m.linkHolders(ctx, tx, run.ID, passes[at.pass], digest); err != nil {
				return err
			}
		}
		return m.ledger.MarkLinks(ctx, tx, *run, next.String())
	})
	run.Mark = next.String()
	return next, err
}

// linkHolders makes one of who has a digest, with those whom they are one with
// already. It leaves them apart when two of one network would become one, which is
// for that network to say, or two whose codici fiscali differ.
func (m *Module) linkHolders(ctx context.Context, tx *db.Tx, run string, in slotRange, digest []byte) error {
	holders, err := holdersOfDigest(ctx, tx, in, digest)
	if err != nil {
		return err
	}
	var subjects []ledger.Subject
	for _, h := range holders {
		told, err := toldOf(ctx, tx, h.network, []string{h.person})
		if err != nil {
			return err
		}
		if len(told) > 0 {
			subjects = append(subjects, ledger.Subject{Network: h.network, ID: h.person})
		}
	}
	group, err := m.ledger.LinkedTo(ctx, tx, run, subjects)
	if err != nil || len(group) < 2 {
		return err
	}
	networks := map[string]bool{}
	for _, s := range group {
		networks[s.Network] = true
	}
	if len(networks) < len(group) {
		return nil
	}
	if differ, err := m.codesDiffer(ctx, tx, group); err != nil || differ {
		return err
	}
	return m.ledger.Link(ctx, tx, run, group)
}

// codesDiffer tells whether two of a group have different codici fiscali.
func (m *Module) codesDiffer(ctx context.Context, tx *db.Tx, group []ledger.Subject) (bool, error) {
	var code []byte
	for _, s := range group {
		digest, err := codeDigest(ctx, tx, s.Network, s.ID)
		if errs.CodeOf(err) == errs.NotFound {
			continue // they are compared by nothing since
		}
		if err != nil {
			return false, err
		}
		nothing, err := m.nothing(ctx, s.Network, s.ID, 0)
		switch {
		case err != nil:
			return false, err
		case bytes.Equal(digest, nothing):
		case code == nil:
			code = digest
		case !bytes.Equal(code, digest):
			return true, nil
		}
	}
	return false, nil
}
