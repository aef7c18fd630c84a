package soak

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

const clients = 6

// rounds is how often the program is killed: `make soak` asks for more.
func rounds(t *testing.T) int {
	text := os.Getenv("SOAK_ROUNDS")
	if text == "" {
		return 6
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("SOAK_ROUNDS=%s", text)
	}
	return n
}

// TestKilledWhileWriting kills the program at random moments of its writing.
// After each, what it had acknowledged is there once, what it had not can be sent
// again and is there once, and verify holds. With PostgreSQL only the program is
// killed, and the server of the tests runs without fsync: what a power cut does
// to PostgreSQL is PostgreSQL's.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			s := &soak{T: t, store: store, world: worldOf(t, store)}
			s.before = s.counts()
			for n := range rounds(t) {
				s.round(n)
				if t.Failed() {
					t.Fatalf("after round %d", n+1)
				}
			}
			t.Logf("%d rounds, %d acknowledged, %d cut off and sent again", rounds(t), s.acknowledged, s.cut)
			// A machine that does much else gets little done before each kill.
			if s.acknowledged < rounds(t) {
				t.Error("too little was written to say anything")
			}
		})
	}
}

// soak is one database under many programs.
type soak struct {
	*testing.T
	store  config.Store
	world  world
	before map[int]int // rows of each kind
	sent   map[int]int

	acknowledged, cut int
}

// round starts the program, kills it while clients write, and looks at what is
// left; then another program is asked for all of it.
func (s *soak) round(n int) {
	p := serve(s.T, s.store)
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	time.AfterFunc(200*time.Millisecond+rand.N(600*time.Millisecond), func() { _ = p.cmd.Process.Kill() })
	journal := together(clients, func(i int) []*sending { return newClient(s.world, p.base).write(ctx, i) })
	p.kill()
	s.verify()
	again := serve(s.T, s.store)
	c := newClient(s.world, again.base)
	for _, one := range journal {
		answer, err := c.send(ctx, one)
		switch {
		case err != nil:
			s.Errorf("round %d: sent again: %v", n+1, err)
			return
		case one.answer == "":
			s.cut++
			one.answer = answer
		case one.answer != answer:
			s.Errorf("round %d: %s was acknowledged as %s, now it is %s", n+1, one.key, one.answer, answer)
		default:
			s.acknowledged++
		}
	}
	s.readBack(ctx, c, journal)
	s.count(journal)
	again.kill()
}

// readBack opens everything of a round: it says what was sent.
func (s *soak) readBack(ctx context.Context, c *client, journal []*sending) {
	diary, err := c.get(ctx, c.file, c.caseToken)
	if err != nil {
		s.Fatal(err)
	}
	for _, one := range journal {
		page, token := "", c.deskToken
		switch one.kind {
		case aContact:
			page, err = c.get(ctx, one.answer, token)
		case aPerson:
			page, err = c.get(ctx, "/api/v1/people/"+one.answer, token)
		default:
			page, err = diary, nil
		}
		if err != nil || strings.Count(page, one.mark) != 1 {
			s.Errorf("%s of kind %d stands %d times in its page (%v)", one.mark, one.kind, strings.Count(page, one.mark), err)
		}
	}
}

// count holds the rows against what was sent, of all rounds.
func (s *soak) count(journal []*sending) {
	if s.sent == nil {
		s.sent = map[int]int{}
	}
	for _, one := range journal {
		s.sent[one.kind]++
	}
	for kind, now := range s.counts() {
		if now != s.before[kind]+s.sent[kind] {
			s.Errorf("kind %d: %d rows, and %d were sent", kind, now-s.before[kind], s.sent[kind])
		}
	}
}

// counts counts the rows of each kind.
func (s *soak) counts() map[int]int {
	out := map[int]int{}
	s.open(func(ctx context.Context, a *app.App) error {
		return a.DB.Read(ctx, func(tx *db.Tx) error {
			for kind, table := range map[int]string{aContact: "contact", anIntervention: "intervention", aPerson: "person"} {
				var n int
				if err := tx.Get(ctx, "select count(*) from "+table, nil, &n); err != nil {
					return err
				}
				out[kind] = n
			}
			return nil
		})
	})
	return out
}

// verify recounts the ledger from the records, and checks the audit.
func (s *soak) verify() {
	s.open(func(ctx context.Context, a *app.App) error {
		r, err := a.Verify(ctx)
		for _, p := range r.Problems {
			s.Error(p)
		}
		return err
	})
}

func (s *soak) open(fn func(ctx context.Context, a *app.App) error) {
	s.Helper()
	a, err := app.Open(s.Context(), s.store, false)
	if err != nil {
		s.Fatal(err)
	}
	defer a.Close()
	if err := fn(s.Context(), a); err != nil {
		s.Fatal(err)
	}
}

// worldOf reads where clients write, and gives them tokens.
func worldOf(t *testing.T, store config.Store) (w world) {
	t.Helper()
	a, err := app.Open(t.Context(), store, true)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx := func(who string) (context.Context, string) {
		actor, err := a.Auth.Actor(t.Context(), apptest.Mail(who))
		if err != nil {
			t.Fatal(err)
		}
		token, err := a.IssueToken(t.Context(), apptest.Mail(who), "soak", 30)
		if err != nil {
			t.Fatal(err)
		}
		return policy.With(t.Context(), actor), token
	}
	desk, deskToken := ctx("sportello")
	worker, caseToken := ctx("assistente")
	desks, err := a.Access.Desks(desk)
	if err != nil || len(desks) == 0 {
		t.Fatal("no desk", err)
	}
	w = world{desk: desks[0].ID, today: string(db.DateOf(a.DB.Now())), deskToken: deskToken, caseToken: caseToken}
	w.file = openCase(worker, t, a)
	return w
}

// openCase returns the path of a case that is open.
func openCase(ctx context.Context, t *testing.T, a *app.App) string {
	t.Helper()
	list, _, err := a.Cases.Cases(ctx, false, 1)
	if err != nil || len(list) == 0 {
		t.Fatal("no case", err)
	}
	return "/cases/" + list[0].ID
}

// unsealed counts the audit rows that no seal names.
func (s *soak) unsealed() (n int) {
	s.open(func(ctx context.Context, a *app.App) error {
		r, err := a.Verify(ctx)
		n = r.Unsealed
		return err
	})
	return n
}
