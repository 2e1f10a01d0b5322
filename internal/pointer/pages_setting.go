package pointer

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func (p pages) setting(r *httpkit.Request) (*SettingPage, error) {
	s, err := p.s.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	return settingPage(r, &s), nil
}

const yes, no, eachFile = "yes", "no", "each_file"

// answerOf is a setting as the form asks for it.
func answerOf(s *Setting) string {
	switch {
	case s.Allows && s.EachFile:
		return eachFile
	case s.Allows:
		return yes
	}
	return no
}

func settingPage(r *httpkit.Request, s *Settings) *SettingPage {
	page := &SettingPage{State: httpkit.Tag{Text: r.W.T("pointer.apart_now"), Colour: "grey"}, Facts: settingFacts(r.W, s), Before: before(r.W, s)}
	if s.Allows {
		page.State = httpkit.Tag{Text: r.W.T("pointer.takes_part"), Colour: "green"}
	}
	page.Form = httpkit.Form{Action: "/pointer-setting", Submit: r.W.T("pointer.save"), Version: s.Version + 1, Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "allows", Label: r.W.T("pointer.allows"), Hint: r.W.T("pointer.allows_hint"), Required: true, Value: answerOf(&s.Setting),
			Options: []httpkit.Option{{Value: yes, Label: r.W.T("web.yes")},
				{Value: eachFile, Label: r.W.T("pointer.each_file"), Hint: r.W.T("pointer.each_file_hint")}, {Value: no, Label: r.W.T("web.no")}}}}}
	if len(s.Desks) > 0 {
		off := httpkit.Field{Kind: httpkit.Checkboxes, Name: "desks_off", Label: r.W.T("pointer.desks_off"), Hint: r.W.T("pointer.desks_off_hint"), Values: s.DesksOff}
		for _, d := range s.Desks {
			off.Options = append(off.Options, httpkit.Option{Value: d.ID, Label: d.Name})
		}
		page.Form.Fields = append(page.Form.Fields, off)
	}
	return page
}

func settingFacts(w *locale.Words, s *Settings) httpkit.Summary {
	rows := []httpkit.SummaryRow{{Label: w.T("pointer.since"), Value: w.T("pointer.never_set")}}
	if s.Version > 0 {
		rows[0] = httpkit.SummaryRow{Label: w.T("pointer.since"), Value: w.DateTime(s.SetAt), Note: s.SetBy}
	}
	return httpkit.Summary{Rows: append(rows, httpkit.SummaryRow{Label: w.T("pointer.wrong_label"),
		Value: w.T("pointer.wrong", "NotSame", w.Number(s.NotSame), "Made", w.Number(s.Made))})}
}

// before are the settings that held until now, the latest first.
func before(w *locale.Words, s *Settings) httpkit.Table {
	if len(s.Before) == 0 {
		return httpkit.Table{}
	}
	t := httpkit.Table{Caption: w.T("pointer.before"), Columns: []httpkit.Column{{Label: w.T("pointer.since")}, {Label: w.T("pointer.allows_short")}, {Label: w.T("pointer.set_by")}}}
	for i := range s.Before {
		b := &s.Before[i]
		allows := httpkit.Cell{Text: w.T("web.no")}
		switch answerOf(b) {
		case yes:
			allows.Text = w.T("web.yes")
		case eachFile:
			allows.Text = w.T("pointer.each_file")
		}
		if n := len(b.DesksOff); n > 0 {
			allows.Sub = w.N("pointer.desks_apart", n)
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(b.SetAt)}, allows, {Text: b.SetBy, Name: true}}})
	}
	return t
}

// decide posts the version after the present one, because nobody has said anything yet at version 0.
func (p pages) decide(r *httpkit.Request) (httpkit.Reply, error) {
	answer := r.Form("allows")
	err := error(nil)
	if answer != yes && answer != no && answer != eachFile {
		err = invalid().WithField("allows", "fault.field_required")
	} else {
		err = p.s.Decide(r.Context(), r.Version()-1, Decision{Allows: answer != no, EachFile: answer == eachFile, DesksOff: r.FormValues("desks_off")})
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/pointer-setting", "pointer.saved"), p.setting)
}
