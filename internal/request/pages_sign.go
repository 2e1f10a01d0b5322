package request

import (
	"relais/internal/fault"
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
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := p.s.Sign(r.Context(), r.Param("request"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/requests/"+r.Param("request"), "request.signed"), nil
}

func (p pages) keep(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("request")
	err := p.s.Keep(r.Context(), id, r.Version(), r.Form("reason"))
	if fault.KindOf(err) == fault.Invalid {
		view, broken := p.s.Show(r.Context(), id)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := showPage(r, &view)
		return r.Again(page, &page.No, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/requests/"+id, "request.kept"), nil
}
