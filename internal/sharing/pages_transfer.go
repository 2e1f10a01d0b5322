package sharing

import (
	"relais/internal/agency"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// HandOverPage offers the lead of a case to a desk.
type HandOverPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
}

// Template is the page's file.
func (*HandOverPage) Template() string { return "sharing/handover" }

// TransfersPage lists the transfers of cases that concern the reader.
type TransfersPage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (TransfersPage) Template() string { return "sharing/transfers" }

// TransferPage is one transfer, to each side with what it can do.
type TransferPage struct {
	Back     httpkit.Link
	Card     httpkit.Summary
	File     httpkit.Link
	Text     string
	Accept   httpkit.PostButton
	Decline  httpkit.Link
	Withdraw httpkit.PostButton
}

// Template is the page's file.
func (TransferPage) Template() string { return "sharing/transfer" }

// NoTransferPage asks why an offer of a case is declined.
type NoTransferPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*NoTransferPage) Template() string { return "sharing/no_transfer" }

var _ = httpkit.Register(&HandOverPage{}, TransfersPage{}, TransferPage{}, &NoTransferPage{})

func (p pages) newTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.TransferForm(r.Context(), r.Param("case"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(handOverPage(r, form)), nil
}

func handOverPage(r *httpkit.Request, f TransferForm) *HandOverPage {
	w, home := r.W, "/cases/"+f.File.ID
	fields := []httpkit.Field{
		{Kind: httpkit.Select, Name: "to", Label: w.T("sharing.to_desk"), Hint: w.T("sharing.transfer_desk_hint"), Required: true, Options: agency.DeskOptions(w, f.Desks)},
		{Kind: httpkit.Radios, Name: "reason", Label: w.T("sharing.transfer_reason"), Required: true, Options: httpkit.Options(w, "sharing.transfer_reason.", TransferReasons)},
	}
	for _, field := range termFields(w, "") {
		if field.Name != "until" {
			fields = append(fields, field)
		}
	}
	fields = append(fields,
		httpkit.Field{Kind: httpkit.Day, Name: "keep", Label: w.T("sharing.keep_until"), Hint: w.T("sharing.keep_hint")},
		httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: w.T("sharing.note"), Hint: w.T("sharing.note_hint"), Rows: 5, MaxLength: longestNote},
		onceField())
	return &HandOverPage{Back: back(r, home), Reference: f.File.Reference, Form: httpkit.Form{Action: home + "/transfers",
		Submit: w.T("sharing.transfer_offer"), Cancel: httpkit.Link{URL: home, Text: w.T("web.cancel")}, Fields: fields}}
}

func (p pages) offerTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	n := NewTransfer{DeskID: r.Form("to"), Reason: r.Form("reason"), Note: r.Form("note"), Keep: moment.Date(r.Form("keep")), Terms: postedTerms(r)}
	id, err := p.s.OfferTransfer(r.Context(), r.Param("case"), n, r.Form("once"))
	if httpkit.ComesBack(err) {
		form, broken := p.s.TransferForm(r.Context(), r.Param("case"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := handOverPage(r, form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/transfers/"+id, "sharing.transfer_offered"), nil
}

func (p pages) transfers(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.Transfers(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := TransfersPage{Table: httpkit.Table{Caption: w.T("sharing.transfers_title"), HideCaption: true, Empty: w.T("sharing.transfers_none"),
		Columns: []httpkit.Column{{Label: w.T("sharing.file")}, {Label: w.T("sharing.from")}, {Label: w.T("sharing.to_desk")},
			{Label: w.T("sharing.state")}, {Label: w.T("sharing.due_at")}}}}
	for i := range list.Items {
		t := &list.Items[i]
		tag := transferTag(w, t, list.Now)
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Quiet: !t.Open(list.Now), Cells: []httpkit.Cell{
			{Text: t.Reference, URL: "/transfers/" + t.ID, Mono: true}, {Text: t.FromAgency}, {Text: t.ToAgency, Sub: t.ToDesk},
			{Text: tag.Text, Tag: tag.Colour}, {Text: w.DateTime(t.DueAt)}}})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/transfers"
	}
	if list.Next.ID != "" {
		page.Pages.Older = "/transfers?after=" + list.Next.String()
	}
	return httpkit.Show(page), nil
}

func transferTag(w *locale.Words, t *Transfer, now moment.Time) httpkit.Tag {
	state := t.State
	if state == Offered && !t.Open(now) {
		state = Expired
	}
	return httpkit.Tag{Text: w.T("sharing.state." + string(state)), Colour: stateColours[state]}
}

func (p pages) transfer(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.ShowTransfer(r.Context(), r.Param("transfer"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w, url := r.W, "/transfers/"+view.ID
	page := TransferPage{Back: httpkit.Link{URL: "/transfers", Text: w.T("sharing.transfers_title")}, Card: transferFacts(w, &view)}
	if view.CanOpen {
		page.File = httpkit.Link{URL: "/cases/" + view.FileID, Text: w.T("sharing.open_case")}
	}
	if view.CanAnswer {
		page.Text = w.T("sharing.transfer_accept_text")
		page.Accept = httpkit.PostButton{Action: url + "/acceptance", Text: w.T("sharing.transfer_accept"), Version: view.Version}
		page.Decline = httpkit.Link{URL: url + "/refusal", Text: w.T("web.decline")}
	}
	if view.CanWithdraw {
		page.Withdraw = httpkit.PostButton{Action: url + "/withdrawal", Text: w.T("sharing.withdraw"), Version: view.Version, Danger: true}
	}
	return httpkit.Show(page), nil
}

func transferFacts(w *locale.Words, v *TransferView) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("sharing.state"), Tag: transferTag(w, &v.Transfer, v.Now)},
		{Label: w.T("sharing.file"), Value: v.Reference},
		{Label: w.T("sharing.from"), Value: v.FromAgency},
		{Label: w.T("sharing.to_desk"), Value: v.ToAgency, Note: v.ToDesk},
		{Label: w.T("sharing.transfer_reason"), Value: w.T("sharing.transfer_reason." + v.Reason)},
		{Label: w.T("sharing.basis"), Value: w.T("gate.basis." + v.Basis), Note: v.BasisRef},
		{Label: w.T("sharing.offered_at"), Value: w.DateTime(v.OfferedAt)},
		{Label: w.T("sharing.due_at"), Value: w.DateTime(v.DueAt)},
	}
	keep := w.T("sharing.keep_not")
	if v.KeepUntil != 0 {
		keep = w.T("sharing.keep_to", "Until", w.Date(v.KeepUntil))
	}
	rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.old_lead"), Value: keep})
	if v.CanOpen || v.CanAnswer {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.victim_files"), Value: w.Number(v.Victims)})
	}
	if v.AnsweredAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.answered_at"), Value: w.DateTime(v.AnsweredAt)})
	}
	if v.DeclineReason != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.decline_reason"), Value: w.T("sharing.decline." + v.DeclineReason)})
	}
	if v.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.note"), Value: v.Note})
	}
	return httpkit.Summary{Rows: rows}
}

func (p pages) acceptTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	caseID, err := p.s.AcceptTransfer(r.Context(), r.Param("transfer"), r.Version())
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/cases/"+caseID, "sharing.transfer_accepted"), nil
}

func (p pages) askNoTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.ShowTransfer(r.Context(), r.Param("transfer"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanAnswer {
		return httpkit.See("/transfers/" + view.ID), nil
	}
	return httpkit.Show(noTransferPage(r, view.ID, view.Version)), nil
}

func noTransferPage(r *httpkit.Request, id string, version int64) *NoTransferPage {
	url := "/transfers/" + id
	return &NoTransferPage{Back: back(r, url), Form: httpkit.Form{Action: url + "/refusal", Submit: r.W.T("web.decline"), Version: version,
		Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason",
			Label: r.W.T("sharing.decline_reason"), Hint: r.W.T("sharing.decline_hint"), Required: true,
			Options: httpkit.Options(r.W, "sharing.decline.", TransferDeclineReasons)}}}}
}

func (p pages) declineTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("transfer")
	if err := p.s.DeclineTransfer(r.Context(), id, r.Version(), r.Form("reason")); err != nil {
		page := noTransferPage(r, id, r.Version())
		return r.Again(page, &page.Form, err)
	}
	return httpkit.SeeWith("/transfers/"+id, "sharing.transfer_declined"), nil
}

func (p pages) withdrawTransfer(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("transfer")
	if err := p.s.WithdrawTransfer(r.Context(), id, r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/transfers/"+id, "sharing.transfer_withdrawn"), nil
}
