package lifecycle

import "time"

// Departures is the simulator's queue of departures, for tests of it alone.
type Departures struct{ q departures }

func NewDepartures() *Departures { return &Departures{newDepartures()} }

func (d *Departures) Push(end time.Duration, who int32) { d.q.push(int64(end), int64(who)) }

// Due says whether anything ends up to a time. Nothing may be pushed then that ends before it.
func (d *Departures) Due(to time.Duration) bool { return d.q.due(int64(to)) }

// Pop may be called where Due has said so.
func (d *Departures) Pop() (time.Duration, int32) {
	x := d.q.pop()
	return time.Duration(x.end), int32(x.who)
}

// Next returns a time not later than the first end, and whether there is one.
func (d *Departures) Next() (time.Duration, bool) {
	return time.Duration(d.q.next()), d.q.next() != never
}

// Draw returns draw i as the simulator draws from d.
func Draw(d Distribution, seed, i uint64) (time.Duration, float64, error) {
	s := serviceStream(seed)
	draws := newDraws(newSampler("test", d), s)
	x, err := draws.draw(i)
	return time.Duration(x), s.Uniform(i), err
}
