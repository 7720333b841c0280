package savings

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

//go:embed rates.json
var embeddedRates []byte

// rateSet is an entry of the embedded file: the plan rates of one region, with the terms that they are known for.
type rateSet struct {
	Years   []int
	Payment Payment
	Card    cost.RateCard
}

var embedded = sync.OnceValue(func() []rateSet {
	var sets []rateSet
	if err := json.Unmarshal(embeddedRates, &sets); err != nil {
		// The file is part of the program and a test reads it: it cannot be wrong in a build that passed its tests.
		return nil
	}
	return sets
})

// Embedded returns the plan rates that ship with the library, one card for each region of which they are known for a
// purchase; Years 0 takes what is known for either term. Each card says its date, source and certainty:
//
//	us-east-1  2026-09-25  no upfront, 1 and 3 years alike; all upfront, term not stated by the source
//	eu-west-1  2021-01-22  no upfront, 3 years: x86_64 only, older than arm64
//	eu-west-1  2020-02-20  all upfront, 1 year: x86_64 only, without provisioned concurrency
//
// In us-east-1 the rates of provisioned concurrency are known for x86_64 without upfront payment alone. A purchase of which
// nothing is known, such as any with a partial upfront payment, is an [*UnknownError]; one that does not validate is an
// error of [Purchase.Validate]. The caller owns the cards.
func Embedded(p Purchase) ([]cost.RateCard, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var cards []cost.RateCard
	var known []string
	for _, set := range embedded() {
		for _, years := range set.Years {
			if name := (Purchase{years, set.Payment}).String(); !slices.Contains(known, name) {
				known = append(known, name)
			}
		}
		if set.Payment != p.Payment || p.Years != 0 && !slices.Contains(set.Years, p.Years) {
			continue
		}
		r, err := cost.NewRates(set.Card)
		if err != nil {
			return nil, err
		}
		cards = append(cards, r.Card()) // a copy
	}
	if len(cards) == 0 {
		return nil, &UnknownError{What: "rates of a Savings Plan", Given: p.String(), Known: known}
	}
	return cards, nil
}
