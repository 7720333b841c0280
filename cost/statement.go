package cost

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Statement is the bills of an account's regions, which share one free tier, one currency and one partition. The zero
// value is nothing billed.
type Statement struct{ Bills []Bill }

// Total returns the exact sum of all bills. They are of one currency where [Catalog.Bill] made the statement.
func (s Statement) Total() decimal.Decimal {
	var sum decimal.Decimal
	for _, b := range s.Bills {
		sum = sum.Add(b.Total())
	}
	return sum
}

// Currency returns the currency of the first bill; "" for an empty statement.
func (s Statement) Currency() string {
	if len(s.Bills) == 0 {
		return ""
	}
	return s.Bills[0].Currency
}

// Invoice returns a copy with the cost of each line rounded as AWS does; see [Bill.Invoice].
func (s Statement) Invoice() Statement {
	bills := make([]Bill, len(s.Bills))
	for i, b := range s.Bills {
		bills[i] = b.Invoice()
	}
	return Statement{bills}
}

// String returns one line: the number of regions, total and currency.
func (s Statement) String() string {
	for _, b := range s.Bills {
		if b.check() != nil {
			return b.String()
		}
	}
	return fmt.Sprintf("%d regions: %s %s", len(s.Bills), formatSafe(s.Total()), show.OneLine(s.Currency()))
}
