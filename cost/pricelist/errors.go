package pricelist

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// FormatError reports a document that is no price list of AWS Lambda in a known format, or that ends or breaks off where it
// should not. Nothing of it is returned.
type FormatError struct {
	What    string // what was looked at, such as "offer code" or "JSON"
	Given   string // what stood there, shortened where it is long; "" where it is missing
	Allowed string // what would have been accepted
	Line    int    // of a CSV file, from 1; 0 elsewhere
	Item    int    // of GetProducts, from 1; 0 elsewhere
	Offset  int64  // of JSON, in bytes from the beginning of the document or item; 0 elsewhere
	Err     error  // of the reader, of CSV or of package cost, or io.ErrUnexpectedEOF where the document is cut off; nil elsewhere
}

// Error implements error.
func (e *FormatError) Error() string {
	text := "pricelist: " + place(e.Line, e.Item) + e.What
	if e.Offset > 0 {
		text += fmt.Sprintf(" at byte %d", e.Offset)
	}
	switch {
	case e.Err != nil:
		return text + ": " + strings.TrimPrefix(e.Err.Error(), "pricelist: ")
	case e.Given == "":
		return text + " is missing, allowed is " + e.Allowed
	}
	return text + " is " + strconv.Quote(e.Given) + ", allowed is " + e.Allowed
}

// Unwrap returns Err.
func (e *FormatError) Unwrap() error { return e.Err }

// Problem says what is wrong with a row.
type Problem uint8

// What can be wrong with a row.
const (
	BadValue       Problem = iota + 1 // a number, date, code or text that cannot be one
	BadRange                          // ranges that overlap, leave a gap, or do not run from 0 to Inf
	SecondPrice                       // two prices for one tier or one meter, of one SKU or of two
	Duplicate                         // a SKU, term or field that stands twice
	MixedCurrency                     // two currencies in one price or one region
	UnknownRegion                     // a region that neither the row nor the package has a code for
	RegionMismatch                    // region, location and usage type's prefix do not name the same region
	MeterMismatch                     // group and usage type do not name the same meter
)

var problems = [...]string{
	BadValue: "BadValue", BadRange: "BadRange", SecondPrice: "SecondPrice", Duplicate: "Duplicate", MixedCurrency: "MixedCurrency",
	UnknownRegion: "UnknownRegion", RegionMismatch: "RegionMismatch", MeterMismatch: "MeterMismatch",
}

// String returns the constant's name.
func (p Problem) String() string {
	return show.Name("Problem", int(p), problems[:])
}

// RowError reports a row, that is a product or one of its prices, that cannot be taken as it is. Nothing of the list is
// returned.
type RowError struct {
	SKU     string // "" where the row names none
	Line    int    // of a CSV file, from 1; 0 elsewhere
	Item    int    // of GetProducts, from 1; 0 elsewhere
	Problem Problem
	Field   string // as the bulk CSV names it, such as "PricePerUnit"
	Given   string // what stood there, shortened where it is long
	Allowed string // what would have been accepted
}

// Error implements error.
func (e *RowError) Error() string {
	return fmt.Sprintf("pricelist: %sSKU %s: %s is %s, allowed is %s", place(e.Line, e.Item), strconv.Quote(e.SKU), e.Field, strconv.Quote(e.Given), e.Allowed)
}

// MissingError reports a region without a price that every region has: requests and compute on x86_64. A list that was
// filtered is read with [Reader.Partial].
type MissingError struct {
	Region string
	Key    cost.Key
	NotYet int // terms of the list that were left out because they are not in effect yet
}

// Error implements error.
func (e *MissingError) Error() string {
	text := fmt.Sprintf("pricelist: %s has no price for %s, which every region sells", e.Region, e.Key)
	switch {
	case e.NotYet == 1:
		text += "; 1 term is not yet in effect"
	case e.NotYet > 1:
		text += fmt.Sprintf("; %d terms are not yet in effect", e.NotYet)
	}
	return text + " (Reader.Partial reads a list that was filtered)"
}

func place(line, item int) string {
	switch {
	case line > 0:
		return fmt.Sprintf("line %d: ", line)
	case item > 0:
		return fmt.Sprintf("item %d: ", item)
	}
	return ""
}

// cutOff is the error of a document that ends where it should not; the reader's own error is kept.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
