package track

import (
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// strikeLinks lead to the forms for the steps that the reader may strike.
func strikeLinks(w *locale.Words, base string, lanes []Lane) (links []httpkit.Link) {
	for i := range lanes {
		l := &lanes[i]
		if last := l.CanStrike; last != nil {
			links = append(links, httpkit.Link{URL: base + "/tracks/" + l.Track + "/steps/" + last.ID + "/strike", Text: w.T("track.strike_step",
				"Track", w.T("track.track."+l.Track), "State", stateWord(w, l.Track, last.To, l.Country))})
		}
	}
	return links
}

func (p pages) strikeForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.strikePage(r)
	return httpkit.Show(page), err
}

func (p pages) strikePage(r *httpkit.Request) (*FormPage, error) {
	f, err := p.s.StrikeForm(r.Context(), r.Param("victim"), r.Param("step"))
	if err != nil {
		return nil, err
	}
	back, st := "/victims/"+f.File.ID+"/tracks", &f.Step
	form := httpkit.Form{Action: back + "/" + st.Track + "/steps/" + st.ID + "/strike", Submit: r.W.T("track.strike"), Version: f.Version,
		Cancel: httpkit.Link{URL: back, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("track.strike_reason"), Required: true, Options: sharing.Codes(r.W, "track.strike.", StrikeReasons)},
			{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("track.note_label"), Rows: 3, MaxLength: sharing.LongestNote},
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	facts := httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("track.step"), Value: r.W.T("track.track."+st.Track) + " · " + entry.CodeName(r.W, "countries", st.Country),
			Note: stateWord(r.W, st.Track, st.From, st.Country) + " → " + stateWord(r.W, st.Track, st.To, st.Country)},
		{Label: r.W.T("track.on"), Value: r.W.Day(st.On)}, {Label: r.W.T("track.by"), Value: st.Agency},
		{Label: r.W.T("track.strike_after"), Value: r.W.T("track.strike_text")}}}
	return &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("track.back")}, Heading: r.W.T("track.strike_title"), Facts: facts, Form: form}, nil
}

func (p pages) strike(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	err := p.s.Strike(r.Context(), r.Param("victim"), r.Param("step"), NewStrike{Reason: r.Form("reason"), Note: r.Form("note")}, r.Version(), r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.strikePage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+r.Param("victim")+"/tracks", "track.struck_now"), nil
}

// strikeNote says who struck a step, when and why.
func strikeNote(w *locale.Words, st *Step) string {
	text := w.T("track.struck_by", "Agency", st.Strike.Agency, "When", w.DateTime(st.Strike.At), "Reason", w.T("track.strike."+st.Strike.Reason))
	if st.Strike.Note != "" {
		text += " " + st.Strike.Note
	}
	return text
}
