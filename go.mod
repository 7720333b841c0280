module github.com/seed-e9ab587a/lambdaecon

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	github.com/shopspring/decimal v1.6.0
)
