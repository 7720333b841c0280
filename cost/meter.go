package cost

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Meter is one of the things that Lambda counts and charges for. The zero value is no meter.
type Meter uint8

// The meters, in the order in which bills list them. The comment gives the pricing unit; MB and GB are binary.
const (
	Requests               Meter = iota + 1 // requests
	Compute                                 // GB-seconds of billed duration, on demand
	ProvisionedConcurrency                  // GB-seconds configured
	ProvisionedCompute                      // GB-seconds of billed duration on provisioned concurrency
	EphemeralStorage                        // GB-seconds of /tmp above 512 MB
	ResponseStreaming                       // GB streamed beyond the first 6 MB of each response
	SnapStartCache                          // GB-seconds that a published version's snapshot is kept
	SnapStartRestore                        // GB restored
	EdgeRequests                            // requests of Lambda@Edge
	EdgeCompute                             // GB-seconds of Lambda@Edge
	KafkaPoller                             // event-poller-unit-hours, Kafka in provisioned mode
	SQSPoller                               // event-poller-unit-hours, SQS in provisioned mode
	DurableOperations                       // operations of durable functions
	DurableDataWritten                      // GB written by durable functions
	DurableDataRetained                     // GB-months retained by durable functions
	TenantIsolation                         // GB of memory of each environment created for a tenant
	ManagedRequests                         // requests of Managed Instances (their EC2 cost and fee are not meters)
	MicroVMCompute                          // vCPU-seconds of MicroVMs
	MicroVMMemory                           // GB-seconds of MicroVMs
	MicroVMSnapshotRead                     // GB read
	MicroVMSnapshotWrite                    // GB written
	MicroVMSnapshotStorage                  // GB-hours stored
)

// baseUnit is what usage of a meter is summed in: one is 2^-twos × 10^-tens pricing units, a finite decimal, so that
// nothing ever has to be divided.
type baseUnit struct{ twos, tens int32 }

var (
	pricingUnits  = baseUnit{}
	mbNanoseconds = baseUnit{twos: 10, tens: 9} // of a GB-second
	megabytes     = baseUnit{twos: 10}          // of a GB
	bytes         = baseUnit{twos: 30}          // of a GB
)

// perPricingUnit returns how many base units one pricing unit is.
func (b baseUnit) perPricingUnit() decimal.Decimal { return decimal.New(1<<b.twos, b.tens) }

// one returns how many pricing units one base unit is.
func (b baseUnit) one() decimal.Decimal { return uint128{lo: 1}.decimal(b.twos, b.tens) }

var meters = [...]struct {
	name   string
	byArch bool
	base   baseUnit
	unit   string
	// free is the part of the monthly free tier that the meter draws on.
	free freeKind
}{
	Requests:               {"Requests", true, pricingUnits, "requests", freeRequests},
	Compute:                {"Compute", true, mbNanoseconds, "GB-seconds", freeCompute},
	ProvisionedConcurrency: {"ProvisionedConcurrency", true, mbNanoseconds, "GB-seconds", notFree},
	ProvisionedCompute:     {"ProvisionedCompute", true, mbNanoseconds, "GB-seconds", notFree},
	EphemeralStorage:       {"EphemeralStorage", true, mbNanoseconds, "GB-seconds", notFree},
	ResponseStreaming:      {"ResponseStreaming", true, bytes, "GB", freeStreaming},
	SnapStartCache:         {"SnapStartCache", false, mbNanoseconds, "GB-seconds", notFree},
	SnapStartRestore:       {"SnapStartRestore", false, megabytes, "GB", notFree},
	EdgeRequests:           {"EdgeRequests", false, pricingUnits, "requests", notFree},
	EdgeCompute:            {"EdgeCompute", false, mbNanoseconds, "GB-seconds", notFree},
	KafkaPoller:            {"KafkaPoller", false, pricingUnits, "unit-hours", notFree},
	SQSPoller:              {"SQSPoller", false, pricingUnits, "unit-hours", notFree},
	DurableOperations:      {"DurableOperations", false, pricingUnits, "operations", notFree},
	DurableDataWritten:     {"DurableDataWritten", false, pricingUnits, "GB", notFree},
	DurableDataRetained:    {"DurableDataRetained", false, pricingUnits, "GB-months", notFree},
	TenantIsolation:        {"TenantIsolation", true, megabytes, "GB", notFree},
	ManagedRequests:        {"ManagedRequests", false, pricingUnits, "requests", notFree},
	MicroVMCompute:         {"MicroVMCompute", true, pricingUnits, "vCPU-seconds", notFree},
	MicroVMMemory:          {"MicroVMMemory", true, mbNanoseconds, "GB-seconds", notFree},
	MicroVMSnapshotRead:    {"MicroVMSnapshotRead", false, pricingUnits, "GB", notFree},
	MicroVMSnapshotWrite:   {"MicroVMSnapshotWrite", false, pricingUnits, "GB", notFree},
	MicroVMSnapshotStorage: {"MicroVMSnapshotStorage", false, pricingUnits, "GB-hours", notFree},
}

const numMeters = len(meters) - 1

// Meters returns all meters, in the order in which bills list them.
func Meters() []Meter {
	all := make([]Meter, numMeters)
	for i := range all {
		all[i] = Meter(i + 1)
	}
	return all
}

// Valid reports whether m is one of [Meters].
func (m Meter) Valid() bool { return m >= 1 && int(m) <= numMeters }

// ByArch reports whether m is counted and sold by architecture. It is false for an invalid meter.
func (m Meter) ByArch() bool { return m.Valid() && meters[m].byArch }

// Unit returns the pricing unit of m in words, such as "GB-seconds"; price lists name the same unit in many ways. It is
// "" for an invalid meter.
func (m Meter) Unit() string {
	if !m.Valid() {
		return ""
	}
	return meters[m].unit
}

// String returns the constant's name, such as "Compute".
func (m Meter) String() string {
	if !m.Valid() {
		return fmt.Sprintf("Meter(%d)", uint8(m))
	}
	return meters[m].name
}

// MarshalText writes the constant's name; an invalid meter is an [*UnknownError].
func (m Meter) MarshalText() ([]byte, error) {
	if !m.Valid() {
		return nil, unknownMeter(m.String())
	}
	return []byte(meters[m].name), nil
}

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves m as it was.
func (m *Meter) UnmarshalText(text []byte) error {
	for i := 1; i <= numMeters; i++ {
		if meters[i].name == string(text) {
			*m = Meter(i)
			return nil
		}
	}
	return unknownMeter(string(text))
}

func unknownMeter(given string) error {
	e := &UnknownError{What: "meter", Given: given}
	for _, m := range Meters() {
		e.Known = append(e.Known, m.String())
	}
	return e
}

// Key names what a price, a quantity or a bill line is about.
type Key struct {
	Meter Meter
	Arch  Arch // "" exactly where the meter is not sold by architecture
}

// String returns the meter's name, and after a space the architecture where there is one.
func (k Key) String() string {
	if k.Arch == "" {
		return k.Meter.String()
	}
	return k.Meter.String() + " " + string(k.Arch)
}

// Validate returns an [*UnknownError] for a meter or architecture that does not exist, and a [*RangeError] for an
// architecture given to a meter that is not sold by architecture.
func (k Key) Validate() error {
	_, err := k.slot()
	return err
}

// Usage and rates keep one slot for each valid key, in the order of bills: two for each meter sold by architecture.
var (
	slotKeys  = allKeys()
	slotFirst = firstSlots()
)

const numSlots = 31

func allKeys() (keys [numSlots]Key) {
	all := make([]Key, 0, numSlots)
	for _, m := range Meters() {
		if !m.ByArch() {
			all = append(all, Key{Meter: m})
			continue
		}
		for _, a := range Arches() {
			all = append(all, Key{m, a})
		}
	}
	copy(keys[:], all)
	return keys
}

func firstSlots() (first [numMeters + 1]uint8) {
	for i, k := range slices.Backward(slotKeys[:]) {
		if k.Meter != 0 {
			first[k.Meter] = uint8(i)
		}
	}
	return first
}

func (k Key) slot() (int, error) {
	if !k.Meter.Valid() {
		return 0, unknownMeter(k.Meter.String())
	}
	first := int(slotFirst[k.Meter])
	if !meters[k.Meter].byArch {
		if k.Arch != "" {
			return 0, &RangeError{Field: "Arch of " + k.Meter.String(), Given: show.Quote(string(k.Arch)), Allowed: `"": it is not sold by architecture`}
		}
		return first, nil
	}
	if err := k.Arch.Validate(); err != nil {
		return 0, err
	}
	if k.Arch == ARM64 {
		first++
	}
	return first, nil
}
