package minor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
)

// How often a file that fails is tried, and after how long a person is told.
const (
	tryEvery  = time.Hour
	tellAfter = 24 * time.Hour
)

// LookAgain has the work of the birthdays look at the file of the transaction at its next turn, which is within the minute: something
// was said of it that may let a day count that has passed.
func LookAgain(tx *gate.Tx) error {
	return tx.ExecOne(askLook, nil)
}

// Reopened has the work of the birthdays look at a victim file that was closed: what came meanwhile asked nothing of anybody.
func Reopened(tx *gate.Tx) error {
	if tx.File().Kind != gate.Victim {
		return nil
	}
	return LookAgain(tx)
}

// lookAgain looks at the files that are due by themselves.
func (s *Service) lookAgain(ctx context.Context, days *birthdays) error {
	var files []string
	err := s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		files, err = dueLooks(tx, filesAtOnce)
		if err == nil {
			err = errNothing // it only looked
		}
		return event, err
	})
	if !errors.Is(err, errNothing) {
		return err
	}
	return s.each(ctx, files, days)
}

// failed puts a file down to be tried again. Once it has failed for a day the supervisors of those who lead it and of the agency that
// opened it are told; it is tried on all the same.
func (s *Service) failed(ctx context.Context, fileID string) error {
	return s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := putFailed(tx, fileID, tx.Now().Add(tryEvery)); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Fields: []string{"birthday.failed"}, Results: []string{fileID}}
		tell, err := toBeTold(tx, fileID, tx.Now().Add(-tellAfter))
		if err == nil && tell {
			err = tellFailed(tx, fileID)
		}
		return event, err
	})
}

func tellFailed(tx *gate.Tx, fileID string) error {
	leads, err := notice.LeadDesksOf(tx, fileID)
	if err != nil {
		return err
	}
	opener, err := openerOf(tx, fileID)
	if err != nil {
		return err
	}
	to := []notice.To{notice.SupervisorsOf(opener)}
	for _, lead := range leads {
		to = append(to, notice.SupervisorsOf(lead.AgencyID))
	}
	slices.SortFunc(to, func(a, b notice.To) int { return strings.Compare(a.AgencyID, b.AgencyID) })
	return notice.TellAll(tx, notice.New{Code: "birthday_failed", FileID: fileID, Link: "victim"}, slices.Compact(to)...)
}
