// Package codes knows how AWS and ISO 4217 spell regions, partitions and currencies, and the codes of Lambda's free tier.
// Everything in it is safe for concurrent use.
package codes

import (
	"slices"
	"strings"
)

// Partition tells the partition of a region code, whose first letters name it: "aws" (commercial), "aws-us-gov" or "aws-cn".
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// IsRegion tells whether a code is of two or more words of small letters and digits, the first of which begins with a
// letter, and of at most 40 bytes, such as us-gov-west-1.
func IsRegion(code string) bool {
	words := strings.Split(code, "-")
	return len(code) <= 40 && len(words) > 1 && !slices.Contains(words, "") && code[0] >= 'a' &&
		strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// IsCurrency tells whether a code can be one of ISO 4217: three capital letters.
func IsCurrency(code string) bool {
	return len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// The monthly free tier in AWS's offer file of AWSLambda, where it stands on no region's card: the offer term, and what
// begins the usage types, which nothing else of Lambda has.
const (
	FreeTerm   = "A429C66SYZ"
	FreePrefix = "Global-"
)

// The rate codes of the free tier: SKU.TERM.DIMENSION, as in the same file.
const (
	FreeRequests  = "ZQVCC2M69R4S79XS." + FreeTerm + ".SB2VSFF4TP"
	FreeCompute   = "4VCGJ7EG8PJVZG7S." + FreeTerm + ".KJYPJPDD2A"
	FreeStreaming = "RZ8N2TAQDKPDSHPC." + FreeTerm + ".ETY2894C67"
)
