package savings

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Plan is what a Compute Savings Plan, or several, leave for Lambda, and how that is to be applied where AWS does not say.
// The zero value commits to nothing, and changes no bill. It is plain data, JSON both ways.
type Plan struct {
	// HourlyCommitment is what is left for Lambda, per hour, in the currency of the bills: 0 or more, of at most 20 decimals and
	// 20 digits before them.
	// EC2 and Fargate have higher savings percentages and use a shared commitment before Lambda does.
	HourlyCommitment decimal.Decimal
	// Cards are the plan's rates, one card for each region, one tier for each rate, of the meters of [Covers] alone;
	// [ReadOffer] reads them from AWS's files. Where there are none, those of [Embedded] for Purchase are used: all that the
	// library knows are us-east-1 and eu-west-1. Cards replace the embedded ones as a whole. To add to them, append cards of
	// other regions to what Embedded returns; a second card of a region is a [*CardError].
	Cards []cost.RateCard
	// Purchase chooses the embedded rates where there are no Cards, and names the line of unused commitment.
	Purchase Purchase

	// From and Until are when the commitment runs: from the hour of From to the one before Until, whole hours in UTC, in one
	// calendar month with the usage. Every hour of it costs the commitment, those without usage too; usage outside of it is
	// on demand. Where they are zero the commitment runs from the first hour given, and to the end of the last one: set them to
	// the month, where usage does not reach from end to end of it.
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
	if _, err := checkCommitment("Plan.HourlyCommitment", p.HourlyCommitment); err != nil {
		return nil, err
	}
	if err := p.Purchase.Validate(); err != nil {
		return nil, err
	}
	if err := p.FreeTier.validate(); err != nil {
		return nil, err
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

// checkCommitment returns d without needless zeros.
func checkCommitment(field string, d decimal.Decimal) (decimal.Decimal, error) {
	c, ok := bounded(d)
	if !ok || c.Sign() < 0 {
		return decimal.Decimal{}, decimalOutOfRange(field, d, "0 or more per hour, of at most 20 decimals and 20 digits before them")
	}
	return c, nil
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
