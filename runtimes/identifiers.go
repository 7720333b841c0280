package runtimes

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// Identifier is one of the names by which Lambda's API knows runtimes, such as nodejs22.x or provided.al2023, with its
// dates. Dates are midnight UTC of a day; the zero time means not known. AWS moves dates, mostly to later: check those that
// matter against the AWS Lambda developer guide. The zero value is no identifier.
type Identifier struct {
	ID        string
	Label     string   // to read, such as "Node.js 22"
	OS        string   // Amazon Linux, Amazon Linux 2 or Amazon Linux 2023
	Arches    []string // x86_64, arm64
	Container bool     // only as a base image: no function with a zip package can have it

	Released    time.Time // first available
	Deprecated  time.Time // from then on without security patches and technical support
	BlockCreate time.Time // from then on no function can be created with it
	BlockUpdate time.Time // from then on no function that has it can be updated

	Announcement string // where AWS announced it

	// How well OS, Arches and BlockCreate are known. The other dates are Published wherever they are not zero.
	OSBasis, ArchesBasis, BlockCreateBasis Basis
}

// Basis is how well something is known.
type Basis uint8

const (
	NotKnown   Basis = iota // and so it is not there
	Published               // AWS's documentation says so, at first hand or as collected by endoflife.date
	Secondhand              // a third party's table says so
	Measured                // the benchmark of the embedded profiles ran on it
	ByRule                  // it follows from a rule, such as that Amazon Linux 1 is x86_64 only; not looked up
	Unverified              // by a rule that is doubtful here
)

var basisTexts = [...]string{"not known", "published", "secondhand", "measured", "rule", "unverified"}

// String returns the basis in words.
func (b Basis) String() string {
	if int(b) < len(basisTexts) {
		return basisTexts[b]
	}
	return "invalid"
}

//go:embed identifiers.csv
var identifiersText string

const identifierColumns = "id,label,os,os_basis,arches,arch_basis,container,released,deprecated,block_create,block_update,announcement"

type identifierTable struct {
	all   []Identifier
	index map[string]int
}

var identifiers = sync.OnceValue(func() identifierTable { return openIdentifiers(identifiersText) })

func openIdentifiers(text string) identifierTable {
	t := identifierTable{index: map[string]int{}}
	for _, line := range lines(text) {
		if line == identifierColumns {
			continue
		}
		c := cursor{line: line, separator: ','}
		i := Identifier{ID: c.text(), Label: c.text(), OS: c.text(), OSBasis: parseBasis(c.text())}
		i.Arches = strings.Split(c.text(), "+")
		i.ArchesBasis = parseBasis(c.text())
		i.Container = c.text() == "container"
		i.Released, i.Deprecated, i.BlockCreate, i.BlockUpdate = parseDay(c.text()), parseDay(c.text()), parseDay(c.text()), parseDay(c.text())
		i.Announcement = c.text()
		if !i.BlockCreate.IsZero() {
			i.BlockCreateBasis = Secondhand
		}
		t.index[i.ID] = len(t.all)
		t.all = append(t.all, i)
	}
	return t
}

// parseBasis and parseDay read cells of the embedded file, all of which a test walks.
func parseBasis(s string) Basis { return Basis(max(slices.Index(basisTexts[:], s), 0)) }

func parseDay(s string) time.Time {
	day, _ := time.Parse(time.DateOnly, s)
	return day
}

// Identifiers returns all identifiers, the newest first. They are as of 2026-08-16; see [Sources].
func Identifiers() iter.Seq[Identifier] {
	return func(yield func(Identifier) bool) {
		for _, i := range identifiers().all {
			if !yield(i.clone()) {
				return
			}
		}
	}
}

// LookupIdentifier returns the identifier that is spelled exactly so. One that does not exist is an [*UnknownError] that
// names the nearest.
func LookupIdentifier(id string) (Identifier, error) {
	t := identifiers()
	at, ok := t.index[id]
	if !ok {
		names := make([]string, len(t.all))
		for i := range t.all {
			names[i] = t.all[i].ID
		}
		return Identifier{}, &UnknownError{What: "Identifier", Given: id, Nearest: nearest(id, names)}
	}
	return t.all[at].clone(), nil
}

// clone returns a copy that shares nothing.
func (i Identifier) clone() Identifier {
	i.Arches = slices.Clone(i.Arches)
	return i
}

// DeprecatedOn says whether the identifier is deprecated on a day, which is the date that day has in UTC. It is from its
// date of deprecation on. It is false where that date is not known.
func (i Identifier) DeprecatedOn(day time.Time) bool {
	return reached(i.Deprecated, day)
}

// CreateBlockedOn says whether no function can be created with the identifier on a day, which is the date that day has in
// UTC. It is false where BlockCreate is not known, which is nearly everywhere: see BlockCreateBasis.
func (i Identifier) CreateBlockedOn(day time.Time) bool { return reached(i.BlockCreate, day) }

// UpdateBlockedOn says whether no function that has the identifier can be updated on a day, which is the date that day has in
// UTC. It is false where BlockUpdate is not known.
func (i Identifier) UpdateBlockedOn(day time.Time) bool { return reached(i.BlockUpdate, day) }

// reached says whether a day has come to a date; never to one that is not known.
func reached(date, day time.Time) bool { return !date.IsZero() && !day.UTC().Before(date) }

// DeprecatedOn returns the identifiers that are deprecated on a day (in UTC), the newest first: those whose functions should
// have moved on.
func DeprecatedOn(day time.Time) iter.Seq[Identifier] {
	return func(yield func(Identifier) bool) {
		for i := range Identifiers() {
			if i.DeprecatedOn(day) && !yield(i) {
				return
			}
		}
	}
}
