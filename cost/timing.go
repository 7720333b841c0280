package cost

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Timing is what a REPORT line says of one execution's time, and what the function's configuration adds to it.
type Timing struct {
	Duration      time.Duration // of the handler, clamped to the function's timeout; 0 to MaxBilled
	Init          time.Duration // of the INIT phase; 0 where there was none
	BilledRestore time.Duration // the billed part of a SnapStart restore; 0 where there was none
	Packaging     Packaging
	Mode          Mode
}

// The days (UTC) on which a rule began.
var (
	launch             = day(2014, time.November, 13)
	millisecondBilling = day(2020, time.December, 1)
	initBilledForAll   = day(2025, time.August, 1)
)

// regionCode is how AWS spells regions: eu-west-1, us-gov-east-1, ap-southeast-7.
var regionCode = regexp.MustCompile(`^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$`)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// BilledDuration returns what AWS bills of t in all regions except China, by the rules of the day (UTC) on which it ran:
//
//   - one ceiling on the sum of Duration, billed Init and BilledRestore;
//   - in steps of 100 ms before 2020-12-01, of 1 ms since;
//   - Init counts for custom runtimes, container images and provisioned concurrency, and since 2025-08-01 for all.
//
// AWS rounds times that it prints rounded to 0.01 ms: where the printed sum is whole, its bill can be one step more than
// the result.
//
// A negative time, one or a billed sum above [MaxBilled], an unknown mode or packaging, or a day before Lambda's launch
// (2014-11-13, so the zero time too) is a [*RangeError] or [*UnknownError]. So is Lambda@Edge before 2020-12-01, whose step
// then is not known to this library.
func BilledDuration(t Timing, on time.Time) (time.Duration, error) {
	if err := t.validate(); err != nil {
		return 0, err
	}
	if on.Before(launch) {
		return 0, &RangeError{Field: "on", Given: on.UTC().Format(time.DateOnly), Allowed: "2014-11-13 or later"}
	}
	step := time.Millisecond
	if on.Before(millisecondBilling) {
		if t.Mode == Edge {
			return 0, &UnknownError{What: "billing step of Lambda@Edge on", Given: on.UTC().Format(time.DateOnly)}
		}
		step = 100 * time.Millisecond
	}
	sum := t.Duration + t.BilledRestore
	if t.Packaging != ManagedRuntime || t.Mode == Provisioned || !on.Before(initBilledForAll) {
		sum += t.Init
	}
	if sum > MaxBilled {
		return 0, &RangeError{Field: "sum of Duration, Init and BilledRestore", Given: sum.String(), Allowed: fmt.Sprintf("0 to %v", MaxBilled)}
	}
	return (sum + step - 1) / step * step, nil
}

// BilledDurationIn is [BilledDuration] in a region. In China (cn-…) it is known only as long as the rules were the old
// ones: when 1 ms billing came there after 2020-12-01, and whether INIT is billed there, AWS has not said, so from that
// day on the answer is an [*UnknownError]. So it is for what is spelled as no region code is, such as "" or "CN-NORTH-1"; a
// code need not be one that the library has prices of.
func BilledDurationIn(region string, t Timing, on time.Time) (time.Duration, error) {
	if !regionCode.MatchString(region) {
		return 0, &UnknownError{What: "region", Given: region}
	}
	if strings.HasPrefix(region, "cn-") && !on.Before(millisecondBilling) {
		return 0, &UnknownError{What: "billing rule of " + region + " on", Given: on.UTC().Format(time.DateOnly)}
	}
	return BilledDuration(t, on)
}

func (t Timing) validate() error {
	for _, f := range [...]struct {
		name string
		d    time.Duration
	}{{"Duration", t.Duration}, {"Init", t.Init}, {"BilledRestore", t.BilledRestore}} {
		if f.d < 0 || f.d > MaxBilled {
			return &RangeError{Field: f.name, Given: f.d.String(), Allowed: fmt.Sprintf("0 to %v", MaxBilled)}
		}
	}
	if err := t.Packaging.Validate(); err != nil {
		return err
	}
	return t.Mode.Validate()
}
