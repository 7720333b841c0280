package focus

import "time"

const timeAllowed = "a time in UTC as YYYY-MM-DDTHH:MM:SSZ"

// parseTime reads a moment in UTC: YYYY-MM-DDTHH:MM:SSZ as FOCUS demands, which plain tells, or one of the spellings of AWS
// and of query engines: a blank for the T, no Z, +00:00 or " UTC" for it, a fraction of a second, the date alone.
func parseTime(b []byte) (t time.Time, plain, ok bool) {
	if len(b) < 10 || len(b) > 40 || b[4] != '-' || b[7] != '-' {
		return t, false, false
	}
	year, ok1 := twoDigits(b[0:])
	century, ok2 := twoDigits(b[2:])
	month, ok3 := twoDigits(b[5:])
	day, ok4 := twoDigits(b[8:])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return t, false, false
	}
	year = year*100 + century
	var hour, minute, second, nanos int
	rest := b[10:]
	if len(rest) > 0 {
		if len(rest) < 9 || rest[0] != 'T' && rest[0] != ' ' || rest[3] != ':' || rest[6] != ':' {
			return t, false, false
		}
		plain = len(rest) == 10 && rest[0] == 'T' && rest[9] == 'Z'
		hour, ok1 = twoDigits(rest[1:])
		minute, ok2 = twoDigits(rest[4:])
		second, ok3 = twoDigits(rest[7:])
		if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
			return t, false, false
		}
		if rest = rest[9:]; len(rest) > 0 && rest[0] == '.' {
			n, unit := 1, 100_000_000
			for ; n < len(rest) && n <= 9 && rest[n]-'0' <= 9; n++ {
				nanos += int(rest[n]-'0') * unit
				unit /= 10
			}
			if n == 1 {
				return t, false, false
			}
			rest = rest[n:]
		}
		switch string(rest) {
		case "", "Z", "+00:00", "+0000", " UTC", " +0000 UTC":
		default:
			return t, false, false
		}
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	// time.Date takes 31 February for 3 March.
	if t.Day() != day || t.Month() != time.Month(month) || year == 0 {
		return time.Time{}, false, false
	}
	return t, plain, true
}

func twoDigits(b []byte) (int, bool) {
	tens, ones := b[0]-'0', b[1]-'0'
	return int(tens)*10 + int(ones), tens <= 9 && ones <= 9
}

// appendTime writes a moment of the years 1 to 9999 as FOCUS demands; a fraction of a second is kept, though FOCUS has none.
func appendTime(b []byte, t time.Time) []byte {
	const layout = "2006-01-02T15:04:05.999999999Z"
	return t.UTC().AppendFormat(b, layout)
}
