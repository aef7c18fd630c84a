package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"tessuto/internal/linkage"
)

// outcome is what matching a synthetic population gave.
type outcome struct {
	records, persons, truePairs, compared int
	pairs, clusters                       quality
	best, blocked                         float64
	stages                                []string
	wall, cpu                             time.Duration
	peak                                  string
	calibration                           [10]struct{ n, right, said float64 }
}

// measure matches n records that nobody has matched by hand. Making the records
// is not counted, folding them is.
func (p *population) measure(n int) (o outcome) {
	set, persons := linkage.NewSet(), make(truth, 0, n)
	records := make([]linkage.Record, 0, n)
	p.each(n, func(who int, r *linkage.Record) {
		records, persons = append(records, *r), append(persons, fmt.Sprint(who))
		o.persons = who + 1
	})
	o.records, o.truePairs = n, persons.pairs()
	begun, busy := time.Now(), cpuTime()
	last := begun
	stage := func(what string) {
		o.stages = append(o.stages, fmt.Sprintf("%s %.1f s", what, time.Since(last).Seconds()))
		last = time.Now()
	}
	for i := range records {
		set.Add(&records[i])
	}
	stage("fold")
	blocks := set.Blocks()
	stage("block")
	model := linkage.Train(set, blocks, 1)
	stage("train")
	pairs := linkage.Score(set, blocks, model, 0, blocks.Len(), 0.01)
	stage("score")
	groups := linkage.Clusters(n, pairs, likely)
	stage("cluster")
	o.wall, o.cpu, o.peak = time.Since(begun), cpuTime()-busy, peakMemory()
	o.pairs, o.best = judge(persons, pairs, likely)
	o.clusters = judgeGroups(persons, groups)
	o.calibrate(persons, pairs)
	o.compared, o.blocked = blocked(blocks, persons, o.truePairs)
	return o
}

// blocked is how many pairs are compared at all, and the share of the true ones
// among them.
func blocked(b *linkage.Blocks, persons truth, whole int) (compared int, share float64) {
	found := 0
	b.Pairs(0, b.Len(), func(i, j uint32) {
		compared++
		if persons[i] == persons[j] {
			found++
		}
	})
	return compared, float64(found) / float64(max(1, whole))
}

func (o *outcome) calibrate(persons truth, pairs []linkage.Pair) {
	for _, p := range pairs {
		bin := &o.calibration[min(9, int(p.Probability*10))]
		bin.n++
		bin.said += float64(p.Probability)
		if persons[p.A] == persons[p.B] {
			bin.right++
		}
	}
}

func (o outcome) print() {
	fmt.Printf("%d records of %d persons, %d true pairs; %d pairs compared, with %.4f of the true ones\n", o.records, o.persons, o.truePairs, o.compared, o.blocked)
	fmt.Printf("wall %.1f s (%s), processor %.1f s, peak memory %s, records included\n", o.wall.Seconds(), strings.Join(o.stages, ", "), o.cpu.Seconds(), o.peak)
	fmt.Printf("pairs    %s at probability %.1f, best F1 %.5f\nclusters %s\n", o.pairs, likely, o.best, o.clusters)
	fmt.Println("calibration: pairs by what was said of them, what was said on the whole, what was true")
	for i, bin := range o.calibration {
		if bin.n > 0 {
			fmt.Printf("  %.1f-%.1f %9.0f  said %.3f  true %.3f\n", float64(i)/10, float64(i+1)/10, bin.n, bin.said/bin.n, bin.right/bin.n)
		}
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the most memory the program ever held, as Linux tells it.
func peakMemory() string {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "not known"
}
