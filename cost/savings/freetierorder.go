package savings

import (
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// FreeTierOrder is who uses the monthly free tier first, of which AWS says nothing. In each hour the free tier comes before
// the plan; AWS does not say that either.
type FreeTierOrder uint8

const (
	// FreeByRegion shares the free tier out as [cost.Catalog.Bill] does: the regions' usage of the month in the order of
	// their codes, x86_64 before arm64; each uses its share from its first hour on. The zero value.
	FreeByRegion FreeTierOrder = iota
	// FreeByHour uses it hour by hour, within an hour in the same order.
	FreeByHour
)

var freeTierOrders = []string{FreeByRegion: "FreeByRegion", FreeByHour: "FreeByHour"}

// String returns the constant's name.
func (o FreeTierOrder) String() string {
	return show.Name("FreeTierOrder", int(o), freeTierOrders)
}

// MarshalText writes the constant's name; any other value is an [*UnknownError].
func (o FreeTierOrder) MarshalText() ([]byte, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	return []byte(freeTierOrders[o]), nil
}

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves o as it was.
func (o *FreeTierOrder) UnmarshalText(text []byte) error {
	i := slices.Index(freeTierOrders, string(text))
	if i < 0 {
		return &UnknownError{What: "free tier order", Given: string(text), Known: slices.Clone(freeTierOrders)}
	}
	*o = FreeTierOrder(i)
	return nil
}

func (o FreeTierOrder) validate() error {
	if int(o) >= len(freeTierOrders) {
		return &UnknownError{What: "free tier order", Given: o.String(), Known: slices.Clone(freeTierOrders)}
	}
	return nil
}
