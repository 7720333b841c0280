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
			return in, int64(len(byteOrderMark)), nil
		case bytes.HasPrefix(head, []byte("\xff\xfe")):
			_, _ = in.Discard(2)
			return &utf16Reader{in: in, order: binary.LittleEndian}, 0, nil
		case bytes.HasPrefix(head, []byte("\xfe\xff")):
			_, _ = in.Discard(2)
			return &utf16Reader{in: in, order: binary.BigEndian}, 0, nil
		case len(head) >= 2 && head[0] != 0 && head[1] == 0: // without a mark: no text has a zero byte there
			return &utf16Reader{in: in, order: binary.LittleEndian}, 0, nil
		}
		return in, 0, nil
	}
	return nil, 0, damaged("container", []byte("gzip in gzip, more than four deep"))
}

// byteOrderMark is what Windows puts before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func isGzip(head []byte) bool { return len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b }

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
