package savings

import (
	"slices"
	"strconv"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Payment is when a Savings Plan is paid. It changes the rates.
type Payment uint8

// The payment options, by the names of AWS's offer files.
const (
	NoUpfront      Payment = iota // "No Upfront": the zero value
	PartialUpfront                // "Partial Upfront"
	AllUpfront                    // "All Upfront"
)

var payments = [...]string{"No Upfront", "Partial Upfront", "All Upfront"}

// String returns the name of the option in offer files, such as "No Upfront".
func (p Payment) String() string {
	return show.Name("Payment", int(p), payments[:])
}

// MarshalText writes what String returns; an option that does not exist is an [*UnknownError].
func (p Payment) MarshalText() ([]byte, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	return []byte(payments[p]), nil
}

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves p as it was.
func (p *Payment) UnmarshalText(text []byte) error {
	i := slices.Index(payments[:], string(text))
	if i < 0 {
		return &UnknownError{What: "payment option", Given: string(text), Known: slices.Clone(payments[:])}
	}
	*p = Payment(i)
	return nil
}

func (p Payment) validate() error {
	if int(p) >= len(payments) {
		return &UnknownError{What: "payment option", Given: p.String(), Known: slices.Clone(payments[:])}
	}
	return nil
}

// Purchase is how a Savings Plan was bought. The zero value is no upfront payment, for a term that is not said. Whenever it is
// paid, bills show the commitment where it belongs: the same in every hour of the term.
type Purchase struct {
	Years   int // 1 or 3; 0: not said
	Payment Payment
}

// Validate returns a [*RangeError] or [*UnknownError] for what AWS does not sell.
func (p Purchase) Validate() error {
	if p.Years != 0 && p.Years != 1 && p.Years != 3 {
		return &RangeError{Field: "Purchase.Years", Given: strconv.Itoa(p.Years), Allowed: "1 or 3, or 0 where it is not said"}
	}
	return p.Payment.validate()
}

// String returns, for example, "1yr No Upfront", and the payment option alone where the term is not said.
func (p Purchase) String() string {
	if p.Years == 0 {
		return p.Payment.String()
	}
	return strconv.Itoa(p.Years) + "yr " + p.Payment.String()
}

// UsageType returns the usage type of the commitment on AWS's bills, such as "ComputeSP:1yrNoUpfront"; "" where the term is
// not said, and for a purchase that does not validate.
func (p Purchase) UsageType() string {
	if p.Years == 0 || p.Validate() != nil {
		return ""
	}
	name := [...]string{"NoUpfront", "PartialUpfront", "AllUpfront"}[p.Payment]
	return "ComputeSP:" + strconv.Itoa(p.Years) + "yr" + name
}
