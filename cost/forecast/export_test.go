package forecast

import "time"

// ScaledQuantile is what a draw of the scenario's duration becomes at MemoryMB where its type has no scale of its own.
func ScaledQuantile(s Scenario, d time.Duration) (time.Duration, error) {
	r, err := s.ratio()
	return times(d, r), err
}
