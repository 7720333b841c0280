// Command article checks an article against the library: "Why you should consider Rust for your Lambdas" (loige.co,
// 2023-08-16), the one that lambdaecon began with. Each claim with a number in it is computed again.
//
// It prints a table in Markdown: what the article says (in our words), what the library says, and the verdict.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the library has no answer, 2 where there are arguments, as there is none to give.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintf(stderr, "article: unexpected argument %q\nusage: article\n", args[0])
		return 2
	}
	if err := writeTable(stdout); err != nil {
		fmt.Fprintln(stderr, "article:", err)
		return 1
	}
	return 0
}

// claim is one row of the table.
type claim struct {
	says    string // the article, in our words
	library string // the same, computed
	verdict string
}

func writeTable(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| The article says | The library says | Verdict |\n|---|---|---|\n")
	for _, section := range []func() ([]claim, error){pricing, cpu, environments, rust} {
		claims, err := section()
		if err != nil {
			return err
		}
		for _, c := range claims {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.says, c.library, c.verdict)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
