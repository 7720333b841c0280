package usagelog_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// found is what must be read of a report, wherever it stood.
type found struct{ ID, Function string }

// composer writes a log of pieces that follow one another, and keeps what they report. The slow, obvious reference is the
// composer itself: it knows what it wrote.
type composer struct {
	t     *testing.T
	draw  func(n int) int
	noise string
	log   strings.Builder
	want  []found
	cuts  int // documents that break off, each of which is to be told
	last  int // id
}

func (c *composer) report(function string) string {
	c.last++
	id := fmt.Sprintf("id-%d", c.last)
	c.want = append(c.want, found{id, function})
	return "REPORT RequestId: " + id + "\tDuration: 1.25 ms\tBilled Duration: 2 ms\tMemory Size: 256 MB\tMax Memory Used: 40 MB\t"
}

func (c *composer) event() string {
	c.last++
	id := fmt.Sprintf("id-%d", c.last)
	c.want = append(c.want, found{id, ""})
	return `{"time":"2026-10-01T12:00:00.000Z","type":"platform.report","record":{"requestId":"` + id + `","metrics":{"durationMs":1.25,"billedDurationMs":2,"memorySizeMB":256,"maxMemoryUsedMB":40}}}`
}

// messages returns up to four messages of a function, some of them reports.
func (c *composer) messages(function string) (out []string) {
	for range c.draw(5) {
		switch c.draw(4) {
		case 0:
			out = append(out, startLog)
		case 1:
			out = append(out, c.report(function)+"\nXRAY TraceId: 1-2\tSegmentId: 3\tSampled: true")
		case 2:
			out = append(out, `{"level":"info","list":[{"a":[]},"}{"]}`)
		default:
			out = append(out, c.report(function))
		}
	}
	return out
}

// piece writes one more.
func (c *composer) piece() {
	name := [...]string{"f", "g"}[c.draw(2)]
	var doc string
	switch c.draw(11) {
	case 0:
		c.log.WriteString(c.someNoise() + "\n")
		return
	case 1:
		c.log.WriteString(c.report("") + "\n")
		return
	case 2:
		c.log.WriteString(stampText + " " + c.report("") + "\r\n")
		return
	case 3:
		doc = c.event()
	case 4:
		doc = message(c.t, name, c.messages(name)...)
	case 5:
		doc = filtered(c.t, c.messages("")...)
	case 6:
		doc = "[" + c.event() + "," + c.event() + "]"
	case 7:
		doc = "[" + message(c.t, "f", c.messages("f")...) + "," + message(c.t, "g", c.messages("g")...) + "]"
	case 8:
		doc = `{"log":` + quote(c.t, c.report("")+"\n") + `,"stream":"stdout"}`
	case 9:
		c.log.WriteString("- \n" + quote(c.t, c.report("")) + "\n")
		return
	default:
		c.cutDocument(name)
		return
	}
	if c.draw(3) == 0 {
		doc = indented(c.t, doc)
	}
	switch c.draw(4) {
	case 0:
		c.log.WriteString(stampText + " " + doc + " x\n")
	case 1:
		c.log.WriteString(doc) // what follows touches it
	default:
		c.log.WriteString(doc + "\n")
	}
}

// cutDocument writes a document that breaks off within its last message.
func (c *composer) cutDocument(name string) {
	messages := c.messages(name)
	doc := message(c.t, name, append(messages, c.report(name))...)
	c.want = c.want[:len(c.want)-1]
	if c.draw(2) == 0 {
		doc = indented(c.t, doc)
	}
	last := strings.LastIndex(doc, `"id"`)
	end := strings.LastIndex(doc, "}")
	end = strings.LastIndex(doc[:end], "}")
	c.log.WriteString(doc[:last+c.draw(end-last)] + "\n")
	c.cuts++
}

// someNoise returns a piece of the noise, on one line.
func (c *composer) someNoise() string {
	if len(c.noise) == 0 {
		return ""
	}
	i := c.draw(len(c.noise))
	return c.noise[i : i+c.draw(len(c.noise)-i+1)]
}

// checkComposed composes a log and reads it.
func checkComposed(t *testing.T, draw func(n int) int, noise string) {
	t.Helper()
	c := composer{t: t, draw: draw, noise: noise}
	c.log.WriteString("a log\n") // not a table
	for range 1 + draw(12) {
		c.piece()
	}
	most := c.cuts
	if noise != "" {
		most = math.MaxInt // it may look like a document that is cut
	}
	checkFound(t, c.log.String(), c.want, c.cuts, most)
}

// checkFound reads a log in one piece, byte by byte, and compressed.
func checkFound(t *testing.T, log string, want []found, fewestErrors, mostErrors int) {
	t.Helper()
	for how, r := range map[string]io.Reader{
		"whole":        strings.NewReader(log),
		"byte by byte": iotest.OneByteReader(strings.NewReader(log)),
		"gzip":         bytes.NewReader(zip(t, log[:len(log)/2], log[len(log)/2:])),
	} {
		var got []found
		errs := 0
		for rec, err := range usagelog.Records(r) {
			if err != nil {
				errs++
			} else {
				got = append(got, found{rec.RequestID.String(), rec.Function})
			}
		}
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Fatalf("%s of\n%q\n(-want +got):\n%s", how, log, diff)
		}
		if errs < fewestErrors || errs > mostErrors {
			t.Fatalf("%s of\n%q\n%d errors, want %d to %d", how, log, errs, fewestErrors, mostErrors)
		}
	}
}

// Every report is found once, in its order, whatever stands around it.
func TestNothingIsLostInMixedLogs(t *testing.T) {
	noises := []string{"", `{"a":[{"b":"c"},{[1,2.5e3,"x\"y" { "logEvents":[{"message":"events` + "`'<\t]}]}", "[INFO] {} [] null,true:\xef\xbb\xbf\x00"}
	seeds := uint64(300)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 1))
		checkComposed(t, rng.IntN, noises[seed%uint64(len(noises))])
	}
}

func FuzzNothingIsLost(f *testing.F) {
	f.Add([]byte{11, 4, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0}, `{"a":["x`)
	f.Add([]byte("\x05\x0a\x01\x02\x03\x04\x05\x03\x02\x01\x0a\x09\x08"), "")
	f.Fuzz(func(t *testing.T, choices []byte, noise string) {
		if strings.ContainsAny(noise, "\n") || mayBeUTF16(noise) || strings.Contains(noise, "REPORT") || strings.Contains(noise, "platform") || len(choices) > 200 {
			t.Skip()
		}
		checkComposed(t, func(n int) int {
			if len(choices) == 0 {
				return 0
			}
			b := int(choices[0])
			choices = choices[1:]
			return b * n / 256
		}, noise)
	})
}
