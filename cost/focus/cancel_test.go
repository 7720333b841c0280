package focus_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// forever repeats a text without an end; a context is cancelled in its midst. It ends by itself long after, so that a test
// of what does not stop fails.
type forever struct {
	head, text string
	cancel     context.CancelFunc
	reads      int
}

func (f *forever) Read(b []byte) (int, error) {
	if f.head != "" {
		n := copy(b, f.head)
		f.head = f.head[n:]
		return n, nil
	}
	switch f.reads++; f.reads {
	case 5:
		f.cancel()
	case 100:
		return 0, io.EOF
	}
	return copy(b, bytes.Repeat([]byte(f.text), max(1, len(b)/len(f.text)))), nil
}

// Whatever an export repeats without an end, the end of the context ends it, with the report of the rows before.
func TestCancel(t *testing.T) {
	parts := strings.SplitAfter(exampleExport, "\n")
	tests := map[string]struct {
		head, text string
		rows       bool // some are read
	}{
		"rows":                  {parts[0], parts[1], true},
		"damaged rows":          {parts[0] + parts[1], "bad\n", true},
		"repeated headers":      {parts[0] + parts[1], parts[0], true},
		"rows that do not end":  {parts[0] + parts[1], "x", true},
		"quotes that never end": {parts[0] + parts[1] + "\"", "x\n", true},
		"empty lines":           {parts[0] + parts[1], "\n", true},
		"a header":              {"", "Column,", false},
		"empty lines and none":  {"", "\n", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r, err := focus.Reconcile(ctx, &forever{head: tt.head, text: tt.text, cancel: cancel}, nil)
			if name == "a header" { // it is given up before
				var out *focus.HeaderError
				if !errors.As(err, &out) && !errors.Is(err, context.Canceled) {
					t.Errorf("error %v, want a HeaderError", err)
				}
				return
			}
			if !errors.Is(err, context.Canceled) || r == nil || r.Rows > 0 != tt.rows {
				t.Errorf("error %v, report %+v", err, r)
			}
		})
	}
	t.Run("an endless header, read", func(t *testing.T) {
		var out *focus.HeaderError
		if _, err := focus.NewReader(&forever{text: strings.Repeat("Column,", 1<<17), cancel: func() {}}); !errors.As(err, &out) {
			t.Errorf("error %v, want a HeaderError", err)
		}
	})
}

// Progress goes on where rows cannot be read.
func TestProgressOfDamagedRows(t *testing.T) {
	head, _, _ := strings.Cut(exampleExport, "\n")
	var told []uint64
	r := reconcile(t, head+"\n"+strings.Repeat("bad\n", 1<<16+5), &focus.Options{Progress: func(rows uint64) { told = append(told, rows) }})
	if len(told) != 2 || told[0] != 1<<16 || told[1] != 1<<16+5 || r.Unread != told[1] {
		t.Errorf("progress %v, %d rows unread", told, r.Unread)
	}
}
