package lifecycle

import (
	"encoding/json"
	"fmt"
)

// resultFields is Result without its methods.
type resultFields Result

// resultText is a result in JSON, of which the parts that have a form of their own are still text: so that an error can tell
// which of them it is of.
type resultText struct {
	*resultFields
	Latency, ColdLatency, Lifespan           json.RawMessage
	StartingTime, BusyTime, IdleTime         json.RawMessage
	ProvisionedBusyTime, ProvisionedIdleTime json.RawMessage
	Timeline                                 []json.RawMessage
}

type pointFields TimelinePoint

type pointText struct {
	*pointFields
	BusyTime, AliveTime json.RawMessage
}

// UnmarshalJSON reads the JSON form of a result, whole: fields that are not there are zero. The error is a [*RangeError] that
// names the field, of the wrong kind or as [Result.Validate] finds it; r is then as it was. null leaves it so too.
func (r *Result) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	var read Result
	t := resultText{resultFields: (*resultFields)(&read)}
	if err := json.Unmarshal(text, &t); err != nil {
		return jsonError("Result", err)
	}
	histograms := []json.RawMessage{t.Latency, t.ColdLatency, t.Lifespan}
	for i, h := range read.histograms() {
		if histograms[i] == nil {
			continue
		}
		if err := json.Unmarshal(histograms[i], h.value); err != nil {
			return inside("Result."+h.name, err, func(err error) error { return jsonError("Result."+h.name, err) })
		}
	}
	times := []json.RawMessage{t.StartingTime, t.BusyTime, t.IdleTime, t.ProvisionedBusyTime, t.ProvisionedIdleTime}
	for i, e := range read.times() {
		if err := jsonTime("Result."+e.name, times[i], e.value); err != nil {
			return err
		}
	}
	if len(t.Timeline) > 0 {
		read.Timeline = make([]TimelinePoint, len(t.Timeline))
	}
	for i, text := range t.Timeline {
		if err := readPoint(fmt.Sprintf("Result.Timeline[%d]", i), text, &read.Timeline[i]); err != nil {
			return err
		}
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*r = read
	return nil
}

func readPoint(name string, text json.RawMessage, to *TimelinePoint) error {
	t := pointText{pointFields: (*pointFields)(to)}
	if err := json.Unmarshal(text, &t); err != nil {
		return jsonError(name, err)
	}
	if err := jsonTime(name+".BusyTime", t.BusyTime, &to.BusyTime); err != nil {
		return err
	}
	return jsonTime(name+".AliveTime", t.AliveTime, &to.AliveTime)
}
