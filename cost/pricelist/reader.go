package pricelist

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Reader reads price lists. Its zero value is ready for use and is what the package's functions use. A Reader is not changed
// by reading: it may be used from several goroutines, if Ignored may.
type Reader struct {
	// Trust says what is believed where a product's region and the prefix of its usage type contradict each other; the zero
	// value means neither: such a list is refused. Any other value than the constants is a [*cost.RangeError].
	Trust Trust
	// Partial allows regions without a price for requests or compute on x86_64, as of a list that was filtered.
	Partial bool
	// On is the day for which prices are wanted, where a product has terms of several dates; the zero value means the list's
	// publication.
	On time.Time
	// Ignored, if not nil, is called once for each row that is not read, with the reason, in the order in which that turns
	// out, which is always the same for a list. It is called for lists that are refused in the end as well.
	Ignored func(Row, Reason)
}

// ReadJSON reads a price list in AWS's bulk JSON format, of one region or all, and returns a rate card of each region, sorted
// by code. Products and terms may come in either order; the list is read as a stream. It reads what `aws pricing
// get-products` prints as well.
//
// A list that cannot be taken as it is, is refused as a whole: the errors are a [*FormatError], [*RowError] or
// [*MissingError]; an error of r is wrapped in the first.
func ReadJSON(r io.Reader) ([]cost.RateCard, error) { return Reader{}.ReadJSON(r) }

// ReadCSV reads a price list in AWS's bulk CSV format and returns a rate card of each region, sorted by code. Columns are
// found by name, so that it does not matter whether there is a region code. Files of several regions may be read one behind
// the other, each with its own heading. The errors are those of [ReadJSON].
func ReadCSV(r io.Reader) ([]cost.RateCard, error) { return Reader{}.ReadCSV(r) }

// ReadProducts reads products as AWS's GetProducts returns them, each a JSON text of its own, and returns a rate card of each
// region, sorted by code. Of products from several price lists, a card has the date of the newest; a price from an older one
// has its own date and source. The errors are those of [ReadJSON].
func ReadProducts(items iter.Seq[string]) ([]cost.RateCard, error) {
	return Reader{}.ReadProducts(items)
}

// Read reads a price list in whichever of the formats it is in. The errors are those of [ReadJSON].
func (rd Reader) Read(r io.Reader) ([]cost.RateCard, error) {
	if r == nil {
		return nil, errNoReader()
	}
	in := bufio.NewReader(r)
	begin, err := in.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &FormatError{What: "price list", Err: err}
	}
	if begin = bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\ufeff")), " \t\r\n"); len(begin) > 0 && begin[0] == '{' {
		return rd.ReadJSON(in)
	}
	return rd.ReadCSV(in)
}

func errNoReader() error {
	return &FormatError{What: "reader", Given: "nil", Allowed: "one of a price list"}
}
