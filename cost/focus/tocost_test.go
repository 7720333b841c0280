package focus_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// smallExport is a header that needs no more than it must, and rows.
func smallExport(rows ...string) string {
	return "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,PricingQuantity,RegionId,ServiceName,SkuPriceId,CommitmentDiscountId,CommitmentDiscountStatus,EffectiveCost,x_UsageType\n" +
		strings.Join(rows, "\n") + "\n"
}

// Free usage is recognised by the rate codes of the free tier, which no card has; what nobody knows is no meter because it is
// free, and the report is JSON whatever it is.
func TestFreeRateCodes(t *testing.T) {
	tests := map[string]struct {
		code, description, usageType string
		cause                        focus.Cause
		meter                        cost.Meter // 0 where it is no line
	}{
		"requests":             {"ZQVCC2M69R4S79XS.A429C66SYZ.SB2VSFF4TP", "something new", "", focus.FreeTier, cost.Requests},
		"compute":              {"4VCGJ7EG8PJVZG7S.A429C66SYZ.KJYPJPDD2A", "something new", "", focus.FreeTier, cost.Compute},
		"streaming":            {"RZ8N2TAQDKPDSHPC.A429C66SYZ.ETY2894C67", "AWS Lambda - 100 GB streamed free", "", focus.FreeTier, cost.ResponseStreaming},
		"unknown code":         {"NEW.A429C66SYZ.NEW", "AWS Lambda - 100 GB streamed free", "", focus.UnknownMeter, 0},
		"unknown, known usage": {"NEW.A429C66SYZ.NEW", "something new", "USE2-Lambda-GB-Second", focus.FreeTier, cost.Compute},
		"data transfer":        {"NEW.A429C66SYZ.NEW", "$0.00 per GB - data transfer free tier", "", focus.DataTransfer, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			export := smallExport("0,USD,Usage," + tt.description + ",5,us-east-1,AWS Lambda," + tt.code + ",,,0," + tt.usageType)
			r := reconcile(t, export, nil)
			if r.Of(tt.cause).Rows != 1 {
				t.Errorf("causes %v, want %s", r.Causes, tt.cause)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Error(err)
			}
			s, err := focus.ToStatement(focus.Rows(strings.NewReader(export)), nil)
			if tt.meter == 0 {
				var out *focus.RowError
				if !errors.As(err, &out) || out.Column != "ChargeDescription" {
					t.Errorf("error %v, want a RowError", err)
				}
				return
			}
			if err != nil || s.Bills[0].Lines[0].Meter != tt.meter || s.Bills[0].Lines[0].Kind != cost.Free {
				t.Errorf("%+v, error %v", s, err)
			}
		})
	}
}

// The codes are those that package cost writes on free lines.
func TestFreeRateCodesAreThoseOfBills(t *testing.T) {
	r := rates(t, "us-east-1")
	b := billOf(t, r, everything(t, r), &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	free := 0
	for _, l := range b.Lines {
		if l.Kind != cost.Free {
			continue
		}
		free++
		export := smallExport("0,USD,Usage,x,5,us-east-1,AWS Lambda," + l.RateCode + ",,,0,")
		s, err := focus.ToStatement(focus.Rows(strings.NewReader(export)), nil)
		if err != nil || s.Bills[0].Lines[0].Meter != l.Meter {
			t.Errorf("%s %s: %+v, error %v", l.Meter, l.RateCode, s, err)
		}
	}
	if free < 3 {
		t.Errorf("%d free lines", free)
	}
}

// Rows of other services, and free rows that were billed all the same, are no lines; the fee of a Savings Plan is passed
// over, and that of a reservation is not.
func TestOtherServicesAreNoLines(t *testing.T) {
	const lambda = "0.0000002,USD,Usage,AWS Lambda - Total Requests - US East (Northern Virginia),1,us-east-1,AWS Lambda,GU2ZS9HVP6QTQ7KE.JRTCKXETXF.6YS6EN2CT7,,,0.0000002,Request"
	tests := map[string]struct {
		row    string
		column string // "" for a line, or what is passed over
		lines  int
	}{
		"Lambda":                {lambda, "", 1},
		"another service":       {strings.Replace(lambda, ",AWS Lambda,", ",Amazon API Gateway,", 1), "ServiceName", 0},
		"no service":            {strings.Replace(lambda, ",AWS Lambda,", ",,", 1), "ServiceName", 0},
		"Lambda@Edge":           {"0.0000006,USD,Usage,AWS Lambda Edge - Total Requests - US,1,us-east-1,Amazon CloudFront,,,,0.0000006,US-Lambda-Edge-Request", "", 1},
		"unused reservation":    {"0,USD,Usage,unused RI,1,us-east-1,Amazon RDS,X,arn:ri,Unused,3,InstanceUsage:db.t3", "ServiceName", 0},
		"unused Savings Plan":   {"0,USD,Usage,unused,1,,Savings Plans for AWS Compute usage,X,arn:sp,Unused,3,ComputeSP", "", 1},
		"used, of another":      {"0,USD,Usage,used,1,us-east-1,Amazon EC2,X,arn:sp,Used,3,BoxUsage", "ServiceName", 0},
		"fee of a Savings Plan": {"3,USD,Purchase,fee,1,,Savings Plans for AWS Compute usage,X,arn:sp,,0,ComputeSP", "", 0},
		"fee of a reservation":  {"300,USD,Purchase,RI,1,us-east-1,Amazon RDS,X,arn:ri,,0,HeavyUsage:db.t3", "ServiceName", 0},
		"free, but billed":      {"5,USD,Usage,AWS Lambda - Requests Free Tier - \"1,000,000 Requests\",1,us-east-1,AWS Lambda,ZQVCC2M69R4S79XS.A429C66SYZ.SB2VSFF4TP,,,5,Global-Request", "BilledCost", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			row := strings.Replace(tt.row, `"1,000,000 Requests"`, "1M", 1)
			rows := func() *strings.Reader { return strings.NewReader(smallExport(row)) }
			s, err := focus.ToStatement(focus.Rows(rows()), nil)
			_, usageErr := focus.ToUsage(focus.Rows(rows()), nil)
			lines := 0
			for _, b := range s.Bills {
				lines += len(b.Lines)
			}
			if tt.column == "" {
				if err != nil || usageErr != nil || lines != tt.lines {
					t.Errorf("%d lines, errors %v, %v, want %d", lines, err, usageErr, tt.lines)
				}
				return
			}
			for _, err := range []error{err, usageErr} {
				var out *focus.RowError
				if !errors.As(err, &out) || out.Column != tt.column {
					t.Errorf("error %v, want a RowError of %s", err, tt.column)
				}
			}
			calls := 0
			if _, err := focus.ToStatement(focus.Rows(rows()), &focus.LineOptions{Other: func(focus.Row) error { calls++; return nil }}); err != nil || calls != 1 {
				t.Errorf("%d calls of Other, error %v", calls, err)
			}
		})
	}
}

// Every row of an export is in the bills, passed over as a fee, or given to Other: by cause, what is billed as usage adds up.
func TestNoMoneyIsLost(t *testing.T) {
	report, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), nil)
	if err != nil {
		t.Fatal(err)
	}
	other := dec("0")
	s, err := focus.ToStatement(focus.Rows(strings.NewReader(exampleExport)), &focus.LineOptions{Other: func(r focus.Row) error {
		other = other.Add(r.BilledCost.V)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report.Total, s.Invoice().Total().Add(other)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
