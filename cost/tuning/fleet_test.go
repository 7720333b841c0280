package tuning_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

func fleetRates(t testing.TB) *cost.Rates {
	return ratesOf(t, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.X86}:         "0.5",
		{Meter: cost.Compute, Arch: cost.X86}:          "1024",
		{Meter: cost.EphemeralStorage, Arch: cost.X86}: "1",
	})
}

// By hand, at one dollar for each MB-second: 10 invocations of 2 s each.
func TestRank(t *testing.T) {
	rates := fleetRates(t)
	f := tuning.Function{Name: "f", Arch: cost.X86, MemoryMB: 1024, MaxMemoryUsedMB: 100, Invocations: 10, BilledMS: 20_000}
	larger := func(mb, used int) tuning.Function {
		g := f
		g.Name, g.MemoryMB, g.MaxMemoryUsedMB = fmt.Sprintf("g%d", mb), mb, used
		return g
	}
	threads := larger(3538, 200)
	threads.Name, threads.Threads = "threads", 2
	got, left, err := tuning.Rank(rates, []tuning.Function{f, larger(3538, 200), larger(512, 600), larger(128, 60), threads, larger(1024, 1024)}, 0.25)
	if err != nil || len(left) != 0 {
		t.Fatal(left, err)
	}
	type row struct {
		Name                                                  string
		Floor                                                 int
		Short                                                 bool
		Today, Wait, CPU, AtMost, AtLeast, NoSlower, Slowdown string
	}
	var rows []row
	for _, r := range got {
		rows = append(rows, row{
			r.Function.Name, r.FloorMB, r.Short, r.Today.String(), r.Floor.AllWait.String(), r.Floor.AllCPU.String(),
			r.SavesAtMost.String(), r.SavesAtLeast.String(), fmt.Sprint(r.NoSlower.MemoryMB, " ", r.SavesSlowdownFree), fmt.Sprintf("%.4g", r.Floor.Slowdown),
		})
	}
	want := []row{
		{"g3538", 250, false, "70765", "5005", "35385", "65760", "35380", "1769 35380", "7.076"},
		{"threads", 250, false, "70765", "5005", "70765", "65760", "0", "3538 0", "14.15"},
		{"f", 128, false, "20485", "2565", "20485", "17920", "0", "1024 0", "8"},
		{"g128", 128, false, "2565", "2565", "2565", "0", "0", "128 0", "1"},
		{"g1024", 1280, true, "20485", "25605", "20485", "0", "-5120", "1280 -5120", "0.8"},
		{"g512", 750, true, "10245", "15005", "10245", "0", "-4760", "750 -4760", "0.6827"},
	}
	if diff := cmp.Diff(want[:3], rows[:3]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[3:], rows[3:], cmp.Transformer("", func(r []row) map[string]row {
		m := map[string]row{}
		for _, r := range r {
			m[r.Name] = r
		}
		return m
	})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// What saves the same comes by name.
	for i := range rows[4:] {
		if a, b := got[3+i], got[4+i]; a.SavesAtMost.Equal(b.SavesAtMost) && a.Function.Name > b.Function.Name {
			t.Errorf("%s comes before %s", a.Function.Name, b.Function.Name)
		}
	}
}

// Both bounds are what package vcpu says of the extremes, and whatever mixes wait and CPU lies between, in cost and duration.
func TestBoundsHold(t *testing.T) {
	rates := fleetRates(t)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 37))
		task := vcpu.Task{Wait: time.Duration(r.IntN(2)) * time.Duration(r.IntN(1e9)), CPU: time.Duration(1 + r.IntN(1e9)), Threads: 1 + r.IntN(6)}
		f := tuning.Function{
			Arch: cost.X86, MemoryMB: 128 + r.IntN(10113), MaxMemoryUsedMB: 1, Invocations: 1 + r.Uint64N(1000), EphemeralMB: []int{0, 1024}[r.IntN(2)], Threads: task.Threads,
		}
		today := must(task.Duration(f.MemoryMB))(t)
		f.BilledMS = f.Invocations * uint64((today+ms-1)/ms)
		other := 128 + r.IntN(10113)
		b := must(f.Bounds(rates, other))(t)
		mean := time.Duration(f.BilledMS / f.Invocations * uint64(ms))
		cpu := must(vcpu.Task{CPU: 1, Threads: task.Threads}.Scale(vcpu.Measurement{MemoryMB: f.MemoryMB, Duration: mean}, other))(t)
		if math.Abs(b.Slowdown*float64(mean)-float64(cpu)) > 1 {
			t.Fatalf("seed %d: slowdown %v of %v, want %v", seed, b.Slowdown, mean, cpu)
		}
		pricer := must(tuning.NewPricer(rates, cost.X86, cost.OnDemand, f.EphemeralMB))(t)
		of := func(d time.Duration) *big.Rat {
			return new(big.Rat).Mul(must(pricer.Cost(other, d))(t).Total().Rat(), big.NewRat(int64(f.Invocations), 1))
		}
		near := func(what string, got decimal.Decimal, want *big.Rat) {
			t.Helper()
			diff, _ := new(big.Rat).Sub(got.Rat(), want).Float64()
			// One ns of rounding in each of the invocations.
			if nanosecond := float64(other+1024) * 1e-9 * float64(f.Invocations); math.Abs(diff) > nanosecond {
				t.Fatalf("seed %d: %s costs %v, want %s", seed, what, got, want.FloatString(12))
			}
		}
		near("all wait", b.AllWait, of(mean))
		near("all CPU", b.AllCPU, of(cpu))
		// The true task, priced without rounding up.
		there := must(task.Scale(vcpu.Measurement{MemoryMB: f.MemoryMB, Duration: mean}, other))(t)
		low, high := min(mean, cpu), max(mean, cpu)
		if there < low || there > high {
			t.Fatalf("seed %d: %v at %d MB, bounds are %v and %v", seed, there, other, low, high)
		}
	}
}

// Never below the most memory used plus the headroom, whatever the figures.
func TestFloorHolds(t *testing.T) {
	rates := embedded(t, "us-east-1")
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 41))
		f := tuning.Function{Arch: cost.ARM64, MemoryMB: 128 + r.IntN(10113), MaxMemoryUsedMB: 1 + r.IntN(11000), Invocations: 5, BilledMS: 5000}
		headroom := float64(r.IntN(200)) / 100
		got, _, err := tuning.Rank(rates, []tuning.Function{f}, headroom)
		if err != nil {
			t.Fatal(err)
		}
		need := new(big.Rat).Mul(big.NewRat(int64(f.MaxMemoryUsedMB), 1), rat(fmt.Sprintf("%.2f", 1+headroom)))
		floor := got[0].FloorMB
		if f := big.NewRat(int64(floor), 1); f.Cmp(need) < 0 || floor < 128 || floor > 128 && new(big.Rat).Sub(f, big.NewRat(1, 1)).Cmp(need) >= 0 {
			t.Fatalf("seed %d: floor %d of %s", seed, floor, need.FloatString(2))
		}
		for _, b := range []tuning.Bounds{got[0].Floor, got[0].NoSlower} {
			if b.MemoryMB < min(floor, 10240) || b.MemoryMB > 10240 {
				t.Fatalf("seed %d: %d MB, floor %d", seed, b.MemoryMB, floor)
			}
		}
		if got[0].NoSlower.MemoryMB < f.MemoryMB && got[0].NoSlower.Slowdown > 1 || got[0].SavesAtMost.LessThan(got[0].SavesAtLeast) {
			t.Fatalf("seed %d: %+v", seed, got[0])
		}
	}
}

// A function that cannot be judged is named and spoils nothing.
func TestRankLeavesOut(t *testing.T) {
	good := tuning.Function{Name: "good", Arch: cost.X86, MemoryMB: 512, MaxMemoryUsedMB: 64, Invocations: 1, BilledMS: 5}
	with := func(change func(*tuning.Function)) tuning.Function {
		f := good
		f.Name = "bad"
		change(&f)
		return f
	}
	functions := []tuning.Function{
		with(func(f *tuning.Function) { f.MemoryMB = 64 }),
		with(func(f *tuning.Function) { f.MaxMemoryUsedMB = 0 }),
		with(func(f *tuning.Function) { f.Threads = -1 }),
		with(func(f *tuning.Function) { f.BilledMS = 1_800_001 }),
		with(func(f *tuning.Function) { f.Invocations = 0 }),
		with(func(f *tuning.Function) { f.Arch = cost.ARM64 }),
		with(func(f *tuning.Function) { f.EphemeralMB = 1 }),
		with(func(f *tuning.Function) { f.Name = strings.Repeat("x", 1000); f.Arch = "" }),
		good,
	}
	got, left, err := tuning.Rank(fleetRates(t), functions, 0)
	if err != nil || len(got) != 1 || got[0].Function.Name != "good" {
		t.Fatalf("%+v, %v", got, err)
	}
	var said []string
	for _, l := range left {
		said = append(said, l.String())
	}
	want := []string{
		`function "bad", 64 MB: Function.MemoryMB is 64, allowed is 128 to 10240 MB`,
		`function "bad", 512 MB: Function.MaxMemoryUsedMB is 0, allowed is 1 or more: without it, no size is known to be large enough`,
		`function "bad", 512 MB: Function.Threads is -1, allowed is 0 or more`,
		`function "bad", 512 MB: Function.BilledMS is 1800001, allowed is at most 30 minutes for each of 1 invocations`,
		`function "bad", 512 MB: Function.BilledMS is 5, allowed is at most 30 minutes for each of 0 invocations`,
		`function "bad", 512 MB: cost: us-east-1 has no price for Requests arm64`,
		`function "bad", 512 MB: cost: EphemeralMB is 1, allowed is 0 or 512 to 10240 MB`,
		`function "` + strings.Repeat("x", 79) + `…(1002 bytes), 512 MB: cost: unknown architecture "" (known: x86_64, arm64)`,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, h := range []float64{-0.1, nan, inf, 101} {
		_, _, err := tuning.Rank(fleetRates(t), functions, h)
		wantRange(t, err, "headroom")
	}
	_, err = good.Bounds(fleetRates(t), 127)
	wantRange(t, err, "memoryMB")
	_, err = functions[0].Bounds(fleetRates(t), 128)
	wantRange(t, err, "Function.MemoryMB")
	var notPriced *cost.NotPricedError
	if _, err = functions[5].Bounds(fleetRates(t), 128); !errors.As(err, &notPriced) {
		t.Errorf("Bounds without prices: %v", err)
	}
	huge := good
	huge.MaxMemoryUsedMB = math.MaxInt32
	if got, left, err := tuning.Rank(fleetRates(t), []tuning.Function{huge}, 100); err != nil || len(left) != 0 || got[0].Floor.MemoryMB != 10240 || !got[0].Short {
		t.Errorf("memory beyond Lambda: %+v, %v, %v", got, left, err)
	}
}

func TestFunctionAdd(t *testing.T) {
	var f tuning.Function
	for _, used := range []int{70, 90, 80} {
		if err := f.Add(93*ms, used); err != nil {
			t.Fatal(err)
		}
	}
	want := tuning.Function{Invocations: 3, BilledMS: 279, MaxMemoryUsedMB: 90}
	for _, bad := range []time.Duration{-ms, 1, cost.MaxBilled + ms} {
		wantRange(t, f.Add(bad, 100), "billed")
	}
	wantRange(t, f.Add(ms, -1), "maxMemoryUsedMB")
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Which functions of a fleet are worth measuring at another size, and what is saved at most and at least?
func ExampleRank() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	ranked, _, err := tuning.Rank(rates, []tuning.Function{
		{Name: "thumbnails", Arch: cost.ARM64, MemoryMB: 3008, MaxMemoryUsedMB: 410, Invocations: 2_000_000, BilledMS: 900_000_000},
		{Name: "webhooks", Arch: cost.X86, MemoryMB: 1024, MaxMemoryUsedMB: 95, Invocations: 40_000_000, BilledMS: 2_400_000_000},
		{Name: "nightly", Arch: cost.X86, MemoryMB: 512, MaxMemoryUsedMB: 470, Invocations: 30, BilledMS: 9_000_000},
	}, 0.2)
	if err != nil {
		panic(err)
	}
	for _, r := range ranked {
		fmt.Printf("%s: %s USD at %d MB; %d MB saves %s to %s, up to %.1f times as slow; %d MB saves %s for sure\n",
			r.Function.Name, r.Today.Round(2), r.Function.MemoryMB, r.FloorMB, r.SavesAtLeast.Round(2), r.SavesAtMost.Round(2), r.Floor.Slowdown,
			r.NoSlower.MemoryMB, r.SavesSlowdownFree.Round(2))
	}
	// Output:
	// webhooks: 48 USD at 1024 MB; 128 MB saves 0 to 35, up to 8.0 times as slow; 1024 MB saves 0 for sure
	// thumbnails: 35.65 USD at 3008 MB; 492 MB saves 14.52 to 29.48, up to 3.6 times as slow; 1769 MB saves 14.52 for sure
	// nightly: 0.08 USD at 512 MB; 564 MB saves -0.01 to 0, up to 0.9 times as slow; 564 MB saves -0.01 for sure
}
