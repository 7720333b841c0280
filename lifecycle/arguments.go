package lifecycle

import (
	"errors"
	"reflect"
)

// validArguments reports all that is wrong with what a run is given, joined.
func validArguments(f Function, p Platform, a Arrivals, o Options) error {
	var errs []error
	if a == nil {
		errs = append(errs, &MissingError{"Arrivals", "a run needs a workload"})
	} else if isNil(a) {
		errs = append(errs, &MissingError{"Arrivals", "a nil pointer has no requests"})
	} else if b, ok := a.(Bounded); ok && o.Until == 0 {
		if end, ends := b.Horizon(); ends && end <= maxTime {
			errs = append(errs, o.validTimeline(end)) // an end of 0 is not known yet
		}
	}
	return errors.Join(f.Validate(), p.Validate(), validTogether(f, p), o.Validate(), errors.Join(errs...))
}

// isNil says whether x, which is not nil itself, is a nil pointer.
func isNil(x any) bool {
	v := reflect.ValueOf(x)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
