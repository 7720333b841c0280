package usagelog

import (
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Mismatch is a record whose billed duration is not what the rules give.
type Mismatch struct {
	Record Record        // Prefix is nil
	Want   time.Duration // by cost.BilledDuration
}

// Check compares the billed duration of a record with [cost.BilledDurationIn] of a region, by the rules of the day on
// which it ran: r.Time, or on where the log does not tell the time. It returns what the rules give, and whether the log
// agrees. Agreement allows for
//
//   - 1 ms more where the printed sum is whole: AWS rounds the unprinted value;
//   - the clamp of timed-out executions: billed as their timeout, a whole number of seconds, although they took longer.
//
// Errors are those of BilledDurationIn, and [ErrNotBillable].
func Check(r Record, c Config, region string, on time.Time) (want time.Duration, agrees bool, err error) {
	if !r.billable {
		return 0, false, ErrNotBillable
	}
	if !r.Time.IsZero() {
		on = r.Time
	}
	t := r.Timing(c)
	want, err = cost.BilledDurationIn(region, t, on)
	if err != nil {
		return 0, false, err
	}
	if r.Billed == want {
		return want, true, nil
	}
	t.Duration++ // by the least that a printed sum hides
	if hidden, err := cost.BilledDurationIn(region, t, on); err == nil && r.Billed == hidden && r.Billed-want == time.Millisecond {
		return want, true, nil
	}
	t.Duration = r.Duration.Truncate(time.Second)
	if clamped, err := cost.BilledDurationIn(region, t, on); err == nil && t.Duration > 0 && r.Billed == clamped {
		return want, true, nil
	}
	return want, false, nil
}
