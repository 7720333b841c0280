package focus_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// exampleBill is an hour of a small account in Ireland.
func exampleBill() cost.Bill {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocations(120_000, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, &cost.Options{FreeTier: &cost.FreeTier{Requests: decimal.NewFromInt(50_000)}})
	if err != nil {
		log.Fatal(err)
	}
	return bill
}

// A bill becomes rows, one for each line: what is free has a list cost and no effective cost.
func ExampleFromBill() {
	rows, err := focus.FromBill(exampleBill(), focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333", Name: "Example Corp"},
		Period:         focus.Hour(time.Date(2026, 9, 5, 10, 0, 0, 0, time.UTC)),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Println(r.ChargeDescription.V)
		fmt.Println("  list", r.ListCost.V, "effective", r.EffectiveCost.V, r.BillingCurrency.V, "by", r.SkuPriceId.V)
	}
	// Output:
	// AWS Lambda - Requests Free Tier - 1,000,000 Requests
	//   list 0.01 effective 0 USD by ZQVCC2M69R4S79XS.A429C66SYZ.SB2VSFF4TP
	// AWS Lambda - Total Requests for ARM - EU (Ireland)
	//   list 0.014 effective 0.014 USD by DV2YFXRNHNJFTDP3.JRTCKXETXF.6YS6EN2CT7
	// AWS Lambda - Total Compute for ARM - EU (Ireland)-Tier-1
	//   list 0.074400372 effective 0.074400372 USD by KXNSA7NBRHBHXXPS.JRTCKXETXF.6NBUNBXSC3
}

// Owners as tags, and the file that another tool reads.
func ExampleFromShowback() {
	team := func(n uint64) (u cost.Usage) {
		if err := u.AddInvocations(n, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
			log.Fatal(err)
		}
		return u
	}
	show, err := cost.Allocate(exampleBill(), map[string]cost.Usage{"orders": team(90_000), "mail": team(20_000)})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := focus.FromShowback(show, focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333"},
		Period:         focus.Hour(time.Date(2026, 9, 5, 10, 0, 0, 0, time.UTC)),
	}, focus.AsTag[string]("team"))
	if err != nil {
		log.Fatal(err)
	}
	err = focus.WriteCSV(os.Stdout, rows, &focus.Layout{Columns: []string{"ChargePeriodStart", "SkuMeter", "PricingQuantity", "EffectiveCost", "Tags"}})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// ChargePeriodStart,SkuMeter,PricingQuantity,EffectiveCost,Tags
	// 2026-09-05T10:00:00Z,Requests,8333.3333333333,0,"{""team"":""mail""}"
	// 2026-09-05T10:00:00Z,Requests,11666.6666666667,0.0023333333,"{""team"":""mail""}"
	// 2026-09-05T10:00:00Z,Compute,930,0.012400062,"{""team"":""mail""}"
	// 2026-09-05T10:00:00Z,Requests,37500,0,"{""team"":""orders""}"
	// 2026-09-05T10:00:00Z,Requests,52500,0.0105,"{""team"":""orders""}"
	// 2026-09-05T10:00:00Z,Compute,4185,0.055800279,"{""team"":""orders""}"
	// 2026-09-05T10:00:00Z,Requests,4166.6666666667,0,
	// 2026-09-05T10:00:00Z,Requests,5833.3333333333,0.0011666667,
	// 2026-09-05T10:00:00Z,Compute,465,0.006200031,
}

// A day that is billed at once becomes hourly rows: the owners are hours.
func ExampleAsPeriod() {
	hour := func(n uint64) (u cost.Usage) {
		if err := u.AddInvocations(n, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
			log.Fatal(err)
		}
		return u
	}
	midnight := time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC)
	show, err := cost.Allocate(exampleBill(), map[int64]cost.Usage{
		midnight.Add(9 * time.Hour).Unix():  hour(20_000),
		midnight.Add(10 * time.Hour).Unix(): hour(100_000),
	})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := focus.FromShowback(show, focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333"},
		Period:         focus.Day(midnight), // of what is left over: nothing here
	}, focus.AsPeriod(func(unix int64) focus.Period { return focus.Hour(time.Unix(unix, 0)) }))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Println(r.ChargePeriodStart.V.Format("15:04"), r.LineKind.V, r.Meter.V, r.PricingQuantity.V)
	}
	// Output:
	// 09:00 Free Requests 8333.3333333333
	// 09:00 Charged Requests 11666.6666666667
	// 09:00 Charged Compute 930
	// 10:00 Free Requests 41666.6666666667
	// 10:00 Charged Requests 58333.3333333333
	// 10:00 Charged Compute 4650
}

// A file of rows becomes bills again, to the last digit.
func ExampleToStatement() {
	bill := exampleBill()
	rows, err := focus.FromBill(bill, focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333"},
		Period:         focus.Month(time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC)),
	})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := focus.WriteCSV(&file, rows, nil); err != nil {
		log.Fatal(err)
	}
	statement, err := focus.ToStatement(focus.Rows(&file), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(statement.Total(), bill.Total())
	// Output: 0.088400372 0.088400372
}

const exampleExport = `BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargeDescription,ChargePeriodStart,ListUnitPrice,PricingQuantity,RegionId,ResourceId,ServiceName,SkuPriceId
0.0023771381,USD,2026-09-01T00:00:00Z,Usage,AWS Lambda - Total Compute - US West (Oregon)-Tier-1,2026-09-05T10:00:00Z,0.0000166667,142.628,us-west-2,arn:aws:lambda:us-west-2:111122223333:function:orders,AWS Lambda,XCU6U9G4FCKZQWG9.JRTCKXETXF.CUKFZ388N3
0.0000200000,USD,2026-09-01T00:00:00Z,Usage,AWS Lambda - Total Requests - US West (Oregon),2026-09-05T10:00:00Z,0.0000002,100,us-west-2,arn:aws:lambda:us-west-2:111122223333:function:mail,AWS Lambda,ZWHFK83WS2P4WZR6.JRTCKXETXF.6YS6EN2CT7
0.0000000966,USD,2026-09-01 00:00:00,Usage,$0.02 per GB - US West (Oregon) data transfer to US West (Northern California),2026-09-05T10:00:00Z,0.02,0.0000048308,us-west-2,NULL,AWS Lambda,ARHHEUH3WM2QNZJF.JRTCKXETXF.6YS6EN2CT7
12.5,USD,2026-09-01T00:00:00Z,Tax,Tax,2026-09-01T00:00:00Z,NULL,NULL,NULL,NULL,AWS Lambda,NULL
`

// Rows are read one by one; a row that is damaged is an error, and reading goes on.
func ExampleRows() {
	damaged := strings.Replace(exampleExport, "142.628", "1e999999999", 1)
	for row, err := range focus.Rows(strings.NewReader(damaged)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(row.Line, row.BilledCost.V, row.ResourceId.Valid)
	}
	// Output:
	// focus: line 2 (byte 170), PricingQuantity: "1e999999999", allowed is a decimal number of at most 60 digits before the point and 200 behind it
	// 3 0.00002 true
	// 4 0.0000000966 false
	// 5 12.5 false
}

// Which rules of FOCUS 1.0 a file breaks, beside the columns that it does not have.
func ExampleCheckCSV() {
	for f, err := range focus.CheckCSV(strings.NewReader(exampleExport), focus.V10) {
		if err != nil {
			log.Fatal(err)
		}
		if f.Index >= 0 {
			fmt.Println(f)
		}
	}
	// Output:
	// line 4, BillingPeriodStart is 2026-09-01T00:00:00Z in another spelling: YYYY-MM-DDTHH:MM:SSZ, in UTC (BillingPeriodStart.spelling)
}

// What of an export our prices explain, and why not the rest.
func ExampleReconcile() {
	report, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range report.Causes {
		fmt.Printf("%s: %d rows, billed %s, computed %s\n", c.Cause, c.Rows, c.Billed, c.Computed)
	}
	fmt.Println("explained", report.Explained(), "of", report.Total, report.Currency)
	// Output:
	// Matched: 2 rows, billed 0.0023971381, computed 0.0023971381
	// DataTransfer: 1 rows, billed 0.0000000966, computed 0
	// Tax: 1 rows, billed 12.5, computed 0
	// explained 0.0023971381 of 12.5023972347 USD
}

// What the export bills and the log does not explain.
func ExampleReconcile_logs() {
	var logged cost.Usage // of package usagelog, by function
	if err := logged.Add(cost.Compute, cost.X86, decimal.RequireFromString("142.628")); err != nil {
		log.Fatal(err)
	}
	report, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), &focus.Options{
		Logs: map[string]map[string]cost.Usage{"us-west-2": {"orders": logged}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range report.Usage {
		fmt.Println(d.Key, "export", d.Export, "log", d.Log, "of missing functions", d.Missing, "unexplained", d.Unexplained())
	}
	for _, m := range report.Missing {
		fmt.Println("no log has", m.Function, "which was billed", m.Billed)
	}
	// Output:
	// Requests x86_64 export 100 log 0 of missing functions 100 unexplained 0
	// Compute x86_64 export 142.628 log 142.628 of missing functions 0 unexplained 0
	// no log has mail which was billed 0.00002
}
