package tuning

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// ShareBase is where the reference tool's share URLs point. Everything that they show is in the fragment behind #, which a
// browser sends to nobody.
const ShareBase = "https://lambda-power-tuning.show/"

// maxShared is the largest memory size that a share URL can hold.
const maxShared = math.MaxInt16

// Share is what a share URL of the reference tool says, to the last bit: memory sizes as 16-bit integers, durations and
// costs as float32. [ShareURL] and [ParseShareURL] are the short way for points.
type Share struct {
	// Base is all before # but the currency: a URL without white space, of http or https if it says of what; "" means ShareBase.
	Base string
	// Currency is that of currency=… at the end of the query, three capital letters; "" means that none is given there: USD.
	Currency string
	A        Series
	B        *Series // of a comparison; nil where there is none
}

// Series is one curve of a share URL.
type Series struct {
	Legend string // of a comparison; a single series has none
	// Stats are one at least. Only as much of their figures is shared as float32 holds.
	Stats []Stat
}

// NewShare returns a share of points, sorted by memory size, as the tool does.
func NewShare(points []Point) (Share, error) {
	if err := validPoints(points); err != nil {
		return Share{}, err
	}
	s := Share{}
	for _, p := range points {
		s.A.Stats = append(s.A.Stats, Stat{p.MemoryMB, nearest(p.Cost), milliseconds(p.Duration)})
	}
	slices.SortStableFunc(s.A.Stats, func(a, b Stat) int { return cmp.Compare(a.MemoryMB, b.MemoryMB) })
	return s, nil
}

// ShareURL returns the URL under which the reference tool's website shows these points, byte for byte as the tool makes it:
// https://lambda-power-tuning.show/#<sizes>;<durations>;<costs>, sorted by memory size. No points, one that is not valid, a
// memory size above 32,767 MB, or a cost that float32 does not hold, being too large or so small that it would become 0, is a
// [*RangeError].
func ShareURL(points []Point) (string, error) {
	s, err := NewShare(points)
	if err != nil {
		return "", err
	}
	return s.URL()
}

// CompareURL returns the URL under which the website shows two sets of points over one another, with a legend for each: x86
// and arm64, before and after. The errors are those of [ShareURL], and a [*RangeError] for a legend that is not UTF-8.
func CompareURL(a, b []Point, legendA, legendB string) (string, error) {
	s, err := NewShare(a)
	if err != nil {
		return "", err
	}
	t, err := NewShare(b)
	if err != nil {
		return "", err
	}
	s.B, s.A.Legend, t.A.Legend = &t.A, legendA, legendB
	return s.URL()
}

// URL returns the share as a URL, its series in the order in which they are.
func (s Share) URL() (string, error) {
	base := cmp.Or(s.Base, ShareBase)
	if !isBase(base) {
		return "", outOfRange("Share.Base", fmt.Sprintf("%q", base), allowedBase)
	}
	if s.Currency != "" {
		if !codes.IsCurrency(s.Currency) {
			return "", outOfRange("Share.Currency", fmt.Sprintf("%q", s.Currency), "three capital letters")
		}
		if hasCurrency(base) {
			return "", outOfRange("Share.Base", fmt.Sprintf("%q", base), "a URL without a currency of its own, if there is Share.Currency")
		}
		separator := "?"
		if strings.Contains(base, "?") {
			separator = "&"
		}
		base += separator + currencyParameter + s.Currency
	}
	parts, err := s.A.encode("Share.A")
	if err != nil {
		return "", err
	}
	if s.B != nil {
		more, err := s.B.encode("Share.B")
		if err != nil {
			return "", err
		}
		parts = append(parts, more...)
		if !utf8.ValidString(s.A.Legend + s.B.Legend) {
			return "", outOfRange("legends", fmt.Sprintf("%q and %q", s.A.Legend, s.B.Legend), "UTF-8")
		}
		parts = append(parts, encodeURIComponent(s.A.Legend), encodeURIComponent(s.B.Legend))
	} else if s.A.Legend != "" {
		return "", outOfRange("Share.A.Legend", fmt.Sprintf("%q", s.A.Legend), `"" without Share.B`)
	}
	return base + "#" + strings.Join(parts, ";"), nil
}

const (
	currencyParameter = "currency="
	allowedBase       = "a URL of http or https without #, white space and whatever else has to be percent-encoded"
)

func isBase(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '#' }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https")
}

// hasCurrency reports whether a base has a currency in its query.
func hasCurrency(base string) bool {
	_, query, _ := strings.Cut(base, "?")
	return slices.ContainsFunc(strings.Split(query, "&"), func(p string) bool { return strings.HasPrefix(p, currencyParameter) })
}

// cutCurrency splits off the currency at the end of a base's query, if it is the only one there.
func cutCurrency(base string) (rest, currency string) {
	for _, separator := range []string{"?", "&"} {
		i := strings.LastIndex(base, separator+currencyParameter)
		if i < 0 || strings.Contains(base[:i], "?") != (separator == "&") || hasCurrency(base[:i]) {
			continue
		}
		if c := base[i+len(separator)+len(currencyParameter):]; codes.IsCurrency(c) {
			return base[:i], c
		}
	}
	return base, ""
}

func (s Series) encode(field string) ([]string, error) {
	if len(s.Stats) == 0 {
		return nil, outOfRange(field+".Stats", "empty", "one or more")
	}
	var sizes, times, costs []byte
	for i, stat := range s.Stats {
		if err := stat.validShare(fmt.Sprintf("%s.Stats[%d].", field, i)); err != nil {
			return nil, err
		}
		sizes = binary.LittleEndian.AppendUint16(sizes, uint16(stat.MemoryMB))
		times = binary.LittleEndian.AppendUint32(times, math.Float32bits(float32(stat.AverageDuration)))
		costs = binary.LittleEndian.AppendUint32(costs, math.Float32bits(float32(stat.AveragePrice)))
	}
	b := base64.StdEncoding.EncodeToString
	return []string{b(sizes), b(times), b(costs)}, nil
}

func (s Stat) validShare(prefix string) error {
	const allowed = "0, or 1e-45 to 3.4e38"
	held := func(f float64) bool {
		g := float32(f)
		return f == 0 || g > 0 && g <= math.MaxFloat32
	}
	switch {
	case s.MemoryMB < 1 || s.MemoryMB > maxShared:
		return outOfRange(prefix+"MemoryMB", s.MemoryMB, fmt.Sprintf("1 to %d", maxShared))
	case !held(s.AverageDuration):
		return outOfRange(prefix+"AverageDuration", s.AverageDuration, allowed)
	case !held(s.AveragePrice):
		return outOfRange(prefix+"AveragePrice", s.AveragePrice, allowed)
	}
	return nil
}

// encodeURIComponent is JavaScript's.
func encodeURIComponent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("-_.!~*'()", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// ParseShareURL returns the points that a share URL shows: costs as exactly the float32 of the URL prints in float64,
// durations rounded to the nanosecond. Durations below 8 ms are finer than that as float32: where every bit counts, use
// [ParseShare], which also has the currency. A URL of two series is a [*RangeError]: it needs ParseShare too. The other
// errors are those of ParseShare, and a [*RangeError] for a duration of 0.
func ParseShareURL(s string) ([]Point, error) {
	share, err := ParseShare(s)
	if err != nil {
		return nil, err
	}
	if share.B != nil {
		return nil, outOfRange("share URL", "a comparison of two series", "one series; ParseShare reads both")
	}
	return share.A.Points()
}

// Points returns the stats of a series as points. One that a point cannot hold, such as a duration of 0, is a [*RangeError].
func (s Series) Points() ([]Point, error) {
	points := make([]Point, len(s.Stats))
	for i, stat := range s.Stats {
		p, err := stat.point()
		if err != nil {
			return nil, outOfRange(fmt.Sprintf("point %d of the share URL", i), fmt.Sprintf("%+v", stat), "a duration above 0, and a cost")
		}
		points[i] = p
	}
	return points, nil
}

// ParseShare reads a share URL of any host: 3 parts of base64 for one series, 6 and two legends for two, all sizes, durations
// and costs of a series equally many. Base64 without padding, a ; at the end, and white space around the URL are accepted.
// [Share.URL] gives back the same URL, with padding and without those.
//
// Anything else is a [*RangeError], as are sizes that are not above 0, and durations and costs that are negative, infinite
// or not a number.
func ParseShare(s string) (Share, error) {
	bad := func(part, given, allowed string) error {
		return &RangeError{Field: "share URL" + part, Given: show.Quote(given), Allowed: allowed}
	}
	s = strings.TrimSpace(s)
	base, fragment, found := strings.Cut(s, "#")
	var share Share
	share.Base, share.Currency = cutCurrency(base)
	if !found || share.Base == "" {
		return Share{}, bad("", s, "a URL with # and what is shared behind it")
	}
	if !isBase(base) {
		return Share{}, bad(": base", base, allowedBase)
	}
	parts := strings.Split(fragment, ";")
	if n := len(parts); parts[n-1] == "" && (n == 4 || n == 9) {
		parts = parts[:n-1]
	}
	if len(parts) != 3 && len(parts) != 8 {
		return Share{}, bad("", s, fmt.Sprintf("3 parts, or 8 for a comparison, separated by ;, not %d", len(parts)))
	}
	var err error
	if share.A.Stats, err = decodeSeries(parts[:3], bad); err != nil {
		return Share{}, err
	}
	if len(parts) == 3 {
		return share, nil
	}
	share.B = new(Series)
	if share.B.Stats, err = decodeSeries(parts[3:6], bad); err != nil {
		return Share{}, err
	}
	for i, legend := range []*string{&share.A.Legend, &share.B.Legend} {
		text, err := url.PathUnescape(parts[6+i])
		if err != nil || !utf8.ValidString(text) {
			return Share{}, bad(": legend", parts[6+i], "UTF-8, percent-encoded")
		}
		*legend = text
	}
	return share, nil
}

func decodeSeries(parts []string, bad func(part, given, allowed string) error) ([]Stat, error) {
	var raw [3][]byte
	for i, name := range [...]string{": sizes", ": durations", ": costs"} {
		b, err := base64.RawStdEncoding.Strict().DecodeString(unpadded(parts[i]))
		if err != nil || strings.ContainsAny(parts[i], "\r\n") {
			return nil, bad(name, parts[i], "base64")
		}
		raw[i] = b
	}
	n := len(raw[0]) / 2
	if n == 0 || len(raw[0]) != 2*n || len(raw[1]) != 4*n || len(raw[2]) != 4*n {
		return nil, bad("", strings.Join(parts, ";"), "one size, duration and cost for each point")
	}
	stats := make([]Stat, n)
	for i := range stats {
		stats[i] = Stat{
			MemoryMB:        int(int16(binary.LittleEndian.Uint16(raw[0][2*i:]))),
			AverageDuration: float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[1][4*i:]))),
			AveragePrice:    float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[2][4*i:]))),
		}
		if err := stats[i].validShare(fmt.Sprintf("share URL: point %d: ", i)); err != nil {
			return nil, err
		}
	}
	return stats, nil
}

// unpadded strips the padding that base64 of this length has, if it is there.
func unpadded(s string) string {
	if len(s)%4 != 0 {
		return s
	}
	return strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
}

// fromMilliseconds returns the duration nearest to f ms, and whether there is one above 0.
func fromMilliseconds(f float64) (time.Duration, bool) {
	if !(f > 0 && f < 9e12) { // NaN too
		return 0, false
	}
	ns := toNanoseconds(decimal.NewFromFloat(f))
	return time.Duration(ns.Int64()), ns.Sign() > 0
}

// nearest returns the float64 nearest to a cost, which is bounded: for figures that the tool holds as floats.
func nearest(d decimal.Decimal) float64 {
	f, _ := d.Rat().Float64()
	return f
}
