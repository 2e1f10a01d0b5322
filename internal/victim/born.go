package victim

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Born is the earliest day on which the person can have been born, as far as the caller may read it: of "1998" the first of
// January. Empty where no date is known to the caller; where agencies differ, the earliest counts.
func (s *Service) Born(tx *gate.Tx) (earliest moment.Date, err error) {
	known, err := s.entries.In(tx, authz.Identity)
	for i := range known {
		date := known[i].Values["birth_date"]
		if date == "" {
			continue
		}
		day, ok := moment.ParseDate(date + map[int]string{4: "-01-01", 7: "-01"}[len(date)])
		if ok && (earliest == "" || day < earliest) {
			earliest = day
		}
	}
	return earliest, err
}
