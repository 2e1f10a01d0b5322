package testkit

import (
	"sync"

	"relais/internal/gate"
	"relais/internal/notice"
)

// Together runs functions at the same instant and gives what became of each.
func Together(do ...func() error) []error {
	errs, start := make([]error, len(do)), make(chan struct{})
	var all sync.WaitGroup
	for i, fn := range do {
		all.Go(func() {
			<-start
			errs[i] = fn()
		})
	}
	close(start)
	all.Wait()
	return errs
}

// Heard counts the notices of a code that somebody has not dealt with yet.
func (w *World) Heard(key, code string) (count int) {
	w.T.Helper()
	list, err := w.Notices.List(w.As(key), notice.Open, gate.Cursor{})
	if err != nil {
		w.T.Fatal(err)
	}
	for _, n := range list.Items {
		if n.Code == code {
			count++
		}
	}
	return count
}
