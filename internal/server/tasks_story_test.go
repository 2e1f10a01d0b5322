package server_test

import (
	"maps"

	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/task"
	"relais/internal/testkit"
)

// jobs are the tasks of the story: one that the inspector gave to the shelter.
type jobs struct{ Task string }

func init() {
	maps.Copy(able, map[string]string{"add-task-to-victim": "rsz", "add-task-to-case": "rsz", "list-tasks-of-victim": "rsz", "list-tasks-of-case": "rsz",
		"list-tasks": "pay", "show-task": "pay", "finish-task": "pay", "cancel-task": "rsz", "change-task": "rsz"})
}

func (s *story) give(w *testkit.World) {
	w.T.Helper()
	s.Task = must(w.Tasks.Add(w.As("rsz"), gate.Victim, s.Victim, task.New{Code: "call", Text: "Ask when she can come for the hearing",
		Doer: notice.Desk + ":" + w.Place("be.payoke").Desks[0], Due: w.Today().AddDays(3)}, ""))(w.T)
}

func (j jobs) forms(w *testkit.World) map[string][]string {
	due := []string{"due.day", "30", "due.month", "6", "due.year", "2026"}
	mine := append([]string{"code", "call", "text", "x", "doer", notice.Desk + ":" + w.Place("be.rsz").Desks[0]}, due...)
	return map[string][]string{
		"/cases/:case/tasks": mine, "/victims/:victim/tasks": mine, "/tasks/:task/closure": append([]string{"note", "x"}, first...),
		"/tasks/:task/cancellation": append([]string{"reason", "not_needed"}, first...),
		"/tasks/:task/change":       append(append([]string{"doer", notice.Desk + ":" + w.Place("be.rsz").Desks[0]}, due...), first...),
	}
}

func (j jobs) bodies(w *testkit.World) map[string]object {
	mine := object{"code": "call", "text": "x", "doer": notice.Desk + ":" + w.Place("be.rsz").Desks[0], "due": "2026-06-30"}
	return map[string]object{
		"POST /cases/:case/tasks": mine, "POST /victims/:victim/tasks": mine, "POST /tasks/:task/closure": {"note": "x"},
		"POST /tasks/:task/cancellation": {"reason": "not_needed"},
		"PUT /tasks/:task":               {"doer": notice.Desk + ":" + w.Place("be.rsz").Desks[0], "due": "2026-06-30"},
	}
}

func (j jobs) names() map[string]string { return map[string]string{"task": j.Task} }

func (j jobs) param(_, name string) (value string, ok bool) {
	value, ok = j.names()[name]
	return value, ok
}
