package usagelog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// mostLayers bounds what is unpacked: Firehose may compress what CloudWatch Logs has compressed, and there are files that
// hold themselves.
const mostLayers = 4

// foreign are containers that are told by name, as they would pass for logs without reports otherwise.
var foreign = [...]struct{ magic, name string }{
	{"PK\x03\x04", "zip"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"BZh", "bzip2"},
	{"\xfd7zXZ\x00", "xz"},
	{"\x04\x22\x4d\x18", "lz4"},
	{"\xff\x06\x00\x00sNaPpY", "snappy"},
	{"PAR1", "parquet"},
}

// longestMagic is as many bytes as it takes to tell what the input is.
const longestMagic = len("\xff\x06\x00\x00sNaPpY")

// unpack returns the text within r, as UTF-8 without a mark of the byte order at its front, and how many bytes stood before it.
func unpack(r io.Reader) (text io.Reader, before int64, err error) {
	for range mostLayers + 1 {
		in := bufio.NewReaderSize(r, bufferSize)
		head, _ := in.Peek(longestMagic) // whoever reads on meets the error again
		for _, f := range foreign {
			if bytes.HasPrefix(head, []byte(f.magic)) {
				return nil, 0, damaged("container", []byte(f.name))
			}
		}
		switch {
		case isGzip(head):
			r = &plainReader{in: in, behind: true}
			continue
		case bytes.HasPrefix(head, byteOrderMark):
			_, _ = in.Discard(len(byteOrderMark)) // it is in the buffer
			before = int64(len(byteOrderMark))
		}
		plain := &plainReader{in: in}
		if order := orderOf(head); order != nil {
			return newDecoder(plain, order, true), 0, nil
		}
		return &textReader{r: plain, lineStart: true}, before, nil
	}
	return nil, 0, damaged("container", []byte("gzip in gzip, more than four deep"))
}

const bufferSize = 32 << 10

// byteOrderMark is what Windows puts before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func isGzip(head []byte) bool { return len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b }

// plainReader reads text and gzip in turn, as cat of a log and of those that were rotated makes it: what is in the gzip stands in
// its place. compress/gzip reads members that follow one another too, but keeps the end of one back until the next one begins,
// which in a stream may be hours later.
type plainReader struct {
	in     *bufio.Reader
	z      *gzip.Reader // nil before the first member
	within bool         // a member
	behind bool         // a member, and nothing is known of what follows
	failed error        // what began was no gzip: whoever meets it first may not be the one who tells of it
}

// Read implements io.Reader.
func (p *plainReader) Read(b []byte) (n int, err error) {
	switch {
	case p.failed != nil:
		return 0, p.failed
	case p.within:
		n, err = p.z.Read(b)
		if errors.Is(err, io.EOF) {
			p.within, p.behind, err = false, true, nil
		}
		return n, err
	case p.behind:
		return p.readBehind(b)
	}
	if _, err := p.in.Peek(1); err != nil {
		return 0, err
	}
	text, _ := p.in.Peek(min(p.in.Buffered(), len(b))) // it is in the buffer
	if n = bytes.IndexByte(text, gzipHeader[0]); n < 0 {
		n = len(text)
	}
	if n == 0 && len(text) > 0 {
		if p.gzipFollows() {
			return p.open(b)
		}
		n = 1
	}
	return p.in.Read(b[:n])
}

// readBehind reads what stands behind a member: another one, text, or neither, which is what is left of gzip that was damaged.
func (p *plainReader) readBehind(b []byte) (n int, err error) {
	next, err := p.in.Peek(1)
	switch {
	case err != nil:
		return 0, err
	case next[0] == '\n': // Firehose puts it between records, where it is told to
		return p.in.Read(b[:min(1, len(b))])
	case next[0] == gzipHeader[0]:
		return p.open(b)
	}
	if start, _ := p.in.Peek(2); !hasMark(start) && wide(start) == nil && !textFollows(p.in, true) {
		return 0, gzip.ErrHeader
	}
	p.behind = false
	return p.Read(b)
}

// open begins the member that follows, and reads it.
func (p *plainReader) open(b []byte) (n int, err error) {
	if p.z == nil {
		p.z, err = gzip.NewReader(p.in)
	} else {
		err = p.z.Reset(p.in)
	}
	if p.failed = err; err != nil {
		return 0, err
	}
	p.z.Multistream(false)
	p.within = true
	return p.Read(b)
}

// gzipHeader is how gzip begins: two bytes that no text in UTF-8 has one after the other, and the only method that there is.
const gzipHeader = "\x1f\x8b\x08"

// gzipFollows reports whether gzip begins at the next byte. It waits for no more bytes than it takes to tell.
func (p *plainReader) gzipFollows() bool {
	for n := 1; n <= len(gzipHeader); n++ {
		if b, _ := p.in.Peek(n); string(b) != gzipHeader[:n] {
			return false
		}
	}
	b, _ := p.in.Peek(len(gzipHeader) + 1)
	return len(b) > len(gzipHeader) && b[len(gzipHeader)] < 1<<5 // the flags that there are
}
