package sharing

import (
	"cmp"
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// Actions on one grant, as they stand in the trail.
var (
	showGrantAction = gate.ByAnyone("grant.show")
	renewAction     = gate.ByAnyone("grant.renew").WhileClosed()
	tellAction      = gate.ByProgram("grant.tell")
)

// GrantView is one grant with its file, and whether the reader may let it go on.
type GrantView struct {
	Holding
	File     gate.FileRow
	CanRenew bool
	Why      error       // why not, where somebody might have thought so
	Longest  moment.Time // the last instant that a renewal may name
	Partner  Partner     // what the reader's agency lets the grantee's kind of agency have
	Now      moment.Time
}

// Grant shows one grant to anybody who sees its file.
func (s *Service) Grant(ctx context.Context, grantID string) (view GrantView, err error) {
	err = s.gate.Read(ctx, showGrantAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		h, file, err := holdingOf(tx, grantID)
		if err != nil {
			return audit.Event{}, err
		}
		view = GrantView{Holding: h, File: file.File(), Now: tx.Now(), Why: h.mayRenew(file)}
		view.CanRenew = view.Why == nil
		view.discreet()
		if view.Longest, err = view.longest(file); err != nil {
			return audit.Event{}, err
		}
		if view.Partner, err = partnerOf(file, h.AgencyKind, h.AgencyID); err != nil {
			return audit.Event{}, err
		}
		if view.Writers, err = namesIn(tx, view.OnlyOf); err != nil {
			return audit.Event{}, err
		}
		if h.OnePerson() && h.AgencyID == tx.Actor().AgencyID {
			if view.Worker, err = agency.WorkerName(tx, h.GranteeID); err != nil {
				return audit.Event{}, err
			}
		}
		return audit.Event{Op: audit.Consult, Subject: grantID, SubjectCategory: string(h.Kind), Results: []string{h.FileID}}, nil
	})
	return view, err
}

// Renew lets access go on until a later day, for one of RenewReasons and within the ceiling: a new grant follows the old one,
// with all that hangs on it. What needs two persons follows when the second has signed; until then the old one stays as it is, to its own
// end. version is that of the grant that the person has seen.
func (s *Service) Renew(ctx context.Context, grantID string, version int64, until moment.Date, reason string) (newID string, err error) {
	return s.RenewOn(ctx, grantID, version, until, reason, Paper{})
}

// Paper is a newer document behind a share that goes on; what is left empty stays as it was.
type Paper struct {
	BasisRef string
	gate.Document
}

// over is the document of a grant with what is newer in its place.
func (p Paper) over(n *gate.NewGrant) {
	n.BasisRef = cmp.Or(p.BasisRef, n.BasisRef)
	n.Document = gate.Document{On: cmp.Or(p.On, n.Document.On), By: cmp.Or(p.By, n.Document.By), Article: cmp.Or(p.Article, n.Document.Article)}
}

// RenewOn is Renew with a newer document behind it: what its provision asks for today has to be there.
func (s *Service) RenewOn(ctx context.Context, grantID string, version int64, until moment.Date, reason string, paper Paper) (newID string, err error) {
	err = s.gate.Write(ctx, renewAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		h, file, err := holdingOf(tx, grantID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := h.mayRenew(file); err != nil {
			return audit.Event{}, err
		}
		if h.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "sharing.grant_changed")
		}
		end, err := h.checkRenewal(file, until, reason, &paper)
		if err != nil {
			return audit.Event{}, err
		}
		if h.needsTwo() {
			newID, err = proposeAgain(file, &h, end, reason, paper)
		} else {
			newID, err = file.Succeed(gate.Succession{RootID: grantID, EndReason: endRenewed, Follow: goOn(h.Until, end, reason, paper)})
		}
		if err == nil && h.placeByTwo() {
			err = h.proposeRest(file, h.again(newID, end, reason))
		}
		if err != nil {
			return audit.Event{}, err
		}
		event := gate.Disclosed(newID, h.AgencyID, h.Purpose, h.Basis)
		event.Subject, event.SubjectCategory, event.Justification = newID, string(h.Kind), reason
		event.Results, event.Fields = []string{h.FileID}, []string{"until"}
		if h.needsTwo() { // nothing goes on before the second signature
			event.Op, event.Recipients = audit.Alter, nil
			return event, nil
		}
		return event, tellRenewed(file, h.GranteeKind, h.GranteeID, h.AgencyID, newID)
	})
	return newID, err
}

// proposeRest proposes what a renewed place does not open on one signature, on the case and on each victim file that hangs on it.
func (h *Holding) proposeRest(tx *gate.Tx, place gate.NewGrant) error {
	if err := proposeByTwo(tx, place, h.AgencyKind, caseByTwo(tx, &place, h.AgencyKind)); err != nil {
		return err
	}
	opened, err := victimsOfPlace(tx, place.Root)
	if err != nil {
		return err
	}
	for _, one := range opened {
		victim, err := tx.Enter(gate.Victim, one.FileID)
		if fault.KindOf(err) == fault.NotFound || gate.IsClosed(err) {
			continue
		}
		if err != nil {
			return err
		}
		on := place // each file by itself: what one person's consent narrows is not narrowed for the next
		on.ConsentID, on.Sections = one.ConsentID, authz.FileSections()
		if on, err = narrowed(victim, on); err != nil {
			return err
		}
		if err := proposeByTwo(victim, on, h.AgencyKind, victimByTwo(victim, &on, h.AgencyKind)); err != nil {
			return err
		}
	}
	return nil
}

// placeByTwo says whether it is a place in a team of which two persons open a part: that part is proposed with each renewal, and what
// was signed before goes on to its own end.
func (h *Holding) placeByTwo() bool {
	return h.Kind == gate.Case && h.wholePlace() && !h.Lead && h.AgencyID != h.GivenByID && h.Sections.And(byTwoInTeam).Empty()
}

// again is what hangs on the grant that follows, in the same words.
func (h *Holding) again(root string, end moment.Time, reason string) gate.NewGrant {
	return gate.NewGrant{GranteeKind: h.GranteeKind, GranteeID: h.GranteeID, Relations: h.Relations, Purpose: h.Purpose, Basis: h.Basis,
		BasisRef: h.BasisRef, LegalBasis: h.LegalBasis, Until: end, Reason: reason, Root: root}
}

// proposeAgain proposes what follows a grant that needed two persons, once at a time.
func proposeAgain(file *gate.Tx, h *Holding, end moment.Time, reason string, paper Paper) (newID string, err error) {
	if h.Waits {
		return "", fault.New(fault.Conflict, "sharing.renewal_open")
	}
	next, err := file.Following(h.GrantID)
	if err != nil {
		return "", err
	}
	next.Until, next.Reason = end, reason
	paper.over(&next)
	newID, _, err = Give(file, next)
	return newID, err
}

// goesOn lets a renewal that two persons have signed take the old grant's place, with all that hangs on that one by now, such as the
// workers whom a shelter has named. Where the old one has ended meanwhile, there is nothing to go on from.
func (a *Approval) goesOn(tx *gate.Tx) error {
	var was moment.Time
	if err := tx.Get(&was, selectRenewable, gate.Args{"grant": a.RenewedFrom}); err != nil {
		if fault.KindOf(orNotFound(err)) == fault.NotFound {
			return fault.New(fault.Conflict, "sharing.grant_ended")
		}
		return err
	}
	follow := goOn(was, a.UntilAt, a.Reason, Paper{})
	err := tx.GoOn(gate.Succession{RootID: a.RenewedFrom, Under: a.ID, EndReason: endRenewed,
		Follow: func(old *gate.HeldGrant, next gate.NewGrant) []gate.NewGrant {
			if old.ID == old.RootID {
				return nil // it has followed already: it is what was signed
			}
			return follow(old, next)
		}})
	if err != nil {
		return err
	}
	return tellRenewed(tx, a.GranteeKind, a.GranteeID, a.AgencyID, a.ID)
}

func (h *Holding) checkRenewal(tx *gate.Tx, until moment.Date, reason string, paper *Paper) (moment.Time, error) {
	wrong := invalid()
	newer := Terms{BasisRef: paper.BasisRef, Document: paper.Document}
	newer.checkDocument(wrong, tx.Now())
	paper.Document = newer.Document
	checkCode(wrong, "reason", reason, RenewReasons)
	if until == "" {
		wrong.WithField("until", "fault.field_required")
		return 0, wrong
	}
	// The gate refuses an end beyond the ceiling and names it; here only what no grant may pass.
	end := checkUntil(wrong, until, tx.Now(), tx.Now().Add(gate.LongestGrant))
	if end > tx.Now() && end <= h.Until {
		wrong.WithField("until", "sharing.renew_not_later")
	}
	return end, wrong.OrNil()
}

// goOn moves the end of what ended with the old grant; what had an end of its own, or sections of its own, keeps it.
func goOn(was, end moment.Time, reason string, paper Paper) func(*gate.HeldGrant, gate.NewGrant) []gate.NewGrant {
	return func(old *gate.HeldGrant, next gate.NewGrant) []gate.NewGrant {
		root := old.ID == old.RootID
		if root || old.UntilAt >= was && (old.Place || int64(old.Relations) == onlyNamed) {
			next.Until = end
			paper.over(&next)
		}
		next.Reason = reason
		return []gate.NewGrant{next}
	}
}

func tellRenewed(tx *gate.Tx, kind, granteeID, agencyID, newID string) error {
	if agencyID == tx.Actor().AgencyID {
		return nil
	}
	n := notice.New{To: notice.To{Kind: kind, ID: granteeID, AgencyID: agencyID}, Code: "grant.renewed", Subject: newID, Link: "grant"}
	err := tx.Get(&n.FileID, selectFileOfGrant, gate.Args{"grant": newID})
	if err == nil {
		_, err = notice.Tell(tx, n)
	}
	return err
}

// TellEnding tells those who hold and those who gave a grant, once, that it ends within 14 days, and gives the number of grants
// looked at. ctx is the program's own.
func (s *Service) TellEnding(ctx context.Context) (told int, err error) {
	return untilNothing(func() (done int, err error) {
		err = s.gate.Write(ctx, tellAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			var event audit.Event
			event, done, err = tellSome(tx)
			return event, err
		})
		return done, err
	})
}

func tellSome(tx *gate.Tx) (audit.Event, int, error) {
	var soon []ending
	if err := tx.Select(&soon, selectEnding, gate.Args{"soon": tx.Now().Add(tellBefore)}); err != nil {
		return audit.Event{}, 0, err
	}
	if len(soon) == 0 {
		return audit.Event{}, 0, errNothing
	}
	event, ids := audit.Event{Op: audit.Alter}, make([]string, 0, len(soon))
	for i := range soon {
		g := &soon[i]
		ids = append(ids, g.ID)
		if !slices.Contains(event.Results, g.FileID) {
			event.Results = append(event.Results, g.FileID)
		}
		if !slices.Contains(event.Concerns, g.AgencyID) {
			event.Concerns = append(event.Concerns, g.AgencyID)
		}
		if err := g.tell(tx); err != nil {
			return audit.Event{}, 0, err
		}
	}
	_, err := tx.Exec(markTold, gate.Args{"ids": ids})
	return event, len(soon), err
}

// tell is silent about what was meant to be short, and about what hangs on another grant and ends with it.
func (g *ending) tell(tx *gate.Tx) error {
	if g.ID != g.RootID || g.Emergency || g.UntilAt.Sub(g.FromAt) <= tellBefore {
		return nil
	}
	to := []notice.To{{Kind: g.GranteeKind, ID: g.GranteeID, AgencyID: g.AgencyID}}
	leaders, err := leadersOf(tx, g.FileID)
	if err != nil {
		return err
	}
	giver := true
	for _, l := range leaders {
		giver = giver && l.AgencyID != g.GrantedByAgency
		to = append(to, notice.To{Kind: l.GranteeKind, ID: l.GranteeID, AgencyID: l.AgencyID})
	}
	if giver && g.GrantedByAgency != "" && g.GrantedByAgency != g.AgencyID {
		to = append(to, notice.To{Kind: "worker", ID: g.GrantedBy, AgencyID: g.GrantedByAgency})
	}
	for i, one := range to {
		if slices.Contains(to[:i], one) {
			continue
		}
		_, err := notice.Tell(tx, notice.New{To: one, Code: "grant.ending", FileID: g.FileID, Subject: g.ID, Link: "grant", DueAt: g.UntilAt})
		if err != nil {
			return err
		}
	}
	return nil
}
