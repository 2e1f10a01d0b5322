package server

import (
	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/signal"
	"relais/internal/task"
	"relais/internal/victim"
)

// victimBlocks are the parts of a victim file's page between its facts and its sections, in the order of the page: what keeps the
// person safe, where the person stands, what runs out, what is to be done, what is planned, what has happened.
func (p *Program) victimBlocks() []victim.BlockOf {
	return []victim.BlockOf{
		closingBlock,
		p.Support.Block,
		p.Tracks.Block,
		p.Checklists.Block,
		p.Clocks.Block,
		p.Minors.Block,
		victim.FamilyBlock,
		p.Screenings.Block,
		tasksBlock,
		p.Pointers.Block,
		signal.Block,
	}
}

// caseBlocks are the same for a case file's page.
func (p *Program) caseBlocks() []casefile.BlockOf {
	return []casefile.BlockOf{
		closingBlock,
		tasksBlock,
		signal.Block,
	}
}

// tasksBlock is what has to be done on the file, and the ways to ask for more.
func tasksBlock(tx *gate.Tx, w *locale.Words) (b casefile.Block, err error) {
	b = casefile.Block{ID: "tasks", Heading: w.T("task.list_title")}
	b.Table, b.Links, err = task.OfFile(tx, w)
	return b, err
}
