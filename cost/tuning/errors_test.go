package tuning_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func TestErrorTexts(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		err  error
		want string
	}{
		{&tuning.NoRunsError{}, "tuning: no runs"},
		{&tuning.NoRunsError{Kind: "cold"}, "tuning: no cold runs, which Options.ColdShare asks for"},
		{&tuning.OutsideError{MemoryMB: 1, MinMB: 2, MaxMB: 3}, "tuning: 1 MB is outside of what was measured, 2 to 3 MB"},
		{&tuning.RunError{Run: 3, Err: broken}, "tuning: run 3: broken"},
		{&tuning.InputError{Line: 4, Err: broken}, "tuning: line 4: broken"},
		{&tuning.InputError{Line: 4, Field: "a", Allowed: "b", Err: broken}, "tuning: line 4: a is missing, allowed is b"},
		{&tuning.LeftOutError{Sizes: []tuning.LeftOut{{MemoryMB: 1}}, Kept: 1}, "tuning: 1 of 2 sizes left out: 1 MB: left out"},
		{&tuning.RunError{Run: 3}, "tuning: run 3 cannot be billed"},
		{&tuning.FailedError{Reason: "a\x1b[2Jb\nc"}, `tuning: failed: "a\x1b[2Jb\nc"`},
		{&tuning.FailedError{Reason: "größer als 5 MB"}, "tuning: failed: größer als 5 MB"},
		{&tuning.RangeError{Field: "a", Given: "b\x1b[2J\nc", Allowed: "d"}, `tuning: a is b\x1b[2J\nc, allowed is d`},
		{&tuning.InputError{Field: "a\nb", Given: "c", Allowed: "d"}, `tuning: a\nb is "c", allowed is d`},
		{&tuning.FailedError{Reason: "\xff"}, `tuning: failed: "\xff"`},
		{&tuning.FailedError{Reason: strings.Repeat("x", 79) + "äöü"}, "tuning: failed: " + strings.Repeat("x", 79) + "…(85 bytes)"},
		{&tuning.FailedError{Reason: strings.Repeat("x", 100)}, "tuning: failed: " + strings.Repeat("x", 80) + "…(100 bytes)"},
	} {
		if c.err.Error() != c.want {
			t.Errorf("%q, want %q", c.err.Error(), c.want)
		}
	}
	if !errors.Is(&tuning.RunError{Err: broken}, broken) || !errors.Is(&tuning.InputError{Err: broken}, broken) {
		t.Error("the cause is not found")
	}
}
