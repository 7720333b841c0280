package runtimes

import "math/bits"

// quickIndex finds what most queries ask for: those that say architecture, packaging and memory, and the function or the
// identifier, with or without a month and a name. It is a hash table with open addressing; Go's own maps take longer for such
// a key than all of a look-up may.
type quickIndex struct {
	slots []slot // a power of two, at most two thirds of them used
}

type slot struct {
	hash    uint64
	cell    uint32 // architecture, packaging and memory
	profile int32  // index + 1; 0: free; negative: there are several
}

func newQuickIndex(profiles []Profile) quickIndex {
	const keys = 6 // of each profile
	x := quickIndex{make([]slot, 1<<bits.Len(uint(keys*len(profiles)*3/2)))}
	for i := range profiles {
		q := queryOf(&profiles[i])
		for _, month := range [...]string{q.Month, ""} {
			q := q
			q.Month = month
			x.add(profiles, i, &q)
			if q.Function = ""; q.Identifier != "" {
				x.add(profiles, i, &q)
				if q.Name != "" {
					q.Name = ""
					x.add(profiles, i, &q)
				}
			}
		}
	}
	return x
}

func (x quickIndex) add(profiles []Profile, i int, q *Query) {
	hash, cell, _ := hashOf(q)
	mask := uint64(len(x.slots) - 1)
	at := hash & mask
	for ; x.slots[at].profile != 0; at = (at + 1) & mask {
		if s := &x.slots[at]; s.hash == hash && s.cell == cell && profiles[max(s.profile, -s.profile)-1].named(q) {
			s.profile = min(s.profile, -s.profile)
			return
		}
	}
	x.slots[at] = slot{hash, cell, int32(i + 1)}
}

// find returns the index of the only profile that such a query asks for. It is negative for another query, and where there
// is not exactly one.
func (x quickIndex) find(profiles []Profile, q *Query) int {
	hash, cell, ok := hashOf(q)
	if !ok || len(x.slots) == 0 {
		return -1
	}
	mask := uint64(len(x.slots) - 1)
	for at := hash & mask; x.slots[at].profile != 0; at = (at + 1) & mask {
		if s := &x.slots[at]; s.hash == hash && s.cell == cell && s.profile > 0 && profiles[s.profile-1].named(q) {
			return int(s.profile - 1)
		}
	}
	return -1
}

// named says whether a profile has the names that a query asks for.
func (p *Profile) named(q *Query) bool {
	return (q.Month == "" || q.Month == p.Measured) &&
		(q.Function == "" || q.Function == p.Function) &&
		(q.Name == "" || q.Name == p.Name) &&
		(q.Identifier == "" || q.Identifier == p.Identifier)
}

// hashOf returns the hash of a query, and false for one that the index does not have or that asks for what no profile can be.
func hashOf(q *Query) (hash uint64, cell uint32, ok bool) {
	switch q.Arch {
	case "x86_64":
		cell = 1
	case "arm64":
		cell = 2
	default:
		return 0, 0, false
	}
	switch q.Packaging {
	case "zip":
	case "image":
		cell |= 4
	default:
		return 0, 0, false
	}
	if q.MemoryMB < minMemoryMB || q.MemoryMB > maxMemoryMB || q.Function == "" && q.Identifier == "" {
		return 0, 0, false
	}
	cell |= uint32(q.MemoryMB) << 3
	hash = mix(sample(q.Month), uint64(cell))
	if q.Function != "" {
		return hash ^ mix(sample(q.Function), 1), cell, true
	}
	return hash ^ mix(sample(q.Name), sample(q.Identifier)), cell, true
}

// mix multiplies to 128 bits and folds them.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd6e8feb86659fd93)
	return high ^ low
}

// sample returns a text's length and up to 8 bytes of each of its ends, mixed. What differs in between only costs a look at
// the next slot.
func sample(s string) uint64 {
	n := len(s)
	h := uint64(n) << 56
	switch {
	case n >= 8:
		h ^= bits.RotateLeft64(bytes8(s[:8]), 23) ^ bytes8(s[n-8:])
	case n >= 4:
		h ^= bytes4(s[:4])<<24 ^ bytes4(s[n-4:])
	default:
		for i := range n {
			h ^= uint64(s[i]) << (8 * i)
		}
	}
	return h
}

func bytes4(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

func bytes8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
