package runtimes

import (
	"strconv"
	"strings"
	"time"
)

// appendMS appends milliseconds with the decimals that they need, and nothing for 0.
func appendMS(b []byte, d time.Duration) []byte {
	if d == 0 {
		return b
	}
	b = strconv.AppendInt(b, int64(d/time.Millisecond), 10)
	if rest := int64(d % time.Millisecond); rest != 0 {
		digits := strconv.FormatInt(1_000_000+rest, 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(digits, "0")...)
	}
	return b
}

// lines yields the lines of a text, their numbers from 1, without comments, empty lines and the end of line; CRLF is one.
func lines(text string) func(yield func(number int, line string) bool) {
	return func(yield func(int, string) bool) {
		for n := 1; text != ""; n++ {
			line := text
			if end := strings.IndexByte(text, '\n'); end >= 0 {
				line, text = text[:end], text[end+1:]
			} else {
				text = ""
			}
			line = strings.TrimSuffix(line, "\r")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}

// cursor reads the cells of a line from left to right. It goes on after a cell that cannot be read; finish reports the first.
type cursor struct {
	line      string
	separator byte
	at        int // where the next cell begins
	taken     int // cells
	end       bool

	bad      int // the first cell that could not be read, from 1; 0: none
	badText  string
	badWants string
}

// text returns the next cell, "" behind the last one.
func (c *cursor) text() string {
	if c.end {
		return ""
	}
	i := c.at
	for i < len(c.line) && c.line[i] != c.separator {
		i++
	}
	return c.take(i)
}

// take ends the cell at position i.
func (c *cursor) take(i int) string {
	cell := c.line[c.at:i]
	c.taken++
	c.at = i + 1
	c.end = i == len(c.line)
	return cell
}

// fixed reads an unsigned decimal number, such as 142.755, in units of 10^-decimals, rounded half up; an empty cell is 0.
// Anything else, or more than 2^53 units, cannot be read.
func (c *cursor) fixed(decimals int, wants string) int64 {
	if c.end {
		return 0
	}
	s := c.line
	var n int64
	i := c.at
	for ; i < len(s) && s[i]-'0' <= 9 && n <= maxInit; i++ {
		n = 10*n + int64(s[i]-'0')
	}
	ok := i == c.at+1 || i > c.at+1 && s[c.at] != '0'
	if i < len(s) && s[i] == '.' && decimals > 0 {
		i++
		first := i
		for ; i < len(s) && s[i]-'0' <= 9 && n <= maxInit; i++ {
			if decimals > 0 {
				n = 10*n + int64(s[i]-'0')
			} else if decimals == 0 && s[i] >= '5' {
				n++
			}
			decimals--
		}
		ok = ok && i > first
	}
	for ; decimals > 0 && n <= maxInit; decimals-- {
		n *= 10
	}
	if i < len(s) && s[i] != c.separator {
		ok = false
		for i < len(s) && s[i] != c.separator {
			i++
		}
	}
	cell := c.take(i)
	if !ok && cell != "" || n > maxInit {
		c.fail(cell, wants)
		return 0
	}
	return n
}

// ms reads milliseconds.
func (c *cursor) ms() time.Duration { return time.Duration(c.fixed(6, "nothing or milliseconds")) }

// count reads a whole number.
func (c *cursor) count() int {
	const wants = "nothing or a whole number up to 1000000000"
	start := c.at
	n := c.fixed(0, wants)
	if n > maxSamples {
		c.fail(c.line[start:c.at-1], wants)
		return 0
	}
	return int(n)
}

// megabytes reads MB: the float64 nearest to the text.
func (c *cursor) megabytes() float64 {
	const decimals, wants = 6, "nothing or MB"
	if c.end {
		return 0
	}
	start, readable := c.at, c.bad == 0
	millionths := c.fixed(decimals, wants)
	cell := c.line[start : c.at-1]
	if point := strings.IndexByte(cell, '.'); point < 0 || len(cell)-point-1 <= decimals || !readable || c.bad != 0 {
		return float64(millionths) / 1e6 // both are exact, so that this is the nearest
	}
	mb, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		c.fail(cell, wants)
	}
	return mb
}

// fail records that the cell just taken cannot be read.
func (c *cursor) fail(cell, wants string) {
	if c.bad == 0 {
		c.bad, c.badText, c.badWants = c.taken, cell, wants
	}
}

// finish reports a line that has not the columns of its header, or a cell that cannot be read.
func (c *cursor) finish(header string, columns int) *SyntaxError {
	if c.end && c.taken == columns && c.bad == 0 {
		return nil
	}
	if c.bad == 0 {
		for !c.end {
			c.text()
		}
		return &SyntaxError{Field: "columns", Given: strconv.Itoa(c.taken), Allowed: strconv.Itoa(columns)}
	}
	field := strings.Split(header, string(c.separator))[c.bad-1]
	return &SyntaxError{Field: field, Given: strconv.Quote(clip(c.badText, short)), Allowed: c.badWants}
}
