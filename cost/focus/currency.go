package focus

// The currency of a report is that of Lambda's rows, which need not come first. What other services have before them is summed up
// by currency until it is known.

// earlyTally is what one currency has of rows of other services before the first row of Lambda.
type earlyTally struct {
	currency string
	service  causeTally // OtherService
	fee      causeTally // CommitmentFee
}

// isCurrency reports whether a row is in the report's currency. The first row of Lambda that has one decides.
func (c *reconciler) isCurrency(row *entry) bool {
	if !c.decided && len(row.currency) > 0 {
		c.decide(string(row.currency))
	}
	return c.decided && string(row.currency) == c.currency
}

// earlySum is the sum for a row of another service before the currency is known.
func (c *reconciler) earlySum(row *entry, cause Cause) (*causeTally, error) {
	i := len(c.early) - 1
	for i >= 0 && c.early[i].currency != string(row.currency) {
		i--
	}
	if i < 0 {
		if len(c.early) == maxCurrencies {
			return nil, &LineError{
				Line: row.line, Offset: row.offset, Given: "another currency", Allowed: "64 different currencies before the first row of Lambda",
			}
		}
		i = len(c.early)
		c.early = append(c.early, earlyTally{currency: string(row.currency)})
	}
	if cause == CommitmentFee {
		return &c.early[i].fee, nil
	}
	return &c.early[i].service, nil
}

// decide takes the currency, and puts what was read of it and of others where it belongs.
func (c *reconciler) decide(currency string) {
	c.currency, c.decided = currency, true
	for i := range c.early {
		e := &c.early[i]
		if e.currency == currency {
			c.sums[OtherService].join(&e.service, c.examples)
			c.sums[CommitmentFee].join(&e.fee, c.examples)
			continue
		}
		for _, t := range []*causeTally{&e.service, &e.fee} {
			for j := range t.examples {
				t.examples[j].Cause = OtherCurrency
			}
			c.sums[OtherCurrency].join(&causeTally{Sum: Sum{Rows: t.Rows}, examples: t.examples}, c.examples)
		}
	}
	c.early = nil
}

// decideAtLast decides where no row of Lambda did: by the first row that has a currency.
func (c *reconciler) decideAtLast() {
	if c.decided {
		return
	}
	for i := range c.early {
		if c.early[i].currency != "" {
			c.decide(c.early[i].currency)
			return
		}
	}
	c.decide("")
}

// join adds what another tally has of the same cause.
func (s *causeTally) join(t *causeTally, most int) {
	s.Rows += t.Rows
	s.Billed, s.Computed = s.Billed.Add(t.Billed), s.Computed.Add(t.Computed)
	for _, r := range t.examples {
		s.keep(r, most)
	}
}
