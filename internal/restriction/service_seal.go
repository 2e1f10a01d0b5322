package restriction

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/seal"
)

// SealForm gives the file that the caller is about to seal.
func (s *Service) SealForm(ctx context.Context, kind gate.Kind, fileID string) (file gate.FileRow, err error) {
	err = s.gate.Read(ctx, sealFormAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		file = tx.File()
		return audit.Event{Op: audit.Consult}, demandSealing(tx)
	})
	return file, err
}

// demandSealing refuses whoever is neither prosecutor nor court.
func demandSealing(tx *gate.Tx) error {
	if !maySeal(tx.Actor()) {
		return gate.RefusalFor(authz.CaseFile, authz.ReasonNoRole)
	}
	return nil
}

// Seal puts an order on a file: from now on nobody finds it, the caller included, until the order's reference is shown. Victim
// files of a sealed case stay as they are; each is sealed by itself.
func (s *Service) Seal(ctx context.Context, kind gate.Kind, fileID, order, once string) (id string, err error) {
	wrong := invalid()
	order = tidyOrder(wrong, order)
	content := fileID + "\x00" + order
	err = s.gate.Write(ctx, sealAction, gate.File(kind, fileID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := demandSealing(tx); err != nil {
			return audit.Event{}, err
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		var again bool
		id, again, err = tx.Once(once, content, func() (string, error) { return sealFile(tx, order) })
		if again {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"seal"}}, err
	})
	if once != "" && fault.KindOf(err) == fault.NotFound {
		return s.sealedBefore(ctx, once, content, err)
	}
	return id, err
}

// sealedBefore answers the same request when it comes again: by now its file is out of sight. For anybody else, and any other
// file, it stays with the not-found.
func (s *Service) sealedBefore(ctx context.Context, once, content string, absent error) (id string, err error) {
	err = s.gate.Read(ctx, againAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, again, err := tx.OnceBefore(sealAction, once, content)
		if err != nil || !again {
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed") // no decision: the not-found is recorded already
		}
		id = found
		return audit.Event{Op: audit.Consult, Subject: id}, nil
	})
	if err != nil {
		return "", absent
	}
	return id, nil
}

// sealFile seals a file that is open now; one that lies under a seal is open to who has shown its order.
func sealFile(tx *gate.Tx, order string) (string, error) {
	_, err := tx.SealOf()
	switch {
	case err == nil:
		return "", fault.New(fault.Conflict, "restriction.already_sealed")
	case fault.KindOf(err) != fault.NotFound:
		return "", err
	}
	return tx.SealFile(order)
}

// Seals is one page of the files that the caller's agency has sealed.
type Seals struct {
	Items  []Seal
	Lifted []Seal // the newest that have ended
	Next   gate.Cursor
	Keeps  bool // the agency seals files, so that it has a list
}

// Seals lists the files that the caller's agency has sealed by its own references, the newest first; it opens none of them.
// To agencies that seal nothing it is empty.
func (s *Service) Seals(ctx context.Context, after gate.Cursor) (list Seals, err error) {
	err = s.gate.Read(ctx, sealsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		list = Seals{Keeps: maySeal(tx.Actor())}
		event := audit.Event{Op: audit.Search}
		if !list.Keeps {
			return event, nil
		}
		if list.Items, list.Next, err = sealsAfter(tx, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		if list.Lifted, err = lifted(tx, PageSize); err != nil {
			return audit.Event{}, err
		}
		ids := make([]string, 0, len(list.Items)+len(list.Lifted))
		for _, s := range append(slices.Clone(list.Items), list.Lifted...) {
			event.Results = append(event.Results, s.FileID)
			ids = append(ids, s.SealedBy, s.EndedBy)
		}
		names, err := agency.WorkerNames(tx, ids)
		for i := range list.Items {
			list.Items[i].Name = names[list.Items[i].SealedBy]
		}
		for i := range list.Lifted {
			list.Lifted[i].Name = names[list.Lifted[i].EndedBy]
		}
		return event, err
	})
	return list, err
}

// Opened is a sealed file that an order has opened to one person.
type Opened struct {
	FileID string
	Kind   gate.Kind
	Until  moment.Time
}

// Open opens a sealed file for eight hours to the caller, to whom it was granted before, by the agency's reference for the file
// and that of the order. A wrong one is the same not-found as a file that is not there; it is recorded, and the auditors are told.
func (s *Service) Open(ctx context.Context, reference, order string) (opened Opened, err error) {
	wrong := invalid()
	order, reference = tidyOrder(wrong, order), tidyReference(reference)
	if reference == "" {
		wrong.WithField("reference", "fault.field_required")
	}
	if err := wrong.OrNil(); err != nil {
		return Opened{}, err
	}
	var ok bool
	err = s.gate.Write(ctx, openAction, gate.Sealed(reference), func(tx *gate.Tx) (audit.Event, error) {
		opened = Opened{FileID: tx.File().ID, Kind: tx.File().Kind, Until: tx.Now().Add(openFor)}
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		var under gate.Seal
		if under, ok, err = tx.OpenSeal(order, opened.Until); err != nil {
			return audit.Event{}, err
		}
		event, code := audit.Event{Op: audit.BreakGlass, Subject: under.ID, Concerns: []string{under.AgencyID}}, "seal_opened"
		if !ok {
			event.Op, code = audit.Deny, "seal_refused"
		}
		return event, tellAuditors(tx, under.AgencyID, code)
	})
	if err == nil && !ok {
		return Opened{}, notFound()
	}
	return opened, err
}

// tellAuditors tells those of the agency that sealed and of the caller's.
func tellAuditors(tx *gate.Tx, agencyID, code string) error {
	to := []notice.To{notice.AuditorsOf(agencyID)}
	if agencyID != tx.Actor().AgencyID {
		to = append(to, notice.AuditorsOf(tx.Actor().AgencyID))
	}
	return notice.TellAll(tx, notice.New{Code: code, FileID: tx.File().ID}, to...)
}

// UnsealForm gives the seal that the caller is about to lift, and nothing of its file.
func (s *Service) UnsealForm(ctx context.Context, sealID string) (found Seal, err error) {
	err = s.gate.Read(ctx, unsealForm, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, err = kept(tx, sealID)
		return audit.Event{Op: audit.Consult, Subject: found.ID, Results: []string{found.FileID}}, err
	})
	return found, err
}

// kept is a seal that the caller may lift.
func kept(tx *gate.Tx, sealID string) (Seal, error) {
	if !maySeal(tx.Actor()) {
		return Seal{}, notFound()
	}
	return sealOf(tx, sealID)
}

// Unseal ends a seal of the caller's agency without showing anything of the file: what was granted counts again. order is the reference
// of what lifts the order; the auditors are told, as of an opening.
func (s *Service) Unseal(ctx context.Context, sealID string, version int64, order string) error {
	wrong := invalid()
	order = tidyOrder(wrong, order)
	return s.gate.Write(ctx, unsealAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, err := kept(tx, sealID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		lifted, err := tx.SealStaff(tx.Actor().AgencyID, liftedPlace(found.ID), []byte(order))
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.UnsealFile(found.ID, version, lifted); err != nil {
			return audit.Event{}, err
		}
		_, err = notice.Tell(tx, notice.New{To: notice.AuditorsOf(tx.Actor().AgencyID), Code: "seal_lifted", FileID: found.FileID, Subject: found.ID})
		return audit.Event{Op: audit.Alter, Subject: found.ID, Fields: []string{"seal"}, Results: []string{found.FileID}}, err
	})
}

// liftedPlace binds the reference of what lifted an order to its seal.
func liftedPlace(id string) seal.AD {
	return seal.AD{Table: "file_seal", Row: id, Section: "lifted_by", Version: 1}
}

// lifted are the seals of the caller's agency that ended last, with what lifted each.
func lifted(tx *gate.Tx, most int) (list []Seal, err error) {
	if list, err = sealsLifted(tx, most); err != nil {
		return nil, err
	}
	for i := range list {
		if len(list[i].SealedLifted) == 0 {
			continue
		}
		order, err := tx.OpenStaff(tx.Actor().AgencyID, liftedPlace(list[i].ID), list[i].SealedLifted)
		if err != nil {
			return nil, fault.New(fault.Internal, "gate.sealed").Because(err)
		}
		list[i].LiftedBy = string(order)
	}
	return list, nil
}
