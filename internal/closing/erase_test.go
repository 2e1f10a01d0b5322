package closing_test

import (
	"context"
	"slices"
	"time"

	"relais/internal/audit"
	"relais/internal/closing"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/server"
	"relais/internal/testkit"
	"relais/internal/track"
	"relais/internal/victim"
)

// gone holds what is left of the file, and who learns what.
func (s *scene) gone(closureID string) {
	s.t.Helper()
	_, err := s.Victims.Show(s.As("payoke"), s.victimID)
	s.wants(err, fault.Refused, "gate.refused", "the erased file, after ten years, to who had access until its end")
	i := s.item("payoke.auditor", closureID)
	if i.ErasedAt == 0 || i.CanKeep || i.CanApprove {
		s.t.Errorf("the tombstone says %+v", i)
	}
	list, _, err := s.Closing.Queue(s.As("payoke.auditor"), closing.Erased, gate.Cursor{})
	if err != nil || len(list) != 1 {
		s.t.Errorf("erased files: %v, %v", list, err)
	}
	s.wants(s.Closing.Postpone(s.As("payoke.auditor"), closureID, i.Version, "2038-01-01", "claim"), fault.Conflict, "closing.already_erased", "postponing what is erased")
	_, err = s.Trail.Sequence(context.Background())
	s.must(err)
	s.erasedWithoutRule()
	report, err := s.Trail.Verify(context.Background())
	if err != nil || report.Wrong != nil {
		s.t.Errorf("the trail does not verify: %v %+v", err, report.Wrong)
	}
}

// erasedWithoutRule: the entry of the erasure concerns all who had the file, and the rule says of what class it was to one.
func (s *scene) erasedWithoutRule() {
	s.t.Helper()
	found := 0
	s.must(s.Database.Read(context.Background(), func(tx *database.Tx) error {
		all, _, err := s.Trail.List(tx, audit.Filter{Everywhere: true, Limit: 500})
		for i := range all {
			if e := &all[i]; e.Action == "retention.erase" && e.Op == audit.Erase {
				if found++; e.Basis != "" || e.Justification != "due" || !slices.Contains(e.Concerns, s.Place("be.fgp").ID) {
					s.t.Errorf("the trail says %+v", e.Event)
				}
			}
		}
		return err
	}))
	if found != 1 {
		s.t.Errorf("%d erasures in the trail", found)
	}
}

const (
	presentKeys = `SELECT owner_id, domain, wrapped, destroyed_at FROM data_key`
	putKey      = `UPDATE data_key SET wrapped = :wrapped, destroyed_at = :destroyed_at WHERE owner_id = :owner_id AND domain = :domain`
)

// unreadable restores the backup that was taken before the erasure, with the keys as they are now: nobody can read the person.
func (s *scene) unreadable() {
	s.t.Helper()
	var keys []struct {
		OwnerID     string      `db:"owner_id"`
		Domain      int64       `db:"domain"`
		Wrapped     []byte      `db:"wrapped"`
		DestroyedAt moment.Time `db:"destroyed_at"`
	}
	s.must(s.Database.Read(context.Background(), func(tx *database.Tx) error { return tx.Select(&keys, presentKeys, nil) }))
	destroyed := 0
	for _, k := range keys {
		if k.OwnerID == s.victimID && len(k.Wrapped) == 0 && k.DestroyedAt != 0 {
			destroyed++
		}
	}
	if destroyed != 5 {
		s.t.Errorf("%d of the file's five keys are destroyed", destroyed)
	}
	s.Rewind()
	s.Advance(testkit.Start.Add(2 * time.Hour).Sub(s.Now()))
	if v, err := s.Victims.Show(s.As("payoke"), s.victimID); err != nil || nameOf(v) != "Nguyen" {
		s.t.Fatalf("with its keys the backup gives %q: %v", nameOf(v), err)
	}
	s.must(s.Database.Write(context.Background(), func(tx *database.Tx) error {
		for _, k := range keys {
			if _, err := tx.Exec(putKey, database.Args{"owner_id": k.OwnerID, "domain": k.Domain, "wrapped": k.Wrapped, "destroyed_at": k.DestroyedAt}); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, p := range []*server.Program{s.Program, s.Twin().Program} {
		v, err := p.Victims.Show(s.As("payoke"), s.victimID)
		if err == nil || nameOf(v) != "" {
			s.t.Errorf("without its keys the backup gives %q: %v", nameOf(v), err)
		}
		if _, err := p.Entries.Show(s.As("payoke"), s.entryID, ""); err == nil {
			s.t.Error("an entry of the backup opens without its key")
		}
	}
}

func nameOf(v victim.View) string {
	for _, s := range v.Sections {
		for _, e := range s.Entries {
			if name := e.Values["family_name"]; name != "" {
				return name
			}
		}
	}
	return ""
}

// caseLast erases a file before its time, and its case after it: whoever had access is told what became of it.
func (s *scene) caseLast() {
	other := s.OpenCase("payoke")
	s.AddToTeam("payoke", other, "be.fgp")
	s.victimID = s.OpenVictim("payoke", other, section.Values{"family_name": "Quisquilia"})
	_, err := s.Tracks.Move(s.As("payoke"), s.victimID, track.New{Track: "protection", To: "deceased", On: "2026-03-02"}, 2, "")
	s.must(err)
	s.trace(other)
	victim, err := s.close("payoke", gate.Victim, s.victimID, helped)
	s.must(err)
	whole, err := s.close("payoke", gate.Case, other, helped)
	s.must(err)
	s.sign(whole)
	s.wants(s.Closing.Erase(s.As("payoke.admin"), whole, s.item("payoke.admin", whole).Version), fault.Conflict, "closing.victims_first", "the case before its victim")
	if found, _, err := s.Victims.Search(s.As("fgp"), "Quisquilia"); err != nil || len(found) != 1 {
		s.t.Errorf("before the erasure the search finds %v: %v", found, err)
	}
	for _, id := range []string{victim, whole} {
		if id == victim {
			s.sign(id)
		}
		s.must(s.Closing.Erase(s.As("payoke.admin"), id, s.item("payoke.admin", id).Version))
	}
	for _, key := range []string{"payoke", "fgp"} {
		_, err := s.Victims.Show(s.As(key), s.victimID)
		s.wants(err, fault.Refused, "gate.refused", "the erased file to "+key+", who had access")
		if f, ok := fault.As(err); ok && f.Args["Reason"] != "file.erased" {
			s.t.Errorf("%s is told %v", key, f.Args)
		}
		if found, _, err := s.Victims.Search(s.As(key), "Quisquilia"); err != nil || len(found) != 0 {
			s.t.Errorf("%s still finds %v: %v", key, found, err)
		}
	}
	_, err = s.Victims.Show(s.As("pagasa"), s.victimID)
	s.wants(err, fault.NotFound, "", "the erased file to a stranger")
	left := 0
	s.must(s.Database.Read(context.Background(), func(tx *database.Tx) error {
		return tx.Get(&left, countTraces, database.Args{"file": s.victimID, "case": other})
	}))
	if left != 0 {
		s.t.Errorf("%d traces of the person are left", left)
	}
}

const (
	traceBatch = `INSERT INTO import_batch (id, agency_id, worker_id, fingerprint, case_id, at, row_count)
VALUES ('batch', :agency, :worker, :print, :case, 1, 1)`
	traceRow    = `INSERT INTO import_row (agency_id, fingerprint, telling, batch_id, file_id) VALUES (:agency, :print, 1, 'batch', :file)`
	traceSignal = `INSERT INTO signal (id, agency_id, desk_id, with_agency_id, with_desk_id, country, exploitation, persons, seen_on, source, story, state,
  created_at, expires_at)
VALUES ('signal', :agency, :desk, :agency, :desk, 'BE', 'forced_labour', 1, '2026-02-26', 'x', :print, 'followed', 1, 2)`
	traceLink = `INSERT INTO signal_file (id, signal_id, file_id, agency_id, linked_by, linked_at, purpose, basis, sealed)
VALUES ('link', 'signal', :file, :agency, :worker, 1, 'protection', 'legal_task', :print)`
	countTraces = `SELECT (SELECT COUNT(*) FROM import_row WHERE file_id = :file) + (SELECT COUNT(*) FROM import_batch WHERE case_id = :case)
  + (SELECT COUNT(*) FROM search_token WHERE file_id = :file) + (SELECT COUNT(*) FROM signal WHERE id = 'signal' AND story IS NOT NULL)
  + (SELECT COUNT(*) FROM data_key WHERE owner_id IN (:file, :case) AND wrapped IS NOT NULL)`
)

// trace lets the person have come by an import and by a signal, which leave traces outside the file.
func (s *scene) trace(caseID string) {
	s.t.Helper()
	at := s.Place("be.payoke")
	s.must(s.Database.Write(context.Background(), func(tx *database.Tx) error {
		for _, statement := range []string{traceBatch, traceRow, traceSignal, traceLink} {
			if _, err := tx.Exec(statement, database.Args{"agency": at.ID, "desk": at.Desks[0], "worker": s.Person("payoke").ID, "print": []byte("keyed"),
				"case": caseID, "file": s.victimID}); err != nil {
				return err
			}
		}
		return nil
	}))
}
