package main

import (
	"fmt"
	"io"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// withProgress tells on stderr how far r was read, where stderr is a terminal and there is much to read.
func withProgress(r io.Reader, stderr io.Writer) io.Reader {
	if !cli.IsTerminal(stderr) {
		return r
	}
	return &progress{r: r, w: stderr, next: progressStep}
}

const progressStep = 64 << 20 // bytes between two messages

type progress struct {
	r          io.Reader
	w          io.Writer
	read, next int64
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.read += int64(n)
	if p.read >= p.next {
		fmt.Fprintf(p.w, "\rbill: %d MB read", p.read>>20)
		p.next = p.read + progressStep
	}
	if err != nil && p.next > progressStep {
		fmt.Fprintln(p.w)
	}
	return n, err
}
