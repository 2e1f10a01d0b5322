package sharing

import (
	"slices"

	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// GrantPage is one grant: who, why, since and until when, and the form that lets it go on.
type GrantPage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	Card   httpkit.Summary
	Links  []httpkit.Link
	Form   httpkit.Form
	Ask    bool // the reader may let it go on
}

// Template is the page's file.
func (*GrantPage) Template() string { return "sharing/grant" }

// DutyPage is who had the duty of a file on each day.
type DutyPage struct {
	Back      httpkit.Link
	Reference string
	Table     httpkit.Table
}

// Template is the page's file.
func (DutyPage) Template() string { return "sharing/duty" }

var _ = httpkit.Register(&GrantPage{}, DutyPage{})

func fileURL(kind gate.Kind, id string) string {
	if kind == gate.Case {
		return "/cases/" + id
	}
	return "/victims/" + id
}

func (p pages) grant(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Grant(r.Context(), r.Param("grant"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(grantPage(r, &view)), nil
}

func grantPage(r *httpkit.Request, v *GrantView) *GrantPage {
	w, url := r.W, "/grants/"+v.GrantID
	page := &GrantPage{Back: back(r, fileURL(v.Kind, v.FileID)), Card: grantFacts(w, v), Ask: v.CanRenew}
	if v.RenewedAs != "" {
		page.Links = append(page.Links, httpkit.Link{URL: "/grants/" + v.RenewedAs, Text: w.T("sharing.grant_goes_on")})
	}
	if v.ThroughTeam() && !v.OnlyNamed() {
		page.Links = append(page.Links, httpkit.Link{URL: "/grants/" + v.RootID, Text: w.T("sharing.grant_root")})
	}
	if v.State == "proposed" {
		page.Links = append(page.Links, httpkit.Link{URL: "/approvals/" + v.GrantID, Text: w.T("sharing.approval_title")})
	}
	if f, ok := fault.As(v.Why); ok && (f.Kind == fault.Refused || v.Waits) && v.holds(v.Now) {
		page.Notice.Text = w.Text(f.Key, f.Args) + " " + w.T(f.Key+"_next")
	}
	if line := v.Partner.renewalLine(w, &v.Holding); page.Ask && line != "" {
		page.Notice.Text = line
	}
	page.Form = httpkit.Form{Action: url + "/renewal", Submit: w.T("sharing.renew"), Version: v.Version, Legend: w.T("sharing.renew_title"),
		Cancel: httpkit.Link{URL: fileURL(v.Kind, v.FileID), Text: w.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Day, Name: "until", Label: w.T("sharing.until_label"), Hint: w.T("sharing.renew_until_hint", "Last", w.Date(v.Longest)), Required: true},
			{Kind: httpkit.Radios, Name: "reason", Label: w.T("sharing.renew_reason"), Required: true, Options: httpkit.Options(w, "sharing.renew.", RenewReasons)}}}
	if v.wantsDocument() {
		page.Form.Fields = append(page.Form.Fields, filledDocument(w, &v.Access)...)
	}
	return page
}

func grantFacts(w *locale.Words, v *GrantView) httpkit.Summary {
	basis, paper := GroundLine(w, v.Basis, v.LegalBasis, DocumentLine(w, v.BasisRef, v.Document), v.Since)
	rows := []httpkit.SummaryRow{
		{Label: w.T("sharing.file"), Value: v.File.Reference},
		{Label: w.T("sharing.who"), Value: v.Agency, Note: deskLine(w, &v.Access)},
		{Label: w.T("sharing.state"), Tag: grantTag(w, v)},
		{Label: w.T("sharing.sections"), Value: entry.SectionLine(w, v.Sections, v.OnlyOf, v.Writers)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("sharing.basis"), Value: basis, Note: paper},
		{Label: w.T("sharing.given_by"), Value: v.GivenBy},
		{Label: w.T("sharing.since"), Value: w.Date(v.Since)},
		{Label: w.T("sharing.until"), Value: w.Date(v.Until)},
	}
	if v.RenewedUntil != 0 {
		rows[len(rows)-1].Note = w.T("sharing.goes_on_until", "Until", w.Date(v.RenewedUntil))
	}
	if v.WasUntil != 0 {
		rows[len(rows)-1].Note = w.T("sharing.was_until", "Until", w.Date(v.WasUntil))
	}
	if slices.Contains(RenewReasons, v.Reason) {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.renewed_because"), Value: w.T("sharing.renew." + v.Reason)})
	}
	return httpkit.Summary{Rows: rows}
}

var grantColours = map[string]string{"live": "green", "sealed": "grey", "proposed": "orange", "offered": "blue", "expired": "grey", "ended": "grey"}

func grantTag(w *locale.Words, v *GrantView) httpkit.Tag {
	state := v.Shown(v.Now)
	return httpkit.Tag{Text: w.T("sharing.grant_state." + state), Colour: grantColours[state]}
}

func (p pages) renew(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id, err := p.s.RenewOn(r.Context(), r.Param("grant"), r.Version(), moment.Date(r.Form("until")), r.Form("reason"),
		Paper{BasisRef: r.Form("basis_ref"), Document: postedDocument(r)})
	if httpkit.ComesBack(err) {
		view, broken := p.s.Grant(r.Context(), r.Param("grant"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := grantPage(r, &view)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	if view, err := p.s.Grant(r.Context(), id); err == nil && view.State == "proposed" {
		return httpkit.SeeWith("/grants/"+id, "sharing.renewal_waits"), nil
	}
	return httpkit.SeeWith("/grants/"+id, "sharing.renewed"), nil
}

func (p pages) caseDuty(r *httpkit.Request) (httpkit.Reply, error) {
	return p.duty(r, gate.Case, r.Param("case"))
}

func (p pages) victimDuty(r *httpkit.Request) (httpkit.Reply, error) {
	return p.duty(r, gate.Victim, r.Param("victim"))
}

func (p pages) duty(r *httpkit.Request, kind gate.Kind, id string) (httpkit.Reply, error) {
	view, err := p.s.Duty(r.Context(), kind, id)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := DutyPage{Back: back(r, fileURL(kind, id)), Reference: view.File.Reference, Table: httpkit.Table{Caption: w.T("sharing.duty_title"),
		HideCaption: true, Columns: []httpkit.Column{{Label: w.T("sharing.from_day")}, {Label: w.T("sharing.until_day")}, {Label: w.T("sharing.who")},
			{Label: w.T("sharing.how")}}}}
	for i := range view.History {
		page.Table.Rows = append(page.Table.Rows, dutyRow(w, &view.History[i], i))
	}
	return httpkit.Show(page), nil
}

func dutyRow(w *locale.Words, d *Duty, at int) httpkit.Row {
	who := httpkit.Cell{Text: d.Agency, Sub: d.Desk}
	if d.GranteeKind == "worker" {
		who.Sub = orText(d.Worker, w.T("sharing.one_person"))
	}
	until, how := httpkit.Cell{Text: w.T("sharing.until_now")}, httpkit.Cell{Text: w.T("sharing.duty_opened")}
	if d.Until != 0 {
		until.Text = w.DateTime(d.Until)
	}
	switch {
	case d.TransferID != "":
		how = httpkit.Cell{Text: w.T("sharing.duty_transferred")}
	case at > 0:
		how = httpkit.Cell{Text: w.T("sharing.duty_passed_on")}
	}
	return httpkit.Row{Quiet: d.Until != 0, Cells: []httpkit.Cell{{Text: w.DateTime(d.From)}, until, who, how}}
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
