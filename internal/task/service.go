package task

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

// Actions, as they stand in the trail.
var (
	formAction   = gate.OnFile("task.form").Form()
	addAction    = gate.OnFile("task.add")
	onFileAction = gate.OnFile("task.on_file")
	listAction   = gate.ByAnyone("task.list")
	showAction   = gate.ByAnyone("task.show")
	finishAction = gate.ByAnyone("task.finish").WhileClosed()
	cancelAction = gate.ByAnyone("task.cancel").WhileClosed()
	changeAction = gate.ByAnyone("task.change")
	expireAction = gate.ByProgram("task.expire")
	returnAction = gate.ByProgram("task.return")
	lateAction   = gate.ByProgram("task.late")
)

// Service is what people do with tasks.
type Service struct {
	gate  *gate.Gate
	late  LateRules
	swept sweep
}

// NewService makes the service.
func NewService(g *gate.Gate, late LateRules) *Service { return &Service{gate: g, late: late} }

// New is what it takes to give a task, or to set a flag.
type New struct {
	Flag     bool
	Code     string      // one of Codes, or of FlagReasons
	Text     string      // what is to be done, in the writer's words; sealed
	Doer     string      // "desk:" or "worker:" and an id
	Due      moment.Date // last day; of a flag the day until which it stands
	WaitsFor string      // id of an open task of the same file; empty for none
}

// longestText is how many characters somebody may write, farthest how far ahead a day may lie.
const (
	longestText = 2000
	farthest    = 3 * 366
)

// Choices are what a form offers.
type Choices struct {
	File  gate.FileRow
	Desks []Doer
	Self  Doer
	Mates []Doer // colleagues who see the file, by name
	Open  []Task // what a task could wait for
	Now   moment.Time
}

// Doer is somebody to whom a task can be given.
type Doer struct {
	Value  string `json:"value"` // as New.Doer
	Name   string `json:"name"`
	Agency string `json:"agency,omitempty"`
}

// Form gives what can be chosen for a new task on a file.
func (s *Service) Form(ctx context.Context, kind gate.Kind, fileID string) (c Choices, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayGive(tx); err != nil {
			return audit.Event{}, err
		}
		c, err = choicesOn(tx, fileID)
		c.File = tx.File()
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, err
	})
	return c, err
}

func mayGive(tx *gate.Tx) error {
	if !works(tx.Actor()) {
		return fault.New(fault.Refused, "task.not_your_work", "Reason", string(authz.ReasonNoRole))
	}
	return nil
}

func choicesOn(tx *gate.Tx, fileID string) (c Choices, err error) {
	c.Now = tx.Now()
	desks, err := desksOn(tx, fileID)
	if err != nil {
		return c, err
	}
	for _, d := range desks {
		c.Desks = append(c.Desks, Doer{Value: notice.Desk + ":" + d.ID, Name: d.Name, Agency: d.Agency})
	}
	ids, err := colleaguesOn(tx, fileID)
	if err != nil {
		return c, err
	}
	names, err := agency.WorkerNames(tx, ids)
	for _, id := range ids {
		mate := Doer{Value: notice.Worker + ":" + id, Name: names[id]}
		if id == tx.Actor().WorkerID {
			c.Self = mate
			continue
		}
		c.Mates = append(c.Mates, mate)
	}
	slices.SortFunc(c.Mates, func(a, b Doer) int { return strings.Compare(a.Name, b.Name) })
	if err != nil || tx.File().ID == "" {
		return c, err
	}
	c.Open, err = onFile(tx, mostOnFile)
	return c, err
}

// mostOnFile is how many tasks the page of a file lists.
const mostOnFile = 200

// Add gives a task or sets a flag; the same once key with the same content gives it again.
func (s *Service) Add(ctx context.Context, kind gate.Kind, fileID string, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, addAction, gate.File(kind, fileID), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(fileID, n), func() (string, error) {
			event, err = add(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func add(tx *gate.Tx, n New) (audit.Event, error) {
	if err := mayGive(tx); err != nil {
		return audit.Event{}, err
	}
	t, err := n.check(tx)
	if err != nil {
		return audit.Event{}, err
	}
	if t.Sealed, err = tx.SealText("task", t.ID, n.Text); err != nil {
		return audit.Event{}, err
	}
	if _, err := insert(tx, t); err != nil {
		return audit.Event{}, err
	}
	if err := record(tx, t, stepMade, "", ""); err != nil {
		return audit.Event{}, err
	}
	return t.event(tx, audit.Collect), tellDoer(tx, t, "task_given")
}

// check looks at every field and gives the task as it will be stored.
func (n *New) check(tx *gate.Tx) (*Task, error) {
	wrong := invalid()
	t := &Task{ID: gate.NewID(), FileID: tx.File().ID, Kind: tx.File().Kind, Code: n.Code, Flag: n.Flag, MadeBy: tx.Actor().WorkerID,
		MadeAgency: tx.Actor().AgencyID, State: Open}
	codes := Codes
	if n.Flag {
		codes = FlagReasons
	}
	checkCode(wrong, "code", n.Code, codes)
	n.Text = section.FreeText(wrong, "text", n.Text, longestText)
	if n.Text == "" && n.Code == "other" {
		wrong.WithField("text", "fault.field_required")
	}
	t.DueAt = checkDay(wrong, n.Due, tx.Now())
	err := t.giveTo(tx, wrong, n.Doer)
	if err == nil {
		err = t.waitFor(tx, wrong, n.WaitsFor)
	}
	if err != nil {
		return nil, err
	}
	return t, wrong.OrNil()
}

// giveTo names who does a task: a desk that sees the file, or a colleague who does.
func (t *Task) giveTo(tx *gate.Tx, wrong *fault.Fault, doer string) error {
	kind, id, _ := strings.Cut(doer, ":")
	switch kind {
	case "":
		wrong.WithField("doer", "fault.field_required")
	case notice.Desk:
		desks, err := desksOn(tx, t.FileID)
		at := slices.IndexFunc(desks, func(d deskRow) bool { return d.ID == id })
		if err != nil || at < 0 {
			wrong.WithField("doer", "task.does_not_see")
			return err
		}
		t.ToKind, t.ToID, t.ToAgencyID = kind, id, desks[at].AgencyID
	case notice.Worker:
		ids, err := colleaguesOn(tx, t.FileID)
		if err != nil || !slices.Contains(ids, id) {
			wrong.WithField("doer", "task.does_not_see")
			return err
		}
		t.ToKind, t.ToID, t.ToAgencyID = kind, id, tx.Actor().AgencyID
	default:
		wrong.WithField("doer", "fault.field_unknown_code")
	}
	return nil
}

// longestChain is how many tasks may wait for one another in a row.
const longestChain = 20

// waitFor names the task that has to be closed first: an open one of the same file that does not wait for this one.
func (t *Task) waitFor(tx *gate.Tx, wrong *fault.Fault, other string) error {
	t.WaitsFor, t.State = other, Open
	if other == "" {
		return nil
	}
	t.State = Waiting
	for at, steps := other, 0; at != ""; steps++ {
		if at == t.ID || steps == longestChain {
			wrong.WithField("waits_for", "task.cycle")
			return nil
		}
		state, next, err := stateOf(tx, t.FileID, at)
		if err != nil {
			return err
		}
		if steps == 0 && state != Open && state != Waiting {
			wrong.WithField("waits_for", "task.not_open_there")
			return nil
		}
		at = next
	}
	return nil
}

func checkDay(wrong *fault.Fault, day moment.Date, now moment.Time) moment.Time {
	parsed, ok := moment.ParseDate(string(day))
	today := moment.DayOf(now)
	switch {
	case day == "":
		wrong.WithField("due", "fault.field_required")
	case !ok:
		wrong.WithField("due", "fault.field_not_a_date")
	case parsed < today:
		wrong.WithField("due", "task.day_past")
	case parsed > today.AddDays(farthest):
		wrong.WithField("due", "task.day_too_far")
	default:
		return parsed.EndOf()
	}
	return 0
}

func checkCode(wrong *fault.Fault, field, code string, list []string) {
	switch {
	case code == "":
		wrong.WithField(field, "fault.field_required")
	case !slices.Contains(list, code):
		wrong.WithField(field, "fault.field_unknown_code")
	}
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

// event is what the trail says of a step.
func (t *Task) event(tx *gate.Tx, op audit.Op, fields ...string) audit.Event {
	e := audit.Event{Op: op, Subject: t.ID, SubjectCategory: string(t.Kind), Fields: fields, Results: []string{t.FileID}}
	for _, agencyID := range []string{t.ToAgencyID, t.MadeAgency} {
		if agencyID != "" && agencyID != tx.Actor().AgencyID && !slices.Contains(e.Concerns, agencyID) {
			e.Concerns = append(e.Concerns, agencyID)
		}
	}
	return e
}

// tellDoer tells who does a task, unless that is the one who acts.
func tellDoer(tx *gate.Tx, t *Task, code string) error {
	if t.ToID == tx.Actor().WorkerID {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: t.To(), Code: code, FileID: t.FileID, Subject: t.ID, Link: "task"})
	return err
}
