package workload_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func TestAzureDuration(t *testing.T) {
	got, err := workload.ReadAzure2019(
		strings.NewReader(azureInvocationsHeader+"o,a,f,http,1,2,3\n"),
		strings.NewReader(azureDurationsHeader+"o,a,f,200,6,1,9000,0,100,100,300,400,640,1000\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := got.Functions[0].Duration
	for _, c := range []struct {
		name string
		p    float64
		want time.Duration
	}{
		{"below 0", -1, 1},
		{"not a number", math.NaN(), 1},
		{"0", 0, 1},
		{"between 0 and 1 %", 0.005, 50*ms + 1}, // half way from 1 ns, rounded up
		{"1 %", 0.01, 100 * ms},
		{"flat", 0.1, 100 * ms},
		{"between 25 and 50 %", 0.375, 200 * ms},
		{"median", 0.5, 300 * ms},
		{"between 75 and 99 %", 0.87, 520 * ms},
		{"between 99 and 100 %", 0.995, 820 * ms},
		{"nearly 1", math.Nextafter(1, 0), 1000 * ms},
		{"1", 1, 1000 * ms},
		{"above 1", math.Inf(1), 1000 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, d.Quantile(c.p)); diff != "" {
				t.Errorf("quantile (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(200*ms, d.Mean()); diff != "" {
		t.Errorf("mean (-want +got):\n%s", diff)
	}
}
