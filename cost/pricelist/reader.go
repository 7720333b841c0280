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
	// On is the time at which prices are wanted, where a product has terms of several dates; the zero value means the time of
	// the list's publication. A term counts from the instant of its date, which is 0:00 UTC where it says no time of day.
	On time.Time
	// Ignored, if not nil, is called once for each row that is not read, with the reason, in the order in which that turns
	// out, which is always the same for a list. It is called for lists that are refused in the end as well.
	Ignored func(Row, Reason)
}

// ReadJSON reads a price list in AWS's bulk JSON format, of one region or all, and returns a rate card of each region, sorted
// by code. Products and terms may come in either order; the list is read as a stream. It reads products of GetProducts as well:
// what `aws pricing get-products` prints, an array of products or of their texts, one product, or several one behind the
// other, such as one a line.
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

// Read reads a price list in whichever of the formats it is in: what begins with { or [ is JSON, anything else CSV. The errors
// are those of [ReadJSON]; what is neither, such as a file that is empty, compressed or in UTF-16, is named in a [*FormatError].
func (rd Reader) Read(r io.Reader) ([]cost.RateCard, error) {
	if r == nil {
		return nil, errNoReader()
	}
	in := bufio.NewReaderSize(r, bufferSize)
	begin, err := beginning(in)
	if err != nil {
		return nil, err
	}
	if begin == '{' || begin == '[' {
		return rd.ReadJSON(in)
	}
	return rd.ReadCSV(in)
}

// signatures begin files that are neither JSON nor CSV.
var signatures = []struct{ begin, is string }{
	{"\x1f\x8b", "compressed by gzip"},
	{"PK\x03\x04", "a zip archive"},
	{"\xff\xfe", "UTF-16"},
	{"\xfe\xff", "UTF-16"},
	{"<", "HTML or XML"},
}

// beginning returns the first character of a text that is no white space, and leaves all of it to be read.
func beginning(in *bufio.Reader) (byte, error) {
	fault := func(given string) error {
		return &FormatError{What: "price list", Given: given, Allowed: "JSON or CSV, as UTF-8"}
	}
	begin, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return 0, &FormatError{What: "price list", Err: err}
	}
	for _, s := range signatures {
		if bytes.HasPrefix(begin, []byte(s.begin)) {
			return 0, fault(s.is)
		}
	}
	n := 0
	if bytes.HasPrefix(begin, []byte("\ufeff")) {
		n = len("\ufeff")
	}
	for {
		n++
		text, err := in.Peek(n)
		switch {
		case err == io.EOF:
			return 0, fault("empty")
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, fault("65,536 blanks")
		case err != nil:
			return 0, &FormatError{What: "price list", Err: err}
		}
		switch c := text[n-1]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c, nil
		}
	}
}

func errNoReader() error {
	return &FormatError{What: "reader", Given: "nil", Allowed: "one of a price list"}
}
