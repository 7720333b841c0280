package lifecycle

// Contour returns the points of Talbot's contour and their two weights: real and imaginary parts.
func Contour() (points [][6]float64) {
	for _, c := range contour {
		points = append(points, [6]float64{c.re, c.im, c.weightRe, c.weightIm, c.againRe, c.againIm})
	}
	return points
}
