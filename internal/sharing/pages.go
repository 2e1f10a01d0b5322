package sharing

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

type pages struct{ s *Service }

// Pages registers the pages of teams, access, referrals and named workers.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/cases/:case/team", k.Do(p.team))
	g.GET("/cases/:case/team/new", k.Do(p.newMember))
	g.POST("/cases/:case/team", k.Do(p.add))
	g.GET("/cases/:case/team/:member/removal", k.Do(p.askRemoval))
	g.POST("/cases/:case/team/:member/removal", k.Do(p.remove))

	g.GET("/victims/:victim/access", k.Do(p.access))
	g.GET("/victims/:victim/named-workers", k.Do(p.named))
	g.POST("/victims/:victim/named-workers", k.Do(p.name))
	g.POST("/victims/:victim/named-workers/:named/end", k.Do(p.endNamed))

	g.GET("/victims/:victim/duty", k.Do(p.victimDuty))
	g.GET("/cases/:case/duty", k.Do(p.caseDuty))
	g.GET("/grants/:grant", k.Do(p.grant))
	g.POST("/grants/:grant/renewal", k.Do(p.renew))
	g.GET("/approvals", k.Do(p.approvals))
	g.GET("/approvals/:approval", k.Do(p.approval))
	g.POST("/approvals/:approval/signature", k.Do(p.sign))
	g.POST("/approvals/:approval/refusal", k.Do(p.refuseToSign))
	transferPages(g, k, p)

	g.GET("/victims/:victim/referrals/new", k.Do(p.newReferral))
	g.POST("/victims/:victim/referrals/preview", k.Do(p.preview))
	g.POST("/victims/:victim/referrals", k.Do(p.refer))
	g.GET("/referrals", k.Do(p.list))
	g.GET("/referrals/:referral", k.Do(p.show))
	g.POST("/referrals/:referral/acceptance", k.Do(p.accept))
	g.GET("/referrals/:referral/refusal", k.Do(p.askRefusal))
	g.POST("/referrals/:referral/refusal", k.Do(p.decline))
	g.POST("/referrals/:referral/withdrawal", k.Do(p.withdraw))
	g.GET("/referrals/:referral/completion", k.Do(p.askCompletion))
	g.POST("/referrals/:referral/completion", k.Do(p.complete))
	g.GET("/referrals/:referral/package", k.Do(p.evidence))
	g.GET("/referrals/:referral/recall", k.Do(httpkit.Shows(p.askRecall)))
	g.POST("/referrals/:referral/recall", k.Change(p.takeBack))
}

func transferPages(g *gin.RouterGroup, k *httpkit.Kit, p pages) {
	g.GET("/cases/:case/transfers/new", k.Do(p.newTransfer))
	g.POST("/cases/:case/transfers", k.Do(p.offerTransfer))
	g.GET("/transfers", k.Do(p.transfers))
	g.GET("/transfers/:transfer", k.Do(p.transfer))
	g.POST("/transfers/:transfer/acceptance", k.Do(p.acceptTransfer))
	g.GET("/transfers/:transfer/refusal", k.Do(p.askNoTransfer))
	g.POST("/transfers/:transfer/refusal", k.Do(p.declineTransfer))
	g.POST("/transfers/:transfer/withdrawal", k.Do(p.withdrawTransfer))
}

// Panel is the list of who has access for the page of a file, read inside the same look.
func (s *Service) Panel(tx *gate.Tx, w *locale.Words) (casefile.Panel, error) {
	list, err := WhoHasAccess(tx)
	if err != nil {
		return casefile.Panel{}, err
	}
	reach, err := s.reachOf(tx, list)
	if err != nil {
		return casefile.Panel{}, err
	}
	panel := casefile.Panel{Level: reach.Line(w), Table: accessTable(w, list)}
	if tx.File().Kind == gate.Case {
		base := "/cases/" + tx.File().ID
		panel.Links = []httpkit.Link{{URL: base + "/team", Text: w.T("sharing.team_title")}, {URL: base + "/duty", Text: w.T("sharing.duty_title")}}
		if leads(tx) && tx.Could(authz.Team, authz.Manage) && !tx.File().Closed() {
			panel.Links = append(panel.Links, httpkit.Link{URL: base + "/transfers/new", Text: w.T("sharing.handover_title")})
		}
		return panel, nil
	}
	base := "/victims/" + tx.File().ID
	panel.Links = []httpkit.Link{{URL: base + "/access", Text: w.T("sharing.access_why")}, {URL: base + "/duty", Text: w.T("sharing.duty_title")}}
	panel.Links = append(panel.Links, httpkit.Link{URL: base + "/consents", Text: w.T("sharing.consents")})
	if leads(tx) && tx.Could(authz.Team, authz.Manage) {
		panel.Links = append(panel.Links, httpkit.Link{URL: base + "/matching", Text: w.T("sharing.matching")})
	}
	if gate.WorksOnFiles(tx.Actor()) && len(tx.Actor().Desks) > 0 {
		if !tx.File().Closed() {
			panel.Links = append(panel.Links, httpkit.Link{URL: base + "/circles/new", Text: w.T("sharing.with_circle")})
		}
		panel.Links = append(panel.Links, httpkit.Link{URL: base + "/outside", Text: w.T("sharing.outside")})
	}
	if onlyShelters(tx) == nil {
		panel.Links = append(panel.Links, httpkit.Link{URL: base + "/named-workers", Text: w.T("sharing.named_title")})
	}
	return panel, nil
}

func accessTable(w *locale.Words, list []Access) httpkit.Table {
	t := httpkit.Table{Caption: w.T("sharing.access_title"), HideCaption: true, Columns: []httpkit.Column{
		{Label: w.T("sharing.who")}, {Label: w.T("sharing.why")}, {Label: w.T("sharing.since")}, {Label: w.T("sharing.until")}, {Label: w.T("sharing.opened")}}}
	for i := range list {
		t.Rows = append(t.Rows, httpkit.Row{Cells: accessCells(w, &list[i])})
	}
	return t
}

func accessCells(w *locale.Words, a *Access) []httpkit.Cell {
	ground, article := GroundLine(w, a.Basis, a.LegalBasis, DocumentLine(w, a.BasisRef, a.Document), a.Since)
	why := httpkit.Cell{Text: w.T("gate.purpose." + a.Purpose), Sub: ground}
	if article != "" {
		why.Sub += " (" + article + ")"
	}
	if line := narrowedLine(w, a.OnlyOf, a.Writers); line != "" {
		why.Sub += " · " + line
	}
	opened := httpkit.Cell{Text: w.T("sharing.never_opened")}
	if a.Opened != 0 {
		opened.Text = w.DateTime(a.Opened)
	}
	return []httpkit.Cell{{Text: a.Agency, Sub: deskLine(w, a)}, why, {Text: w.Date(a.Since)}, {Text: w.Date(a.Until), URL: "/grants/" + a.GrantID}, opened}
}

// deskLine says through whom an agency sees the file; a worker's name stays in the own agency.
func deskLine(w *locale.Words, a *Access) string {
	line := a.Desk
	if a.OnePerson() {
		line = orText(a.Worker, w.T("sharing.one_person"))
	}
	if a.OnlyNamed() {
		line += " · " + w.T("sharing.named_place")
	}
	if a.Emergency {
		line += " · " + w.T("sharing.in_emergency")
	}
	if a.Lead {
		line += " · " + w.T("sharing.lead")
	}
	return line
}

// deskOptions lists desks by country and agency; a desk's id is the answer.
// termFields ask what everything shared has to say: what for, on what ground, until when.
func termFields(w *locale.Words, until string) []httpkit.Field {
	return slices.Insert([]httpkit.Field{
		{Kind: httpkit.Select, Name: "purpose", Label: w.T("sharing.purpose"), Required: true, Options: httpkit.Options(w, "gate.purpose.", gate.Purposes)},
		{Kind: httpkit.Select, Name: "basis", Label: w.T("sharing.basis"), Required: true, Options: httpkit.Options(w, "gate.basis.", gate.Bases)},
		{Kind: httpkit.Day, Name: "until", Label: w.T("sharing.until_label"), Hint: w.T("sharing.until_hint"), Value: until, Required: true},
	}, 2, DocumentFields(w)...)
}

// onceField carries the key that makes a form sent twice one thing.
func onceField() httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}
}

func back(r *httpkit.Request, url string) httpkit.Link {
	return httpkit.Link{URL: url, Text: r.W.T("sharing.back")}
}
