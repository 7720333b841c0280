package usagelog

import "time"

// parseMillis reads a plain decimal number of milliseconds, exactly to the nanosecond; what stands beyond that is rounded
// half up. No sign, no exponent, at most 13 digits before the point.
func parseMillis(b []byte) (time.Duration, bool) {
	d, n := leadingMillis(b)
	return d, n > 0 && n == len(b)
}

// leadingMillis reads the number that b begins with, and how many bytes it has; 0 bytes where there is none.
func leadingMillis(b []byte) (d time.Duration, n int) {
	ms, i := leadingWhole(b)
	if i == 0 || i > 13 {
		return 0, 0
	}
	if ms > int64(1<<63-1)/int64(time.Millisecond)-1 {
		return 0, 0
	}
	d = time.Duration(ms) * time.Millisecond
	if i == len(b) || b[i] != '.' {
		return d, i
	}
	point := i
	unit := time.Millisecond / 10
	for i++; i < len(b); i++ {
		digit := b[i] - '0'
		if digit > 9 {
			break
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
	if i == point+1 {
		return 0, 0
	}
	return d, i
}

// parseWhole reads a whole number of at most 12 digits, without a sign.
func parseWhole(b []byte) (int64, bool) {
	v, n := leadingWhole(b)
	return v, n > 0 && n <= 12 && n == len(b)
}

// leadingWhole reads the digits that b begins with, of which it takes 18, and how many bytes they have.
func leadingWhole(b []byte) (v int64, n int) {
	for n < len(b) && n < 18 && b[n]-'0' <= 9 {
		v = v*10 + int64(b[n]-'0')
		n++
	}
	return v, n
}
