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
	"unicode/utf8"
)

// ShareBase is where the reference tool's share URLs point. Everything that they show is in the fragment behind #, which a
// browser sends to nobody.
const ShareBase = "https://lambda-power-tuning.show/"

// Share is what a share URL of the reference tool says, to the last bit: memory sizes as 16-bit integers, durations and
// costs as float32. [ShareURL] and [ParseShareURL] are the short way for points.
type Share struct {
	Base     string // all before ? or #; "" means ShareBase
	Currency string // of ?currency=…, three capital letters; "" means none is given: USD
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
// memory size above 32,767 MB or a cost that float32 does not hold is a [*RangeError].
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
	if strings.Contains(base, "#") {
		return "", outOfRange("Share.Base", fmt.Sprintf("%q", base), "a URL without #")
	}
	if s.Currency != "" {
		if !isCurrency(s.Currency) {
			return "", outOfRange("Share.Currency", fmt.Sprintf("%q", s.Currency), "three capital letters")
		}
		base += currencyQuery + s.Currency
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

const currencyQuery = "?currency="

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
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
	const allowed = "0 or more, up to 3.4e38"
	switch {
	case s.MemoryMB < 1 || s.MemoryMB > maxShared:
		return outOfRange(prefix+"MemoryMB", s.MemoryMB, fmt.Sprintf("1 to %d", maxShared))
	case !(s.AverageDuration >= 0 && float32(s.AverageDuration) <= math.MaxFloat32):
		return outOfRange(prefix+"AverageDuration", s.AverageDuration, allowed)
	case !(s.AveragePrice >= 0 && float32(s.AveragePrice) <= math.MaxFloat32):
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
		return &RangeError{Field: "share URL" + part, Given: fmt.Sprintf("%q", clip(given)), Allowed: allowed}
	}
	s = strings.TrimSpace(s)
	base, fragment, found := strings.Cut(s, "#")
	share := Share{Base: base}
	if i := strings.LastIndex(base, currencyQuery); i >= 0 && isCurrency(base[i+len(currencyQuery):]) {
		share.Base, share.Currency = base[:i], base[i+len(currencyQuery):]
	}
	if !found || share.Base == "" {
		return Share{}, bad("", s, "a URL with # and what is shared behind it")
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
