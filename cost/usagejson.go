package cost

import (
	"encoding/json"
	"fmt"
)

type quantityJSON struct {
	Meter    Meter
	Arch     Arch         `json:",omitempty"`
	Quantity *decimalText // nil where it is missing
}

// MarshalJSON writes an array of {"Meter", "Arch", "Quantity"}, quantities as strings in the pricing unit, exact, in the
// order of bills; what was not used is left out.
func (u Usage) MarshalJSON() ([]byte, error) {
	list := []quantityJSON{}
	for k, q := range u.All() {
		list = append(list, quantityJSON{k.Meter, k.Arch, &decimalText{q}})
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads what MarshalJSON writes, and numbers in place of the strings. A key that stands there twice, or that
// does not exist, a quantity that is missing, or one that [Usage.Add] refuses, is a [*RangeError] or [*UnknownError] that says
// the element by its index; what is no JSON of this form at all is an error of encoding/json. Each leaves u as it was.
func (u *Usage) UnmarshalJSON(b []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	if list == nil { // null
		return nil
	}
	var read Usage
	var seen [numSlots]bool
	for i, text := range list {
		if err := read.addJSON(text, &seen); err != nil {
			return fmt.Errorf("cost: usage, element %d: %w", i, err)
		}
	}
	*u = read
	return nil
}

func (u *Usage) addJSON(text []byte, seen *[numSlots]bool) error {
	var q quantityJSON
	if err := json.Unmarshal(text, &q); err != nil {
		return err
	}
	k := Key{q.Meter, q.Arch}
	slot, err := k.slot()
	switch {
	case err != nil:
		return err
	case seen[slot]:
		return &RangeError{Field: "Meter", Given: k.String() + " for the second time", Allowed: "each once"}
	case q.Quantity == nil:
		return &RangeError{Field: "Quantity", Given: "missing", Allowed: "a number"}
	}
	seen[slot] = true
	return u.Add(q.Meter, q.Arch, q.Quantity.Decimal)
}
