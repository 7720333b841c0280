// Package vcpu says how much CPU a memory size of AWS Lambda buys, and how long work takes there.
package vcpu
