package cost

// Arch is a processor architecture, spelled as the Lambda API spells it. The zero value "" stands exactly where a meter
// is not sold by architecture; see [Meter.ByArch].
type Arch string

// The architectures that Lambda sells.
const (
	X86   Arch = "x86_64"
	ARM64 Arch = "arm64"
)

// Arches returns the architectures that Lambda sells, in the order in which bills list them.
func Arches() []Arch { return []Arch{X86, ARM64} }

// Validate returns an [*UnknownError] unless a is [X86] or [ARM64].
func (a Arch) Validate() error {
	if a == X86 || a == ARM64 {
		return nil
	}
	return &UnknownError{What: "architecture", Given: string(a), Known: []string{string(X86), string(ARM64)}}
}
