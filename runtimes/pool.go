package runtimes

import (
	"io"
	"maps"
	"math/big"
	"slices"
	"time"
)

// Pool gathers days of the benchmark github.com/maxday/lambda-perf, in any order, and makes profiles of them. The zero value
// is empty and ready; a nil *Pool is empty too, and cannot be added to. It is for one goroutine at a time, and must not be
// copied after its first use: gather separately and merge, which gives the same in any order. It keeps every sample, 8 bytes
// each: a month of 620 configurations is 1.5 MB.
type Pool struct {
	days   []perfDay
	sorted bool // by time
	seen   map[instant]struct{}
}

// instant is a point in time as a key.
type instant struct {
	seconds     int64
	nanoseconds int
}

func instantOf(t time.Time) instant { return instant{t.Unix(), t.Nanosecond()} }

// Add adds all days of an input: see [ReadLambdaPerf] for what is read and for the errors. If it fails, nothing was added.
func (p *Pool) Add(r io.Reader) error {
	if p == nil {
		return outOfRange("Pool", "nil", "a Pool")
	}
	days, err := readDays(r)
	if err != nil {
		return err
	}
	return p.add(days)
}

// Merge adds the days of another pool, which stays as it is. A document that both have is a [*DuplicateError]; nothing was
// added then. Documents are told apart by their generatedAt.
func (p *Pool) Merge(o *Pool) error {
	if p == nil {
		return outOfRange("Pool", "nil", "a Pool")
	}
	if o == nil {
		return nil
	}
	return p.add(o.days)
}

func (p *Pool) add(days []perfDay) error {
	added := make(map[instant]struct{}, len(days))
	for _, day := range days {
		at := instantOf(day.at)
		_, before := p.seen[at]
		if _, now := added[at]; before || now {
			return &DuplicateError{What: "day", Given: day.stamp}
		}
		added[at] = struct{}{}
	}
	if p.seen == nil {
		p.seen = added
	} else {
		maps.Copy(p.seen, added)
	}
	p.days, p.sorted = append(p.days, days...), false
	return nil
}

// Documents returns how many documents were added, empty days among them.
func (p *Pool) Documents() int {
	if p == nil {
		return 0
	}
	return len(p.days)
}

// Profiles returns what the pool knows of each configuration, in the order of a [Table]; none of an empty pool. Quantiles
// and mean are those of all samples together, rounded to the nearest nanosecond (see [NewInitTimes] for those that few
// samples leave unknown). FirstInvoke and MaxMemoryUsedMB are the means of the days, weighted by the samples of the day; the
// second is rounded to 3 decimals. Measured is the month, or first and last month, of the whole pool, in UTC. DisplayName is
// the newest. A configuration without samples has no profile. The pool stays as it is.
func (p *Pool) Profiles() []Profile {
	if p == nil || len(p.days) == 0 {
		return nil
	}
	if !p.sorted {
		slices.SortFunc(p.days, func(a, b perfDay) int { return a.at.Compare(b.at) })
		p.sorted = true
	}
	pools := map[config]*configPool{}
	for _, day := range p.days {
		date := day.at.UTC().Format(time.DateOnly)
		for _, row := range day.rows {
			if len(row.samples) == 0 {
				continue
			}
			c := pools[row.config]
			if c == nil {
				c = new(configPool)
				pools[row.config] = c
			}
			c.add(date, row)
		}
	}
	if len(pools) == 0 {
		return nil
	}
	const month = "2006-01"
	measured := p.days[0].at.UTC().Format(month)
	if last := p.days[len(p.days)-1].at.UTC().Format(month); last != measured {
		measured += ".." + last
	}
	profiles := make([]Profile, 0, len(pools))
	for c, pool := range pools {
		profiles = append(profiles, pool.profile(c, measured))
	}
	slices.SortFunc(profiles, func(a, b Profile) int { return order(&a, &b) })
	link(profiles)
	return profiles
}

// configPool is a configuration on all days.
type configPool struct {
	display            string
	samples            []time.Duration
	dates              []string // of days with samples, ascending, each once
	first, memory      weighted
	firstMin, firstMax time.Duration // of the days' means
}

func (c *configPool) add(date string, row dayRow) {
	if row.display != "" {
		c.display = row.display
	}
	c.samples = append(c.samples, row.samples...)
	if n := len(c.dates); n == 0 || c.dates[n-1] != date {
		c.dates = append(c.dates, date)
	}
	if row.memory > 0 {
		c.memory.add(row.memory, len(row.samples))
	}
	if row.first > 0 {
		c.first.add(int64(row.first), len(row.samples))
		if c.firstMin == 0 || row.first < c.firstMin {
			c.firstMin = row.first
		}
		c.firstMax = max(c.firstMax, row.first)
	}
}

func (c *configPool) profile(of config, measured string) Profile {
	slices.Sort(c.samples)
	info := functions()[of.function]
	return Profile{
		Name: info.name, Identifier: info.identifier, Arch: of.arch, Packaging: of.packaging,
		Function: of.function, DisplayName: c.display, SnapStart: info.snapStart,
		MemoryMB: of.memoryMB, Measured: measured, Days: len(c.dates), Samples: len(c.samples),
		Init:        summarize(c.samples),
		FirstInvoke: time.Duration(c.first.mean(1)), FirstInvokeMin: c.firstMin, FirstInvokeMax: c.firstMax,
		MaxMemoryUsedMB: float64(c.memory.mean(1000)) / 1000,
	}
}

// weighted is an exact weighted mean.
type weighted struct {
	sum     big.Int
	weights int64
}

func (w *weighted) add(value int64, weight int) {
	var x big.Int
	w.sum.Add(&w.sum, x.Mul(big.NewInt(value), big.NewInt(int64(weight))))
	w.weights += int64(weight)
}

// mean returns the mean in another unit, which is the given number of those of the values, rounded half up; 0 of nothing.
func (w *weighted) mean(unit int64) int64 {
	if w.weights == 0 {
		return 0
	}
	divisor := big.NewInt(2 * w.weights * unit)
	var x big.Int
	x.Lsh(&w.sum, 1)
	x.Add(&x, big.NewInt(w.weights*unit))
	return x.Div(&x, divisor).Int64()
}
