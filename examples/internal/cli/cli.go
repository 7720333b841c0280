// Package cli is what the example programs have in common, beside what they show.
package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// Open opens a file, standard input for "-", or the sample that ships with the program for "".
func Open(name string, stdin io.Reader, sample []byte) (io.ReadCloser, error) {
	switch name {
	case "":
		return io.NopCloser(bytes.NewReader(sample)), nil
	case "-":
		return io.NopCloser(stdin), nil
	}
	return os.Open(name)
}

// Configs reads what a log does not say, from the file functions, or from the sample if the log is that which ships with the
// program too, for which both names are "". Functions that are missing there are taken to have this architecture.
func Configs(log, functions string, sample []byte, arch cost.Arch) (c usagelog.Configs, err error) {
	c.Default = &usagelog.Config{Arch: arch}
	switch {
	case functions != "":
		file, err := os.Open(functions)
		if err != nil {
			return c, err
		}
		defer file.Close()
		if c.ByFunction, err = usagelog.ReadConfigs(file); err != nil {
			return c, fmt.Errorf("%s: %w", functions, err)
		}
	case log == "":
		c.ByFunction, err = usagelog.ReadConfigs(bytes.NewReader(sample))
	}
	return c, err
}

// IsTerminal says whether somebody may be watching what is written to w.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Name writes a name that stands in a log, in quotes where it would break the line or command a terminal.
func Name(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// Cents writes an amount of money in whole cents, thousands apart.
func Cents(d decimal.Decimal) string {
	whole, cents, _ := strings.Cut(d.StringFixed(2), ".")
	return group(whole) + "." + cents
}

// Thousands writes a whole number, thousands apart.
func Thousands[T int | uint64](n T) string { return group(fmt.Sprint(n)) }

func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
