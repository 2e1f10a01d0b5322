package signal

import (
	"strconv"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// Block is the part of a file's page that says by which signals it began. It belongs to the section of the exploitation and is
// shown to whoever reads that in full.
func Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	links, err := linksOf(tx)
	if err != nil || len(links) == 0 {
		return casefile.Block{}, err
	}
	block := casefile.Block{ID: "signals", Heading: w.T("signal.block_title")}
	for i := range links {
		shown, err := tx.Reveal(links[i].row())
		if err != nil {
			return casefile.Block{}, err
		}
		if shown.Show != authz.Full {
			continue
		}
		v := shown.Values
		noted, _ := strconv.ParseInt(v["noted_at"], 10, 64)
		persons, _ := strconv.ParseInt(v["persons"], 10, 64)
		row := httpkit.SummaryRow{Label: seenText(w, v["seen_on"]), Value: v["story"], Note: w.T("signal.block_note", "Agency", v["agency"],
			"Noted", w.DateTime(moment.Time(noted)), "Linked", w.DateTime(links[i].LinkedAt))}
		row.Values = []string{entry.CodeName(w, exploitationCodes, v["exploitation"]) + " · " + entry.CodeName(w, countryCodes, v["country"]) + " · " +
			personsText(w, persons) + " · " + w.T("signal.source."+v["source"])}
		if v["place"] != "" {
			row.Values = append(row.Values, v["place"])
		}
		block.Summary.Rows = append(block.Summary.Rows, row)
	}
	if len(block.Summary.Rows) == 0 {
		return casefile.Block{}, nil
	}
	return block, nil
}
