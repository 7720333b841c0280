package lifecycle

import (
	"fmt"
	"time"
)

// TimelinePoint is what happened in one step of a run's timeline.
type TimelinePoint struct {
	At         time.Duration // start of the step, since the start of the run
	Requests   uint64        // that arrived
	ColdStarts uint64
	Throttled  uint64          // refused for good
	BusyTime   EnvironmentTime // of all environments: BusyTime.Average(step × runs) is how many were busy
	AliveTime  EnvironmentTime
	PeakBusy   uint64 // most at one time
	PeakAlive  uint64
}

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
		p.BusyTime = p.BusyTime.times(end-l.at, busy)
		p.AliveTime = p.AliveTime.times(end-l.at, alive)
		p.PeakBusy = max(p.PeakBusy, uint64(busy))
		p.PeakAlive = max(p.PeakAlive, uint64(alive))
		l.at = end
	}
	return nil
}
