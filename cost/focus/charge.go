package focus

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
)

// Charge is what a bill does not say of itself and its rows must: who pays, when, for what.
type Charge struct {
	// BillingAccount pays the invoice. Its ID is required; Type "" means "Management Account".
	BillingAccount Account
	// SubAccount used what is billed; an ID of "" means none. Type "" means "Member Account", Name "" the ID, since FOCUS demands
	// a name.
	SubAccount Account
	InvoiceID  string // "" while there is no invoice
	// InvoiceIssuer is who issues it; "" means "Amazon Web Services, Inc.", which does not bill China.
	InvoiceIssuer string
	// Period is when it was used: [Hour], [Day], [Month] or any other within one calendar month (UTC), which is the billing
	// period. It is required.
	Period Period
	// Resource is the function; the zero value is none.
	Resource Resource
	Tags     map[string]string
	// Commitment is the Savings Plan of lines of the kinds Covered and Unused, which cannot do without it.
	Commitment *Commitment
	// Options are those that the bill was made with, or nil. Their discounts tell the contracted price of lines that were
	// not charged: free ones and covered ones.
	Options *cost.Options
	// FreeAtZero lists free usage at 0, as AWS's own exports do: for AWS the free tier is a SKU of its own, of which the
	// price is 0. Otherwise free lines have the public price as list and contracted price, so that ListCost less
	// EffectiveCost is what the free tier saves.
	FreeAtZero bool
	// Exact leaves costs as they are; otherwise each is rounded half up to 10 decimals, as AWS does.
	Exact bool
}

// Account is a billing account or a sub-account.
type Account struct{ ID, Name, Type string }

// Resource is what was used. Type "" means "Function".
type Resource struct{ ID, Name, Type string }

// Commitment is a Savings Plan.
type Commitment struct {
	ID   string // its ARN. Required
	Name string
	Type string // "" means "Compute Savings Plan"
	// PriceID is the rate code of the plan, for the rows of its fee and of unused lines that have none; "" where it is not
	// known.
	PriceID string
	// Fee adds a row of ChargeCategory Purchase with what covered and unused lines cost, as for a plan that is paid hour by
	// hour: then BilledCost adds up to the bill, as EffectiveCost does. Without it, the fee is thought to be elsewhere.
	Fee bool
}

// Period is a span of time, from Start up to End, which it does not contain.
type Period struct{ Start, End time.Time }

// Hour is the hour (UTC) that t is in.
func Hour(t time.Time) Period {
	start := t.UTC().Truncate(time.Hour)
	return Period{start, start.Add(time.Hour)}
}

// Day is the day (UTC) that t is in.
func Day(t time.Time) Period {
	y, m, d := t.UTC().Date()
	start := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return Period{start, start.AddDate(0, 0, 1)}
}

// Month is the calendar month (UTC) that t is in: AWS's billing period.
func Month(t time.Time) Period {
	y, m, _ := t.UTC().Date()
	start := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	return Period{start, start.AddDate(0, 1, 0)}
}

// contains reports whether p lies within q.
func (q Period) contains(p Period) bool { return !p.Start.Before(q.Start) && !p.End.After(q.End) }

func (q Period) isZero() bool { return q.Start.IsZero() && q.End.IsZero() }

// String returns both ends.
func (q Period) String() string {
	return q.Start.UTC().Format(time.RFC3339) + " to " + q.End.UTC().Format(time.RFC3339)
}

func (c *Charge) check() error {
	switch {
	case c.BillingAccount.ID == "":
		return &RangeError{Field: "Charge.BillingAccount.ID", Given: `""`, Allowed: "the id of the account that pays"}
	case !c.Period.Start.Before(c.Period.End) || !Month(c.Period.Start).contains(c.Period):
		return &RangeError{Field: "Charge.Period", Given: c.Period.String(), Allowed: "a span of time within one calendar month (UTC)"}
	case c.SubAccount.ID == "" && c.SubAccount != Account{}:
		return &RangeError{Field: "Charge.SubAccount.ID", Given: `""`, Allowed: "an id, where the sub-account has a name or type"}
	case c.Resource.ID == "" && c.Resource != Resource{}:
		return &RangeError{Field: "Charge.Resource.ID", Given: `""`, Allowed: "an id, where the resource has a name or type"}
	case c.Commitment != nil && c.Commitment.ID == "":
		return &RangeError{Field: "Charge.Commitment.ID", Given: `""`, Allowed: "the plan's ARN"}
	}
	for key := range c.Tags {
		if key == "" {
			return &RangeError{Field: "Charge.Tags", Given: `the key ""`, Allowed: "keys of one or more characters"}
		}
	}
	return c.Options.Validate()
}

// Assign says what the rows of one owner's bill have of their own: it changes the charge, which is a copy, and whose Tags
// are a copy too.
type Assign[K cmp.Ordered] func(owner K, b cost.Bill, c *Charge)

// AsTag puts owners into a tag.
func AsTag[K cmp.Ordered](key string) Assign[K] {
	return func(owner K, _ cost.Bill, c *Charge) { c.Tags[key] = fmt.Sprint(owner) }
}

// AsSubAccount makes each owner a sub-account of its own; owners are account ids, of which "" is none. Ids are texts: as a
// number, one that begins with 0 would lose it.
func AsSubAccount[K cmp.Ordered]() Assign[K] {
	return func(owner K, _ cost.Bill, c *Charge) {
		switch id := fmt.Sprint(owner); id {
		case c.SubAccount.ID:
		case "":
			c.SubAccount = Account{}
		default:
			c.SubAccount = Account{ID: id, Type: c.SubAccount.Type}
		}
	}
}

// AsFunction makes each owner a function of an account; owners are names of functions, of which "" is none: usage of which the
// function is not known.
func AsFunction[K cmp.Ordered](accountID string) Assign[K] {
	return func(owner K, b cost.Bill, c *Charge) {
		name := fmt.Sprint(owner)
		if name == "" {
			c.Resource = Resource{}
			return
		}
		c.Resource = Resource{ID: FunctionARN(b.Region, accountID, name), Name: name}
	}
}

// AsPeriod makes each owner a time: a month that is billed at once becomes hourly rows, with tiers and free tier shared in
// proportion over the hours, as [cost.Allocate] does. It is nil, which [FromShowback] refuses, where period is.
func AsPeriod[K cmp.Ordered](period func(owner K) Period) Assign[K] {
	if period == nil {
		return nil
	}
	return func(owner K, _ cost.Bill, c *Charge) { c.Period = period(owner) }
}

// FunctionARN is how AWS names a function in the ResourceId column.
func FunctionARN(region, accountID, name string) string {
	return "arn:" + codes.Partition(region) + ":lambda:" + region + ":" + accountID + ":function:" + name
}

// functionOf is the function that a ResourceId names, without version or alias, and whether it names one.
func functionOf(resource string) (name string, ok bool) {
	const mark = ":function:"
	_, after, found := strings.Cut(resource, mark)
	if !found {
		return "", false
	}
	name, _, _ = strings.Cut(after, ":")
	return name, name != ""
}

// tagsText is the Tags column: a JSON object, keys sorted; null where there are none.
func tagsText(tags map[string]string) Text {
	if len(tags) == 0 {
		return Text{}
	}
	return jsonText(tags)
}

func jsonText(m map[string]string) Text {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil { // of strings: it cannot be
		return Text{}
	}
	return Of(strings.TrimSuffix(b.String(), "\n"))
}
