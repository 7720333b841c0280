// Package forecast turns a scenario of a function and its traffic into next month's bill.
package forecast
