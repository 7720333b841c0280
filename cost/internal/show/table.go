package show

import (
	"strings"
	"unicode/utf8"
)

// Table writes rows of as many cells each, with aligned columns two spaces apart: those marked in right to the right, all
// others to the left. Columns behind the end of right are not marked.
func Table(w *strings.Builder, rows [][]string, right []bool) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < len(right) && right[i] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString("  ")
		}
		w.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
