package question

import (
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("question"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &v), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	w, url := r.W, "/questions/"+v.ID
	page := &ShowPage{Facts: facts(w, v), CanSay: v.CanSpeak()}
	page.Back = httpkit.Link{URL: "/questions?box=" + string(boxOf(v)), Text: w.T("question.back")}
	if v.ErasedAt != 0 {
		page.Notice = httpkit.Notice{Text: w.T("question.erased", "At", w.Date(v.ErasedAt))}
	}
	for i := range v.Words {
		one := &v.Words[i]
		page.Words.Rows = append(page.Words.Rows, httpkit.SummaryRow{Label: one.Agency, Value: one.Text, Note: one.Desk + " · " + w.DateTime(one.WrittenAt), Hidden: v.ErasedAt != 0})
	}
	if v.File.FileID != "" {
		page.Private = true
		page.File = httpkit.Link{URL: "/victims/" + v.File.FileID, Text: w.T("question.file", "Reference", v.File.Reference)}
		if v.CanSpeak() {
			page.Refer = httpkit.Link{URL: "/victims/" + v.File.FileID + "/referrals/new?basis=consent&to=" + v.ToDeskID, Text: w.T("question.refer")}
		}
	}
	if v.SeesReferral {
		page.Went = httpkit.Link{URL: "/referrals/" + v.ReferralID, Text: w.T("question.to_referral")}
	}
	page.Form = httpkit.Form{Action: url + "/words", Version: v.Version, Submit: w.T("question.say"), Fields: []httpkit.Field{noteField(w, "question.answer")}}
	if v.CanSpeak() {
		page.Close = httpkit.PostButton{Action: url + "/closure", Version: v.Version, Text: w.T("question.close"), Quiet: true}
	}
	return page
}

func boxOf(v *View) Box {
	if v.Asked {
		return BoxAsked
	}
	return BoxReceived
}

func facts(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("question.state"), Tag: stateTag(w, &v.Question)},
		{Label: w.T("question.received_desk"), Value: v.Agency, Note: v.Desk},
		{Label: w.T("question.asked_desk"), Value: v.ToAgency, Note: v.ToDesk},
		{Label: w.T("question.need"), Value: entry.CodeName(w, "services", v.Need)},
		{Label: w.T("question.created_at"), Value: w.DateTime(v.CreatedAt)}}
	if v.Exploitation != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("question.exploitation"), Value: entry.CodeName(w, "exploitation_types", v.Exploitation)})
	}
	if v.AgeBand != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("question.age_band"), Value: w.T("question.age_band." + v.AgeBand)})
	}
	for _, one := range []struct{ key, list, code string }{{"question.sex", "sex", v.Sex}, {"question.country", "countries", v.Country},
		{"question.language", "languages", v.Language}} {
		if one.code != "" {
			rows = append(rows, httpkit.SummaryRow{Label: w.T(one.key), Value: entry.CodeName(w, one.list, one.code)})
		}
	}
	if v.EndedAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("question.ended_at"), Value: w.DateTime(v.EndedAt)})
	}
	return httpkit.Summary{Rows: rows}
}

func (p pages) speak(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Speak(r.Context(), r.Param("question"), r.Form("note"), r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith("/questions/"+r.Param("question"), "question.said"), p.show)
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Close(r.Context(), r.Param("question"), r.Version())
	return httpkit.SeeWith("/questions/"+r.Param("question"), "question.closed"), err
}
