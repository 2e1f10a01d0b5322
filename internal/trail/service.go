package trail

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

var (
	readAction   = gate.OnOwn("log.read", authz.AccessLog, authz.Read)
	verifyAction = gate.OnOwn("log.verify", authz.AccessLog, authz.Read)
	wholeAction  = gate.OnOwn("log.whole", authz.AccessLog, authz.Read)
	faultyAction = gate.OnOwn("log.faulty", authz.AccessLog, authz.Read)
	brokenAction = gate.OnOwn("log.broken_off", authz.AccessLog, authz.Read)
	askAction    = gate.ByAnyone("log.ask")
)

// Service is what reviewers do.
type Service struct {
	gate *gate.Gate
	log  *audit.Log
}

// NewService makes the service.
func NewService(g *gate.Gate, log *audit.Log) *Service { return &Service{gate: g, log: log} }

// Read gives a page of the entries that the reader's agency made or that concern its files. Reading is an entry itself.
func (s *Service) Read(ctx context.Context, q Question) (answer Answer, err error) {
	if err := s.demandReason(ctx, q.Reason); err != nil {
		return answer, err
	}
	err = s.gate.Read(ctx, readAction, gate.Own().Because(q.Reason), func(tx *gate.Tx) (audit.Event, error) {
		answer = Answer{Metadata: tx.Granted().Show < authz.Full, Cases: ofCases(tx)}
		filter, found, err := s.filter(tx, q)
		if err != nil {
			return audit.Event{}, err
		}
		if answer.People, err = agency.Colleagues(tx); err != nil {
			return audit.Event{}, err
		}
		if found {
			if err := s.fill(tx, filter, &answer); err != nil {
				return audit.Event{}, err
			}
		}
		return audit.Event{Op: audit.Consult, Purpose: "audit", ResultCount: int64(len(answer.Lines))}, nil
	})
	return answer, err
}

// filter turns the question into the log's terms; found is false when it names a file that the agency does not know.
func (s *Service) filter(tx *gate.Tx, q Question) (f audit.Filter, found bool, err error) {
	f = audit.Filter{AgencyIDs: []string{tx.Actor().AgencyID}, Op: q.Op, Decision: q.Decision, After: q.After, Limit: PageSize}
	if f.From, f.To, err = span(q.From, q.To); err != nil {
		return f, false, err
	}
	if q.PersonID != "" {
		f.ActorID = q.PersonID
	}
	if q.Reference != "" {
		f.FileID, err = fileOf(tx, q.Reference)
		if errors.Is(err, database.ErrNoRows) {
			return f, false, nil
		}
	}
	return f, true, err
}

func span(from, to moment.Date) (start, end moment.Time, err error) {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if from != "" {
		day, ok := moment.ParseDate(string(from))
		if !ok {
			return 0, 0, wrong.WithField("from", "fault.field_not_a_date")
		}
		start = day.AddDays(-1).EndOf() + 1
	}
	if to != "" {
		day, ok := moment.ParseDate(string(to))
		if !ok {
			return 0, 0, wrong.WithField("to", "fault.field_not_a_date")
		}
		end = day.EndOf() + 1
	}
	if start > 0 && end > 0 && end <= start {
		return 0, 0, wrong.WithField("to", "trail.ends_before")
	}
	return start, end, nil
}

// sifted is how many pages of the log are looked through at most for one page of what an administrator sees.
const sifted = 40

// fill reads a page. Of what is not for the reader nothing is kept, so it may take several pages of the log.
func (s *Service) fill(tx *gate.Tx, f audit.Filter, answer *Answer) error {
	hidden, err := hiddenFrom(tx)
	if err != nil {
		return err
	}
	for range sifted {
		entries, next, err := s.log.List(tx.Trail(), f)
		if err != nil {
			return err
		}
		shown, err := showsOf(tx, answer, entries)
		if err != nil {
			return err
		}
		for i := range entries {
			if e := &entries[i]; tells(tx, e, hidden) && shown(e) {
				answer.Lines = append(answer.Lines, Line{Entry: *e})
			}
		}
		f.After, answer.Next = next, next
		if next == "" || len(answer.Lines) >= PageSize {
			break
		}
	}
	if n := len(answer.Lines); n > PageSize { // a page that is longer than others would say that something before it is hidden
		answer.Lines = answer.Lines[:PageSize]
		last := &answer.Lines[PageSize-1]
		answer.Next = strconv.FormatInt(int64(last.At), 10) + "." + last.ID
	}
	return s.name(tx, answer.Lines)
}

// ofCases says whether the reader has the log for the sake of the own cases, as a prosecutor does, and not to review or administer.
func ofCases(tx *gate.Tx) bool { return tx.Granted().Role == authz.RoleProsecutor }

// showsOf says which of some entries are for a reader of this kind, and leaves of them what that reader may know.
func showsOf(tx *gate.Tx, answer *Answer, entries []audit.Entry) (func(*audit.Entry) bool, error) {
	switch {
	case answer.Cases:
		files, err := heldOf(tx, entries)
		return func(e *audit.Entry) bool {
			if e.FileID == "" || e.Decision == audit.Denied || !slices.Contains(files, e.FileID) {
				return false
			}
			file, caseID := e.FileID, e.CaseID
			*e = withoutFile(*e)
			e.FileID, e.CaseID, e.Sections = file, caseID, nil
			return true
		}, err
	case answer.Metadata:
		return func(e *audit.Entry) bool { return e.AgencyID == tx.Actor().AgencyID && technical[e.Op] }, nil
	}
	return func(*audit.Entry) bool { return true }, nil
}

// heldOf are those files of some entries that the reader now has.
func heldOf(tx *gate.Tx, entries []audit.Entry) ([]string, error) {
	var files []string
	for i := range entries {
		files = append(files, entries[i].FileID)
	}
	return heldAmong(tx, unique(files))
}

// tells says whether the reader may know an entry: whoever is excluded from a file reads of it here neither. A list in which it stood
// among others is read as if it had not. What the reader was refused as not found stays, like that of a file which does not exist.
func tells(tx *gate.Tx, e *audit.Entry, hidden []string) bool {
	if len(hidden) == 0 || e.ActorID == tx.Actor().WorkerID && e.FileID == "" && e.Decision == audit.Denied {
		return true
	}
	for _, id := range []string{e.FileID, e.CaseID, e.Subject} {
		if slices.Contains(hidden, id) {
			return false
		}
	}
	named := len(e.Results)
	e.Results = slices.DeleteFunc(e.Results, func(id string) bool { return slices.Contains(hidden, id) })
	return named == len(e.Results) || len(e.Results) > 0
}

// entryOf finds an entry that the reader may know.
func (s *Service) entryOf(tx *gate.Tx, id string) (e audit.Entry, err error) {
	if e, err = s.log.Find(tx.Trail(), id); err != nil {
		return e, err
	}
	hidden, err := hiddenFrom(tx)
	if err == nil && !tells(tx, &e, hidden) {
		err = fault.New(fault.NotFound, "gate.not_found")
	}
	return e, err
}

// name says whom and what the ids mean, as far as the reader's agency may know.
func (s *Service) name(tx *gate.Tx, lines []Line) error {
	var agencies, workers, files []string
	for i := range lines {
		agencies, files = append(agencies, lines[i].AgencyID), append(files, lines[i].FileID, lines[i].Subject)
		if lines[i].AgencyID == tx.Actor().AgencyID {
			workers = append(workers, lines[i].ActorID, lines[i].OnBehalfOf)
			agencies = append(agencies, lines[i].OnBehalfOf)
		}
	}
	agencyNames, err := agency.Names(tx, unique(agencies))
	if err != nil {
		return err
	}
	people, err := agency.WorkerNames(tx, unique(workers))
	if err != nil {
		return err
	}
	references, err := referencesOf(tx, unique(files))
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		l.Agency, l.Person, l.Reference = agencyNames[l.AgencyID].Agency, people[l.ActorID], references[l.FileID]
		if l.AgencyID == tx.Actor().AgencyID {
			l.Behalf = cmp.Or(people[l.OnBehalfOf], agencyNames[l.OnBehalfOf].Agency)
		} else { // whose machine it was, what else came of that sitting, and who asked there, is that agency's own affair
			l.Device, l.OnBehalfOf, l.SessionID, l.TraceID = "", "", "", ""
		}
		if l.Reference == "" {
			l.Reference = references[l.Subject]
		}
	}
	return nil
}

func unique(ids []string) []string {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// Show gives one entry whole. An entry that is neither of the reader's agency nor concerns it does not exist for the reader.
func (s *Service) Show(ctx context.Context, entryID, reason string) (line Line, err error) {
	if err := s.demandReason(ctx, reason); err != nil {
		return line, err
	}
	err = s.gate.Read(ctx, readAction, gate.Own().Because(reason), func(tx *gate.Tx) (audit.Event, error) {
		notFound := fault.New(fault.NotFound, "gate.not_found")
		e, err := s.entryOf(tx, entryID)
		if err != nil {
			return audit.Event{}, err
		}
		own := tx.Actor().AgencyID
		if tx.Granted().Show < authz.Full || e.AgencyID != own && !slices.Contains(e.Concerns, own) {
			return audit.Event{}, notFound
		}
		lines := []Line{{Entry: e}}
		if err := s.name(tx, lines); err != nil {
			return audit.Event{}, err
		}
		line = lines[0]
		line.Paper, err = paperOf(tx, line.GrantID)
		return audit.Event{Op: audit.Consult, Purpose: "audit", Subject: entryID}, err
	})
	return line, err
}

// Verify recomputes the whole log from its rows and names the first thing that is wrong.
func (s *Service) Verify(ctx context.Context, reason string) (report audit.Report, err error) {
	if err := s.demandReason(ctx, reason); err != nil {
		return report, err
	}
	err = s.gate.Read(ctx, verifyAction, gate.Own().Because(reason), func(tx *gate.Tx) (audit.Event, error) {
		if tx.Granted().Show < authz.Full {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		return audit.Event{Op: audit.Consult, Purpose: "audit"}, nil
	})
	if err != nil {
		return report, err
	}
	s.log.Settle(ctx) // so that it is seen in the worklist that a verification began, whatever comes of it
	report, err = s.log.Verify(ctx)
	return report, errors.Join(err, s.came(ctx, reason, report, err))
}

// longestEntry is how long what came of a verification may take to be written, whoever has hung up meanwhile.
const longestEntry = 10 * time.Second

// came writes what came of a verification, by the code of the action alone: what was found may itself be what somebody forged. The agency's
// auditors hear of a finding.
func (s *Service) came(ctx context.Context, reason string, report audit.Report, broken error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), longestEntry)
	defer stop()
	action := wholeAction
	if broken != nil {
		action = brokenAction
	} else if report.Wrong != nil {
		action = faultyAction
	}
	return s.gate.Write(ctx, action, gate.Own().Because(reason), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Consult, Purpose: "audit"}
		if report.Wrong == nil || broken != nil {
			return event, nil
		}
		_, err := notice.Tell(tx, notice.New{To: notice.AuditorsOf(tx.Actor().AgencyID), Code: "log.faulty", Link: "log"})
		return event, err
	})
}

// demandReason refuses a look without a known reason, and tells those who may not read the log at all nothing else. What
// waits for its number is numbered, so that the log shows what happened until now.
func (s *Service) demandReason(ctx context.Context, reason string) error {
	if slices.Contains(gate.LogReasons, reason) {
		s.log.Settle(ctx)
		return nil
	}
	if err := s.Ask(ctx); err != nil {
		return err
	}
	return fault.New(fault.Invalid, "fault.invalid").WithField("reason", "gate.no_reason")
}

// Ask tells whether the caller may read the log once a reason is given; to everybody else there is no log.
func (s *Service) Ask(ctx context.Context) error {
	return s.gate.Read(ctx, askAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !tx.Could(authz.AccessLog, authz.Read) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		return audit.Event{Op: audit.Consult, Purpose: "audit"}, nil
	})
}
