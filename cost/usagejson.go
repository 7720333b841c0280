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
// does not exist, is an error, which leaves u as it was; so is a quantity that is missing, or that [Usage.Add] refuses. What
// is no JSON of this form at all is an error of encoding/json.
func (u *Usage) UnmarshalJSON(b []byte) error {
	var list []quantityJSON
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	if list == nil { // null
		return nil
	}
	var read Usage
	var seen [numSlots]bool
	for i, q := range list {
		slot, err := Key{q.Meter, q.Arch}.slot()
		if err == nil && seen[slot] {
			err = &RangeError{Field: "Meter", Given: Key{q.Meter, q.Arch}.String() + " for the second time", Allowed: "each once"}
		}
		if err == nil && q.Quantity == nil {
			err = &RangeError{Field: "Quantity", Given: "missing", Allowed: "a number"}
		}
		if err == nil {
			err = read.Add(q.Meter, q.Arch, q.Quantity.Decimal)
		}
		if err != nil {
			return fmt.Errorf("cost: usage, element %d: %w", i, err)
		}
		seen[slot] = true
	}
	*u = read
	return nil
}
