package cost

import (
	"math"
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

// decimal returns x × 2^-twos × 10^-tens exactly, without needless zeros behind the point; twos is at most 30.
func (x uint128) decimal(twos, tens int32) decimal.Decimal {
	if x.isZero() {
		return decimal.Decimal{}
	}
	// x / 2^n is x × 5^n / 10^n. The twos that x has already are taken out first, so that the product of the others has no
	// factor of ten: the smaller a coefficient is, the faster is everything done with it.
	for twos > 0 && x.lo&1 == 0 {
		n := min(int(twos), bits.TrailingZeros64(x.lo|1<<63))
		x = uint128{x.hi >> n, x.lo>>n | x.hi<<(64-n)}
		twos -= int32(n)
	}
	for tens > 0 && x.hi == 0 && x.lo%10 == 0 {
		if tens >= 6 && x.lo%1e6 == 0 {
			x.lo /= 1e6
			tens -= 6
			continue
		}
		x.lo /= 10
		tens--
	}
	exp := -(twos + tens)
	p, ok := x, true
	for n := twos; n > 0 && ok; n -= min(n, 27) {
		p, ok = p.mul(powersOfFive[min(n, 27)])
	}
	switch {
	case !ok:
		b := x.big()
		b.Mul(b, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(twos)), nil))
		return decimal.NewFromBigInt(b, exp)
	case p.hi == 0 && p.lo <= math.MaxInt64:
		return decimal.New(int64(p.lo), exp)
	}
	return decimal.NewFromBigInt(p.big(), exp)
}

// powersOfFive are those below 2^64.
var powersOfFive = func() (p [28]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 5
	}
	return p
}()

// uint128FromBig returns b, which is not negative, and whether it fits.
func uint128FromBig(b *big.Int) (x uint128, ok bool) {
	if b.BitLen() > 128 {
		return uint128{}, false
	}
	lo := new(big.Int).And(b, new(big.Int).SetUint64(^uint64(0)))
	return uint128{new(big.Int).Rsh(b, 64).Uint64(), lo.Uint64()}, true
}
