package sharing

import (
	"slices"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ApprovalsPage lists what waits for a second person of the agency.
type ApprovalsPage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ApprovalsPage) Template() string { return "sharing/approvals" }

// ApprovalPage is one proposal with its two buttons.
type ApprovalPage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	Card   httpkit.Summary
	Sign   httpkit.PostButton
	Refuse httpkit.PostButton
}

// Template is the page's file.
func (ApprovalPage) Template() string { return "sharing/approval" }

var _ = httpkit.Register(ApprovalsPage{}, ApprovalPage{})

func (p pages) approvals(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.Approvals(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := ApprovalsPage{Table: httpkit.Table{Caption: w.T("sharing.approvals_title"), HideCaption: true, Empty: w.T("sharing.approvals_none"),
		Columns: []httpkit.Column{{Label: w.T("sharing.file")}, {Label: w.T("sharing.who")}, {Label: w.T("sharing.sections")}, {Label: w.T("sharing.sign_by")}}}}
	for i := range list.Items {
		a := &list.Items[i]
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: a.Reference, URL: "/approvals/" + a.ID, Mono: true},
			{Text: a.Agency, Sub: granteeLine(w, a)}, {Text: entry.SectionLine(w, a.Sections, a.OnlyOf, nil)}, {Text: w.DateTime(a.LapsesAt)}}})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/approvals"
	}
	if list.Next.ID != "" {
		page.Pages.Older = "/approvals?after=" + list.Next.String()
	}
	return httpkit.Show(page), nil
}

func granteeLine(w *locale.Words, a *Approval) string {
	if a.GranteeKind == "worker" {
		return w.T("sharing.one_person")
	}
	return a.Desk
}

func (p pages) approval(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Approval(r.Context(), r.Param("approval"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w, url := r.W, "/approvals/"+view.ID
	page := ApprovalPage{Back: httpkit.Link{URL: "/approvals", Text: w.T("sharing.approvals_title")}, Card: approvalFacts(w, &view)}
	switch {
	case view.CanSign:
		page.Sign = httpkit.PostButton{Action: url + "/signature", Text: w.T("sharing.sign"), Version: view.Version}
		page.Refuse = httpkit.PostButton{Action: url + "/refusal", Text: w.T("sharing.sign_refuse"), Version: view.Version, Danger: true}
	case view.Open(view.Now):
		page.Notice.Text = w.T("sharing.second_person") + " " + w.T("sharing.second_person_next")
	}
	return httpkit.Show(page), nil
}

func approvalFacts(w *locale.Words, v *ApprovalView) httpkit.Summary {
	ground, article := GroundLine(w, v.Basis, v.LegalBasis, v.BasisRef, v.AskedAt)
	rows := []httpkit.SummaryRow{
		{Label: w.T("sharing.state"), Tag: approvalTag(w, &v.Approval, v.Now)},
		{Label: w.T("sharing.file"), Value: v.Reference},
		{Label: w.T("sharing.who"), Value: v.Agency, Note: orText(v.Grantee, granteeLine(w, &v.Approval))},
		{Label: w.T("sharing.sections"), Value: entry.SectionLine(w, v.Sections, v.OnlyOf, v.Writers)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("sharing.basis"), Value: ground, Note: article},
		{Label: w.T("sharing.until_label"), Value: w.Date(v.UntilAt)},
		{Label: w.T("sharing.asked_at"), Value: w.DateTime(v.AskedAt), Note: v.Asker},
		{Label: w.T("sharing.sign_by"), Value: w.DateTime(v.LapsesAt)},
	}
	if slices.Contains(RenewReasons, v.Reason) {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.renewed_because"), Value: w.T("sharing.renew." + v.Reason)})
	}
	if v.DecidedAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.answered_at"), Value: w.DateTime(v.DecidedAt)})
	}
	return httpkit.Summary{Rows: rows}
}

var approvalColours = map[ApprovalState]string{Proposed: "orange", Approved: "green", Refused: "red", Lapsed: "grey"}

func approvalTag(w *locale.Words, a *Approval, now moment.Time) httpkit.Tag {
	state := a.State
	if state == Proposed && !a.Open(now) {
		state = Lapsed
	}
	return httpkit.Tag{Text: w.T("sharing.approval_state." + string(state)), Colour: approvalColours[state]}
}

func (p pages) sign(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := p.s.Approve(r.Context(), r.Param("approval"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/approvals/"+r.Param("approval"), "sharing.signed"), nil
}

func (p pages) refuseToSign(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := p.s.RefuseApproval(r.Context(), r.Param("approval"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/approvals/"+r.Param("approval"), "sharing.sign_refused"), nil
}
