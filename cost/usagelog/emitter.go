package usagelog

import "errors"

// emitter hands records on.
type emitter struct {
	yield func(Record, error) bool
	quiet bool        // what is read breaks off where the reader failed: its error tells of that
	init  initialized // by the event before
}

// initialized is what the last platform.initReport of a log stream said, until the next report takes it.
type initialized struct{ stream, kind string }

// place is where a line, message or event begins.
type place struct {
	line   int
	offset int64
}

// errStopped unwinds a reader whose consumer has had enough.
var errStopped = errors.New("usagelog: stopped")

// emit yields the record that stands at p, or its error; errStopped where the consumer has had enough. A record is large: it is
// handed on by its address.
func (e *emitter) emit(r *Record, err error, p place) error {
	if err != nil {
		return e.tell(err, p)
	}
	r.Line, r.Offset = p.line, p.offset
	if !e.yield(*r, nil) {
		return errStopped
	}
	return nil
}

// tell yields the error of what stands at p.
func (e *emitter) tell(err error, p place) error {
	if e.quiet || errors.Is(err, ErrNotReport) {
		return nil
	}
	if !e.yield(Record{}, at(err, p.line, p.offset)) {
		return errStopped
	}
	return nil
}
