package savings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// tokens reads JSON piece by piece. Names are taken as they are known, each at most once: encoding/json by itself takes them in
// letters of either case, and of several the last.
type tokens struct{ dec *json.Decoder }

// members read the known members of an object, each with the decoder before its value.
type members map[string]func() error

// into reads a value as encoding/json does.
func (t tokens) into(to any) func() error { return func() error { return t.dec.Decode(to) } }

// object reads an object; members that are not known are passed over, those with a known name in other letters are refused.
func (t tokens) object(what string, known members) error {
	if err := t.open(what, '{', "an object"); err != nil {
		return err
	}
	seen := make(map[string]bool, len(known))
	for t.dec.More() {
		token, err := t.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		member := known[name]
		switch {
		case member == nil:
			for _, like := range slices.Sorted(maps.Keys(known)) {
				if strings.EqualFold(name, like) {
					return &RangeError{Field: like, Given: "spelt " + strconv.Quote(name), Allowed: "that spelling"}
				}
			}
			member = t.skip
		case seen[name]:
			return &RangeError{Field: name, Given: "a second one", Allowed: "one"}
		default:
			seen[name] = true
		}
		if err := member(); err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

// array reads an array and calls element with the decoder before each.
func (t tokens) array(what string, element func() error) error {
	if err := t.open(what, '[', "an array"); err != nil {
		return err
	}
	for t.dec.More() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

func (t tokens) open(what string, with json.Delim, allowed string) error {
	switch token, err := t.dec.Token(); {
	case err != nil:
		return err
	case token != with:
		return &RangeError{Field: what, Given: fmt.Sprint(token), Allowed: allowed}
	}
	return nil
}

// maxDepth is how deep a value may be that is passed over: the decoder notes each level that is open.
const maxDepth = 64

// skip passes over a value, however long.
func (t tokens) skip() error {
	for depth := 0; ; {
		token, err := t.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > maxDepth {
				return &RangeError{Field: "a value", Given: "deeper", Allowed: "at most 64 levels"}
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
