package gate

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/seal"
)

// Document is what a provision may ask of the document behind a share, besides its number.
type Document struct {
	On      moment.Date // its day
	Article string      // the article or paragraph that it applies
	By      string      // who issued it: it may name a person, so it lies sealed
}

// SealedDocument is a Document as it lies in a row.
type SealedDocument struct {
	On      moment.Date `db:"basis_on"`
	Article string      `db:"basis_article"`
	By      []byte      `db:"basis_by"`
}

// SealDocument closes a document for a row of the file of the transaction.
func (tx *Tx) SealDocument(table, row string, d Document) (s SealedDocument, err error) {
	s = SealedDocument{On: d.On, Article: d.Article}
	if d.By != "" {
		s.By, err = tx.SealPart(seal.General, table, row, "basis_by", []byte(d.By))
	}
	return s, err
}

// OpenDocument opens what SealDocument closed. Of an erased file nobody learns any more who issued it.
func (tx *Tx) OpenDocument(table, row string, s SealedDocument) (Document, error) {
	d := Document{On: s.On, Article: s.Article}
	if len(s.By) == 0 {
		return d, nil
	}
	by, err := tx.OpenPart(seal.General, table, row, "basis_by", s.By)
	if fault.KindOf(err) == fault.NotFound {
		return d, nil
	}
	d.By = string(by)
	return d, err
}

// Columns are the values of a row's columns by their names.
func (s SealedDocument) Columns(args Args) Args {
	args["basis_on"], args["basis_article"], args["basis_by"] = s.On, s.Article, s.By
	return args
}

// missing adds a field fault for each thing that the provision asks of the document and that was not said.
func (n *NewGrant) missing(f *fault.Fault, law *authz.LegalBasis) {
	said := map[string]string{"basis_ref": n.BasisRef, "basis_on": string(n.Document.On), "basis_by": n.Document.By,
		"basis_article": n.Document.Article}
	for _, field := range law.Required {
		if said[field] == "" {
			f.WithField(field, "gate.no_document."+field, "Article", law.Article)
		}
	}
}
