package cost

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Usage is an exact sum of what was used: for each meter and architecture a 128-bit integer (MB·ns, bytes, counts), and
// whatever fraction of such a unit was added as a decimal. The zero value is nothing used. Every method that fails leaves
// it as it was; a sum that does not fit is an [*OverflowError], never a wrap.
//
// A Usage is for one goroutine at a time: sum up separately and merge instead. It may be copied; the copies are
// independent.
type Usage struct {
	sums [numSlots]uint128
	// Fractions of a base unit, above 0 and below 1, by slot. Copies of a Usage share the slice: it is never written to.
	rest []remainder
}

type remainder struct {
	slot  uint8
	value decimal.Decimal
}

// AddInvocation adds one execution: its request or requests, its compute, and its /tmp and streamed bytes beyond what is
// free. It allocates nothing. A value outside of what [Invocation] allows is a [*RangeError] or [*UnknownError].
func (u *Usage) AddInvocation(inv Invocation) error {
	// What nearly every invocation is: on demand, nothing but compute.
	if inv.Mode == OnDemand && inv.EphemeralMB == 0 && inv.StreamedBytes|inv.EventBytes == 0 &&
		uint(inv.MemoryMB-MinMemoryMB) <= MaxMemoryMB-MinMemoryMB &&
		uint64(inv.Billed) <= uint64(MaxBilled) && inv.Billed%time.Millisecond == 0 {
		requests, compute := slotRequestsX86, slotComputeX86
		switch inv.Arch {
		case ARM64:
			requests, compute = slotRequestsARM, slotComputeARM
		case X86:
		default:
			return u.addInvocations(1, &inv, true)
		}
		r, c := &u.sums[requests], &u.sums[compute]
		// At most 1.9e16 is added, so below 2^64 - 1 upper halves nothing can overflow.
		if r.hi < math.MaxUint64 && c.hi < math.MaxUint64 {
			r.lo++
			if r.lo == 0 {
				r.hi++
			}
			lo := c.lo + uint64(inv.MemoryMB)*uint64(inv.Billed)
			if lo < c.lo {
				c.hi++
			}
			c.lo = lo
			return nil
		}
	}
	return u.addInvocations(1, &inv, true)
}

// The slots that AddInvocation knows without looking them up; a test compares them with the table.
const (
	slotRequestsX86 = iota
	slotRequestsARM
	slotComputeX86
	slotComputeARM
)

// AddInvocations adds n executions that are alike.
func (u *Usage) AddInvocations(n uint64, inv Invocation) error {
	return u.addInvocations(n, &inv, true)
}

// AddMean adds n executions of which inv.Billed is the mean billed duration, at any resolution down to the nanosecond:
// exactly n × memory × mean. The other fields are those of each of the n.
func (u *Usage) AddMean(n uint64, inv Invocation) error {
	return u.addInvocations(n, &inv, false)
}

func (u *Usage) addInvocations(n uint64, inv *Invocation, wholeMS bool) error {
	if err := inv.validate(wholeMS); err != nil {
		return err
	}
	requests, compute := Key{Requests, inv.Arch}, Key{Compute, inv.Arch}
	switch inv.Mode {
	case Provisioned:
		compute.Meter = ProvisionedCompute
	case Edge:
		requests, compute = Key{Meter: EdgeRequests}, Key{Meter: EdgeCompute}
	}
	each := [4]struct {
		key    Key
		amount uint64
	}{
		{requests, inv.requests()},
		{compute, uint64(inv.MemoryMB) * uint64(inv.Billed)},
	}
	used := 2
	if inv.EphemeralMB > FreeEphemeralMB {
		each[used].key, each[used].amount = Key{EphemeralStorage, inv.Arch}, uint64(inv.EphemeralMB-FreeEphemeralMB)*uint64(inv.Billed)
		used++
	}
	if inv.StreamedBytes > FreeStreamedBytes {
		each[used].key, each[used].amount = Key{ResponseStreaming, inv.Arch}, uint64(inv.StreamedBytes-FreeStreamedBytes)
		used++
	}
	var added [4]addition
	for i, e := range each[:used] {
		added[i] = addition{key: e.key, whole: mul64(n, e.amount)}
	}
	return u.addAll(added[:used])
}

func (inv *Invocation) validate(wholeMS bool) error {
	if err := inv.Mode.Validate(); err != nil {
		return err
	}
	if inv.Mode != Edge || inv.Arch != "" {
		if err := inv.Arch.Validate(); err != nil {
			return err
		}
	}
	if err := checkMemory("MemoryMB", inv.MemoryMB); err != nil {
		return err
	}
	if inv.Billed < 0 || inv.Billed > MaxBilled {
		return &RangeError{Field: "Billed", Given: inv.Billed.String(), Allowed: "0 to " + MaxBilled.String()}
	}
	if wholeMS && inv.Billed%time.Millisecond != 0 {
		return &RangeError{Field: "Billed", Given: inv.Billed.String(), Allowed: "whole milliseconds"}
	}
	if inv.EphemeralMB != 0 && (inv.EphemeralMB < FreeEphemeralMB || inv.EphemeralMB > MaxEphemeralMB) {
		return outOfRange("EphemeralMB", inv.EphemeralMB, fmt.Sprintf("0 or %d to %d MB", FreeEphemeralMB, MaxEphemeralMB))
	}
	if inv.StreamedBytes < 0 {
		return outOfRange("StreamedBytes", inv.StreamedBytes, "0 or more bytes")
	}
	if inv.EventBytes < 0 || inv.EventBytes > MaxEventBytes {
		return outOfRange("EventBytes", inv.EventBytes, fmt.Sprintf("0 to %d bytes", MaxEventBytes))
	}
	if inv.Mode == Edge {
		switch {
		case inv.Arch == ARM64:
			return &RangeError{Field: "Arch", Given: string(inv.Arch), Allowed: `"" or x86_64 under Edge`}
		case inv.EphemeralMB > FreeEphemeralMB:
			return outOfRange("EphemeralMB", inv.EphemeralMB, "0 or 512 MB under Edge")
		case inv.StreamedBytes != 0:
			return outOfRange("StreamedBytes", inv.StreamedBytes, "0 under Edge")
		case inv.EventBytes != 0:
			return outOfRange("EventBytes", inv.EventBytes, "0 under Edge")
		}
	}
	return nil
}

// requests is the number of requests that one event is billed as.
func (inv *Invocation) requests() uint64 {
	const first, further = 256 << 10, 64 << 10
	if inv.EventBytes <= first {
		return 1
	}
	return 1 + uint64(inv.EventBytes-first+further-1)/further
}

func checkMemory(field string, mb int) error {
	if mb < MinMemoryMB || mb > MaxMemoryMB {
		return outOfRange(field, mb, fmt.Sprintf("%d to %d MB", MinMemoryMB, MaxMemoryMB))
	}
	return nil
}

// AddProvisioned adds provisioned concurrency that was configured for a time, rounded up to 5 minutes: concurrency ×
// memoryMB × time. What runs on it is added with [Provisioned] invocations, what overflows with [OnDemand] ones.
// concurrency is at least 1, configured not negative.
func (u *Usage) AddProvisioned(a Arch, memoryMB, concurrency int, configured time.Duration) error {
	if err := checkMemory("memoryMB", memoryMB); err != nil {
		return err
	}
	if concurrency < 1 {
		return outOfRange("concurrency", concurrency, "1 or more")
	}
	if configured < 0 {
		return &RangeError{Field: "configured", Given: configured.String(), Allowed: "0 or more"}
	}
	const step = uint64(5 * time.Minute)
	steps := (uint64(configured) + step - 1) / step
	return u.addProduct(Key{ProvisionedConcurrency, a}, uint64(memoryMB)*steps, step, uint64(concurrency))
}

// AddSnapStartCache adds the cache of one published version with SnapStart: memoryMB for as long as it stood, rounded up
// to a second, 3 hours at least. Java's is free: do not add it.
func (u *Usage) AddSnapStartCache(memoryMB int, stood time.Duration) error {
	if err := checkMemory("memoryMB", memoryMB); err != nil {
		return err
	}
	if stood < 0 {
		return &RangeError{Field: "stood", Given: stood.String(), Allowed: "0 or more"}
	}
	seconds := (uint64(max(stood, 3*time.Hour)) + uint64(time.Second) - 1) / uint64(time.Second)
	return u.addProduct(Key{Meter: SnapStartCache}, uint64(memoryMB), uint64(time.Second), seconds)
}

// AddSnapStartRestores adds n environments restored from a snapshot of memoryMB. Java's are free: do not add them.
func (u *Usage) AddSnapStartRestores(n uint64, memoryMB int) error {
	if err := checkMemory("memoryMB", memoryMB); err != nil {
		return err
	}
	return u.addProduct(Key{Meter: SnapStartRestore}, 1, uint64(memoryMB), n)
}

// addProduct adds a × b × c base units.
func (u *Usage) addProduct(k Key, a, b, c uint64) error {
	p, ok := mul64(a, b).mul(c)
	if !ok {
		if err := k.Validate(); err != nil {
			return err
		}
		return &OverflowError{k.Meter, k.Arch}
	}
	return u.addAll([]addition{{key: k, whole: p}})
}

// Totals are sums made elsewhere, as a warehouse returns them, for one architecture: whole numbers, not negative. The
// zero value of each is nothing used.
type Totals struct {
	Requests                  decimal.Decimal // count(*), on demand and provisioned
	MBMilliseconds            decimal.Decimal // SUM(memory_mb * billed_ms) on demand
	ProvisionedMBMilliseconds decimal.Decimal // the same on provisioned concurrency
	EphemeralMBMilliseconds   decimal.Decimal // SUM((ephemeral_mb - 512) * billed_ms)
	StreamedBytes             decimal.Decimal // SUM(GREATEST(streamed_bytes - 6291456, 0)): beyond the free 6 MB of each
}

// AddTotals adds sums made elsewhere. A number that is negative or not whole is a [*RangeError].
func (u *Usage) AddTotals(a Arch, t Totals) error {
	var added []addition
	for _, f := range [...]struct {
		name  string
		meter Meter
		value decimal.Decimal
		times uint64
	}{
		{"Requests", Requests, t.Requests, 1},
		{"MBMilliseconds", Compute, t.MBMilliseconds, 1e6},
		{"ProvisionedMBMilliseconds", ProvisionedCompute, t.ProvisionedMBMilliseconds, 1e6},
		{"EphemeralMBMilliseconds", EphemeralStorage, t.EphemeralMBMilliseconds, 1e6},
		{"StreamedBytes", ResponseStreaming, t.StreamedBytes, 1},
	} {
		k := Key{f.meter, a}
		if err := k.Validate(); err != nil {
			return err
		}
		if !within(f.value, quantityPlaces, quantityDigits) || f.value.Sign() < 0 || digits.Trim(f.value).Exponent() < 0 {
			return decimalOutOfRange(f.name, f.value, "a whole number, 0 or more")
		}
		whole, ok := uint128FromBig(digits.Scaled(digits.Trim(f.value), 0))
		if ok {
			whole, ok = whole.mul(f.times)
		}
		if !ok {
			return &OverflowError{k.Meter, k.Arch}
		}
		added = append(added, addition{key: k, whole: whole})
	}
	return u.addAll(added)
}

// Add adds a quantity in the meter's pricing unit (see [Meter]): GB-seconds, requests, GB. Negative quantities, and those
// of more than 60 decimals, are a [*RangeError].
func (u *Usage) Add(m Meter, a Arch, quantity decimal.Decimal) error {
	k := Key{m, a}
	if err := k.Validate(); err != nil {
		return err
	}
	if !within(quantity, quantityPlaces, quantityDigits) || quantity.Sign() < 0 {
		return decimalOutOfRange("quantity of "+k.String(), quantity, quantityAllowed)
	}
	whole, rest, ok := split(quantity.Mul(meters[m].base.perPricingUnit()))
	if !ok {
		return &OverflowError{m, a}
	}
	return u.addAll([]addition{{key: k, whole: whole, rest: rest}})
}

// split takes d, which is not negative, apart at the decimal point.
func split(d decimal.Decimal) (whole uint128, rest decimal.Decimal, ok bool) {
	if d.Exponent() >= 0 {
		whole, ok = uint128FromBig(digits.Scaled(d, 0))
		return whole, decimal.Decimal{}, ok
	}
	one := digits.Pow10(-int64(d.Exponent()))
	q, r := new(big.Int).QuoRem(d.Coefficient(), one, new(big.Int))
	whole, ok = uint128FromBig(q)
	if r.Sign() != 0 {
		rest = decimal.NewFromBigInt(r, d.Exponent())
	}
	return whole, rest, ok
}

// addition is an amount in base units: whole + rest, where rest is below 1.
type addition struct {
	key   Key
	whole uint128
	rest  decimal.Decimal
}

// addAll adds all of them or, where one is not valid or does not fit, none. No two are of one key.
func (u *Usage) addAll(added []addition) error {
	var room [8]uint128
	sums := room[:0]
	rest := u.rest
	for _, a := range added {
		slot, err := a.key.slot()
		if err != nil {
			return err
		}
		sum, ok := u.sums[slot].add(a.whole)
		if ok && !a.rest.IsZero() {
			var carry bool
			rest, carry = withRest(rest, uint8(slot), a.rest)
			if carry {
				sum, ok = sum.add(uint128{lo: 1})
			}
		}
		if !ok {
			return &OverflowError{a.key.Meter, a.key.Arch}
		}
		sums = append(sums, sum)
	}
	for i, a := range added {
		slot, _ := a.key.slot()
		u.sums[slot] = sums[i]
	}
	u.rest = rest
	return nil
}

// withRest returns a copy of rest with value, which is above 0 and below 1, added, and whether that gave another whole.
func withRest(rest []remainder, slot uint8, value decimal.Decimal) (with []remainder, carry bool) {
	one := decimal.New(1, 0)
	i, found := slices.BinarySearchFunc(rest, slot, func(r remainder, s uint8) int { return int(r.slot) - int(s) })
	if found {
		value = value.Add(rest[i].value)
		if value.GreaterThanOrEqual(one) {
			value, carry = value.Sub(one), true
		}
	}
	with = append(make([]remainder, 0, len(rest)+1), rest[:i]...)
	if !value.IsZero() {
		with = append(with, remainder{slot, value})
	}
	if found {
		i++
	}
	return append(with, rest[i:]...), carry
}

// Merge adds all of v. Merging is exact, so the order in which parts are merged does not matter.
func (u *Usage) Merge(v Usage) error {
	sum := *u
	for slot, x := range v.sums {
		var ok bool
		if sum.sums[slot], ok = sum.sums[slot].add(x); !ok {
			return &OverflowError{slotKeys[slot].Meter, slotKeys[slot].Arch}
		}
	}
	for _, r := range v.rest {
		var carry bool
		if sum.rest, carry = withRest(sum.rest, r.slot, r.value); carry {
			var ok bool
			if sum.sums[r.slot], ok = sum.sums[r.slot].add(uint128{lo: 1}); !ok {
				return &OverflowError{slotKeys[r.slot].Meter, slotKeys[r.slot].Arch}
			}
		}
	}
	*u = sum
	return nil
}

// Times returns n times u.
func (u Usage) Times(n uint64) (Usage, error) {
	var product Usage
	for slot, x := range u.sums {
		p, ok := x.mul(n)
		if !ok {
			return Usage{}, &OverflowError{slotKeys[slot].Meter, slotKeys[slot].Arch}
		}
		product.sums[slot] = p
	}
	times := decimal.NewFromUint64(n)
	for _, r := range u.rest {
		k := slotKeys[r.slot]
		whole, rest, ok := split(r.value.Mul(times))
		if !ok {
			return Usage{}, &OverflowError{k.Meter, k.Arch}
		}
		if err := product.addAll([]addition{{k, whole, rest}}); err != nil {
			return Usage{}, err
		}
	}
	return product, nil
}

// Quantity returns what was used of a meter, in its pricing unit, exactly. It is 0 for a key that does not exist.
func (u Usage) Quantity(m Meter, a Arch) decimal.Decimal {
	slot, err := Key{m, a}.slot()
	if err != nil {
		return decimal.Decimal{}
	}
	return u.quantity(slot)
}

func (u *Usage) quantity(slot int) decimal.Decimal {
	base := meters[slotKeys[slot].Meter].base
	for i := range u.rest {
		if r := &u.rest[i]; int(r.slot) == slot {
			return digits.Trim(decimal.NewFromBigInt(u.sums[slot].big(), 0).Add(r.value).Mul(base.one()))
		}
	}
	return u.sums[slot].decimal(base.twos, base.tens)
}

func (u *Usage) used(slot int) bool {
	if !u.sums[slot].isZero() {
		return true
	}
	for i := range u.rest {
		if int(u.rest[i].slot) == slot {
			return true
		}
	}
	return false
}

// All yields every key of which something was used, in the order of bills, with its quantity as [Usage.Quantity] gives it.
func (u Usage) All() iter.Seq2[Key, decimal.Decimal] {
	return func(yield func(Key, decimal.Decimal) bool) {
		for slot, k := range slotKeys {
			if u.used(slot) && !yield(k, u.quantity(slot)) {
				return
			}
		}
	}
}

// Equal reports whether u and v are the same quantities of everything.
func (u Usage) Equal(v Usage) bool {
	return u.sums == v.sums && slices.EqualFunc(u.rest, v.rest, func(a, b remainder) bool {
		return a.slot == b.slot && a.value.Equal(b.value)
	})
}

// IsZero reports whether nothing was used.
func (u Usage) IsZero() bool { return u.Equal(Usage{}) }
