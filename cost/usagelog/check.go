package usagelog

import (
	"fmt"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Mismatch is a record whose billed duration is not what the rules give.
type Mismatch struct {
	Record Record        // Prefix is nil
	Want   time.Duration // by cost.BilledDurationIn
}

// Mismatches checks records one by one, as [Check] does, and yields those that differ. Records that are not billable are
// passed over. Errors among the records are yielded as they are, and so are those of [Configs.For] and [Check], with the
// line; checking goes on behind them.
func Mismatches(records iter.Seq2[Record, error], c Configs, region string, on time.Time) iter.Seq2[Mismatch, error] {
	return func(yield func(Mismatch, error) bool) {
		if records == nil {
			yield(Mismatch{}, &cost.RangeError{Field: "records", Given: "nil", Allowed: "a sequence of records"})
			return
		}
		for r, err := range records {
			if err == nil && !r.billable {
				continue
			}
			var want time.Duration
			agrees := false
			if err == nil {
				want, agrees, err = c.check(r, region, on)
			}
			switch {
			case err != nil:
				if !yield(Mismatch{}, err) {
					return
				}
			case !agrees:
				r.Prefix = nil // it is valid until the next record only
				if !yield(Mismatch{Record: r, Want: want}, nil) {
					return
				}
			}
		}
	}
}

func (c Configs) check(r Record, region string, on time.Time) (want time.Duration, agrees bool, err error) {
	config, _, err := c.For(r.Function)
	if err == nil {
		want, agrees, err = Check(r, config, region, on)
	}
	if err != nil {
		err = fmt.Errorf("usagelog: line %d: %w", r.Line, err)
	}
	return want, agrees, err
}

// Check compares the billed duration of a record with [cost.BilledDurationIn] of a region, by the rules of the day on
// which it ran: r.Time, or on where the log does not tell the time. It returns what the rules give, and whether the log
// agrees. Agreement allows for
//
//   - 1 ms more where the printed sum is whole: AWS rounds the unprinted value;
//   - the clamp of timed-out executions: billed as their timeout, a whole number of seconds, although they took longer. It
//     is not asked of those whose Status says that they did not time out; older text logs have none.
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
	if r.Status != "" && r.Status != "timeout" {
		return want, false, nil
	}
	t.Duration = r.Duration.Truncate(time.Second)
	if clamped, err := cost.BilledDurationIn(region, t, on); err == nil && t.Duration > 0 && r.Billed == clamped {
		return want, true, nil
	}
	return want, false, nil
}
