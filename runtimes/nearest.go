package runtimes

import (
	"cmp"
	"slices"
	"strings"
)

// mostNearest is how many names an error proposes.
const mostNearest = 3

// nearest returns those names that are spelled most like given, nearest first, in any case of letters: up to mostNearest. Those
// of which given is the beginning come before all others.
func nearest(given string, names []string) []string {
	const most = 64 // characters that are compared: the distance takes time by the product of both lengths
	given = strings.ToLower(given[:min(len(given), most)])
	type candidate struct {
		name     string
		distance int
	}
	candidates := make([]candidate, len(names))
	row := make([]int, most+1)
	for i, name := range names {
		lower := strings.ToLower(name[:min(len(name), most)])
		candidates[i] = candidate{name, editDistance(given, lower, row)}
		if given != "" && strings.HasPrefix(lower, given) {
			candidates[i].distance -= most
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	out := make([]string, 0, mostNearest)
	for _, c := range candidates[:min(mostNearest, len(candidates))] {
		out = append(out, c.name)
	}
	return out
}

// editDistance returns how many bytes have to be inserted, removed or replaced to make b of a (Levenshtein).
// row is there to be used: it is longer than b.
func editDistance(a, b string, row []int) int {
	row = row[:len(b)+1]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
