package forecast

import (
	"fmt"
	"time"
)

// Month is the month that a forecast is for. The zero value is a month of 730 hours, a twelfth of 8,760, as AWS's own
// calculator takes it; otherwise it is a calendar month (UTC), 672 to 744 hours. Both fields are given, or neither.
type Month struct {
	Year  int // 2025 to 9999
	Month time.Month
}

// Duration returns how long the month is. It is 0 for a month that does not exist.
func (m Month) Duration() time.Duration {
	if m == (Month{}) {
		return 730 * time.Hour
	}
	if m.validate() != nil {
		return 0
	}
	return m.start().AddDate(0, 1, 0).Sub(m.start())
}

// String says which month it is and how long, or that it is none.
func (m Month) String() string {
	if m == (Month{}) {
		return "a month of 730 hours"
	}
	if m.validate() != nil {
		return fmt.Sprintf("no month: %d-%02d", m.Year, int(m.Month))
	}
	return fmt.Sprintf("%v %d, %d hours", m.Month, m.Year, m.Duration()/time.Hour)
}

func (m Month) start() time.Time { return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, time.UTC) }

// initBilled is the day since which INIT is billed whatever the runtime, as package lifecycle counts it.
var initBilled = Month{2025, time.August}

func (m Month) validate() error {
	switch {
	case m == Month{}:
		return nil
	case m.Month < time.January || m.Month > time.December:
		return outOfRange("Scenario.Month.Month", int(m.Month), "1 to 12, or 0 together with the year for 730 hours")
	case m.Year > 9999 || m.Year < initBilled.Year || m.start().Before(initBilled.start()):
		return outOfRange("Scenario.Month", fmt.Sprintf("%d-%02d", m.Year, int(m.Month)), "2025-08, since when INIT is billed, to 9999-12")
	}
	return nil
}
