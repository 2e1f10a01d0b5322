package clock

import (
	"context"
	"strings"

	"relais/internal/account"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Doors are what the pages need of the parts around them.
type Doors struct {
	Recognise func(ctx context.Context, query string, hashed []byte) (context.Context, error) // puts the owner of an address into the context
	Words     func(lang string) *locale.Words
	PublicURL string // before an address that is shown; empty for none
}

// FeedsPage lists the caller's secret addresses and makes new ones.
type FeedsPage struct {
	Back  httpkit.Link
	Lines httpkit.Table
	Ends  []httpkit.PostButton
	Form  httpkit.Form
}

// Template is the page's file.
func (*FeedsPage) Template() string { return "clock/feeds" }

// FeedPage shows a new address, once.
type FeedPage struct {
	Back    httpkit.Link
	Address string // empty when the page is loaded again
	Notice  httpkit.Notice
}

// Template is the page's file.
func (FeedPage) Template() string { return "clock/feed" }

func (p pages) feeds(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.feedsPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) feedsPage(r *httpkit.Request) (*FeedsPage, error) {
	list, desks, err := p.s.Feeds(r.Context())
	if err != nil {
		return nil, err
	}
	page := &FeedsPage{Back: httpkit.Link{URL: "/clocks", Text: r.W.T("clock.list_title")}}
	page.Lines = httpkit.Table{Caption: r.W.T("clock.feeds_title"), HideCaption: true, Empty: r.W.T("clock.feeds_none"),
		Columns: []httpkit.Column{{Label: r.W.T("clock.feed_of")}, {Label: r.W.T("clock.feed_made")}}}
	for _, f := range list {
		page.Lines.Rows = append(page.Lines.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: feedName(r.W, f.DeskID, f.Desk)}, {Text: r.W.DateTime(f.CreatedAt)}}})
		page.Ends = append(page.Ends, httpkit.PostButton{Action: "/clock-feeds/" + f.ID + "/revocation", Quiet: true,
			Text: r.W.Label(r.W.T("clock.feed_revoke")) + " " + feedName(r.W, f.DeskID, f.Desk) + ", " + r.W.DateTime(f.CreatedAt)})
	}
	field := httpkit.Field{Kind: httpkit.Radios, Name: "desk", Label: r.W.T("clock.feed_of"), Required: true,
		Options: []httpkit.Option{{Value: mine, Label: r.W.T("clock.feed_mine"), Selected: true}}}
	for _, d := range desks {
		field.Options = append(field.Options, httpkit.Option{Value: d.ID, Label: feedName(r.W, d.ID, d.Name)})
	}
	page.Form = httpkit.Form{Action: "/clock-feeds", Submit: r.W.T("clock.feed_make"), Fields: []httpkit.Field{field,
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	return page, nil
}

// mine stands in the form for an address that holds all that its owner may know of.
const mine = "mine"

func feedName(w *locale.Words, deskID, desk string) string {
	if deskID == "" {
		return w.T("clock.feed_mine")
	}
	return w.T("clock.feed_desk", "Desk", desk)
}

func (p pages) addFeed(r *httpkit.Request) (httpkit.Reply, error) {
	desk := r.Form("desk")
	if desk == "" {
		desk = "none"
	}
	if desk == mine {
		desk = ""
	}
	made, err := p.s.AddFeed(r.Context(), desk, r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.feedsPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := FeedPage{Back: httpkit.Link{URL: "/clock-feeds", Text: r.W.T("clock.feeds_title")}, Notice: httpkit.Notice{Text: r.W.T("clock.feed_again")}}
	if made.Token != "" {
		page.Address = address(p.doors.PublicURL, made.Token)
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("clock.feed_new_text")}
	}
	return httpkit.Show(page), nil
}

func address(public, token string) string {
	return strings.TrimSuffix(public, "/") + "/calendar/" + token
}

func (p pages) revokeFeed(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.RevokeFeed(r.Context(), r.Param("feed")); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/clock-feeds", "clock.feed_revoked"), nil
}

// calendar answers with the owner's clocks. An address that was never given, was revoked or whose owner has gone does not exist.
func (p pages) calendar(r *httpkit.Request) (httpkit.Reply, error) {
	token := strings.TrimSuffix(r.Param("token"), ".ics")
	absent := fault.New(fault.NotFound, "gate.not_found")
	if !IsToken(token) {
		return httpkit.Reply{}, absent
	}
	ctx, err := p.doors.Recognise(r.Context(), FeedOwner, HashOf(token))
	if fault.KindOf(err) == fault.Unauthenticated {
		return httpkit.Reply{}, absent
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, more, err := p.s.Calendar(ctx, token)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	if face, ok := account.FaceOf(ctx); ok && locale.Spoken(face.Language) {
		w = p.doors.Words(face.Language)
	}
	return httpkit.Download("relais.ics", "text/calendar; charset=utf-8", strings.NewReader(calendarOf(w, list, more, p.s.gate.Now(), p.doors.PublicURL))), nil
}
