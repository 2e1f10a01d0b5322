package exchange

import (
	"bytes"
	"encoding/json"

	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// The name and version of the JSON document; a reader that does not know the version must not guess.
const (
	documentFormat  = "relais.export"
	documentVersion = 1
)

// Document is an export as JSON. Names and codes are those of the catalogue in its version.
type Document struct {
	Format      string            `json:"format"`
	Version     int               `json:"version"`
	Catalogue   int               `json:"catalogue"`
	Number      string            `json:"number"` // of the disclosure
	ExportedAt  moment.Time       `json:"exported_at"`
	Agency      string            `json:"agency"`
	Person      string            `json:"person"`
	Recipient   string            `json:"recipient"`
	Kind        string            `json:"kind" enum:"case,victim"`
	Reference   string            `json:"reference"`
	Purpose     string            `json:"purpose"`
	Reason      string            `json:"reason"`
	Marking     string            `json:"marking,omitempty"` // the strictest of what is in it
	Facts       *casefile.Facts   `json:"facts,omitempty"`   // of a case
	Sections    []DocumentSection `json:"sections"`
	NotIncluded []DocumentAbsent  `json:"not_included"` // whether or not anything stands there
}

// DocumentSection is one section: the entries that leave whole, and single facts of entries that do not.
type DocumentSection struct {
	Section string          `json:"section"`
	Entries []DocumentEntry `json:"entries"`
	Facts   []DocumentFact  `json:"facts,omitempty"`
}

// DocumentEntry is one entry at the version that leaves.
type DocumentEntry struct {
	ID        string         `json:"id"`
	Version   int64          `json:"version"`
	Agency    string         `json:"agency"`
	WrittenAt moment.Time    `json:"written_at"`
	Nature    string         `json:"nature" enum:"fact,assessment"`
	Marking   string         `json:"marking,omitempty"`
	Values    section.Values `json:"values"`
}

// DocumentFact is one fact that may be known of entries that stay closed.
type DocumentFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// DocumentAbsent is a section that is not in it, and why; the reason is empty where nobody asked for it.
type DocumentAbsent struct {
	Section string `json:"section"`
	Reason  string `json:"reason_id,omitempty"`
}

// JSON writes everything that leaves as one document.
func (c *Copy) JSON() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c.document()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (c *Copy) document() Document {
	d := Document{Format: documentFormat, Version: documentVersion, Catalogue: section.Version(), Number: c.Number, ExportedAt: c.At,
		Agency: c.Agency, Person: c.Person, Recipient: c.Recipient, Kind: string(c.Kind), Reference: c.Reference, Purpose: c.Purpose,
		Reason: c.Reason, Marking: c.Marking.String(), Sections: []DocumentSection{}, NotIncluded: []DocumentAbsent{}}
	if c.Kind == gate.Case {
		d.Facts = &c.Facts
	}
	for _, view := range c.Sections {
		part := DocumentSection{Section: view.Section.String(), Entries: []DocumentEntry{}}
		for _, e := range view.Entries {
			part.Entries = append(part.Entries, DocumentEntry{ID: e.ID, Version: e.Version, Agency: e.AgencyName, WrittenAt: e.WrittenAt,
				Nature: e.Nature, Marking: e.Handling, Values: e.Values})
		}
		for _, fact := range view.Derived {
			part.Facts = append(part.Facts, DocumentFact{Name: fact.Name, Value: fact.Text})
		}
		d.Sections = append(d.Sections, part)
	}
	for _, absent := range c.Absent {
		d.NotIncluded = append(d.NotIncluded, DocumentAbsent{Section: absent.Section.String(), Reason: string(absent.Reason)})
	}
	return d
}
