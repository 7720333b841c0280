package savings

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Plan is what a Compute Savings Plan, or several, leave for Lambda, and how that is to be applied where AWS does not say.
// The zero value commits to nothing, and changes no bill.
type Plan struct {
	// HourlyCommitment is what is left for Lambda, per hour, in the currency of the bills: 0 or more, of at most 20 decimals.
	// EC2 and Fargate have higher savings percentages and use a shared commitment before Lambda does.
	HourlyCommitment decimal.Decimal
	// Cards are the plan's rates, one card for each region, one tier for each rate, of the meters of [Covers] alone;
	// [ReadOffer] reads them from AWS's files. Where there are none, those of [Embedded] for Purchase are used: all that the
	// library knows are us-east-1 and eu-west-1. Cards replace the embedded ones as a whole; to add to them, append.
	Cards []cost.RateCard
	// Purchase chooses the embedded rates where there are no Cards, and names the line of unused commitment.
	Purchase Purchase

	// From and Until are when the commitment runs: from the hour of From to the one before Until, whole hours in UTC, in one
	// calendar month with the usage. Every hour of it costs the commitment, those without usage too; usage outside of it is
	// on demand. Where they are zero the commitment runs from the first hour given, and to the end of the last one.
	From, Until time.Time

	// FreeTier is who uses the free tier first.
	FreeTier FreeTierOrder
	// CoveredOutsideTiers makes covered GB-seconds not count toward the price tiers. AWS does not spell out whether they do;
	// its FAQ has the rest billed at the tier of the "monthly aggregate function duration", and so they count unless this is
	// set.
	CoveredOutsideTiers bool
	// CoverAboveOnDemand covers usage even where its plan rate is above the on-demand price, as it is in the third tier.
	CoverAboveOnDemand bool
	// UnratedOnDemand bills usage of which the cards have no rate on demand, and says so in the bill's assumptions, where it
	// would be a [*NoRateError].
	UnratedOnDemand bool
}

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

// Covers reports whether Compute Savings Plans cover a meter of Lambda: duration, provisioned concurrency, duration on
// provisioned concurrency, and requests (at 0 % discount); nothing else.
func Covers(m cost.Meter) bool {
	switch m {
	case cost.Requests, cost.Compute, cost.ProvisionedConcurrency, cost.ProvisionedCompute:
		return true
	}
	return false
}

// Validate checks the plan by itself: a commitment that is negative or has too many digits, a period that is none, and
// options that do not exist are a [*RangeError] or [*UnknownError], cards that cannot be a plan's a [*CardError].
func (p Plan) Validate() error {
	_, err := p.rates()
	return err
}

// rates validates the plan and returns its rates by region.
func (p *Plan) rates() (map[string]*cost.Rates, error) {
	if err := checkCommitment("Plan.HourlyCommitment", p.HourlyCommitment); err != nil {
		return nil, err
	}
	if err := p.Purchase.Validate(); err != nil {
		return nil, err
	}
	if p.FreeTier > FreeByHour {
		return nil, &RangeError{Field: "Plan.FreeTier", Given: "an order that does not exist", Allowed: "FreeByRegion or FreeByHour"}
	}
	if err := p.checkPeriod(); err != nil {
		return nil, err
	}
	cards := p.Cards
	if len(cards) == 0 {
		var err error
		if cards, err = Embedded(p.Purchase); err != nil {
			return nil, err
		}
	}
	rates := make(map[string]*cost.Rates, len(cards))
	for i, c := range cards {
		r, err := cost.NewRates(c)
		if err != nil {
			return nil, &CardError{Index: i, Region: c.Region, Err: err}
		}
		if rates[c.Region] != nil {
			return nil, &CardError{Index: i, Region: c.Region, Err: &RangeError{Field: "Cards", Given: "a second one of this region", Allowed: "one card for each region"}}
		}
		for _, price := range c.Prices {
			var err error
			switch {
			case !Covers(price.Meter):
				err = &RangeError{Field: "Meter", Given: price.Meter.String(), Allowed: "Requests, Compute, ProvisionedConcurrency or ProvisionedCompute: plans cover nothing else"}
			case len(price.Tiers) > 1:
				err = &RangeError{Field: "Tiers", Given: "more than one", Allowed: "one: plan rates have no tiers"}
			}
			if err != nil {
				return nil, &CardError{Index: i, Region: c.Region, Key: cost.Key{Meter: price.Meter, Arch: price.Arch}, Err: err}
			}
		}
		rates[c.Region] = r
	}
	return rates, nil
}

func checkCommitment(field string, d decimal.Decimal) error {
	if !bounded(d) || d.Sign() < 0 {
		return decimalOutOfRange(field, d, "0 or more per hour, of at most 20 decimals and 20 digits before them")
	}
	return nil
}

const wholeHour = "a whole hour in UTC"

func isWholeHour(t time.Time) bool {
	u := t.UTC()
	return u.Minute() == 0 && u.Second() == 0 && u.Nanosecond() == 0
}

func (p *Plan) checkPeriod() error {
	for _, f := range []struct {
		field string
		at    time.Time
	}{{"Plan.From", p.From}, {"Plan.Until", p.Until}} {
		if !f.at.IsZero() && !isWholeHour(f.at) {
			return &RangeError{Field: f.field, Given: f.at.Format(time.RFC3339Nano), Allowed: wholeHour}
		}
	}
	if !p.From.IsZero() && !p.Until.IsZero() && !p.From.Before(p.Until) {
		return &RangeError{Field: "Plan.Until", Given: p.Until.Format(time.RFC3339), Allowed: "after From, " + p.From.Format(time.RFC3339)}
	}
	return nil
}
