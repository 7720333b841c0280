package lifecycle

// bucket is a token bucket in integers: size tokens, refilled continuously at size tokens per interval, never fuller than
// size. It starts full. The zero value has no limit.
type bucket struct {
	size, interval int64
	level          int64 // tokens × interval
	at             int64
}

func newBucket(size, interval int64) bucket {
	return bucket{size: size, interval: interval, level: size * interval}
}

// has says whether there is a token at a time, which must not go back.
func (b *bucket) has(at int64) bool {
	if b.interval == 0 {
		return true
	}
	full := b.size * b.interval
	if passed := at - b.at; passed >= b.interval {
		b.level = full
	} else {
		b.level = min(full, b.level+passed*b.size)
	}
	b.at = at
	return b.level >= b.interval
}

// take takes a token; has must have said that there is one.
func (b *bucket) take() { b.level -= b.interval }

// pending is a request to be served: new, or waiting to be tried again.
type pending struct {
	at       int64 // arrival
	due      int64
	seq      uint64 // of the queue, for order at equal times
	index    uint64
	duration int64 // its own, 0 for none
	attempts uint8 // executions so far
	ended    int64 // the last execution
	cold     bool  // the last execution
	refusals uint8 // throttlings so far, up to where the delay is longest
}

func (a pending) before(b pending) bool {
	return a.due < b.due || a.due == b.due && a.seq < b.seq
}

// key is the index of what is drawn for this attempt.
func (r *pending) key() uint64 { return r.index | uint64(r.attempts)<<56 }

// retryDelay is 1 s, doubling with every throttling, up to 5 minutes.
func retryDelay(refusals uint8) int64 {
	const second, longest = int64(1_000_000_000), int64(300_000_000_000)
	if refusals >= 9 {
		return longest
	}
	return min(second<<refusals, longest)
}
