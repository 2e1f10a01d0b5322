package sharing

import (
	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// TeamPage lists who works on a case.
type TeamPage struct {
	Back      httpkit.Link
	Reference string
	Table     httpkit.Table
	Add       httpkit.Link
}

// Template is the page's file.
func (TeamPage) Template() string { return "sharing/team" }

// AddPage adds a desk to the team.
type AddPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*AddPage) Template() string { return "sharing/add" }

// RemovalPage asks once more before a place in the team ends.
type RemovalPage struct {
	Back httpkit.Link
	Who  string
	Card httpkit.Summary
	Form httpkit.Form
}

// Template is the page's file.
func (RemovalPage) Template() string { return "sharing/removal" }

// AccessPage lists who sees a victim file, and why.
type AccessPage struct {
	Back      httpkit.Link
	Reference string
	Level     string // how far it is shared
	Table     httpkit.Table
}

// Template is the page's file.
func (AccessPage) Template() string { return "sharing/access" }

var _ = httpkit.Register(TeamPage{}, &AddPage{}, RemovalPage{}, AccessPage{})

func teamURL(r *httpkit.Request) string { return "/cases/" + r.Param("case") + "/team" }

func (p pages) team(r *httpkit.Request) (httpkit.Reply, error) {
	team, err := p.s.Team(r.Context(), r.Param("case"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := TeamPage{Back: back(r, "/cases/"+team.File.ID), Reference: team.File.Reference, Table: accessTable(r.W, team.Members)}
	if !team.CanManage {
		return httpkit.Show(page), nil
	}
	if !team.File.Closed() {
		page.Add = httpkit.Link{URL: teamURL(r) + "/new", Text: r.W.T("sharing.add_title")}
	}
	page.Table.Columns = append(page.Table.Columns, httpkit.Column{Label: r.W.T("sharing.change")})
	for i, m := range team.Members {
		cell := httpkit.Cell{Text: "—"}
		if !m.Lead {
			cell = httpkit.Cell{Text: r.W.T("sharing.remove"), URL: teamURL(r) + "/" + m.GrantID + "/removal"}
		}
		page.Table.Rows[i].Cells = append(page.Table.Rows[i].Cells, cell)
	}
	return httpkit.Show(page), nil
}

func (p pages) newMember(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.TeamForm(r.Context(), r.Param("case"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(addPage(r, form)), nil
}

func addPage(r *httpkit.Request, f TeamForm) *AddPage {
	victims := make([]httpkit.Option, 0, len(f.Victims))
	for _, v := range f.Victims {
		victims = append(victims, httpkit.Option{Value: v.FileID, Label: v.Reference})
	}
	desks, limits := f.Partners.forTeam(r.W, f.Desks, f.Own)
	fields := []httpkit.Field{{Kind: httpkit.Select, Name: "to", Label: r.W.T("sharing.to_desk"), Hint: limits, Required: true, Options: agency.DeskOptions(r.W, desks)}}
	fields = append(fields, WithGrounds(r.W, f.Grounds, termFields(r.W, defaultUntil(f.Now)))...)
	if len(victims) > 0 {
		fields = append(fields, httpkit.Field{Kind: httpkit.Checkboxes, Name: "victims", Label: r.W.T("sharing.victims"), Hint: r.W.T("sharing.victims_hint"), Options: victims})
	}
	return &AddPage{Back: back(r, teamURL(r)), Form: httpkit.Form{Action: teamURL(r), Submit: r.W.T("sharing.add"),
		Cancel: httpkit.Link{URL: teamURL(r), Text: r.W.T("web.cancel")}, Fields: append(fields, onceField())}}
}

func defaultUntil(now moment.Time) string { return string(moment.DayOf(now.Add(gate.DefaultGrant))) }

func postedTerms(r *httpkit.Request) Terms {
	return Terms{Purpose: r.Form("purpose"), Basis: r.Form("basis"), BasisRef: r.Form("basis_ref"), Document: postedDocument(r),
		LegalBasis: r.Form("legal_basis"), ConsentID: r.Form("consent"), Until: moment.Date(r.Form("until"))}
}

func (p pages) add(r *httpkit.Request) (httpkit.Reply, error) {
	n := NewMember{DeskID: r.Form("to"), VictimIDs: r.FormValues("victims"), Terms: postedTerms(r)}
	_, err := p.s.Add(r.Context(), r.Param("case"), n, r.Form("once"))
	if httpkit.ComesBack(err) {
		form, broken := p.s.TeamForm(r.Context(), r.Param("case"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := addPage(r, form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(teamURL(r), "sharing.added"), nil
}

func (p pages) askRemoval(r *httpkit.Request) (httpkit.Reply, error) {
	team, err := p.s.Team(r.Context(), r.Param("case"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	for i := range team.Members {
		if m := &team.Members[i]; m.GrantID == r.Param("member") && team.CanManage && !m.Lead {
			return httpkit.Show(removalPage(r, m)), nil
		}
	}
	return httpkit.Reply{}, fault.New(fault.NotFound, "gate.not_found")
}

func removalPage(r *httpkit.Request, m *Access) RemovalPage {
	return RemovalPage{Back: back(r, teamURL(r)), Who: m.Agency, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("sharing.who"), Value: m.Agency, Note: deskLine(r.W, m)},
		{Label: r.W.T("sharing.why"), Value: r.W.T("gate.purpose." + m.Purpose), Note: r.W.T("gate.basis." + m.Basis)},
		{Label: r.W.T("sharing.until"), Value: r.W.Date(m.Until)}}},
		Form: httpkit.Form{Action: teamURL(r) + "/" + m.GrantID + "/removal", Version: m.Version, Danger: true,
			Submit: r.W.T("sharing.remove_now"), Cancel: httpkit.Link{URL: teamURL(r), Text: r.W.T("web.cancel")}}}
}

func (p pages) remove(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := p.s.Remove(r.Context(), r.Param("case"), r.Param("member"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(teamURL(r), "sharing.removed"), nil
}

// wantVersion refuses a form that does not say which version it was made from.
func wantVersion(r *httpkit.Request) error {
	if r.Version() == 0 {
		return fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	return nil
}

func (p pages) access(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Access(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(AccessPage{Back: back(r, "/victims/"+view.File.ID), Reference: view.File.Reference,
		Level: view.Reach.Line(r.W), Table: accessTable(r.W, view.List)}), nil
}
