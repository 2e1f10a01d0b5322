package audit

import (
	"hash/maphash"
	"slices"
)

// lookupSum is a sum over rows that does not depend on their order; the seeds change with each run, so that nobody can
// choose rows whose sums agree.
type lookupSum struct {
	seeds [2]maphash.Seed
	sums  [2]uint64
	rows  int64
}

func newLookupSum() lookupSum {
	return lookupSum{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

func (s *lookupSum) add(row lookup) {
	for i, seed := range s.seeds {
		s.sums[i] += maphash.Comparable(seed, row)
	}
	s.rows++
}

func (s *lookupSum) addAll(rows []lookup) {
	for _, row := range rows {
		s.add(row)
	}
}

// checkLookups compares the rows by which entries are found with those that the entries call for: first by their sums, and
// only when these differ one by one, to name the row.
func (v *verification) checkLookups() (*Finding, error) {
	sum := lookupSum{seeds: v.found.seeds}
	if err := eachLookup(v.tx, func(row lookup) error { sum.add(row); return nil }); err != nil || sum == v.found {
		return nil, err
	}
	if finding, err := v.missingLookup(); finding != nil || err != nil {
		return finding, err
	}
	return v.foreignLookup()
}

func (v *verification) missingLookup() (*Finding, error) {
	for from := int64(0); from < v.report.Size; from += pageSize {
		leaves, err := leavesIn(v.tx, from, from+pageSize)
		if err != nil {
			return nil, err
		}
		for i := range leaves {
			entry, _ := leaves[i].parse()
			for _, row := range entry.lookups() {
				there, err := hasLookup(v.tx, row)
				if err != nil {
					return nil, err
				}
				if !there {
					return &Finding{What: LookupMissing, Seq: leaves[i].Seq, EntryID: entry.ID, Detail: row.Term}, nil
				}
			}
		}
	}
	return nil, nil
}

func (v *verification) foreignLookup() (*Finding, error) {
	for after := (lookup{}); ; {
		page, err := lookupsAfter(v.tx, after, pageSize)
		if err != nil || len(page) == 0 {
			return nil, err
		}
		for _, row := range page {
			after = row
			body, err := numberedBody(v.tx, row.EntryID)
			if err != nil {
				return nil, err
			}
			if entry, err := ParseEntry(body); err != nil || !slices.Contains(entry.lookups(), row) {
				return &Finding{What: LookupForeign, Seq: -1, EntryID: row.EntryID, Detail: row.Term}, nil
			}
		}
	}
}
