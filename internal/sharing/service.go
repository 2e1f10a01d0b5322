package sharing

import (
	"context"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
)

// Actions, as they stand in the trail.
var (
	teamAction     = gate.OnFile("team.show")
	addAction      = gate.OnFileAs("team.add", authz.Team, authz.Manage)
	removeAction   = gate.OnFileAs("team.remove", authz.Team, authz.Manage)
	teamFormAction = gate.OnFileAs("team.form", authz.Team, authz.Manage)
	accessAction   = gate.OnFile("access.show")

	formAction     = gate.OnFile("referral.form")
	referAction    = gate.OnFile("referral.offer")
	listAction     = gate.ByAnyone("referral.list")
	showAction     = gate.ByAnyone("referral.show")
	previewAction  = gate.OnFile("referral.preview")
	acceptAction   = gate.OnFile("referral.accept")
	declineAction  = gate.OnFile("referral.decline")
	withdrawAction = gate.ByAnyone("referral.withdraw")
	expireAction   = gate.ByProgram("referral.expire")

	namedAction    = gate.OnFile("named.show")
	nameAction     = gate.OnFile("named.add")
	endNamedAction = gate.OnFile("named.end")
	endDueAction   = gate.ByProgram("grant.end_due")
)

// Service is what people do to share a file and to take part in it.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, entries *entry.Service) *Service {
	return &Service{gate: g, entries: entries}
}

// readable are the sections that a discipline could ever read.
func (s *Service) readable(kind authz.Role) authz.SectionSet {
	return s.gate.Policy().May(kind, authz.Read)
}

// explain turns the not-found of an offer that is no longer open into what has happened to it, for those who may know;
// for everybody else it stays a not-found.
func (s *Service) explain(ctx context.Context, referralID string, err error) error {
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	shown, found := s.Show(ctx, referralID)
	if found != nil {
		return found
	}
	if shown.Referral.State == Offered && !shown.Referral.lapsed(shown.Now) {
		return err
	}
	return settled(&shown.Referral, shown.Now)
}
