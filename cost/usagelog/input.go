package usagelog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
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

// unpack returns the text within r, as UTF-8 without a mark of the byte order, and how many bytes stood before it.
func unpack(r io.Reader) (text io.Reader, before int64, err error) {
	for range mostLayers + 1 {
		in := bufio.NewReaderSize(r, 32<<10)
		head, _ := in.Peek(longestMagic) // whoever reads on meets the error again
		for _, f := range foreign {
			if bytes.HasPrefix(head, []byte(f.magic)) {
				return nil, 0, damaged("container", []byte(f.name))
			}
		}
		switch {
		case isGzip(head):
			if r, err = newGzipReader(in); err != nil {
				return nil, 0, err
			}
			continue
		case bytes.HasPrefix(head, byteOrderMark):
			_, _ = in.Discard(len(byteOrderMark)) // it is in the buffer
			return &textReader{in: in}, int64(len(byteOrderMark)), nil
		case bytes.HasPrefix(head, []byte("\xff\xfe")):
			_, _ = in.Discard(2)
			return &utf16Reader{in: in, order: binary.LittleEndian}, 0, nil
		case bytes.HasPrefix(head, []byte("\xfe\xff")):
			_, _ = in.Discard(2)
			return &utf16Reader{in: in, order: binary.BigEndian}, 0, nil
		case len(head) >= 2 && head[0] != 0 && head[1] == 0: // without a mark: no text has a zero byte there
			return &utf16Reader{in: in, order: binary.LittleEndian}, 0, nil
		case len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
			return &utf16Reader{in: in, order: binary.BigEndian}, 0, nil
		}
		return &textReader{in: in}, 0, nil
	}
	return nil, 0, damaged("container", []byte("gzip in gzip, more than four deep"))
}

// byteOrderMark is what Windows puts before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func isGzip(head []byte) bool { return len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b }

// textReader reads text, up to where gzip follows it, as cat of a log and of those that were rotated makes it, and what is
// in that.
type textReader struct {
	in *bufio.Reader
	z  *gzipReader // where it has begun
}

// Read implements io.Reader.
func (t *textReader) Read(p []byte) (n int, err error) {
	if t.z != nil {
		return t.z.Read(p)
	}
	if _, err := t.in.Peek(1); err != nil {
		return 0, err
	}
	b, _ := t.in.Peek(min(t.in.Buffered(), len(p))) // it is in the buffer
	if n = bytes.IndexByte(b, gzipHeader[0]); n < 0 {
		n = len(b)
	}
	if n == 0 && len(b) > 0 {
		if t.gzipFollows() {
			if t.z, err = newGzipReader(t.in); err != nil {
				return 0, err
			}
			return t.z.Read(p)
		}
		n = 1
	}
	return t.in.Read(p[:n])
}

// gzipHeader is how gzip begins: two bytes that no text in UTF-8 has one after the other, and the only method that there is.
const gzipHeader = "\x1f\x8b\x08"

// gzipFollows reports whether gzip begins at the next byte. It waits for no more bytes than it takes to tell.
func (t *textReader) gzipFollows() bool {
	for n := 1; n <= len(gzipHeader); n++ {
		if b, _ := t.in.Peek(n); string(b) != gzipHeader[:n] {
			return false
		}
	}
	b, _ := t.in.Peek(len(gzipHeader) + 1)
	return len(b) > len(gzipHeader) && b[len(gzipHeader)] < 1<<5 // the flags that there are
}

// gzipReader reads gzip of one member or many. compress/gzip does so too, but keeps the end of a member back until the next
// one begins, which in a stream may be hours later.
type gzipReader struct {
	in    *bufio.Reader
	z     *gzip.Reader
	ended bool // a member, and nothing is known of a next one
}

func newGzipReader(in *bufio.Reader) (*gzipReader, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gzipReader{in: in, z: z}, nil
}

// Read implements io.Reader.
func (g *gzipReader) Read(p []byte) (int, error) {
	if g.ended {
		b, err := g.in.Peek(1)
		for ; err == nil && b[0] == '\n'; b, err = g.in.Peek(1) {
			_, _ = g.in.Discard(1) // Firehose puts it between records, where it is told to
		}
		if err != nil {
			return 0, err
		}
		if err := g.z.Reset(g.in); err != nil {
			return 0, err
		}
		g.z.Multistream(false)
		g.ended = false
	}
	n, err := g.z.Read(p)
	if errors.Is(err, io.EOF) {
		g.ended, err = true, nil
	}
	return n, err
}
