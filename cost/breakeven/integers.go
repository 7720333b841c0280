package breakeven

import "math/big"

// Shorthands for whole numbers of any size: each returns a new one.

func integer(n int64) *big.Int     { return big.NewInt(n) }
func unsigned(n uint64) *big.Int   { return new(big.Int).SetUint64(n) }
func add(x, y *big.Int) *big.Int   { return new(big.Int).Add(x, y) }
func sub(x, y *big.Int) *big.Int   { return new(big.Int).Sub(x, y) }
func mul(x, y *big.Int) *big.Int   { return new(big.Int).Mul(x, y) }
func neg(x *big.Int) *big.Int      { return new(big.Int).Neg(x) }
func exact(x, y *big.Int) *big.Int { return new(big.Int).Quo(x, y) } // of a multiple of y

var one = integer(1)

// floorDiv returns the largest whole number that is at most x/y, y > 0; Div of math/big rounds that way.
func floorDiv(x, y *big.Int) *big.Int { return new(big.Int).Div(x, y) }

// ceilDiv returns the smallest whole number that is at least x/y, y > 0.
func ceilDiv(x, y *big.Int) *big.Int { return neg(floorDiv(neg(x), y)) }

func floorRat(r *big.Rat) *big.Int { return floorDiv(r.Num(), r.Denom()) }
func ceilRat(r *big.Rat) *big.Int  { return ceilDiv(r.Num(), r.Denom()) }

func gcd(x, y *big.Int) *big.Int { return new(big.Int).GCD(nil, nil, x, y) }
func lcm(x, y *big.Int) *big.Int { return mul(exact(x, gcd(x, y)), y) }

// span is the whole numbers from lo to hi, both included; none where lo > hi.
type span struct{ lo, hi *big.Int }

func (s span) empty() bool { return s.lo.Cmp(s.hi) > 0 }

// nonNegative returns the part of s in which slope·n + offset >= 0.
func (s span) nonNegative(slope, offset *big.Int) span {
	switch slope.Sign() {
	case 0:
		if offset.Sign() < 0 {
			return span{s.lo, sub(s.lo, one)}
		}
	case 1:
		if from := ceilDiv(neg(offset), slope); from.Cmp(s.lo) > 0 {
			return span{from, s.hi}
		}
	default:
		if to := floorDiv(offset, neg(slope)); to.Cmp(s.hi) < 0 {
			return span{s.lo, to}
		}
	}
	return s
}
