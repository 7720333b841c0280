// Package svg is what the pictures of the example programs have in common.
package svg

import (
	"bytes"
	"image/color"
	"slices"
)

// Colours that can be told apart in light and dark, and by those who do not see red and green as others do (P. Okabe, K.
// Ito). Ink becomes whatever colour the viewer's text has: see [Adapt].
var (
	Ink    = color.NRGBA{R: 0x24, G: 0x29, B: 0x2f, A: 0xff}
	Faint  = color.NRGBA{R: 0x88, G: 0x90, B: 0x98, A: 0x40}
	Blue   = color.NRGBA{R: 0x2a, G: 0x8f, B: 0xd4, A: 0xff}
	Orange = color.NRGBA{R: 0xe0, G: 0x7b, B: 0x00, A: 0xff}
	Green  = color.NRGBA{R: 0x00, G: 0xa8, B: 0x7a, A: 0xff}
)

// Adapt makes what is of the colour of [Ink], #24292F, the colour of text in the viewer's scheme, light or dark.
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
