package notice

import (
	"github.com/gin-gonic/gin"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ListPage lists the reader's notices.
type ListPage struct {
	Boxes []httpkit.NavItem
	Lines []Line
	Empty string
	Pages httpkit.Pagination
}

// Line is one notice; Acknowledge is empty where somebody has done so.
type Line struct {
	Heading     httpkit.Link // without an address where nothing can be opened
	Reference   string
	Facts       string
	Due         httpkit.Tag
	Acknowledge httpkit.PostButton
}

// Template is the page's file.
func (ListPage) Template() string { return "notice/list" }

var _ = httpkit.Register(ListPage{})

type pages struct{ s *Service }

// Pages registers the pages of notices.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/notices", k.Do(p.list))
	g.POST("/notices/:notice/acknowledgment", k.Change(p.acknowledge))
	g.GET(myMailPath, k.Do(p.mail))
	g.POST(myMailPath, k.Change(p.choose))
	g.GET(mailsPath, k.Do(p.mails))
	g.POST(mailsPath+"/:mail/attempt", k.Change(p.retry))
}

// parseBox reads a list's word; none is Open. List refuses an unknown one.
func parseBox(word string) Box {
	if word == "" {
		return Open
	}
	return Box(word)
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := parseBox(r.Query("box"))
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Empty: r.W.T("notice.empty." + string(box))}
	for _, b := range Boxes() {
		page.Boxes = append(page.Boxes, httpkit.NavItem{Text: r.W.T("notice.box." + string(b)), URL: "/notices?box=" + string(b), Current: b == box})
	}
	for i := range list.Items {
		page.Lines = append(page.Lines, lineOf(r.W, &list.Items[i], list.Items[i].Overdue(list.Now)))
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/notices?box=" + string(box)
	}
	if next := list.Next.String(); next != "" {
		page.Pages.Older = "/notices?box=" + string(box) + "&after=" + next
	}
	return httpkit.Show(page), nil
}

func lineOf(w *locale.Words, n *Notice, overdue bool) Line {
	line := Line{Heading: httpkit.Link{URL: n.Path(), Text: textOf(w, n)}, Reference: n.Reference, Facts: w.T("notice.told", "At", w.DateTime(n.ToldAt))}
	if n.AcknowledgedAt != 0 {
		line.Facts = w.T("notice.acknowledged_by", "At", w.DateTime(n.AcknowledgedAt), "Who", n.By)
		return line
	}
	key := "notice.mark_read"
	if n.MustAcknowledge {
		key = "notice.acknowledge"
	}
	line.Acknowledge = httpkit.PostButton{Action: "/notices/" + n.ID + "/acknowledgment", Text: w.T(key), Version: n.Version, Quiet: !n.MustAcknowledge}
	switch {
	case overdue:
		line.Due = httpkit.Tag{Text: w.T("notice.overdue", "At", w.DateTime(n.DueAt)), Colour: "red"}
	case n.DueAt != 0:
		line.Due = httpkit.Tag{Text: w.T("notice.due", "At", w.DateTime(n.DueAt)), Colour: "yellow"}
	}
	return line
}

// textOf is the notice's sentence; a code without words still says that there is something.
func textOf(w *locale.Words, n *Notice) string {
	if key := "notice.code." + n.Code; w.Has(key) {
		return w.T(key)
	}
	return w.T("notice.code.other")
}

func (p pages) acknowledge(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.Acknowledge(r.Context(), r.Param("notice"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/notices", "notice.acknowledged"), nil
}
