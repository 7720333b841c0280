package forecast

import "encoding/json"

// The forms in JSON have what can be computed from the rest too, for programs that do not have this package: total, part of
// the bill that is INIT, and cost per million requests. Amounts are strings.
type amounts struct {
	Currency           string
	Total, InitCost    string
	PerMillionRequests string `json:",omitempty"` // rounded half up to 10 decimals
}

func (f Figures) amounts() amounts {
	a := amounts{Currency: f.Bill.Currency, Total: text(f.Total()), InitCost: text(f.InitCost())}
	if r := f.PerMillion(); r != nil {
		a.PerMillionRequests = r.FloatString(10)
	}
	return a
}

// MarshalJSON writes the forecast with durations in ns and amounts as strings, and its total, the part that is INIT, and the
// cost per million requests beside. It is read back by encoding/json, which leaves the latter out, and Summary.
func (f Forecast) MarshalJSON() ([]byte, error) {
	type plain Forecast
	return json.Marshal(struct {
		amounts
		plain
	}{f.amounts(), plain(f)})
}

// MarshalJSON writes the variant as [Forecast.MarshalJSON] does.
func (v Variant) MarshalJSON() ([]byte, error) {
	type plain Variant
	return json.Marshal(struct {
		amounts
		plain
	}{v.amounts(), plain(v)})
}

// MarshalJSON writes the cell as [Forecast.MarshalJSON] does; one that has a problem, without figures.
func (c Cell) MarshalJSON() ([]byte, error) {
	type plain Cell
	if c.Err != nil || c.Problem != "" {
		return json.Marshal(struct {
			Region      string
			Arch        string
			MemoryMB    int
			IdleTimeout int64
			Provisioned int
			Problem     string
		}{c.Region, string(c.Arch), c.MemoryMB, int64(c.IdleTimeout), c.Provisioned, c.Problem})
	}
	return json.Marshal(struct {
		amounts
		plain
	}{c.amounts(), plain(c)})
}
