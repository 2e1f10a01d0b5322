package request

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

var signatureColours = map[SignatureState]string{SignatureOpen: "yellow", SignatureSigned: "green", SignatureRefused: "red", SignatureLapsed: "grey", SignatureVoid: "grey"}

// signatureTable is who has to sign and what they have said; without columns it is not shown.
func signatureTable(w *locale.Words, v *View) (t httpkit.Table) {
	if len(v.Signatures) == 0 {
		return t
	}
	t = httpkit.Table{Caption: w.T("request.signatures"), Columns: []httpkit.Column{{Label: w.T("request.sections")}, {Label: w.T("request.signed_by")},
		{Label: w.T("request.state")}, {Label: w.T("request.due_at")}}}
	for i := range v.Signatures {
		one := &v.Signatures[i]
		who, why := w.T("request.who_wrote_it"), ""
		if one.Agency != "" {
			who = one.Agency
		}
		if one.Reason != "" {
			why = w.T("request.refuse." + one.Reason)
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: sharing.SectionNames(w, one.Sections)}, {Text: who},
			{Text: w.T("request.signature." + string(one.State)), Tag: signatureColours[one.State], Sub: why}, {Text: w.DateTime(one.DueAt)}}})
	}
	return t
}

func (p pages) sign(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Sign(r.Context(), r.Param("request"), r.Version())
	return httpkit.SeeWith(requestURL(r), "request.signed"), err
}

func (p pages) keep(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Keep(r.Context(), r.Param("request"), r.Version(), r.Form("reason"))
	done := httpkit.SeeWith(requestURL(r), "request.kept")
	return httpkit.PostedIn(r, err, done, p.show, func(s *ShowPage) *httpkit.Form { return &s.No })
}
