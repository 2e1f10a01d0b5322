package report

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	referralsAction = gate.ByAnyone("report.referrals")
	listAction      = gate.ByAnyone("report.referral_list")
	signalsAction   = gate.ByAnyone("report.signals")
)

// Service makes figures.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// Referrals are the figures of one period.
type Referrals struct {
	Period Period `json:"period"`
	Pairs  []Pair `json:"pairs"`

	Persons Persons `json:"persons" doc:"For whom the agency took a step on a track in the period, each once"`
}

// Referrals gives the figures of the referrals that the caller's agency sent or received, offered in a quarter: never those of
// two other agencies, and nothing of a file under a seal or from which the caller is excluded. Beside them stand the persons for whom
// the agency took a step.
func (s *Service) Referrals(ctx context.Context, quarter string) (figures Referrals, err error) {
	err = s.gate.Read(ctx, referralsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		period, err := s.begin(tx, quarter)
		if err != nil {
			return audit.Event{}, err
		}
		list, err := referralsIn(tx, period)
		if err != nil {
			return audit.Event{}, err
		}
		steps, err := stepsIn(tx, period)
		if err != nil {
			return audit.Event{}, err
		}
		same, err := sameIn(tx)
		figures = Referrals{Period: period, Pairs: pairsOf(list, tx.Now()), Persons: personsOf(joined(steps, same))}
		return audit.Event{Op: audit.Consult, Fields: []string{"quarter=" + period.Quarter}}, err
	})
	return figures, err
}

func (s *Service) begin(tx *gate.Tx, quarter string) (Period, error) {
	if err := mayRead(tx); err != nil {
		return Period{}, err
	}
	return newPeriod(quarter, tx.Now())
}

func administers(tx *gate.Tx) bool { return tx.Could(authz.People, authz.Manage) }

// PageSize is how many referrals stand on a page.
const PageSize = sharing.PageSize

// Behind is one page of the referrals behind a pair that the reader may open.
type Behind struct {
	Period    Period
	Referrals []sharing.Referral
	Next      gate.Cursor
	Now       moment.Time
}

// List gives the referrals behind a figure that the caller may open, by the caller's own rights; as many as the figure's MayOpen.
func (s *Service) List(ctx context.Context, fromAgency, toDesk, quarter string, after gate.Cursor) (page Behind, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		period, err := s.begin(tx, quarter)
		if err != nil {
			return audit.Event{}, err
		}
		page = Behind{Period: period, Now: tx.Now()}
		page.Referrals, page.Next, err = sharing.Between(tx, sharing.Span{FromAgencyID: fromAgency, ToDeskID: toDesk, Since: period.since, End: period.end}, after)
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for i := range page.Referrals {
			event.Results = append(event.Results, page.Referrals[i].FileID)
		}
		return event, err
	})
	return page, err
}

// Signals are the figures of one period.
type Signals struct {
	Period Period        `json:"period"`
	Tables []SignalTable `json:"tables"`
}

// Signals gives what came of the signals that a desk of the caller's agency noted or took over, noted in a quarter. One that was
// anonymised stays counted.
func (s *Service) Signals(ctx context.Context, quarter string) (figures Signals, err error) {
	err = s.gate.Read(ctx, signalsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		period, err := s.begin(tx, quarter)
		if err != nil {
			return audit.Event{}, err
		}
		list, err := signalsIn(tx, period)
		figures = Signals{Period: period, Tables: signalTables(list)}
		return audit.Event{Op: audit.Consult, Fields: []string{"quarter=" + period.Quarter}}, err
	})
	return figures, err
}
