package victim

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

var (
	familyAction  = gate.OnFile("family.show")
	linkAction    = gate.OnFile("family.link")
	endLinkAction = gate.OnFile("family.end").WhileClosed()
)

// Family gives the persons who belong to that of a victim file, as far as the caller sees their files too.
func (s *Service) Family(ctx context.Context, victimID string) (f Family, err error) {
	err = s.gate.Read(ctx, familyAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		f, err = family(tx)
		event := audit.Event{Op: audit.Consult, SubjectCategory: "victim"}
		for i := range f.Links {
			event.Results = append(event.Results, f.Links[i].Other.ID)
		}
		return event, err
	})
	return f, err
}

// family reads the links inside a running look. A link whose other file the caller does not see is passed over, whatever it is: it
// changes neither what is listed nor how much.
func family(tx *gate.Tx) (f Family, err error) {
	f = Family{File: tx.File(), CanWrite: writesIdentity(tx) && !tx.File().Closed()}
	rows, err := linksOf(tx)
	if err != nil {
		return f, err
	}
	for i := range rows {
		l := &rows[i]
		other, err := tx.Enter(gate.Victim, l.otherThan(tx.File().ID))
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return f, err
		}
		l.Other, l.CanEnd = other.File(), l.EndedAt == 0 && writesIdentity(tx) && writesIdentity(other)
		f.Links = append(f.Links, *l)
	}
	slices.SortStableFunc(f.Links, func(a, b Link) int { return int(gate.Flag(a.EndedAt != 0) - gate.Flag(b.EndedAt != 0)) })
	return f, nil
}

// Link says that the persons of two files belong together; only who writes the identity on both may. Nothing of either file opens by
// it. The same once key with the same content links once.
func (s *Service) Link(ctx context.Context, victimID string, n NewLink, once string) (linkID string, err error) {
	n.Reference = strings.ToUpper(strings.TrimSpace(n.Reference))
	err = s.gate.Write(ctx, linkAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := demandIdentity(tx); err != nil {
			return audit.Event{}, err
		}
		otherID := ""
		id, again, err := tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			var l Link
			l, otherID, err = link(tx, n)
			return l.ID, err
		})
		linkID = id
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Combine, Subject: id, SubjectCategory: "victim", Results: []string{victimID, otherID}, Fields: []string{"family"}}, nil
	})
	if database.IsUnique(err) {
		err = fault.New(fault.Conflict, "victim.linked_already")
	}
	return linkID, err
}

func demandIdentity(tx *gate.Tx) error {
	if d := tx.Decide(authz.Identity, authz.Write); d.Show != authz.Full {
		return gate.Refusal(authz.Identity, d)
	}
	return nil
}

func link(tx *gate.Tx, n NewLink) (l Link, otherID string, err error) {
	wrong := n.check()
	if len(wrong.Fields) > 0 {
		return l, "", wrong
	}
	if otherID, err = fileKnownAs(tx, n.Reference); err != nil {
		return l, "", err
	}
	other, err := tx.Enter(gate.Victim, otherID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return l, "", wrong.WithField("reference", "victim.no_such_file")
	case err != nil:
		return l, "", err
	case otherID == tx.File().ID:
		return l, "", wrong.WithField("reference", "victim.same_file")
	}
	if err := demandIdentity(other); err != nil {
		return l, "", err
	}
	l = linkOf(tx.File().ID, otherID, n.Relation)
	return l, otherID, insertLinked(tx, &l)
}

// EndLink says that a link holds no more, or never did; it stays to be read by who sees both files.
func (s *Service) EndLink(ctx context.Context, victimID, linkID string, version int64, reason string) error {
	return s.gate.Write(ctx, endLinkAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		f, err := family(tx)
		if err != nil {
			return audit.Event{}, err
		}
		at := slices.IndexFunc(f.Links, func(l Link) bool { return l.ID == linkID })
		if at < 0 {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		l := &f.Links[at]
		switch {
		case l.EndedAt != 0:
			return audit.Event{}, fault.New(fault.Conflict, "victim.link_ended")
		case !l.CanEnd:
			return audit.Event{}, gate.RefusalFor(authz.Identity, authz.ReasonRelation)
		case !slices.Contains(LinkEndings, reason):
			return audit.Event{}, fault.New(fault.Invalid, "fault.invalid").WithField("reason", "fault.field_unknown_code")
		}
		event := audit.Event{Op: audit.Alter, Subject: l.ID, SubjectCategory: "victim", Results: []string{victimID, l.Other.ID}, Fields: []string{"family"},
			Justification: reason}
		return event, tx.ExecOne(endLink, gate.Args{"link": l.ID, "version": version, "reason": reason})
	})
}
