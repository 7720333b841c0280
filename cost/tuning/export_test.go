package tuning

// For the tests of this package.
var Sum = sum
