// Package tuning finds the memory size of a Lambda function that is best for its cost, its duration, or both.
package tuning
