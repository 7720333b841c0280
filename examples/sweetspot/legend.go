package main

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/svg"
)

const (
	legendColumns = 2
	legendRow     = 15 // pt
)

// entry is a mark that the panels have, and what it means.
type entry struct {
	text  string
	thumb plot.Thumbnailer
}

// entries explains the marks that there are. Those of the points are in the colour of either panel, so here they have none.
func entries(c choice, beaten bool, limit string) []entry {
	glyph := func(s draw.GlyphStyle) plot.Thumbnailer {
		s.Radius = min(s.Radius, vg.Points(5)) // a row is no higher
		return &plotter.Scatter{GlyphStyle: s}
	}
	line := func(s draw.LineStyle) plot.Thumbnailer { return &plotter.Line{LineStyle: s} }
	all := []entry{{"measured, on the frontier", glyph(draw.GlyphStyle{Color: svg.Ink, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}})}}
	if beaten {
		all = append(all, entry{"measured, beaten in both", glyph(draw.GlyphStyle{Color: svg.Ink, Radius: vg.Points(3.5), Shape: ring{1}})})
	}
	if len(c.curve) > 1 {
		all = append(all, entry{"between them, by interpolation", line(draw.LineStyle{Color: svg.Ink, Width: vg.Points(1.5)})})
	}
	all = append(all, entry{"the choice", glyph(choiceStyle)})
	if !c.between.Measured {
		all = append(all, entry{"may be better still: measure it", glyph(betweenStyle)})
	}
	if limit != "" {
		all = append(all, entry{limit, line(levelStyle)})
	}
	return all
}

// legendHeight is the room that the entries need below the panels.
func legendHeight(n int) vg.Length {
	return vg.Points(float64((n+legendColumns-1)/legendColumns) * legendRow)
}

// drawLegend draws entries in columns, at the bottom of a canvas.
func drawLegend(c draw.Canvas, all []entry) {
	rows := (len(all) + legendColumns - 1) / legendColumns
	width := (c.Max.X - c.Min.X) / legendColumns
	for k := 0; k*rows < len(all); k++ {
		l := plot.NewLegend()
		l.Left, l.Top = true, true
		l.Padding = vg.Points(3)
		l.TextStyle.Color = svg.Ink
		l.TextStyle.Font.Variant = "Sans"
		l.TextStyle.Font.Size = vg.Points(10)
		for _, e := range all[k*rows : min(len(all), (k+1)*rows)] {
			l.Add(e.text, e.thumb)
		}
		column := draw.Crop(c, vg.Length(k)*width, 0, 0, 0)
		column.Max.Y = c.Min.Y + legendHeight(len(all))
		l.Draw(column)
	}
}

var (
	choiceStyle  = draw.GlyphStyle{Color: svg.Green, Radius: vg.Points(7), Shape: ring{2}}
	betweenStyle = draw.GlyphStyle{Color: svg.Green, Radius: vg.Points(6), Shape: cross{2}}
	levelStyle   = draw.LineStyle{Color: svg.Green, Width: vg.Points(1.25), Dashes: []vg.Length{vg.Points(4), vg.Points(3)}}
)

// ring and cross are those of package draw with lines of so many points: .5 is too thin for a dark background.
type (
	ring  struct{ points float64 }
	cross struct{ points float64 }
)

func (r ring) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: s.Color, Width: vg.Points(r.points)})
	var p vg.Path
	p.Move(vg.Point{X: at.X + s.Radius, Y: at.Y})
	p.Arc(at, s.Radius, 0, 2*math.Pi)
	p.Close()
	c.Stroke(p)
}

func (x cross) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: s.Color, Width: vg.Points(x.points)})
	r := s.Radius / math.Sqrt2
	for _, up := range []vg.Length{r, -r} {
		var p vg.Path
		p.Move(vg.Point{X: at.X - r, Y: at.Y - up})
		p.Line(vg.Point{X: at.X + r, Y: at.Y + up})
		c.Stroke(p)
	}
}
