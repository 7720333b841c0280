package usagelog

import (
	"strconv"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// maxID is the longest request id that an ID holds; Lambda's own are UUIDs of 36 bytes.
const maxID = 47

// ID is a request id, exactly as the log spells it: comparable, and small enough to be passed by value. The zero value is
// no id.
type ID struct {
	text [maxID]byte
	n    uint8
}

// String returns the id as the log spells it; "" for the zero value.
func (id ID) String() string { return string(id.text[:id.n]) }

// MarshalText returns the id as the log spells it.
func (id ID) MarshalText() ([]byte, error) { return id.text[:id.n], nil }

// UnmarshalText reads what MarshalText writes; no text is the zero value. More than 47 bytes are a [*cost.RangeError], which
// leaves id as it was.
func (id *ID) UnmarshalText(text []byte) error {
	read, ok := makeID(text)
	if !ok && len(text) > 0 {
		return &cost.RangeError{Field: "request id", Given: strconv.Itoa(len(text)) + " bytes", Allowed: "up to 47 bytes"}
	}
	*id = read
	return nil
}

func makeID(b []byte) (id ID, ok bool) {
	if len(b) == 0 || len(b) > maxID {
		return ID{}, false
	}
	id.n = uint8(copy(id.text[:], b))
	return id, true
}
