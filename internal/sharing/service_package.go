package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Rehearsal is what the receiving desk will see of an offer, before it is sent.
type Rehearsal struct {
	File     gate.FileRow
	Agency   string // the receiver's
	Desk     string
	Sections []entry.SectionView
	Notes    []entry.NoteView // that it reads once it has accepted
	Entries  int              // how many go along
	Hash     string           // of the package
	Seen     string           // to be handed back with the offer, so that nothing else is sent than what was looked at
	DueAt    moment.Time
	UntilAt  moment.Time
}

// Rehearse shows an offer with the eyes of the receiving desk. Nothing is stored and nobody is told; it runs as a write because
// a consent is held while it is looked at, as it is when the offer is sent.
func (s *Service) Rehearse(ctx context.Context, victimID string, n NewReferral) (r Rehearsal, err error) {
	err = s.gate.Write(ctx, rehearseAction, n.target(victimID), func(tx *gate.Tx) (audit.Event, error) {
		p, err := s.propose(tx, &n)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.Foresee(p.newGrant(&n)); err != nil {
			return audit.Event{}, err
		}
		r = Rehearsal{File: tx.File(), Agency: p.to.Agency, Desk: p.to.Desk, Sections: p.parcel.sections, Notes: p.parcel.notes, Entries: len(p.parcel.pins),
			Hash: p.parcel.hash(), Seen: s.looked(tx, n.looked(), &p.parcel).String(), DueAt: p.dueAt, UntilAt: p.grant.UntilAt}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", Purpose: n.Purpose, Basis: n.Basis, Fingerprint: r.Hash}, nil
	})
	return r, err
}

// Evidence is what was disclosed with a referral, as far as the reader may see it.
type Evidence struct {
	Referral
	Sections  []entry.SectionView
	Notes     []entry.NoteView
	Entries   int
	Hash      string
	Whole     bool // the kept bytes are still those that the hash was made over
	Previewed bool // the sender has looked at it before it was sent
	MadeAt    moment.Time
	Corrected int // entries and notes that were written anew since
}

// Evidence gives what was disclosed to those of both sides to whom the file is open: the frozen versions, and whether
// the kept bytes still fit the hash.
func (s *Service) Evidence(ctx context.Context, referralID string) (out Evidence, err error) {
	fileID, err := s.fileOf(ctx, referralID)
	if err != nil {
		return out, err
	}
	err = s.gate.Read(ctx, packageAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := referralOf(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		out = Evidence{Referral: r}
		if err := out.read(tx); err != nil {
			return audit.Event{}, err
		}
		out.Sections, out.Notes, err = s.unpack(tx, &r, grantOf(&r))
		return audit.Event{Op: audit.Consult, Subject: referralID, SubjectCategory: "victim", Fingerprint: out.Hash,
			Concerns: others(tx, &r)}, err
	})
	return out, err
}

// fileOf is the file of a referral that the reader may follow.
func (s *Service) fileOf(ctx context.Context, referralID string) (string, error) {
	view, err := s.Show(ctx, referralID)
	return view.FileID, err
}

// grantOf is the grant that a referral offers, as the receiving desk holds it.
func grantOf(r *Referral) gate.Grant {
	return gate.Grant{GranteeKind: "desk", GranteeID: r.ToDeskID, AgencyID: r.ToAgencyID, GivenBy: r.FromAgencyID, Relations: r.Relations, Sections: r.Sections, OnlyOf: r.OnlyOf,
		Purpose: r.Purpose, Basis: r.Basis, UntilAt: r.UntilAt}
}

func (e *Evidence) read(tx *gate.Tx) error {
	row, p, found, err := keptPackage(tx, e.ID)
	if !found && err == nil {
		return fault.New(fault.NotFound, "gate.not_found") // offered before packages were kept
	}
	if fault.KindOf(err) == fault.NotFound {
		err = nil // a part was erased with its key: the hash stays, and fits no longer
	}
	if err != nil {
		return err
	}
	pins, err := pinsOf(tx, e.ID)
	if err != nil {
		return err
	}
	e.Entries, e.Hash, e.Whole, e.Previewed, e.MadeAt = len(pins), row.Hash, p.hash() == row.Hash, row.Previewed, row.MadeAt
	e.Corrected, err = correctedSince(tx, e.ID)
	return err
}
