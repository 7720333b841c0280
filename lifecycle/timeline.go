package lifecycle

import (
	"fmt"
	"time"
)

// TimelinePoint is what happened in one step of a run's timeline, or of several that were merged. The zero value is a step in
// which nothing was measured.
type TimelinePoint struct {
	At         time.Duration // start of the step, since the start of the run
	Elapsed    time.Duration // measured time of the step: of the last one only up to the end of the run; added up over runs
	Requests   uint64        // that arrived
	ColdStarts uint64
	Throttled  uint64          // refused for good
	BusyTime   EnvironmentTime // of all environments, provisioned or not; it includes their start
	AliveTime  EnvironmentTime
	// PeakBusy and PeakAlive are the most at one time, of states that lasted for longer than 0: where an environment is
	// started at the very instant at which another goes, [Result.PeakAlive] can be more.
	PeakBusy, PeakAlive uint64
}

// Busy returns how many environments, provisioned or not, were starting or handling requests, on average over the step's
// measured time; 0 where there is none.
func (p TimelinePoint) Busy() float64 { return p.BusyTime.Average(p.Elapsed) }

// Alive returns how many environments there were, on average over the step's measured time; 0 where there is none.
func (p TimelinePoint) Alive() float64 { return p.AliveTime.Average(p.Elapsed) }

// maxTimeline bounds the memory of a timeline.
const maxTimeline = 1 << 20

// timeline integrates how many environments are busy and alive, step by step.
type timeline struct {
	step, start int64 // ns; the first step begins at start
	at          int64 // up to here everything is in points
	points      []TimelinePoint
}

// point returns the step of a time at or after start.
func (l *timeline) point(at int64) (*TimelinePoint, error) {
	i := (at - l.start) / l.step
	if i >= maxTimeline {
		return nil, outOfRange("Options.Timeline", time.Duration(l.step), fmt.Sprintf("a step that makes at most %d steps of the run", maxTimeline))
	}
	for int(i) >= len(l.points) {
		l.points = append(l.points, TimelinePoint{At: time.Duration(l.start + int64(len(l.points))*l.step)})
	}
	return &l.points[i], nil
}

// advance counts the time from the last change up to at, during which the numbers were these.
func (l *timeline) advance(at int64, busy, alive int) error {
	for l.at < at {
		p, err := l.point(l.at)
		if err != nil {
			return err
		}
		end := min(at, int64(p.At)+l.step)
		p.Elapsed += time.Duration(end - l.at)
		p.BusyTime = p.BusyTime.times(end-l.at, busy)
		p.AliveTime = p.AliveTime.times(end-l.at, alive)
		p.PeakBusy = max(p.PeakBusy, uint64(busy))
		p.PeakAlive = max(p.PeakAlive, uint64(alive))
		l.at = end
	}
	return nil
}
