package focus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// header is the names of a file's columns, as they stand in it, and what it takes to know them again.
type header struct {
	names  []string
	sorted []string // folded
	// lengths has a bit for each length that a name has, so that rows of data are told apart by their ends alone.
	lengths uint64
}

// readHeader takes the first row as the names of the columns.
func readHeader(s *scanner) (*header, error) {
	s.head = true
	err := s.next()
	s.head = false
	switch {
	case errors.Is(err, io.EOF):
		return nil, &HeaderError{Problem: "there is none: the file is empty"}
	case err != nil:
		if s.err != nil && !errors.Is(s.err, io.EOF) {
			return nil, s.err
		}
		if damaged, ok := errors.AsType[*LineError](err); ok {
			return nil, &HeaderError{Line: damaged.Line, Problem: damaged.Given}
		}
		return nil, err
	}
	h := new(header)
	for i := range s.fields {
		f := &s.fields[i]
		if !f.quoted && bytes.IndexByte(f.b, '\r') >= 0 {
			return nil, &HeaderError{Line: s.rowLine, Problem: "lines that end in CR alone, allowed are LF and CRLF"}
		}
		name := string(f.text(nil))
		h.names = append(h.names, name)
		h.sorted = append(h.sorted, fold(name))
		h.lengths |= 1 << min(len(name), 63)
	}
	slices.Sort(h.sorted)
	return h, nil
}

// nextRow finds the next row of as many fields as there are columns, which is not the header again. A header in another
// order is a *HeaderError: what stands behind it would be read as something else.
func nextRow(s *scanner, h *header) error {
	if err := s.next(); err != nil {
		return err
	}
	if len(s.fields) != len(h.names) {
		return &LineError{
			Line: s.rowLine, Offset: s.rowOffset,
			Given: strconv.Itoa(len(s.fields)) + " fields", Allowed: fmt.Sprintf("%d, as many as the header has", len(h.names)),
		}
	}
	if !h.resembles(s) {
		return nil
	}
	same := true
	folded := make([]string, len(h.names))
	for i := range s.fields {
		folded[i] = fold(string(withoutMark(s.fields[i].text(nil))))
		same = same && folded[i] == fold(h.names[i])
	}
	if same {
		return &LineError{Line: s.rowLine, Offset: s.rowOffset, Given: "the header again", Allowed: "one header", Err: ErrHeaderAgain}
	}
	if slices.Sort(folded); slices.Equal(folded, h.sorted) {
		return &HeaderError{Line: s.rowLine, Problem: "the header again, in another order"}
	}
	return nil
}

// resembles looks whether the row's first and last field can be names of columns.
func (h *header) resembles(s *scanner) bool {
	for _, f := range [...]*field{&s.fields[0], &s.fields[len(s.fields)-1]} {
		b := withoutMark(f.b)
		if f.escaped {
			continue
		}
		if h.lengths&(1<<min(len(b), 63)) == 0 {
			return false
		}
		if _, found := slices.BinarySearch(h.sorted, fold(string(b))); !found {
			return false
		}
	}
	return true
}

// mark is a byte-order mark, which stands in the midst of files that were put together of several.
const mark = "\xef\xbb\xbf"

func withoutMark(b []byte) []byte { return bytes.TrimPrefix(b, []byte(mark)) }
