// Command refresh brings cost/prices.json up to date with downloaded AWS price lists and prints what has changed:
//
//	curl -O https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/index.json
//	go run ./cost/internal/refresh index.json
//
// A list is bulk JSON, bulk CSV or what `aws pricing get-products` prints, of one region or all; - is the standard input. Regions
// that no list has are left as they are. A region that a list has becomes what the list says, with its date and source; prices
// that the list does not have are kept, with the date and source that they had. Where nothing but the date is new, the region
// is only marked as confirmed on that date, so that the same list read again changes nothing. A list that is older than what
// the file says is refused.
//
// The embedded prices are part of the program: tests of package cost that state their dates have to follow, and NOTICE the
// source.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// run is the command; nothing is written to the file unless all of it succeeds.
func run(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("refresh", flag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./cost/internal/refresh [flags] LIST...")
		flags.PrintDefaults()
	}
	prices := flags.String("prices", filepath.Join("cost", "prices.json"), "the `file` to bring up to date")
	dry := flags.Bool("n", false, "print what would change, and write nothing")
	partial := flags.Bool("partial", false, "the lists were filtered: a region may lack requests or compute on x86_64")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("no price list is given; -h tells how")
	}
	before, err := os.ReadFile(*prices)
	if err != nil {
		return err
	}
	old, err := parse(before)
	if err != nil {
		return fmt.Errorf("%s: %w", *prices, err)
	}
	cards := old
	var said report
	for _, name := range flags.Args() {
		list, err := readList(name, stdin, pricelist.Reader{Partial: *partial, Ignored: said.ignored})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if cards, err = merge(cards, list, &said); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := said.write(stdout, old, cards); err != nil {
		return err
	}
	after, err := format(cards)
	if err != nil {
		return err
	}
	switch {
	case bytes.Equal(before, after):
		_, err = fmt.Fprintf(stdout, "%s is up to date\n", *prices)
	case *dry:
		_, err = fmt.Fprintf(stdout, "%s is left as it was\n", *prices)
	default:
		if err = replace(*prices, after); err == nil {
			_, err = fmt.Fprintf(stdout, "%s is written\n", *prices)
		}
	}
	return err
}

func readList(name string, stdin io.Reader, rd pricelist.Reader) (cards []cost.RateCard, err error) {
	if name == "-" {
		return rd.Read(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return rd.Read(f)
}

// replace puts the new file in the place of the old one as a whole.
func replace(name string, content []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// report is what is said beside the differences.
type report struct {
	rows      map[pricelist.Reason]int
	others    map[string]bool // usage types of no meter, without the region's prefix
	confirmed []string
	kept      []string
}

func (s *report) ignored(r pricelist.Row, why pricelist.Reason) {
	if s.rows == nil {
		s.rows, s.others = map[pricelist.Reason]int{}, map[string]bool{}
	}
	s.rows[why]++
	if why == pricelist.OtherMeter {
		head, used, found := strings.Cut(r.UsageType, "-")
		if !found || strings.ToUpper(head) != head {
			used = r.UsageType
		}
		s.others[used] = true
	}
}

func (s *report) write(w io.Writer, old, new []cost.RateCard) error {
	before, err := cost.NewCatalog(old...)
	if err != nil {
		return err
	}
	after, err := cost.NewCatalog(new...)
	if err != nil {
		return err
	}
	if err := pricelist.Diff(before, after).WriteText(w); err != nil {
		return err
	}
	var text strings.Builder
	list := func(title string, names []string) {
		if len(names) > 0 {
			fmt.Fprintf(&text, "%s: %s\n", title, strings.Join(names, ", "))
		}
	}
	list("confirmed", s.confirmed)
	for _, k := range s.kept {
		fmt.Fprintf(&text, "kept, not in the list: %s\n", k)
	}
	for _, why := range slices.Sorted(maps.Keys(s.rows)) {
		fmt.Fprintf(&text, "rows not read, %s: %d\n", why, s.rows[why])
	}
	list("usage types of no meter", slices.Sorted(maps.Keys(s.others)))
	_, err = io.WriteString(w, text.String())
	return err
}
