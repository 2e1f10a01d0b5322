package directory

import (
	"slices"
	"strconv"
	"strings"

	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("desk"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &v), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	w, victim := r.W, victimIn(r)
	page := &ShowPage{Back: httpkit.Link{URL: address(Filter{}, victim), Text: w.T("directory.back")}, Name: v.Agency + " · " + v.Desk, Mine: v.Mine && v.Written(),
		Facts: facts(w, v)}
	if !v.Written() {
		page.Notice = httpkit.Notice{Text: w.T("directory.unwritten")}
	}
	if victim != "" && v.Intake {
		page.Links = append(page.Links, httpkit.Link{URL: "/victims/" + victim + "/referrals/new?to=" + v.DeskID, Text: w.T("directory.refer")})
	}
	if !v.Own {
		ask := "/questions/new?to=" + v.DeskID
		if victim != "" {
			ask += "&victim=" + victim
		}
		page.Links = append(page.Links, httpkit.Link{URL: ask, Text: w.T("directory.ask")})
	}
	if v.Mine {
		page.Links = append(page.Links, httpkit.Link{URL: deskURL(v.DeskID, "") + "/edit", Text: w.T("directory.edit")})
	}
	page.Places = httpkit.Form{Action: deskURL(v.DeskID, "") + "/places", Submit: w.T("directory.tell"), Fields: []httpkit.Field{
		{Kind: httpkit.Number, Name: "free", Label: w.T("directory.free"), Hint: w.T("directory.free_hint"), Required: true, Width: 3}}}
	page.Steps = httpkit.Table{Caption: w.T("directory.history"), Empty: w.T("directory.unwritten"), Columns: []httpkit.Column{
		{Label: w.T("directory.version")}, {Label: w.T("directory.written_at")}, {Label: w.T("directory.written_by")}}}
	for _, step := range v.Steps {
		by := httpkit.Cell{Text: v.Agency}
		if step.Author != "" {
			by = httpkit.Cell{Text: step.Author, Name: true}
		}
		page.Steps.Rows = append(page.Steps.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Number(int(step.Version - unwritten))}, {Text: w.DateTime(step.WrittenAt)}, by}})
	}
	return page
}

func facts(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("directory.kind"), Value: w.T(v.Kind.Key()), Note: entry.CodeName(w, "countries", v.Country)},
		{Label: w.T("directory.places"), Tag: placesTag(w, &v.Listing, v.Now), Note: placesNote(w, &v.Listing)},
		{Label: w.T("directory.intake"), Value: w.T("directory.intake." + strconv.FormatBool(v.Intake))}}
	if !v.Written() {
		return httpkit.Summary{Rows: rows}
	}
	return httpkit.Summary{Rows: append(rows,
		httpkit.SummaryRow{Label: w.T("directory.services"), Value: names(w, "services", v.Services)},
		httpkit.SummaryRow{Label: w.T("directory.languages"), Value: names(w, "languages", v.Languages)},
		httpkit.SummaryRow{Label: w.T("directory.people"), Value: words(w, "directory.people.", v.People)},
		httpkit.SummaryRow{Label: w.T("directory.exploitation"), Value: names(w, "exploitation_types", v.Exploitation)},
		httpkit.SummaryRow{Label: w.T("directory.area"), Value: v.Area},
		httpkit.SummaryRow{Label: w.T("directory.hours"), Value: hours(w, &v.Listing), Note: words(w, "directory.day.", v.Days)},
		httpkit.SummaryRow{Label: w.T("directory.email"), Value: v.Email},
		httpkit.SummaryRow{Label: w.T("directory.phone"), Value: v.Phone},
		httpkit.SummaryRow{Label: w.T("directory.written_at"), Value: w.DateTime(v.WrittenAt)})}
}

func hours(w *locale.Words, l *Listing) string {
	switch {
	case l.AlwaysOpen:
		return w.T("directory.always_open")
	case l.Opens == "":
		return ""
	}
	return l.Opens + "–" + l.Closes
}

func words(w *locale.Words, prefix string, codes Codes) string {
	texts := codes.List()
	for i := range texts {
		texts[i] = w.T(prefix + texts[i])
	}
	return strings.Join(texts, ", ")
}

func (p pages) edit(r *httpkit.Request) (*EditPage, error) {
	v, err := p.s.Form(r.Context(), r.Param("desk"))
	if err != nil {
		return nil, err
	}
	return editPage(r, &v), nil
}

func editPage(r *httpkit.Request, l *Listing) *EditPage {
	w, url := r.W, deskURL(l.DeskID, "")
	open := ""
	if l.AlwaysOpen {
		open = "yes"
	}
	return &EditPage{Name: l.Agency + " · " + l.Desk, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: url, Text: w.T("directory.back_to_desk")}, Form: httpkit.Form{Action: url,
		Version: l.Version, Submit: w.T("directory.save"), Cancel: httpkit.Link{URL: url, Text: w.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Checkboxes, Name: "services", Label: w.T("directory.services"), Required: true, Values: l.Services.List(), Options: entry.CodeOptions(w, "services")},
			{Kind: httpkit.Checkboxes, Name: "languages", Label: w.T("directory.languages"), Hint: w.T("directory.languages_hint"), Required: true, Values: l.Languages.List(), Options: languageOptions(w, l.Languages)},
			{Kind: httpkit.Checkboxes, Name: "people", Label: w.T("directory.people"), Values: l.People.List(), Options: httpkit.Options(w, "directory.people.", People)},
			{Kind: httpkit.Checkboxes, Name: "exploitation", Label: w.T("directory.exploitation"), Values: l.Exploitation.List(), Options: exploitationOptions(w)},
			{Kind: httpkit.Text, Name: "area", Label: w.T("directory.area"), Hint: w.T("directory.area_hint"), Value: l.Area, MaxLength: longestArea},
			{Kind: httpkit.Checkboxes, Name: "always_open", Label: w.T("directory.hours"), Values: []string{open}, Options: []httpkit.Option{{Value: "yes", Label: w.T("directory.always_open")}}},
			{Kind: httpkit.Checkboxes, Name: "days", Label: w.T("directory.days"), Hint: w.T("directory.days_hint"), Values: l.Days.List(), Options: httpkit.Options(w, "directory.day.", Days)},
			{Kind: httpkit.Text, Name: "opens", Label: w.T("directory.opens"), Hint: w.T("directory.hour_hint"), Value: l.Opens, MaxLength: 5, Width: 5},
			{Kind: httpkit.Text, Name: "closes", Label: w.T("directory.closes"), Hint: w.T("directory.hour_hint"), Value: l.Closes, MaxLength: 5, Width: 5},
			{Kind: httpkit.Email, Name: "email", Label: w.T("directory.email"), Hint: w.T("directory.email_hint"), Value: l.Email, MaxLength: 120},
			{Kind: httpkit.Tel, Name: "phone", Label: w.T("directory.phone"), Hint: w.T("directory.phone_hint"), Value: l.Phone, MaxLength: 26, Width: 20}}}}}
}

// languageOptions are the usual languages, and those that were named otherwise, so that saving the form loses none.
func languageOptions(w *locale.Words, have Codes) []httpkit.Option {
	return slices.DeleteFunc(entry.CodeOptions(w, "languages"), func(o httpkit.Option) bool { return !slices.Contains(usual, o.Value) && !have.Has(o.Value) })
}

func exploitationOptions(w *locale.Words) []httpkit.Option {
	return slices.DeleteFunc(entry.CodeOptions(w, "exploitation_types"), func(o httpkit.Option) bool { return !slices.Contains(exploitations(), o.Value) })
}

func (p pages) write(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Write(r.Context(), r.Param("desk"), New{Services: r.FormValues("services"), Languages: r.FormValues("languages"), People: r.FormValues("people"),
		Exploitation: r.FormValues("exploitation"), Area: r.Form("area"), AlwaysOpen: r.Form("always_open") == "yes", Days: r.FormValues("days"),
		Opens: r.Form("opens"), Closes: r.Form("closes"), Email: r.Form("email"), Phone: r.Form("phone")}, r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith(deskURL(r.Param("desk"), ""), "directory.saved"), p.edit)
}

func (p pages) places(r *httpkit.Request) (httpkit.Reply, error) {
	free, err := strconv.Atoi(r.Form("free"))
	if err != nil {
		free = -1
	}
	err = p.s.TellPlaces(r.Context(), r.Param("desk"), free)
	return httpkit.Posted(r, err, httpkit.SeeWith(deskURL(r.Param("desk"), ""), "directory.told"), p.show)
}
