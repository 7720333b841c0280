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

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
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
		{"g3538", 250, false, "70765", "5005", "35387.49", "65760", "35377.51", "1769 35380", "7.076"},
		{"threads", 250, false, "70765", "5005", "70767.48", "65760", "-2.48", "3538 0", "14.15"},
		{"f", 128, false, "20485", "2565", "20485", "17920", "0", "1024 0", "8"},
		{"g128", 128, false, "2565", "2565", "2565", "0", "0", "128 0", "1"},
		{"g1024", 1280, true, "20485", "25605", "20477.32", "7.68", "-5120", "1280 -5120", "0.8"},
		{"g512", 750, true, "10245", "15005", "10239.9", "5.1", "-4760", "750 -4760", "0.6827"},
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

// Whatever mixes wait and CPU in each invocation, and however its duration was rounded up to milliseconds, the bill at the other
// size is between the bounds.
func TestBoundsHold(t *testing.T) {
	rates := fleetRates(t)
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 37))
		f := tuning.Function{
			Arch: cost.X86, MemoryMB: 128 + r.IntN(10113), MaxMemoryUsedMB: 1, EphemeralMB: []int{0, 1024}[r.IntN(2)], Threads: 1 + r.IntN(6),
		}
		other := 128 + r.IntN(10113)
		// As a fraction: CPU takes slower times as long.
		slower := big.NewRat(int64(min(f.MemoryMB, 1769*f.Threads)), int64(min(other, 1769*f.Threads)))
		longest := []int64{3e6, 5e7, 1e9}[r.IntN(3)]
		billedThere := new(big.Int)
		ceil := func(ns *big.Rat) *big.Int { // to ms
			up := new(big.Rat).Add(ns, big.NewRat(1e6, 1))
			up.Sub(up, new(big.Rat).SetFrac(big.NewInt(1), ns.Denom()))
			return new(big.Int).Quo(up.Num(), new(big.Int).Mul(up.Denom(), big.NewInt(1e6)))
		}
		waits := r.IntN(3) // all CPU, all wait, or any mix
		for range 1 + r.IntN(30) {
			x := big.NewRat(r.Int64N(longest), 1)
			if err := f.Add(time.Duration(ceil(x).Int64())*ms, 1); err != nil {
				t.Fatal(err)
			}
			wait := big.NewRat(int64([]int{0, 100, r.IntN(101)}[waits]), 100)
			y := new(big.Rat).Sub(big.NewRat(1, 1), wait)
			y.Add(y.Mul(y, slower), wait).Mul(y, x)
			billedThere.Add(billedThere, ceil(y))
		}
		b := must(f.Bounds(rates, other))(t)
		if want, _ := slower.Float64(); math.Abs(b.Slowdown-want) > 1e-12 {
			t.Fatalf("seed %d: slowdown %v, want %v", seed, b.Slowdown, want)
		}
		// One dollar for each MB-second, one for each GB-second of /tmp beyond 512 MB.
		truth := new(big.Rat).SetFrac(billedThere, big.NewInt(1000))
		truth.Mul(truth, new(big.Rat).Add(big.NewRat(int64(other), 1), big.NewRat(int64(max(0, f.EphemeralMB-512)), 1024)))
		truth.Add(truth, big.NewRat(int64(f.Invocations), 2))
		low, high := b.AllWait.Rat(), b.AllCPU.Rat()
		if low.Cmp(high) > 0 {
			low, high = high, low
		}
		if half := rat("0.00000000000000000001"); truth.Cmp(low.Sub(low, half)) < 0 || truth.Cmp(high.Add(high, half)) > 0 {
			t.Fatalf("seed %d: %+v at %d MB costs %s, bounds are %v and %v", seed, f, other, truth.FloatString(8), b.AllWait, b.AllCPU)
		}
	}
}

// Short invocations: 1,000 of .7 ms of CPU at 1,536 MB are billed 1 ms each. At 1,024 MB they take 1.05 ms and are billed 2.
func TestBoundsOfShortInvocations(t *testing.T) {
	f := tuning.Function{Arch: cost.X86, MemoryMB: 1536, MaxMemoryUsedMB: 800, Invocations: 1000, BilledMS: 1000}
	b := must(f.Bounds(fleetRates(t), 1024))(t)
	if want := d("2548"); !b.AllCPU.Equal(want) { // 500 of requests, 2 s at 1,024 dollars
		t.Errorf("all CPU costs up to %v, want %v", b.AllCPU, want)
	}
	// The other way .7 ms become .47, still billed 1 ms.
	f.MemoryMB = 1024
	if b := must(f.Bounds(fleetRates(t), 1536))(t); b.AllCPU.GreaterThan(d("2036")) || !b.AllWait.Equal(d("2036")) {
		t.Errorf("%+v", b)
	}
	ranked, _, err := tuning.Rank(fleetRates(t), []tuning.Function{{Arch: cost.X86, MemoryMB: 1536, MaxMemoryUsedMB: 1024, Invocations: 1000, BilledMS: 1000}}, 0)
	if err != nil || !ranked[0].SavesAtLeast.Equal(d("-512")) || !ranked[0].SavesAtMost.Equal(d("512")) {
		t.Errorf("%+v, %v", ranked, err)
	}
}

// Functions that are short of headroom come last, also where more memory saves money because /tmp is charged by duration.
func TestRankPutsShortLast(t *testing.T) {
	rates := ratesOf(t, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.X86}:         "0.001",
		{Meter: cost.Compute, Arch: cost.X86}:          "1",
		{Meter: cost.EphemeralStorage, Arch: cost.X86}: "1000",
	})
	of := func(name string, mb, used int) tuning.Function {
		return tuning.Function{Name: name, Arch: cost.X86, MemoryMB: mb, MaxMemoryUsedMB: used, Invocations: 1, BilledMS: 1000, EphemeralMB: 10240}
	}
	got, _, err := tuning.Rank(rates, []tuning.Function{of("short", 512, 512), of("fits", 1024, 600), of("dear", 128, 100), of("small", 128, 120)}, 0.25)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range got {
		order = append(order, fmt.Sprint(r.Function.Name, " ", r.Short))
	}
	if diff := cmp.Diff([]string{"fits false", "dear false", "short true", "small true"}, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got[2].SavesAtMost.GreaterThan(got[0].SavesAtMost) {
		t.Errorf("short saves %v, fits %v: this tests nothing", got[2].SavesAtMost, got[0].SavesAtMost)
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
	for _, used := range []int{math.MaxInt32, math.MaxInt - 1, math.MaxInt} {
		f := good
		f.MaxMemoryUsedMB = used
		for _, headroom := range []float64{0, 1e-300, 0.5, 100} {
			got, _, err := tuning.Rank(fleetRates(t), []tuning.Function{f}, headroom)
			if err != nil || got[0].FloorMB < used {
				t.Errorf("used %d, headroom %v: floor %+v, %v", used, headroom, got, err)
			}
		}
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
	full := tuning.Function{Invocations: math.MaxUint64, BilledMS: 5}
	wantRange(t, full.Add(ms, 1), "Function.Invocations")
	full = tuning.Function{Invocations: 5, BilledMS: math.MaxUint64 - 2}
	wantRange(t, full.Add(3*ms, 1), "Function.BilledMS")
	if err := full.Add(2*ms, 1); err != nil || full.BilledMS != math.MaxUint64 {
		t.Errorf("%+v, %v", full, err)
	}
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
	// thumbnails: 35.65 USD at 3008 MB; 492 MB saves 14.51 to 29.48, up to 3.6 times as slow; 1769 MB saves 14.52 for sure
	// nightly: 0.08 USD at 512 MB; 564 MB saves -0.01 to 0, up to 0.9 times as slow; 564 MB saves -0.01 for sure
}

// A function as its log tells of it, execution by execution.
func ExampleFunction_Add() {
	f := tuning.Function{Name: "webhooks", Arch: cost.X86, MemoryMB: 1024}
	for _, report := range []struct{ billed, used int }{{61, 92}, {58, 95}, {312, 95}} {
		if err := f.Add(time.Duration(report.billed)*time.Millisecond, report.used); err != nil {
			panic(err)
		}
	}
	fmt.Println(f.Invocations, "invocations,", f.BilledMS, "ms, at most", f.MaxMemoryUsedMB, "MB used")
	// Output: 3 invocations, 431 ms, at most 95 MB used
}

// What would half the memory cost, at the least and at the most, and how much slower could it be?
func ExampleFunction_Bounds() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	f := tuning.Function{Name: "webhooks", Arch: cost.X86, MemoryMB: 1024, MaxMemoryUsedMB: 95, Invocations: 40_000_000, BilledMS: 2_400_000_000}
	b, err := f.Bounds(rates, 512)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s USD if all of it waits, %s if all is CPU and takes %g times as long\n", b.AllWait.Round(2), b.AllCPU.Round(2), b.Slowdown)
	// Output: 28 USD if all of it waits, 48 if all is CPU and takes 2 times as long
}
