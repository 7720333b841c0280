package usagelog

import (
	"bytes"
	"strconv"
	"time"
)

// longestTime is no shorter than a timestamp with its zone.
const longestTime = 64

// prefixTime reads the timestamp at the front of a line's prefix, as exports and the AWS CLI write it; zero where there is
// none. Times without a zone are UTC, as in the console and in Logs Insights.
func prefixTime(prefix []byte) time.Time {
	prefix = bytes.TrimSpace(prefix)
	if len(prefix) < len("1700000000000") || prefix[0]-'0' > 9 {
		return time.Time{}
	}
	first, rest := word(prefix)
	if len(first) == len("2006-01-02") && len(rest) > 1 {
		clock, _ := word(rest[1:])
		first = prefix[:len(first)+1+len(clock)]
	}
	return parseTime(first)
}

// parseTime reads RFC 3339 with T or a space, with or without a zone, or milliseconds or nanoseconds since 1970.
func parseTime(b []byte) time.Time {
	if t, ok := parseEpoch(b); ok {
		return t
	}
	if len(b) < len("2006-01-02") || b[4] != '-' || b[7] != '-' {
		return time.Time{} // at no cost, as it is of most texts
	}
	// A string conversion for each layout would allocate; most of these texts are short.
	s := string(b)
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// parseEpoch reads 13 or 19 digits: the milliseconds or nanoseconds of 2001 to 2286 or, as far as an int64 goes, 2262.
func parseEpoch(b []byte) (time.Time, bool) {
	const millis, nanos = 13, 19
	if len(b) != millis && len(b) != nanos {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || b[0]-'0' > 9 {
		return time.Time{}, false
	}
	if len(b) == nanos {
		return time.Unix(0, n).UTC(), true
	}
	return time.UnixMilli(n).UTC(), true
}
