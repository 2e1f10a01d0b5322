package sharing

import (
	"net/http"

	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/httpkit"
)

// PreviewPage shows an offer as the receiving desk will see it, before it is sent.
type PreviewPage struct {
	Reference string
	Notice    httpkit.Notice
	Card      httpkit.Summary
	Cards     []entry.Card
	Notes     []entry.NoteCard
	Closed    []httpkit.HiddenSection
	Send      httpkit.PostButton
	Change    httpkit.PostButton
}

// Template is the page's file.
func (PreviewPage) Template() string { return "sharing/preview" }

var _ = httpkit.Register(PreviewPage{})

func postedReferral(r *httpkit.Request) NewReferral {
	return NewReferral{Kind: Kind(r.Form("kind")), DeskID: r.Form("to"), Attention: r.Form("attention"), Sections: r.FormValues("sections"), Entries: r.FormValues("entries"),
		Urgency: Urgency(r.Form("urgency")), Reason: r.Form("reason"), Note: r.Form("note"), Seen: r.Form("seen"), Terms: postedTerms(r)}
}

// preview shows what would be sent, or, if the sender wants to change it, the form with what was typed.
func (p pages) preview(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Form("change") == "" {
		return p.rehearse(r, "")
	}
	page, err := p.filledForm(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

// refer sends what was previewed. Without a look that holds, and where what would go along has changed since, it shows the preview.
func (p pages) refer(r *httpkit.Request) (httpkit.Reply, error) {
	n := postedReferral(r)
	id, err := p.s.ReferSeen(r.Context(), r.Param("victim"), n, r.Form("once"))
	if f, ok := fault.As(err); ok {
		switch f.Key {
		case "sharing.preview_first":
			return p.rehearse(r, "")
		case "sharing.preview_stale", "sharing.preview_changed":
			return p.rehearse(r, f.Key)
		}
	}
	if err != nil {
		return p.formAgain(r, err)
	}
	return httpkit.SeeWith("/referrals/"+id, "sharing.offered"), nil
}

// rehearse shows the preview; outdated is why a look that was handed back does not hold.
func (p pages) rehearse(r *httpkit.Request, outdated string) (httpkit.Reply, error) {
	n := postedReferral(r)
	n.Seen = ""
	rehearsal, err := p.s.Rehearse(r.Context(), r.Param("victim"), n)
	if err != nil {
		return p.formAgain(r, err)
	}
	form, err := p.filledForm(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := previewPage(r, &rehearsal, &n, carriedAlong(form.Form.Fields))
	if outdated == "" {
		return httpkit.Show(page), nil
	}
	page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T(outdated)}
	return httpkit.ShowStatus(page, http.StatusConflict), nil
}

func previewPage(r *httpkit.Request, v *Rehearsal, n *NewReferral, carried []httpkit.Field) PreviewPage {
	home := "/victims/" + v.File.ID + "/referrals"
	page := PreviewPage{Reference: v.File.Reference, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("sharing.to_desk"), Value: v.Agency, Note: v.Desk},
		{Label: r.W.T("sharing.reason"), Value: r.W.T("sharing.reason." + n.Reason)},
		{Label: r.W.T("sharing.due_at"), Value: r.W.DateTime(v.DueAt), Note: r.W.T("sharing.urgency." + string(n.Urgency))},
		{Label: r.W.T("sharing.until_label"), Value: r.W.Date(v.UntilAt)},
		{Label: r.W.T("sharing.entries"), Value: r.W.Number(v.Entries), Note: r.W.T("sharing.entries_frozen")},
		{Label: r.W.T("sharing.notes"), Value: r.W.Number(len(v.Notes))},
	}}}
	if n.Note != "" {
		page.Card.Rows = append(page.Card.Rows, httpkit.SummaryRow{Label: r.W.T("sharing.note"), Value: n.Note})
	}
	page.Cards, page.Closed = previewCards(r.W, v.Sections)
	page.Notes = entry.NoteCards(r.W, v.Notes)
	page.Send = httpkit.PostButton{Action: home, Text: r.W.T("sharing.refer"), Fields: append(carried, hidden("seen", v.Seen))}
	page.Change = httpkit.PostButton{Action: home + "/preview", Text: r.W.T("sharing.change_offer"), Quiet: true,
		Fields: append(carried[:len(carried):len(carried)], hidden("change", "1"))}
	return page
}

func hidden(name, value string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: name, Value: value}
}

// carriedAlong are the fields of a filled form, unseen.
func carriedAlong(fields []httpkit.Field) (carried []httpkit.Field) {
	for _, field := range fields {
		if field.Kind != httpkit.Checkboxes {
			carried = append(carried, hidden(field.Name, field.Value))
		}
		for _, value := range field.Values {
			carried = append(carried, hidden(field.Name, value))
		}
	}
	return carried
}

// filledForm is the form for an offer with what was posted.
func (p pages) filledForm(r *httpkit.Request) (*ReferPage, error) {
	form, err := p.s.ReferralForm(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	page := referPage(r, form)
	page.Form.Fill(r)
	return page, nil
}

// formAgain shows the form once more after a refusal of what was typed.
func (p pages) formAgain(r *httpkit.Request, refused error) (httpkit.Reply, error) {
	if !httpkit.ComesBack(refused) {
		return httpkit.Reply{}, refused
	}
	page, err := p.filledForm(r)
	if err != nil {
		return httpkit.Reply{}, httpkit.Gone(refused, err)
	}
	return r.Again(page, &page.Form, refused)
}
