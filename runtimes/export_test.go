package runtimes

// Opening the embedded tables, as often as a benchmark wants, and what is in them.

func OpenProfiles() int    { return len(openProfiles(profilesText).profiles) }
func OpenMonthly() int     { return len(openMonthly(monthlyText)) }
func OpenIdentifiers() int { return len(openIdentifiers(identifiersText).all) }
func OpenWarm() int        { return len(openWarm(warmText)) }

func ProfilesText() string { return profilesText }

var MedianRank = medianRank

// Search is Find without the index of most queries.
func (t *Table) Search(q Query) (Profile, bool) {
	i := t.search(&q)
	if i < 0 {
		return Profile{}, false
	}
	return t.profiles[i], true
}

// Evidence returns what a function of the benchmark is known to be, and from what.
func Evidence(function string) (name, identifier, evidence string) {
	f := functions()[function]
	return f.name, f.identifier, f.evidence
}
