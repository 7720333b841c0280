package cost

import (
	"fmt"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// names is the text form of a small enumeration that counts from 0.
type names []string

func (n names) validate(what string, i int) error {
	if i >= len(n) {
		return &UnknownError{What: what, Given: fmt.Sprint(i), Known: slices.Clone(n)}
	}
	return nil
}

func (n names) text(what string, i int) ([]byte, error) {
	if err := n.validate(what, i); err != nil {
		return nil, err
	}
	return []byte(n[i]), nil
}

// unmarshalName sets to the number of a name, and leaves it as it was where there is none such.
func unmarshalName[T ~uint8](to *T, n names, what string, text []byte) error {
	i := slices.Index(n, string(text))
	if i < 0 {
		return &UnknownError{What: what, Given: string(text), Known: slices.Clone(n)}
	}
	*to = T(i)
	return nil
}

func (n names) string(what string, i int) string { return show.Name(what, i, n) }

var (
	modeNames      = names{"OnDemand", "Provisioned", "Edge"}
	packagingNames = names{"ManagedRuntime", "CustomRuntime", "ContainerImage"}
	kindNames      = names{"Charged", "Free", "Covered", "Unused"}
)

// Validate returns an [*UnknownError] unless m is one of the constants.
func (m Mode) Validate() error { return modeNames.validate("mode", int(m)) }

// String returns the constant's name.
func (m Mode) String() string { return modeNames.string("Mode", int(m)) }

// MarshalText writes the constant's name.
func (m Mode) MarshalText() ([]byte, error) { return modeNames.text("mode", int(m)) }

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves m as it was.
func (m *Mode) UnmarshalText(text []byte) error { return unmarshalName(m, modeNames, "mode", text) }

// Validate returns an [*UnknownError] unless p is one of the constants.
func (p Packaging) Validate() error { return packagingNames.validate("packaging", int(p)) }

// String returns the constant's name.
func (p Packaging) String() string { return packagingNames.string("Packaging", int(p)) }

// MarshalText writes the constant's name.
func (p Packaging) MarshalText() ([]byte, error) { return packagingNames.text("packaging", int(p)) }

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves p as it was.
func (p *Packaging) UnmarshalText(text []byte) error {
	return unmarshalName(p, packagingNames, "packaging", text)
}
