package server

import "relais/internal/journal"

// events are what the slices below the journal bring to a file's timeline.
func (p *Program) events() []journal.Source {
	return []journal.Source{}
}
