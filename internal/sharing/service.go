package sharing

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
)

// Actions, as they stand in the trail.
var (
	teamAction     = gate.OnFile("team.show")
	addAction      = gate.OnFileAs("team.add", authz.Team, authz.Manage)
	removeAction   = gate.OnFileAs("team.remove", authz.Team, authz.Manage).WhileClosed()
	teamFormAction = gate.OnFileAs("team.form", authz.Team, authz.Manage).Form()
	accessAction   = gate.OnFile("access.show")

	formAction     = gate.OnFile("referral.form").Form()
	referAction    = gate.OnFile("referral.offer")
	listAction     = gate.ByAnyone("referral.list")
	showAction     = gate.ByAnyone("referral.show")
	previewAction  = gate.OnFile("referral.preview")
	acceptAction   = gate.OnFile("referral.accept")
	declineAction  = gate.OnFile("referral.decline").WhileClosed()
	withdrawAction = gate.ByAnyone("referral.withdraw").WhileClosed()
	expireAction   = gate.ByProgram("referral.expire")
	rehearseAction = gate.OnFile("referral.rehearse")
	packageAction  = gate.OnFile("referral.package")
	completeAction = gate.ByAnyone("referral.complete").WhileClosed()
	remindAction   = gate.ByProgram("referral.remind")
	escalateAction = gate.ByProgram("referral.escalate")
	standInAction  = gate.ByProgram("referral.stand_in")

	namedAction    = gate.OnFile("named.show")
	nameAction     = gate.OnFile("named.add")
	endNamedAction = gate.OnFile("named.end").WhileClosed()
	endDueAction   = gate.ByProgram("grant.end_due")
)

// Service is what people do to share a file and to take part in it.
type Service struct {
	gate      *gate.Gate
	entries   *entry.Service
	proposals Proposals
	told      []OnOffer
	losing    []OnLoss
	pointed   Pointing
	notes     NotesAlong
}

// OnOffer is told of an offer of a file that reaches a desk, in the transaction by which it does: that of the last signature, where one
// is needed. Who signs may not see the file.
type OnOffer func(tx *gate.Tx, fileID, toDeskID, referralID string) error

// NewService makes the service; proposals may be none or one.
func NewService(g *gate.Gate, entries *entry.Service, proposals ...Proposals) *Service {
	s := &Service{gate: g, entries: entries, notes: noNotes}
	for _, p := range proposals {
		s.proposals = p
	}
	return s
}

// Telling makes the service tell of offers.
func (s *Service) Telling(told ...OnOffer) *Service {
	s.told = append(s.told, told...)
	return s
}

// WithNotes makes the service put notes into what goes along.
func (s *Service) WithNotes(along NotesAlong) *Service {
	s.notes = along
	return s
}

func noNotes(_, _ *gate.Tx, _ authz.SectionSet, _ map[string]int64) ([]entry.NoteView, error) {
	return nil, nil
}

// readable are the sections that a discipline could ever read.
func (s *Service) readable(kind authz.Role) authz.SectionSet {
	return s.gate.Policy().May(kind, authz.Read)
}

// create runs a use case that makes a grant, once for a once key, and gives the grant's id. When the same request is sent
// twice at the same instant, both may begin; the one that loses runs again and finds what the other has made.
func (s *Service) create(ctx context.Context, a gate.Action, target gate.Target, once, content string, use gate.UseCase) (id string, err error) {
	for range 2 {
		err = s.gate.Write(ctx, a, target, func(tx *gate.Tx) (event audit.Event, err error) {
			var again bool
			id, again, err = tx.Once(once, content, func() (string, error) {
				event, err = use(tx)
				return event.GrantID, err
			})
			if again {
				event = audit.Event{Op: audit.Consult, Subject: id}
			}
			return event, err
		})
		if once == "" || !lostToTwin(err) {
			break
		}
	}
	return id, err
}

// lostToTwin says whether the same thing was made by somebody else meanwhile.
func lostToTwin(err error) bool {
	if database.IsUnique(err) {
		return true
	}
	f, ok := fault.As(err)
	return ok && slices.ContainsFunc(f.Fields, func(field fault.FieldFault) bool {
		return slices.Contains([]string{"sharing.already_offered", "sharing.already_in_team", "sharing.already_named"}, field.Key)
	})
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
