package task

import (
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// shownOnFile is how many tasks the page of a file itself shows.
const shownOnFile = 5

// OfFile is what is open on the file of the running look, as far as the reader may see it, for the file's own page.
func OfFile(tx *gate.Tx, w *locale.Words) (table httpkit.Table, links []httpkit.Link, err error) {
	list, err := onFile(tx, shownOnFile+1)
	if err != nil {
		return table, nil, err
	}
	more := len(list) > shownOnFile
	list = list[:min(len(list), shownOnFile)]
	if err := openTexts(tx, list); err != nil {
		return table, nil, err
	}
	table = Table(w, list, tx.Now())
	table.HideCaption = true
	table.Columns = append(table.Columns[:1:1], table.Columns[2:]...)
	for i := range table.Rows {
		cells := table.Rows[i].Cells
		table.Rows[i].Cells = append(cells[:1:1], cells[2:]...)
	}
	kind, id := tx.File().Kind, tx.File().ID
	if works(tx.Actor()) && !tx.File().Closed() {
		links = Links(w, kind, id)
	}
	if more {
		links = append(links, httpkit.Link{URL: "/" + string(kind) + "s/" + id + "/tasks", Text: w.T("task.all_of_file")})
	}
	return table, links, nil
}
