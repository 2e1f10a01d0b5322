package directory

import (
	"net/url"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage is the directory, or what of it fits a filter.
type ListPage struct {
	httpkit.List
	Own    []httpkit.Link
	Filter []httpkit.Field
	Clear  httpkit.Link
	Victim string // the file for which a desk is looked for
}

// Template is the page's file.
func (ListPage) Template() string { return "directory/list" }

// ShowPage is what one desk offers.
type ShowPage struct {
	Back   httpkit.Link
	Name   string
	Notice httpkit.Notice
	Facts  httpkit.Summary
	Links  []httpkit.Link
	Mine   bool
	Places httpkit.Form
	Steps  httpkit.Table
}

// Template is the page's file.
func (*ShowPage) Template() string { return "directory/show" }

// Asks is the form of the free places.
func (p *ShowPage) Asks() *httpkit.Form { return &p.Places }

// EditPage asks a desk what it offers.
type EditPage struct {
	httpkit.Sheet
	Name string
}

// Template is the page's file.
func (*EditPage) Template() string { return "directory/edit" }

var _ = httpkit.Register(ListPage{}, &ShowPage{}, &EditPage{})

type pages struct{ s *Service }

// Pages registers the pages of the directory.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/directory", k.Do(p.list))
	g.GET("/directory/:desk", k.Do(httpkit.Shows(p.show)))
	g.GET("/directory/:desk/edit", k.Do(httpkit.Shows(p.edit)))
	g.POST("/directory/:desk", k.Change(p.write))
	g.POST("/directory/:desk/places", k.Do(p.places))
}

func asked(r *httpkit.Request) Filter {
	return Filter{Service: r.Query("service"), Language: r.Query("language"), Country: r.Query("country"), Tonight: r.Query("tonight") == "yes"}
}

// address is the list under a filter; only codes and ids stand in it.
func address(f Filter, victim string) string {
	q := url.Values{}
	for name, value := range map[string]string{"service": f.Service, "language": f.Language, "country": f.Country, "victim": victim} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Tonight {
		q.Set("tonight", "yes")
	}
	if len(q) == 0 {
		return "/directory"
	}
	return "/directory?" + q.Encode()
}

// victimIn is the id of the file for which somebody looks for a desk; whether they may refer it is asked where they do.
func victimIn(r *httpkit.Request) string {
	id, err := uuid.Parse(r.Query("victim"))
	if err != nil {
		return ""
	}
	return id.String()
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	f, victim := asked(r), victimIn(r)
	found, err := p.s.List(r.Context(), f, r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Victim: victim, Filter: filterFields(r.W, f, found.Spoken),
		List: httpkit.List{Table: table(r.W, &found, victim), Pages: r.Pages(address(f, victim), found.Next)}}
	if f != (Filter{}) {
		page.Clear = httpkit.Link{URL: address(Filter{}, victim), Text: r.W.T("directory.clear")}
	}
	for i := range found.Own {
		page.Own = append(page.Own, httpkit.Link{URL: deskURL(found.Own[i].DeskID, ""), Text: found.Own[i].Desk})
	}
	return httpkit.Show(page), nil
}

func deskURL(deskID, victim string) string {
	if victim == "" {
		return "/directory/" + deskID
	}
	return "/directory/" + deskID + "?victim=" + victim
}

func filterFields(w *locale.Words, f Filter, spoken []string) []httpkit.Field {
	var languages []httpkit.Option
	for _, o := range entry.CodeOptions(w, "languages") {
		for _, code := range spoken {
			if o.Value == code {
				languages = append(languages, o)
			}
		}
	}
	tonight := httpkit.Field{Kind: httpkit.Checkboxes, Name: "tonight", Label: w.T("directory.places"), HideLabel: true, Required: true,
		Options: []httpkit.Option{{Value: "yes", Label: w.T("directory.only_tonight"), Selected: f.Tonight}}}
	return []httpkit.Field{
		{Kind: httpkit.Select, Name: "service", Label: w.T("directory.service"), Required: true, Value: f.Service, Options: entry.CodeOptions(w, "services")},
		{Kind: httpkit.Select, Name: "language", Label: w.T("directory.language"), Required: true, Value: f.Language, Options: languages},
		{Kind: httpkit.Select, Name: "country", Label: w.T("directory.country"), Required: true, Value: f.Country, Options: countryOptions(w)},
		tonight,
	}
}

func countryOptions(w *locale.Words) (options []httpkit.Option) {
	for _, code := range []string{"BE", "LU", "NL"} {
		options = append(options, httpkit.Option{Value: code, Label: entry.CodeName(w, "countries", code)})
	}
	return options
}

func table(w *locale.Words, found *Page, victim string) httpkit.Table {
	t := httpkit.Table{Caption: w.T("directory.list_title"), HideCaption: true, Empty: w.T("directory.none"), Columns: []httpkit.Column{
		{Label: w.T("directory.desk")}, {Label: w.T("directory.services")}, {Label: w.T("directory.languages")}, {Label: w.T("directory.places")}}}
	for i := range found.Desks {
		l := &found.Desks[i]
		places := placesTag(w, l, found.Now)
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: l.Agency, URL: deskURL(l.DeskID, victim), Sub: l.Desk + " · " + entry.CodeName(w, "countries", l.Country)},
			{Text: names(w, "services", l.Services)}, {Text: names(w, "languages", l.Languages)}, {Text: places.Text, Tag: places.Colour, Sub: placesNote(w, l)}}})
	}
	return t
}

func names(w *locale.Words, list string, codes Codes) string {
	text := ""
	for i, code := range codes.List() {
		if i > 0 {
			text += ", "
		}
		text += entry.CodeName(w, list, code)
	}
	return text
}

// placesTag is what is known of the places: a number that is older than a day is known no more.
func placesTag(w *locale.Words, l *Listing, now moment.Time) httpkit.Tag {
	switch {
	case l.ToldAt == 0:
		return httpkit.Tag{Text: w.T("directory.places_untold"), Colour: "grey"}
	case !l.Known(now):
		return httpkit.Tag{Text: w.T("directory.places_stale"), Colour: "grey"}
	case l.Free == 0:
		return httpkit.Tag{Text: w.T("directory.places_full"), Colour: "red"}
	}
	return httpkit.Tag{Text: w.N("directory.places_free", l.Free), Colour: "green"}
}

func placesNote(w *locale.Words, l *Listing) string {
	if l.ToldAt == 0 {
		return ""
	}
	return w.T("directory.told_at", "At", w.DateTime(l.ToldAt))
}
