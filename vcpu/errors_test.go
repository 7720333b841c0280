package vcpu_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// wantRangeError checks that err is a *RangeError of a field, and that its text has all that one needs.
func wantRangeError(t *testing.T, err error, field string) {
	t.Helper()
	var e *vcpu.RangeError
	if !errors.As(err, &e) {
		t.Errorf("error %v, want a *RangeError of %s", err, field)
		return
	}
	if e.Field != field || e.Given == "" || e.Allowed == "" {
		t.Errorf("%#v, want one of %s", e, field)
	}
	if want := "vcpu: " + field + " is " + e.Given + ", allowed is " + e.Allowed; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}

func TestUnidentifiedErrorText(t *testing.T) {
	for _, c := range []struct {
		e    vcpu.UnidentifiedError
		want string
	}{
		{vcpu.UnidentifiedError{Points: 3, Threads: 2, VCPUs: 512. / 1769, MinMB: 512, MaxMB: 512}, "(3, at 512 MB) gave 2 threads the same CPU, 0.2894 vCPU"},
		{vcpu.UnidentifiedError{Points: 2, Threads: 1, VCPUs: 1, MinMB: 2048, MaxMB: 4096}, "(2, at 2048 to 4096 MB) gave 1 thread the same CPU, 1 vCPU"},
	} {
		if got := c.e.Error(); !strings.HasPrefix(got, "vcpu: ") || !strings.Contains(got, c.want) {
			t.Errorf("%q is without %q", got, c.want)
		}
	}
}
