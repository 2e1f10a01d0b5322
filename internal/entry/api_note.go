package entry

import "relais/internal/moment"

// NoteBody is a note with its history in the JSON API.
type NoteBody struct {
	ID         string            `json:"id"`
	FileID     string            `json:"file_id"`
	FileKind   string            `json:"file_kind" enum:"case,victim"`
	Section    string            `json:"section"`
	Visibility string            `json:"visibility" enum:"file,agency,people"`
	Agency     string            `json:"agency"`
	Version    int64             `json:"version"`
	CanCorrect bool              `json:"can_correct"`
	Versions   []NoteVersionBody `json:"versions"`
}

// NoteVersionBody is one version of a note, the newest first.
type NoteVersionBody struct {
	Version   int64       `json:"version"`
	Text      string      `json:"text"`
	WrittenAt moment.Time `json:"written_at"`
	Author    string      `json:"author,omitempty" doc:"Only of your own agency"`
}

// NoteBodyOf writes a note for the API.
func NoteBodyOf(n *NoteView) NoteBody {
	body := NoteBody{ID: n.ID, FileID: n.File.ID, FileKind: string(n.File.Kind), Section: n.Section.String(), Visibility: n.Visibility,
		Agency: n.Agency, Version: n.Version(), CanCorrect: n.CanCorrect, Versions: []NoteVersionBody{}}
	for _, v := range n.Versions {
		body.Versions = append(body.Versions, NoteVersionBody{Version: v.Number, Text: v.Text, WrittenAt: v.WrittenAt, Author: v.Author})
	}
	return body
}

// NoteBodiesOf writes several; none is an empty list.
func NoteBodiesOf(notes []NoteView) []NoteBody {
	out := make([]NoteBody, 0, len(notes))
	for i := range notes {
		out = append(out, NoteBodyOf(&notes[i]))
	}
	return out
}
