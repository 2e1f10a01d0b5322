package entry

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// NoteView is a note as somebody may read it. The journal writes and finds notes; how one reads stands here, because what goes along
// with a referral has to read as the note itself does.
type NoteView struct {
	ID         string
	File       gate.FileRow
	Section    authz.Section
	Visibility string
	AgencyID   string
	Agency     string
	Versions   []NoteVersion // the newest first
	CanCorrect bool
}

// NoteVersion is one version of a note.
type NoteVersion struct {
	Number    int64
	Text      string
	WrittenAt moment.Time
	Author    string // a colleague's name; empty for people of other agencies (CETS 197, art. 28)
}

// Version is the number of the newest version that stands in the view.
func (n *NoteView) Version() int64 { return n.Versions[0].Number }
