package focus_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// The bill of what was expected, beside the export of what was charged: compute is as expected, requests are missing in the bill.
func ExampleReconcile_bill() {
	rates, err := cost.Embedded().Region("us-west-2")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.Add(cost.Compute, cost.X86, decimal.RequireFromString("142.628")); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	report, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), &focus.Options{
		Bill: &cost.Statement{Bills: []cost.Bill{bill}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range report.Bill {
		fmt.Println(d.Region, d.Key, d.Kind, "export", d.ExportQuantity, d.ExportCost, "bill", d.BillQuantity, d.BillCost)
	}
	// Output:
	// us-west-2 Requests x86_64 Charged export 100 0.00002 bill 0 0
	// us-west-2 Compute x86_64 Charged export 142.628 0.0023771381 bill 142.628 0.0023771380876
}

// An hour under a Savings Plan: covered usage costs what the plan is paid, and the row of the fee is what is billed.
func ExampleFromStatement() {
	hour := time.Date(2026, 9, 5, 10, 0, 0, 0, time.UTC)
	var u cost.Usage
	if err := u.Add(cost.Compute, cost.X86, decimal.NewFromInt(100_000)); err != nil {
		log.Fatal(err)
	}
	hours := func(yield func(time.Time, map[string]cost.Usage) bool) {
		yield(hour, map[string]cost.Usage{"us-east-1": u})
	}
	s, err := savings.Bill(cost.Embedded(), hours, savings.Plan{HourlyCommitment: decimal.RequireFromString("0.735")}, nil)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := focus.FromStatement(s, focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333"},
		Period:         focus.Hour(hour),
		Commitment:     &focus.Commitment{ID: "arn:aws:savingsplans::111122223333:savingsplan/example", Fee: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Println(r.ChargeCategory.V, r.LineKind.V, "billed", r.BilledCost.V, "effective", r.EffectiveCost.V)
	}
	// Output:
	// Usage Covered billed 0 effective 0.735
	// Usage Charged billed 0.833335 effective 0.833335
	// Purchase  billed 0.735 effective 0
}

// What an export says was used, billed again at the prices of today. Rows that are no usage of a known meter go to Other, and
// free usage without an architecture does.
func ExampleToUsage() {
	others := 0
	usage, err := focus.ToUsage(focus.Rows(strings.NewReader(exampleExport)), &focus.LineOptions{
		Other: func(focus.Row) error { others++; return nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	s, err := cost.Embedded().Bill(usage, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Invoice().Total(), "and", others, "other rows")
	// Output: 0.0023971381 and 2 other rows
}

// A file that is written row by row.
func ExampleNewWriter() {
	w, err := focus.NewWriter(os.Stdout, &focus.Layout{Columns: []string{"BilledCost", "ResourceId", "ServiceName"}, Null: "NULL"})
	if err != nil {
		log.Fatal(err)
	}
	for row, err := range focus.Rows(strings.NewReader(exampleExport)) {
		if err != nil {
			log.Fatal(err)
		}
		if row.ResourceId.Valid {
			continue
		}
		if err := w.Write(row); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// BilledCost,ResourceId,ServiceName
	// 0.0000000966,NULL,AWS Lambda
	// 12.5,NULL,AWS Lambda
}

// exampleOwners is the bill of an hour, shared by two owners alike.
func exampleOwners(a, b string) cost.Showback[string] {
	var u cost.Usage
	if err := u.AddInvocations(60_000, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}
	show, err := cost.Allocate(exampleBill(), map[string]cost.Usage{a: u, b: u})
	if err != nil {
		log.Fatal(err)
	}
	return show
}

var exampleCharge = focus.Charge{
	BillingAccount: focus.Account{ID: "111122223333"},
	Period:         focus.Hour(time.Date(2026, 9, 5, 10, 0, 0, 0, time.UTC)),
}

// Owners as accounts of their own: ids are texts, since they may begin with 0.
func ExampleAsSubAccount() {
	rows, err := focus.FromShowback(exampleOwners("012345678901", "444455556666"), exampleCharge, focus.AsSubAccount[string]())
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		if r.Meter.V == "Compute" {
			fmt.Println(r.SubAccountId.V, r.SubAccountType.V, r.EffectiveCost.V)
		}
	}
	// Output:
	// 012345678901 Member Account 0.037200186
	// 444455556666 Member Account 0.037200186
}

// Owners as functions.
func ExampleAsFunction() {
	rows, err := focus.FromShowback(exampleOwners("mail", "orders"), exampleCharge, focus.AsFunction[string]("444455556666"))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		if r.Meter.V == "Compute" {
			fmt.Println(r.ResourceId.V, r.EffectiveCost.V)
		}
	}
	// Output:
	// arn:aws:lambda:eu-west-1:444455556666:function:mail 0.037200186
	// arn:aws:lambda:eu-west-1:444455556666:function:orders 0.037200186
}

// One's own rows keep the rules, but where the rates have no rate code.
func ExampleCheck() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	for _, m := range []cost.Meter{cost.Requests, cost.EphemeralStorage} {
		if err := u.Add(m, cost.X86, decimal.NewFromInt(1000)); err != nil {
			log.Fatal(err)
		}
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := focus.FromBill(bill, exampleCharge)
	if err != nil {
		log.Fatal(err)
	}
	all := func(yield func(focus.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
	for f, err := range focus.Check(focus.V12, all) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("row", f.Index, f.Rule.ID, "is", f.Given)
	}
	// Output:
	// row 1 SkuId.priced is null, since the rates of the bill have no rate code for it
	// row 1 SkuPriceId.priced is null, since the rates of the bill have no rate code for it
}
