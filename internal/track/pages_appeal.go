package track

import (
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// appealLinks lead to the forms for the decisions against which the reader may record an appeal, or its result.
func appealLinks(w *locale.Words, base string, lanes []Lane) (links []httpkit.Link) {
	for i := range lanes {
		l := &lanes[i]
		for j := range l.Appeal {
			st := &l.Appeal[j]
			links = append(links, httpkit.Link{URL: base + "/tracks/" + l.Track + "/steps/" + st.ID + "/appeal", Text: w.T("track.appeal_step",
				"State", stateWord(w, l.Track, st.To, l.Country), "Day", w.Day(st.On))})
		}
	}
	return links
}

func (p pages) appealForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.appealPage(r)
	return httpkit.Show(page), err
}

func (p pages) appealPage(r *httpkit.Request) (*FormPage, error) {
	f, err := p.s.AppealForm(r.Context(), r.Param("victim"), r.Param("step"))
	if err != nil {
		return nil, err
	}
	back, st := "/victims/"+f.File.ID+"/tracks", &f.Step
	form := httpkit.Form{Action: back + "/" + st.Track + "/steps/" + st.ID + "/appeal", Submit: r.W.T("track.appeal"), Version: f.Version,
		Cancel: httpkit.Link{URL: back, Text: r.W.T("web.cancel")}}
	facts := httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("track.step"), Value: r.W.T("track.track."+st.Track) + " · " + entry.CodeName(r.W, "countries", st.Country),
			Note: stateWord(r.W, st.Track, st.To, st.Country)},
		{Label: r.W.T("track.on"), Value: r.W.Day(st.On)}, {Label: r.W.T("track.by"), Value: st.Agency}}}
	title, day := "track.appeal_title", "track.appeal_on"
	if f.Open != nil {
		title, day, form.Submit = "track.appeal_end_title", "track.appeal_ended_on", r.W.T("track.appeal_end")
		facts.Rows = append(facts.Rows, httpkit.SummaryRow{Label: r.W.T("track.appeal_what.lodged"), Value: r.W.Day(f.Open.On), Note: f.Open.Agency})
		form.Fields = append(form.Fields, httpkit.Field{Kind: httpkit.Radios, Name: "result", Label: r.W.T("track.appeal_result"), Required: true,
			Options: sharing.Codes(r.W, "track.appeal_what.", AppealResults)})
	}
	form.Fields = append(form.Fields, httpkit.Field{Kind: httpkit.Day, Name: "on", Label: r.W.T(day), Value: string(f.Today), Required: true},
		httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("track.back")}, Heading: r.W.T(title), Facts: facts, Form: form}, nil
}

func (p pages) appeal(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	err := p.s.Appeal(r.Context(), r.Param("victim"), r.Param("step"), NewAppeal{Result: r.Form("result"), On: moment.Date(r.Form("on"))}, r.Version(), r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.appealPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+r.Param("victim")+"/tracks", "track.appeal_recorded"), nil
}

// appealNote says what has become of a decision.
func appealNote(w *locale.Words, st *Step) (text string) {
	for i := range st.Appeals {
		text += w.Label(w.T("track.appeal_what."+st.Appeals[i].What)) + " " + w.Day(st.Appeals[i].On) + ". "
	}
	return text
}
