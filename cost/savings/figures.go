package savings

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Figures say how far a commitment was used, and how much of the usage it covered. All amounts are exact, in the currency of
// the bills. The zero value is no commitment and no usage. In JSON they are strings with all their digits.
type Figures struct {
	Hours      int             // in which the commitment ran
	Commitment decimal.Decimal // of all of them
	Used       decimal.Decimal // of the commitment: the cost of what it covered. The rest is lost
	// Covered is what the covered usage would have cost at on-demand list prices, and OnDemand what the rest of the usage that
	// plans can cover (see [Covers]) cost at them, of the hours outside of the plan's period too. Free usage is in neither.
	Covered, OnDemand decimal.Decimal
}

// Unused returns the part of the commitment that no usage took.
func (f Figures) Unused() decimal.Decimal { return f.Commitment.Sub(f.Used) }

// Utilization returns the used part of the commitment, Used / Commitment, from 0 to 1: AWS's utilization percentage as an
// exact fraction. It is nil where nothing was committed.
func (f Figures) Utilization() *big.Rat { return fraction(f.Used, f.Commitment) }

// Coverage returns the covered part of the usage, Covered / (Covered + OnDemand), from 0 to 1: AWS's coverage percentage, in
// which both are valued at on-demand prices, as an exact fraction. It is nil where nothing was used.
func (f Figures) Coverage() *big.Rat { return fraction(f.Covered, f.Covered.Add(f.OnDemand)) }

// NetSavings returns what the plan saved off list prices, Covered - Commitment: below 0 where the commitment cost more than
// what it covered. With a private discount, or where covered usage does not count toward the tiers, the difference to the
// bill without a plan is another one: compare the totals.
func (f Figures) NetSavings() decimal.Decimal { return f.Covered.Sub(f.Commitment) }

// fraction returns a / b, nil where b is 0.
func fraction(a, b decimal.Decimal) *big.Rat {
	if b.IsZero() {
		return nil
	}
	return new(big.Rat).Quo(ratOf(a), ratOf(b))
}

func ratOf(d decimal.Decimal) *big.Rat {
	if d.Exponent() >= 0 {
		return new(big.Rat).SetInt(whole(d, 0))
	}
	return new(big.Rat).SetFrac(d.Coefficient(), digits.Pow10(-int64(d.Exponent())))
}

// HourFigures are the figures of one hour.
type HourFigures struct {
	Start time.Time // UTC
	Figures
}

// Hourly returns the figures of each hour under an hourly commitment, from the first hour that was used or committed to the
// last, without gaps. Their sums are those of [History.Figures]. The errors are those of [History.Bill].
func (h *History) Hourly(hourlyCommitment decimal.Decimal) ([]HourFigures, error) {
	h = h.orNone()
	commitment, err := h.commitmentMoney(hourlyCommitment)
	if err != nil {
		return nil, err
	}
	s := h.settle(commitment)
	all := make([]HourFigures, 0, len(h.hours))
	for i := range h.hours {
		hr := &h.hours[i]
		var sum moneySums
		for _, a := range s.hour(hr) {
			sum.add(&h.keys[a.key], a)
		}
		if hr.committed {
			sum.hours = 1
		}
		all = append(all, HourFigures{Start: hr.start, Figures: sum.figures(h, commitment)})
	}
	return all, nil
}

// Figures returns the figures of the month under an hourly commitment. The errors are those of [History.Bill].
func (h *History) Figures(hourlyCommitment decimal.Decimal) (Figures, error) {
	h = h.orNone()
	commitment, err := h.commitmentMoney(hourlyCommitment)
	if err != nil {
		return Figures{}, err
	}
	sum := moneySums{hours: h.committed}
	s := h.settle(commitment)
	for i := range h.hours {
		for _, a := range s.hour(&h.hours[i]) {
			sum.add(&h.keys[a.key], a)
		}
	}
	return sum.figures(h, commitment), nil
}

// moneySums are sums in units of money.
type moneySums struct {
	hours                   int
	used, covered, onDemand big.Int
}

func (m *moneySums) add(k *usedKey, a amount) {
	if !Covers(k.key.Meter) {
		return
	}
	list := new(big.Int).Mul(a.quantity, k.tiers[a.tier].listMoney)
	if !a.covered {
		m.onDemand.Add(&m.onDemand, list)
		return
	}
	m.covered.Add(&m.covered, list)
	m.used.Add(&m.used, list.Mul(a.quantity, k.rateMoney))
}

func (m *moneySums) figures(h *History, commitment *big.Int) Figures {
	return Figures{
		Hours:      m.hours,
		Commitment: plain(new(big.Int).Mul(commitment, big.NewInt(int64(m.hours))), h.moneyExp),
		Used:       plain(&m.used, h.moneyExp),
		Covered:    plain(&m.covered, h.moneyExp),
		OnDemand:   plain(&m.onDemand, h.moneyExp),
	}
}
