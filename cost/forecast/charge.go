package forecast

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// Counted says what a [Charge] is counted by. The zero value is every request.
type Counted uint8

const (
	Requests   Counted = iota // every request of the month, throttled ones too: what stands in front of the function sees them
	Executions                // what the function executed, retries of events too: what it writes or calls
)

// Charge is a cost beside Lambda's own: an API or a load balancer in front, log lines, a table that is written to. Its price
// may fall with volume. It is plain data; the zero value is not valid.
type Charge struct {
	Name string // of the line; required
	// Each is how many units one request is, 0 or more: 1 of an API, GB of a log line. It and Tiers are for what depends on
	// the number of requests.
	Each  decimal.Decimal
	Of    Counted
	Unit  string      // of Each and of the tiers, such as "GB"
	Tiers []cost.Tier // ascending, the first from 0; of prices of 0 or more. Empty means no charge by request
	// PerMonth is what comes on top whatever the traffic, 0 or more.
	PerMonth decimal.Decimal

	Currency string    // of the prices; required, and the same as the bill's
	AsOf     time.Time // of the prices; required
	Source   string    // of the prices; required
}

// Line is what a [Charge] comes to: one for each tier that is reached, and one for PerMonth.
type Line struct {
	Name, Unit                string
	Tier                      int             // 1, 2, …; 0 where there is one price
	Quantity, UnitPrice, Cost decimal.Decimal // Cost = Quantity × UnitPrice, exact
	Currency                  string
	AsOf                      time.Time
	Source                    string
}

// APIGateway returns what Amazon API Gateway in front of the function charges, by the prices of package breakeven, as of
// 2025-06-05: in us-east-1 and eu-west-1. Any other region or kind is a [*breakeven.UnknownError]: write a Charge of its
// prices. units is how many units one request is, 1 or more: an HTTP API counts each 512 KB as one. Data transfer and
// caches are not in it.
func APIGateway(region string, kind breakeven.APIKind, units int) (Charge, error) {
	if units < 1 {
		return Charge{}, outOfRange("units", units, "1 or more")
	}
	t, err := breakeven.APIGateway(region, kind)
	if err != nil {
		return Charge{}, err
	}
	asOf, source := breakeven.APIGatewaySource()
	return Charge{
		Name: fmt.Sprintf("API Gateway, %s API, %s", kind, region), Each: decimal.New(int64(units), 0), Unit: "requests", Tiers: t.Tiers,
		Currency: t.Currency, AsOf: asOf, Source: source,
	}, nil
}

// PlatformLogBytes is about how long the START, END and REPORT lines of one invocation are: 290 to 370 bytes.
const PlatformLogBytes = 330

// Logs returns what Amazon CloudWatch Logs charges in us-east-1 for taking in what each execution of the function writes,
// bytes, such as PlatformLogBytes: .50, .25, .10, .05 USD per GB for the first 10, the next 20, the next 20 and more than 50
// TB a month (logs of Lambda functions, since 2025-05). Storage is not in it, nor a free tier. In other regions write a
// Charge of their prices: any but us-east-1 is a [*cost.UnknownError].
func Logs(region string, bytes int64) (Charge, error) {
	if bytes < 0 {
		return Charge{}, outOfRange("bytes", bytes, "0 or more")
	}
	if region != "us-east-1" {
		return Charge{}, &cost.UnknownError{What: "region of CloudWatch Logs", Given: region, Known: []string{"us-east-1"}}
	}
	const perTB = 1024
	tier := func(fromTB, cents int64) cost.Tier {
		return cost.Tier{From: decimal.New(fromTB*perTB, 0), UnitPrice: decimal.New(cents, -2)}
	}
	return Charge{
		Name: "CloudWatch Logs, us-east-1", Each: decimal.New(bytes, 0).Mul(gigabytesPerByte), Of: Executions, Unit: "GB",
		Tiers:    []cost.Tier{tier(0, 50), tier(10, 25), tier(30, 10), tier(50, 5)},
		Currency: "USD", AsOf: time.Date(2025, time.May, 1, 0, 0, 0, 0, time.UTC), Source: "Amazon CloudWatch pricing page, vended logs of Lambda",
	}, nil
}

// gigabytesPerByte is 2^-30 = 5^30 · 10^-30, exactly.
var gigabytesPerByte = func() decimal.Decimal {
	d := decimal.New(1, 0)
	for range 30 {
		d = d.Mul(decimal.New(5, -1))
	}
	return d
}()

// validate reports everything that is wrong with the charge.
func (c Charge) validate(field string) error {
	var errs []error
	check := func(ok bool, name, given, allowed string) {
		if !ok {
			errs = append(errs, outOfRange(field+"."+name, given, allowed))
		}
	}
	check(c.Name != "", "Name", `""`, "a name")
	check(c.Currency != "", "Currency", `""`, "a currency, such as USD")
	check(!c.AsOf.IsZero() && c.AsOf.Year() >= 1 && c.AsOf.Year() <= 9999, "AsOf", c.AsOf.String(), "the date of the prices, of the years 1 to 9999")
	check(c.Source != "", "Source", `""`, "where the prices come from")
	check(c.Of <= Executions, "Of", fmt.Sprint(c.Of), "Requests or Executions")
	check(bounded(c.Each), "Each", text(c.Each), amountAllowed)
	check(bounded(c.PerMonth), "PerMonth", text(c.PerMonth), amountAllowed)
	check(len(c.Tiers) > 0 || c.Each.IsZero(), "Tiers", "none", "at least one, as Each is given")
	if len(c.Tiers) > 1000 {
		check(false, "Tiers", fmt.Sprint(len(c.Tiers)), "up to 1,000")
		return errors.Join(errs...)
	}
	for i, t := range c.Tiers {
		name := fmt.Sprintf("Tiers[%d].", i)
		check(bounded(t.UnitPrice), name+"UnitPrice", text(t.UnitPrice), amountAllowed)
		switch {
		case !bounded(t.From):
			check(false, name+"From", text(t.From), amountAllowed)
		case i == 0:
			check(t.From.IsZero(), name+"From", text(t.From), "0, where the first tier begins")
		case bounded(c.Tiers[i-1].From):
			before := c.Tiers[i-1].From
			check(t.From.GreaterThan(before), name+"From", text(t.From), "more than "+text(before)+", as tiers ascend")
		}
	}
	return errors.Join(errs...)
}

// lines returns what the charge comes to for a month.
func (c Charge) lines(requests, executions uint64) []Line {
	n := requests
	if c.Of == Executions {
		n = executions
	}
	line := func(name, unit string, tier int, quantity, price decimal.Decimal) Line {
		return Line{name, unit, tier, quantity, price, quantity.Mul(price), c.Currency, c.AsOf, c.Source}
	}
	var lines []Line
	all := c.Each.Mul(count(n))
	for i, t := range c.Tiers {
		in := all
		if i+1 < len(c.Tiers) && c.Tiers[i+1].From.LessThan(all) {
			in = c.Tiers[i+1].From
		}
		if in = in.Sub(t.From); in.Sign() <= 0 {
			break
		}
		tier := i + 1
		if len(c.Tiers) == 1 {
			tier = 0
		}
		lines = append(lines, line(c.Name, c.Unit, tier, in, t.UnitPrice))
	}
	if c.PerMonth.Sign() > 0 {
		lines = append(lines, line(c.Name, "month", 0, decimal.New(1, 0), c.PerMonth))
	}
	return lines
}

// lineJSON is the form of a [Line] in JSON, with decimals as strings.
type lineJSON struct {
	Name, Unit                string
	Tier                      int `json:",omitempty"`
	Quantity, UnitPrice, Cost string
	Currency                  string
	AsOf                      time.Time
	Source                    string
}

// MarshalJSON writes decimals as strings, whatever decimal's package-level settings are.
func (l Line) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineJSON{l.Name, l.Unit, l.Tier, text(l.Quantity), text(l.UnitPrice), text(l.Cost), l.Currency, l.AsOf, l.Source})
}

// UnmarshalJSON reads what MarshalJSON writes. A number that cannot be read is a [*RangeError], what is no JSON of this form
// an error of encoding/json; both leave l as it was.
func (l *Line) UnmarshalJSON(b []byte) error {
	var j lineJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	read := Line{Name: j.Name, Unit: j.Unit, Tier: j.Tier, Currency: j.Currency, AsOf: j.AsOf, Source: j.Source}
	for _, f := range []struct {
		name, given string
		to          *decimal.Decimal
	}{{"Quantity", j.Quantity, &read.Quantity}, {"UnitPrice", j.UnitPrice, &read.UnitPrice}, {"Cost", j.Cost, &read.Cost}} {
		var err error
		if *f.to, err = parse("Line."+f.name, f.given); err != nil {
			return err
		}
	}
	*l = read
	return nil
}
