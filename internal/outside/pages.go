package outside

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/mail"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Doors are what the pages need of the parts around them.
type Doors struct {
	Slow      func(ctx context.Context, network string) error     // counts tries to open, and refuses too many
	Send      func(ctx context.Context, letter mail.Letter) error // nil without a mail server
	PublicURL string                                              // before a link that is shown; empty for none
}

// ListPage lists what was handed out from a file.
type ListPage struct {
	Back      httpkit.Link
	Reference string
	New       httpkit.Link
	Table     httpkit.Table
}

// Template is the page's file.
func (ListPage) Template() string { return "outside/list" }

// ShowPage tells where a package stands.
type ShowPage struct {
	Back     httpkit.Link
	Number   string
	Facts    httpkit.Summary
	Links    []httpkit.PostButton // to a new link, shown or mailed
	Withdraw httpkit.PostButton
}

// Template is the page's file.
func (ShowPage) Template() string { return "outside/show" }

// DoorPage asks whoever holds a link for the code. It is the same for every link.
type DoorPage struct{ Form httpkit.Form }

// Template is the page's file.
func (*DoorPage) Template() string { return "outside/door" }

// ReadPage is the package, once, with the mark of who gave it to whom on every part.
type ReadPage struct {
	Mark  string
	Facts httpkit.Summary
	Cards []entry.Card
}

// Template is the page's file.
func (ReadPage) Template() string { return "outside/read" }

var _ = httpkit.Register(ListPage{}, ShowPage{}, &DoorPage{}, ReadPage{})

type pages struct {
	s     *Service
	doors Doors
}

// Pages registers the pages; the door lies on open, because whoever comes there has no account.
func Pages(open, in *gin.RouterGroup, k *httpkit.Kit, s *Service, doors Doors) {
	p := pages{s, doors}
	open.GET("/package/:token", k.Do(p.door))
	open.POST("/package/:token", k.Do(p.open))
	in.GET("/victims/:victim/outside", k.Do(p.list))
	in.GET("/victims/:victim/outside/new", k.Do(p.blank))
	in.POST("/victims/:victim/outside/preview", k.Do(p.preview))
	in.POST("/victims/:victim/outside", k.Do(p.send))
	in.GET("/victims/:victim/outside/:package", k.Do(p.show))
	in.POST("/victims/:victim/outside/:package/withdrawal", k.Do(p.withdraw))
	in.POST("/victims/:victim/outside/:package/link", k.Do(p.link))
}

func homeOf(r *httpkit.Request) string { return "/victims/" + r.Param("victim") }

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	file, list, now, err := p.s.List(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	home := homeOf(r)
	t := httpkit.Table{Caption: r.W.T("outside.list_title"), HideCaption: true, Empty: r.W.T("outside.none"), Columns: []httpkit.Column{
		{Label: r.W.T("outside.number")}, {Label: r.W.T("outside.organisation")}, {Label: r.W.T("outside.state")}, {Label: r.W.T("outside.until")}}}
	for i := range list {
		one := &list[i]
		state := one.Now(now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: state != Created, Cells: []httpkit.Cell{{Text: one.Number(), URL: home + "/outside/" + one.ID, Mono: true},
			{Text: one.Organisation, Sub: r.W.T("outside.sent_by", "Agency", one.Agency)},
			{Text: r.W.T("outside.state." + string(state)), Tag: colours[state], Sub: unmailed(r.W, one, state)}, {Text: r.W.DateTime(one.UntilAt)}}})
	}
	page := ListPage{Back: httpkit.Link{URL: home, Text: r.W.T("outside.back_to_file")}, Reference: file.Reference, Table: t}
	if !file.Closed() {
		page.New = httpkit.Link{URL: home + "/outside/new", Text: r.W.T("outside.new_title")}
	}
	return httpkit.Show(page), nil
}

var colours = map[State]string{Created: "blue", Opened: "green", Expired: "grey", Withdrawn: "grey", Ended: "grey", Blocked: "red"}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	v, err := p.s.Show(r.Context(), r.Param("victim"), r.Param("package"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	home := homeOf(r) + "/outside"
	page := ShowPage{Back: httpkit.Link{URL: home, Text: r.W.T("outside.back_to_list")}, Number: v.Number(), Facts: factsOf(r.W, &v)}
	if v.CanWithdraw {
		page.Withdraw = httpkit.PostButton{Action: home + "/" + v.ID + "/withdrawal", Version: v.Version, Danger: true, Text: r.W.T("outside.withdraw")}
	}
	if v.CanLink {
		page.Links = p.linkButtons(r, &v)
	}
	return httpkit.Show(page), nil
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	state := v.Now(v.At)
	line, small := sharing.GroundLine(w, v.Basis, v.LegalBasis, sharing.DocumentLine(w, v.BasisRef, v.Document), v.SentAt)
	rows := []httpkit.SummaryRow{
		{Label: w.T("outside.state"), Tag: httpkit.Tag{Text: w.T("outside.state." + string(state)), Colour: colours[state]}}}
	rows = append(rows, mailRows(w, v)...)
	rows = append(rows, []httpkit.SummaryRow{
		{Label: w.T("outside.file"), Value: v.Reference},
		{Label: w.T("outside.organisation"), Value: v.Organisation, Note: w.T(v.Kind.Key()) + " · " + entry.CodeName(w, "countries", v.Country)},
		{Label: w.T("outside.email"), Value: v.Email},
		{Label: w.T("sharing.reason"), Value: w.T("sharing.reason." + v.Reason)},
		{Label: w.T("sharing.sections"), Value: sharing.SectionNames(w, v.Sections)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("sharing.basis"), Value: line, Note: small},
		{Label: w.T("outside.sent_at"), Value: w.DateTime(v.SentAt), Note: v.Agency},
		{Label: w.T("outside.until"), Value: w.DateTime(v.UntilAt)},
		{Label: w.T("outside.tries"), Value: w.Number(v.Tries)},
		{Label: w.T("outside.entries"), Value: w.Number(v.Entries)},
		{Label: w.T("outside.hash"), Value: v.Hash, Note: w.T("outside.whole." + strconv.FormatBool(v.Whole))},
	}...)
	if v.EndedAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("outside.ended_at." + string(state)), Value: w.DateTime(v.EndedAt)})
	}
	if v.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("outside.note"), Value: v.Note})
	}
	return httpkit.Summary{Rows: rows}
}

func (p pages) withdraw(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	if err := p.s.Withdraw(r.Context(), r.Param("victim"), r.Param("package"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(homeOf(r)+"/outside/"+r.Param("package"), "outside.withdrawn"), nil
}

// door is the same page for every link, live or not: nothing is looked up, so that the scanner of a mailbox neither learns anything nor
// uses the link up.
func (p pages) door(r *httpkit.Request) (httpkit.Reply, error) {
	if !tokenShape.MatchString(r.Param("token")) {
		return httpkit.Reply{}, notOpened()
	}
	return httpkit.Show(doorPage(r)), nil
}

func doorPage(r *httpkit.Request) *DoorPage {
	return &DoorPage{Form: httpkit.Form{Action: "/package/" + r.Param("token"), Submit: r.W.T("outside.open"), Fields: []httpkit.Field{
		{Kind: httpkit.Text, Name: "code", Label: r.W.T("outside.code"), Hint: r.W.T("outside.code_hint", "Most", MostTries), Required: true, Width: 20, MaxLength: 20, Autocomplete: "off"}}}}
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.doors.Slow(r.Context(), account.NetworkOf(r.ClientIP())); err != nil {
		return httpkit.Reply{}, err
	}
	if !tokenShape.MatchString(r.Param("token")) {
		return httpkit.Reply{}, notOpened()
	}
	if plainCode(r.Form("code")) == "" { // a slip of the hand is no try
		page := doorPage(r)
		return r.Again(page, &page.Form, invalid().WithField("code", "fault.field_required"))
	}
	given, err := p.s.Open(r.Context(), r.Param("token"), r.Form("code"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.ShowStatus(readPage(r.W, &given), http.StatusOK), nil
}

func readPage(w *locale.Words, g *Given) ReadPage {
	page := ReadPage{Mark: w.T("outside.mark", "From", g.Agency, "To", g.Organisation, "Day", w.DateTime(g.OpenedAt), "Number", g.Number())}
	page.Facts = httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("outside.from"), Value: g.Agency}, {Label: w.T("outside.for"), Value: g.Organisation, Note: entry.CodeName(w, "countries", g.Country)},
		{Label: w.T("sharing.reason"), Value: w.T("sharing.reason." + g.Reason)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + g.Purpose)},
		{Label: w.T("outside.number"), Value: g.Number(), Note: w.T("outside.quote_number")}}}
	if g.Marking != "" {
		page.Facts.Rows = append(page.Facts.Rows, httpkit.SummaryRow{Label: w.T("outside.marking"), Value: markingText(w, g.Marking)})
	}
	if g.Note != "" {
		page.Facts.Rows = append(page.Facts.Rows, httpkit.SummaryRow{Label: w.T("outside.note"), Value: g.Note})
	}
	cards, _ := entry.Cards(w, g.Sections, "")
	for i := range cards {
		cards[i].Note = page.Mark
	}
	page.Cards = cards
	return page
}

func kindOptions(w *locale.Words) (options []httpkit.Option) {
	for _, kind := range Kinds() {
		options = append(options, httpkit.Option{Value: string(kind), Label: w.T(kind.Key())})
	}
	return options
}

func roleIn(text string) authz.Role {
	role, _ := authz.ParseRole(text)
	return role
}

// linkTo is the address that the sender copies.
func (p pages) linkTo(token string) string { return p.doors.PublicURL + "/package/" + token }

// letter says that something waits, where, and until when, and no word of what or of whom.
func letter(w *locale.Words, made *Made, link string, at moment.Time) mail.Letter {
	text := w.T("outside.mail_text") + "\n" + link + "\n\n" + w.T("outside.mail_until", "Until", w.DateTime(at)) + "\n\n" + w.T("outside.mail_code") + "\n"
	return mail.Letter{ID: gate.NewID(), To: made.Email, Language: w.Lang(), Subject: w.T("outside.mail_subject"), Text: text}
}
