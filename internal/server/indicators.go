package server

import (
	"io/fs"

	"relais/internal/screening"
	"relais/policies"
)

// indicators reads the indicators of trafficking and their rules, and refuses to start on any that are wrong.
func indicators() (*screening.Book, error) {
	files, err := fs.Sub(policies.Screening, "screening")
	if err != nil {
		return nil, err
	}
	return screening.Load(files)
}
