package savings

import "math/big"

// affine is a figure that grows in proportion to the commitment C: a + b × C. Neither number is ever changed.
type affine struct{ a, b *big.Rat }

var (
	ratZero = new(big.Rat)
	ratOne  = big.NewRat(1, 1)
)

func constant(n *big.Int) affine { return affine{new(big.Rat).SetInt(n), ratZero} }

func (x affine) plus(y affine) affine  { return affine{sum(x.a, y.a), sum(x.b, y.b)} }
func (x affine) minus(y affine) affine { return affine{difference(x.a, y.a), difference(x.b, y.b)} }
func (x affine) times(r *big.Rat) affine {
	return affine{product(x.a, r), product(x.b, r)}
}

func sum(x, y *big.Rat) *big.Rat {
	switch {
	case x.Sign() == 0:
		return y
	case y.Sign() == 0:
		return x
	}
	return new(big.Rat).Add(x, y)
}

func difference(x, y *big.Rat) *big.Rat {
	if y.Sign() == 0 {
		return x
	}
	return new(big.Rat).Sub(x, y)
}

func product(x, y *big.Rat) *big.Rat {
	if x.Sign() == 0 || y.Sign() == 0 {
		return ratZero
	}
	return new(big.Rat).Mul(x, y)
}

// here is a commitment at which decisions are made, for itself and what lies right above it.
type here struct {
	c *big.Rat
	// until is the commitment up to which all decisions made so far hold; nil: all the way.
	until *big.Rat
}

// sign returns the sign of x right above the commitment, and notes up to where it is that.
func (h *here) sign(x affine) int { return h.compare(x, new(big.Int)) }

// compare returns the sign of x - n right above the commitment, and notes up to where it is that. It is asked for often, and
// so does without the common divisors that big.Rat would look for.
func (h *here) compare(x affine, n *big.Int) int {
	// x - n is p/q + b × C.
	p, q := new(big.Int).Mul(n, x.a.Denom()), x.a.Denom()
	p.Sub(x.a.Num(), p)
	slope := x.b.Sign()
	if slope == 0 || h.c.Sign() == 0 {
		if p.Sign() == 0 {
			return slope
		}
		if slope != 0 && slope != p.Sign() {
			h.narrowToZero(p, q, x.b)
		}
		return p.Sign()
	}
	now, grown := new(big.Int).Mul(p, x.b.Denom()), new(big.Int).Mul(x.b.Num(), h.c.Num())
	now.Mul(now, h.c.Denom())
	switch now.Add(now, grown.Mul(grown, q)).Sign() {
	case 0:
		return slope
	case slope:
	default:
		h.narrowToZero(p, q, x.b)
	}
	return now.Sign()
}

// narrowToZero notes the commitment at which p/q + b × C is 0.
func (h *here) narrowToZero(p, q *big.Int, b *big.Rat) {
	zero := new(big.Rat).SetFrac(p, q)
	zero.Quo(zero, b)
	h.narrow(zero.Neg(zero))
}

func (h *here) narrow(c *big.Rat) {
	if c != nil && (h.until == nil || c.Cmp(h.until) < 0) {
		h.until = c
	}
}
