package focus_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// exportHeader is that of AWS's FOCUS 1.0 exports, with AWS's own columns.
const exportHeader = "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart," +
	"ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountCategory," +
	"CommitmentDiscountId,CommitmentDiscountName,CommitmentDiscountStatus,CommitmentDiscountType,ConsumedQuantity,ConsumedUnit," +
	"ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingQuantity," +
	"PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName," +
	"SkuId,SkuPriceId,SubAccountId,SubAccountName,Tags,x_Operation,x_ServiceCode,x_UsageType\n"

// writeVaried makes up n rows of which no two neighbours have much in common, as where an export is not sorted: hour, function,
// account, tags, quantity and costs all differ.
func writeVaried(w io.Writer, n int) {
	fmt.Fprint(w, exportHeader)
	for i := range n {
		k := i * 7919 % 1_000_003
		hour := k % 720
		start := fmt.Sprintf("2026-09-%02dT%02d:00:00Z", 1+hour/24, hour%24)
		millis := 1000*(k%977) + 137*(k%41) + 8
		billed := halfUp(int64(millis)*125, 166667)
		fmt.Fprintf(w, ",%s,123456789012,Example Corp,USD,2026-10-01T00:00:00Z,2026-09-01T00:00:00Z,Usage,,AWS Lambda - Total Compute - US East (Northern Virginia)-Tier-1,"+
			"Usage-Based,%s:59:59Z,%s,,,,,,%d.%06d,Lambda-GB-Second,%s,0.0000166667,%s,\"Amazon Web Services, Inc.\",%s,0.0000166667,Standard,%d.%06d,Lambda-GB-Second,AWS,"+
			"\"Amazon Web Services, Inc.\",us-east-1,US East (N. Virginia),arn:aws:lambda:us-east-1:123456789012:function:orders-worker-%05d,,Function,Compute,AWS Lambda,"+
			"TG3M4CAGBA3NYQBH,TG3M4CAGBA3NYQBH.JRTCKXETXF.CUKFZ388N3,2109%08d,team-%d,\"{\"\"team\"\":\"\"t%d\"\",\"\"env\"\":\"\"prod-%d\"\"}\",Invoke,AWSLambda,Lambda-GB-Second\n",
			billed, start[:13], start, millis/8000, millis%8000*125, billed, billed, billed, millis/8000, millis%8000*125, k%20_011, k%10_007, k%101, k%101, k%7)
	}
}

// writeExport makes up an account's month of n rows: two of Lambda's in three, in hours, by 200 functions of two regions, at
// prices that hold, and EC2's. quote puts text in quotes, as some exports have it.
func writeExport(w io.Writer, n int, quote bool) {
	q := func(s string) string {
		if quote {
			return `"` + s + `"`
		}
		return s
	}
	fmt.Fprint(w, exportHeader)
	for i := range n {
		hour := i / 400 % 720
		start := fmt.Sprintf("2026-09-%02dT%02d:00:00Z", 1+hour/24, hour%24)
		end := fmt.Sprintf("2026-09-%02dT%02d:59:59Z", 1+hour/24, hour%24)
		function := fmt.Sprintf("arn:aws:lambda:us-east-1:123456789012:function:orders-worker-%03d", i/2%200)
		service, description, operation, code, usage := "AWS Lambda", "AWS Lambda - Total Compute - US East (Northern Virginia)-Tier-1", "Invoke", "AWSLambda", "Lambda-GB-Second"
		unit, price, rateCode := "Lambda-GB-Second", "0.0000166667", "TG3M4CAGBA3NYQBH.JRTCKXETXF.CUKFZ388N3"
		millis := 1000*(i%977) + 137*(i%41) + 8
		quantity := fmt.Sprintf("%d.%06d", millis/8000, millis%8000*125)
		billed := halfUp(int64(millis)*125, 166667)
		switch i % 3 {
		case 1:
			description, usage, unit = "AWS Lambda - Total Requests - US East (Northern Virginia)", "Request", "Requests"
			price, rateCode = "0.0000002", "GU2ZS9HVP6QTQ7KE.JRTCKXETXF.6YS6EN2CT7"
			quantity, billed = fmt.Sprint(millis), fmt.Sprintf("0.%010d", millis*2000)
		case 2:
			service, operation, code, usage = "Amazon Elastic Compute Cloud", "RunInstances", "AmazonEC2", "BoxUsage:c7g.large"
			description, unit = "$0.0725 per On Demand Linux c7g.large Instance Hour", "Hours"
			price, rateCode, quantity, billed = "0.0725", "22BBXSYVBWUDQ9X9.JRTCKXETXF.6YS6EN2CT7", "1", "0.0725000000"
			function = fmt.Sprintf("arn:aws:ec2:us-east-1:123456789012:instance/i-%017x", i)
		}
		sku, _, _ := strings.Cut(rateCode, ".")
		fmt.Fprintf(w, ",%s,123456789012,%s,USD,2026-10-01T00:00:00Z,2026-09-01T00:00:00Z,Usage,,%s,Usage-Based,%s,%s,,,,,,%s,%s,%s,%s,%s,%s,%s,%s,Standard,%s,%s,AWS,%s,us-east-1,%s,%s,,Function,Compute,%s,%s,%s,210987654321,%s,%s,%s,%s,%s\n",
			billed, q("Example Corp"), q(description), end, start, quantity, unit, billed, price, billed, `"Amazon Web Services, Inc."`, billed, price,
			quantity, unit, `"Amazon Web Services, Inc."`, q("US East (N. Virginia)"), q(function), q(service), sku, rateCode, q("orders"),
			`"{""team"":""orders"",""env"":""prod""}"`, operation, code, q(usage))
	}
}

// halfUp is micro × 10^-6 × price × 10^-10, rounded half up to 10 decimals.
func halfUp(micro, price int64) string {
	units := (micro*price + 500_000) / 1_000_000
	return fmt.Sprintf("%d.%010d", units/10_000_000_000, units%10_000_000_000)
}

func bigExport(b *testing.B) []byte {
	b.Helper()
	var data bytes.Buffer
	writeExport(&data, 40_000, false)
	b.SetBytes(int64(data.Len()))
	b.ReportAllocs()
	return data.Bytes()
}

// What users run: an export of 32 MB, read row by row.
func BenchmarkRows(b *testing.B) {
	data := bigExport(b)
	for b.Loop() {
		n := 0
		for _, err := range focus.Rows(bytes.NewReader(data)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 40_000 {
			b.Fatal(n)
		}
	}
}

// An export that is not sorted: no value can be taken from the row before.
func BenchmarkVaried(b *testing.B) {
	var data bytes.Buffer
	writeVaried(&data, 40_000)
	export := func(b *testing.B) *bytes.Reader {
		b.Helper()
		b.SetBytes(int64(data.Len()))
		b.ReportAllocs()
		return bytes.NewReader(data.Bytes())
	}
	b.Run("Rows", func(b *testing.B) {
		r := export(b)
		for b.Loop() {
			r.Reset(data.Bytes())
			for _, err := range focus.Rows(r) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("Reconcile", func(b *testing.B) {
		r := export(b)
		for b.Loop() {
			r.Reset(data.Bytes())
			report, err := focus.Reconcile(context.Background(), r, nil)
			if err != nil || report.Of(focus.Matched).Rows != 40_000 {
				b.Fatal(err, report.Causes)
			}
		}
	})
}

// What a call costs before the first row: four rows are reconciled and made lines.
func BenchmarkSmallExport(b *testing.B) {
	b.Run("Reconcile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ToStatement", func(b *testing.B) {
		b.ReportAllocs()
		other := &focus.LineOptions{Other: func(focus.Row) error { return nil }}
		for b.Loop() {
			if _, err := focus.ToStatement(focus.Rows(strings.NewReader(exampleExport)), other); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The ordinary way to the same fields, without numbers and times.
func BenchmarkEncodingCSV(b *testing.B) {
	data := bigExport(b)
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(data))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// The same export held against the embedded prices: two rows in three are priced.
func BenchmarkReconcile(b *testing.B) {
	data := bigExport(b)
	for b.Loop() {
		r, err := focus.Reconcile(context.Background(), bytes.NewReader(data), nil)
		if err != nil || r.Of(focus.Matched).Rows < 20_000 {
			b.Fatal(err, r.Of(focus.Matched).Rows)
		}
	}
}

func BenchmarkCheckCSV(b *testing.B) {
	data := bigExport(b)
	for b.Loop() {
		for _, err := range focus.CheckCSV(bytes.NewReader(data), "") {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	data := bigExport(b)
	var rows []focus.Row
	for row, err := range focus.Rows(bytes.NewReader(data)) {
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, row)
	}
	for b.Loop() {
		w, err := focus.NewWriter(io.Discard, nil)
		if err != nil {
			b.Fatal(err)
		}
		for i := range rows {
			if err := w.Write(rows[i]); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}
