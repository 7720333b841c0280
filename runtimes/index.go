package runtimes

import "math/bits"

// quickIndex finds what most queries ask for: those that say architecture, packaging and memory, and the function or the
// identifier, with or without a month and a name. It is a hash table with open addressing; Go's own maps take longer for such
// a key than all of a look-up may.
type quickIndex struct {
	slots []slot // a power of two, at most two thirds of them used
}

type slot struct {
	tag     uint32 // upper half of the hash
	cell    uint32 // architecture, packaging and memory, and what else the key is made of
	profile int32  // index + 1; 0: free; negative: there are several
}

// What a key is made of beside architecture, packaging, memory, and identifier if there is no function.
const (
	byMonth uint32 = 1 << (20 + iota)
	byFunction
	byName
)

func newQuickIndex(profiles []Profile) quickIndex {
	const keys = 6 // of each profile
	x := quickIndex{make([]slot, 1<<bits.Len(uint(keys*len(profiles)*3/2)))}
	for i := range profiles {
		p := &profiles[i]
		cell, _ := cellOf(p.Arch, p.Packaging, p.MemoryMB)
		for _, month := range [...]string{p.Measured, ""} {
			key, hash := cell, mix(sample(month), uint64(cell))
			if month != "" {
				key |= byMonth
			}
			during := func(o *Profile) bool { return month == "" || o.Measured == month }
			x.add(profiles, i, hash^namesHash(p.Function, "", ""), key|byFunction, func(o *Profile) bool {
				return o.Function == p.Function && during(o)
			})
			if p.Identifier == "" {
				continue
			}
			x.add(profiles, i, hash^namesHash("", "", p.Identifier), key, func(o *Profile) bool {
				return o.Identifier == p.Identifier && during(o)
			})
			if p.Name != "" {
				x.add(profiles, i, hash^namesHash("", p.Name, p.Identifier), key|byName, func(o *Profile) bool {
					return o.Identifier == p.Identifier && o.Name == p.Name && during(o)
				})
			}
		}
	}
	return x
}

// add puts in a profile under a key; same says whether another one has the key too.
func (x quickIndex) add(profiles []Profile, i int, hash uint64, cell uint32, same func(*Profile) bool) {
	tag, mask := uint32(hash>>32), uint64(len(x.slots)-1)
	at := hash & mask
	for ; x.slots[at].profile != 0; at = (at + 1) & mask {
		if s := &x.slots[at]; s.tag == tag && s.cell == cell && same(&profiles[max(s.profile, -s.profile)-1]) {
			s.profile = min(s.profile, -s.profile)
			return
		}
	}
	x.slots[at] = slot{tag, cell, int32(i + 1)}
}

// find returns the index of the only profile that such a query asks for. It is negative for another query, and where there
// is not exactly one.
func (x quickIndex) find(profiles []Profile, q *Query) int {
	cell, ok := cellOf(q.Arch, q.Packaging, q.MemoryMB)
	if !ok || q.Function == "" && q.Identifier == "" || len(x.slots) == 0 {
		return -1
	}
	hash := mix(sample(q.Month), uint64(cell)) ^ namesHash(q.Function, q.Name, q.Identifier)
	if q.Month != "" {
		cell |= byMonth
	}
	if q.Function != "" {
		cell |= byFunction
	} else if q.Name != "" {
		cell |= byName
	}
	tag, mask := uint32(hash>>32), uint64(len(x.slots)-1)
	for at := hash & mask; x.slots[at].profile != 0; at = (at + 1) & mask {
		if s := &x.slots[at]; s.tag == tag && s.cell == cell && s.profile > 0 && profiles[s.profile-1].named(q) {
			return int(s.profile - 1)
		}
	}
	return -1
}

// cellOf returns architecture, packaging and memory as one number, and false for what no profile can have.
func cellOf(arch, packaging string, memoryMB int) (cell uint32, ok bool) {
	switch arch {
	case "x86_64":
		cell = 1
	case "arm64":
		cell = 2
	default:
		return 0, false
	}
	switch packaging {
	case "zip":
	case "image":
		cell |= 4
	default:
		return 0, false
	}
	if memoryMB < minMemoryMB || memoryMB > maxMemoryMB {
		return 0, false
	}
	return cell | uint32(memoryMB)<<3, true
}

// namesHash is the part of a key's hash that is of its names: a function says all.
func namesHash(function, name, identifier string) uint64 {
	if function != "" {
		return mix(sample(function), 1)
	}
	return mix(sample(name), sample(identifier))
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
