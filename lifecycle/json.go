package lifecycle

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// jsonError says of what, and of which part of it, encoding/json has found a value of the wrong kind.
func jsonError(of string, err error) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := of
		for name := range strings.SplitSeq(e.Field, ".") {
			if name != "" && name[0] < 'a' { // what is embedded is none for the reader
				field += "." + name
			}
		}
		return outOfRange(field, "a JSON "+e.Value, jsonKind(e.Type))
	}
	return fmt.Errorf("lifecycle: %s: %w", of, err)
}

// jsonKind says what a type of Go's is in JSON.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Uint64:
		return "a whole number below 2^64"
	case reflect.Int64:
		return "a whole number below 2^63"
	case reflect.Slice:
		return "an array"
	}
	return "an object"
}

// jsonTime reads an environment time that is a part of something; nothing and null leave it as it is.
func jsonTime(field string, text json.RawMessage, to *EnvironmentTime) error {
	if text == nil {
		return nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return outOfRange(field, fmt.Sprintf("%.50s", text), "a whole number of ns below 2^128, in digits, as a string")
	}
	return nil
}
