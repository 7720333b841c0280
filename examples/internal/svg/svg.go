// Package svg is what the pictures of the example programs have in common.
package svg

import (
	"bytes"
	"slices"
)

// Adapt makes what is of the colour #24292F, the ink, the colour of text in the viewer's scheme, light or dark.
func Adapt(svg []byte) []byte {
	svg = bytes.ReplaceAll(svg, []byte("#24292F"), []byte("currentColor"))
	const style = "<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>\n"
	if i := bytes.Index(svg, []byte("<svg")); i >= 0 {
		if end := bytes.IndexByte(svg[i:], '>'); end >= 0 {
			at := i + end + 1
			return slices.Concat(svg[:at], []byte("\n"+style), svg[at:])
		}
	}
	return svg
}
