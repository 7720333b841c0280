package usagelog

import "time"

// parseMillis reads a plain decimal number of milliseconds, exactly to the nanosecond; what stands beyond that is rounded
// half up. No sign, no exponent, at most 13 digits before the point.
func parseMillis(b []byte) (time.Duration, bool) {
	var ms int64
	i := 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		ms = ms*10 + int64(b[i]-'0')
	}
	if i == 0 || i > 13 {
		return 0, false
	}
	if ms > int64(1<<63-1)/int64(time.Millisecond)-1 {
		return 0, false
	}
	d := time.Duration(ms) * time.Millisecond
	if i == len(b) {
		return d, true
	}
	if b[i] != '.' || i+1 == len(b) {
		return 0, false
	}
	unit := time.Millisecond / 10
	for i++; i < len(b); i++ {
		digit := b[i] - '0'
		if digit > 9 {
			return 0, false
		}
		switch {
		case unit > 0:
			d += time.Duration(digit) * unit
			unit /= 10
		case unit == 0:
			if digit >= 5 {
				d++
			}
			unit = -1
		}
	}
	return d, true
}

// parseWhole reads a whole number of at most 12 digits, without a sign.
func parseWhole(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 12 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
