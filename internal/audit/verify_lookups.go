package audit

import (
	"errors"
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

// checkLookups compares the lines by which entries are found with those that the entries call for: first by their sums, and
// only when these differ one by one, to name the line.
func (v *verification) checkLookups() (*Finding, error) {
	sum := lookupSum{seeds: v.found.seeds}
	var broken *Finding
	err := eachSegment(v.tx, func(s segment) error {
		err := s.each(func(row lookup) error { sum.add(row); return nil })
		if err != nil && broken == nil {
			broken = &Finding{What: LookupForeign, Seq: -1, EntryID: s.ID, Detail: s.Term}
		}
		return nil
	})
	if err != nil || sum == v.found && broken == nil {
		return nil, err
	}
	if finding, err := v.missingLookup(); finding != nil || err != nil {
		return finding, err
	}
	if finding, err := v.foreignLookup(); finding != nil || err != nil {
		return finding, err
	}
	if broken == nil {
		broken = &Finding{What: LookupForeign, Seq: -1} // a line that stands twice
	}
	return broken, nil
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

func (v *verification) foreignLookup() (finding *Finding, err error) {
	for after := (segment{}); ; {
		page, err := nextSegmentsOf(v.tx, after, pageSize)
		if err != nil || len(page) == 0 {
			return nil, err
		}
		for i := range page {
			after = page[i]
			if err := after.each(func(row lookup) error {
				if finding == nil {
					finding, err = v.foreign(row)
				}
				return err
			}); err != nil && !errors.Is(err, errSegment) || finding != nil {
				return finding, err
			}
		}
	}
}

// foreign names a line that no numbered entry calls for.
func (v *verification) foreign(row lookup) (*Finding, error) {
	body, err := numberedBody(v.tx, row.EntryID)
	if err != nil {
		return nil, err
	}
	if entry, err := ParseEntry(body); err != nil || !slices.Contains(entry.lookups(), row) {
		return &Finding{What: LookupForeign, Seq: -1, EntryID: row.EntryID, Detail: row.Term}, nil
	}
	return nil, nil
}
