package server

import (
	"relais/internal/casefile"
	"relais/internal/victim"
)

// victimBlocks are the parts of a victim file's page between its facts and its sections, in the order of the page: what keeps the
// person safe, where the person stands, what runs out, what is to be done, what is planned, what has happened.
func (p *Program) victimBlocks() []victim.BlockOf {
	return []victim.BlockOf{
		p.Tracks.Block,
	}
}

// caseBlocks are the same for a case file's page.
func (p *Program) caseBlocks() []casefile.BlockOf {
	return []casefile.BlockOf{}
}
