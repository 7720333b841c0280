package cost

import (
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// uint128 is an unsigned 128-bit integer. No operation wraps: each says whether its result fits.
type uint128 struct{ hi, lo uint64 }

func (x uint128) isZero() bool { return x.hi|x.lo == 0 }

func (x uint128) add(y uint128) (sum uint128, ok bool) {
	lo, c := bits.Add64(x.lo, y.lo, 0)
	hi, c := bits.Add64(x.hi, y.hi, c)
	return uint128{hi, lo}, c == 0
}

func mul64(a, b uint64) uint128 {
	hi, lo := bits.Mul64(a, b)
	return uint128{hi, lo}
}

func (x uint128) mul(n uint64) (product uint128, ok bool) {
	over, mid := bits.Mul64(x.hi, n)
	hi, lo := bits.Mul64(x.lo, n)
	hi, c := bits.Add64(hi, mid, 0)
	return uint128{hi, lo}, over == 0 && c == 0
}

func (x uint128) big() *big.Int {
	b := new(big.Int).SetUint64(x.hi)
	b.Lsh(b, 64)
	return b.Or(b, new(big.Int).SetUint64(x.lo))
}

// scaled returns x × mul × 10^exp.
func (x uint128) scaled(mul uint64, exp int32) decimal.Decimal {
	p, ok := x.mul(mul)
	if !ok {
		b := x.big()
		return decimal.NewFromBigInt(b.Mul(b, new(big.Int).SetUint64(mul)), exp)
	}
	// Trailing zeros carry no value, and the smaller a coefficient is, the faster is everything done with it.
	for exp <= -9 && p.hi == 0 && p.lo != 0 && p.lo%1e9 == 0 {
		p.lo /= 1e9
		exp += 9
	}
	for exp < 0 && p.hi == 0 && p.lo != 0 && p.lo%10 == 0 {
		p.lo /= 10
		exp++
	}
	if p.hi == 0 {
		if p.lo == 0 {
			return decimal.Decimal{}
		}
		return decimal.NewFromBigInt(new(big.Int).SetUint64(p.lo), exp)
	}
	return decimal.NewFromBigInt(p.big(), exp)
}

// uint128FromBig returns b, which is not negative, and whether it fits.
func uint128FromBig(b *big.Int) (x uint128, ok bool) {
	if b.BitLen() > 128 {
		return uint128{}, false
	}
	lo := new(big.Int).And(b, new(big.Int).SetUint64(^uint64(0)))
	return uint128{new(big.Int).Rsh(b, 64).Uint64(), lo.Uint64()}, true
}
