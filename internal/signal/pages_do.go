package signal

import (
	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func signalURL(r *httpkit.Request) string { return "/signals/" + r.Param("signal") }

// form is a page about one signal; who may not do what it asks for gets the refusal before anybody types.
func (p pages) form(r *httpkit.Request, may func(*View) bool, make func(w *locale.Words, v *View) (*FormPage, error)) (*FormPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("signal"))
	if err != nil {
		return nil, err
	}
	if !may(&v) {
		return nil, fault.New(fault.Conflict, "signal.settled")
	}
	page, err := make(r.W, &v)
	if err != nil {
		return nil, err
	}
	page.Back = httpkit.Link{URL: "/signals/" + v.ID, Text: r.W.T("signal.show_title")}
	page.Form.Cancel = httpkit.Link{URL: "/signals/" + v.ID, Text: r.W.T("web.cancel")}
	page.Form.Version = v.Version
	return page, nil
}

func (p pages) passForm(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanPass() }, func(w *locale.Words, v *View) (*FormPage, error) {
		form, err := p.s.Form(r.Context())
		caller, _ := gate.CallerOf(r.Context())
		return &FormPage{Heading: w.T("signal.pass_title"), Text: w.T("signal.pass_text"), Sheet: httpkit.Sheet{Form: httpkit.Form{Action: "/signals/" + v.ID + "/pass",
			Submit: w.T("signal.pass"), Fields: []httpkit.Field{
				{Kind: httpkit.Select, Name: "to", Label: w.T("signal.to"), Required: true, Options: agency.DeskOptions(w, form.Desks)},
				{Kind: httpkit.Radios, Name: "with_story", Label: w.T("signal.with_story"), Hint: w.T("signal.with_story_hint"), Value: "no", Required: true, Options: []httpkit.Option{
					{Value: "no", Label: w.T("signal.with_story.no")}, {Value: "yes", Label: w.T("signal.with_story.yes")}}},
				{Kind: httpkit.Select, Name: "purpose", Label: w.T("entry.purpose_label"), Required: true, Value: gate.UsualPurpose(caller.Actor.Kind), Options: httpkit.Options(w, "gate.purpose.", gate.Purposes)},
				{Kind: httpkit.Select, Name: "basis", Label: w.T("entry.basis_label"), Required: true, Value: gate.UsualBasis(caller.Actor.Kind), Options: httpkit.Options(w, "gate.basis.", gate.Bases)}}}}}, err
	})
}

func (p pages) pass(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Pass(r.Context(), r.Param("signal"), Pass{DeskID: r.Form("to"), WithStory: r.Form("with_story") == "yes",
		Purpose: r.Form("purpose"), Basis: r.Form("basis")}, r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith(signalURL(r), "signal.passed"), p.passForm)
}

func (p pages) answer(r *httpkit.Request) (httpkit.Reply, error) {
	take := r.Form("answer") == "take"
	err := p.s.Answer(r.Context(), r.Param("signal"), Answer{Take: take, Reason: r.Form("reason")}, r.Version())
	done := httpkit.SeeWith("/signals", "signal.declined")
	if take {
		done = httpkit.SeeWith(signalURL(r), "signal.taken")
	}
	return httpkit.Posted(r, err, done, p.show)
}

func (p pages) closeForm(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanClose() }, func(w *locale.Words, v *View) (*FormPage, error) {
		return &FormPage{Heading: w.T("signal.close_title"), Text: w.T("signal.close_text"), Sheet: httpkit.Sheet{Form: httpkit.Form{Action: "/signals/" + v.ID + "/closure",
			Submit: w.T("signal.close_it"), Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason", Label: w.T("signal.close_reason"), Required: true,
				Options: httpkit.Options(w, "signal.close.", CloseReasons)}}}}}, nil
	})
}

func (p pages) close(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Close(r.Context(), r.Param("signal"), r.Form("reason"), r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith(signalURL(r), "signal.closed"), p.closeForm)
}

func (p pages) followForm(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanFollow() }, func(w *locale.Words, v *View) (*FormPage, error) {
		return &FormPage{Heading: w.T("signal.follow_title"), Text: w.T("signal.follow_text"), Sheet: httpkit.Sheet{Form: httpkit.Form{Action: "/signals/" + v.ID + "/follow-up",
			Submit: w.T("signal.follow"), Fields: []httpkit.Field{
				{Kind: httpkit.Radios, Name: "into", Label: w.T("signal.into"), Required: true, Value: IntoVictim, Options: httpkit.Options(w, "signal.into.", Targets())},
				{Kind: httpkit.Text, Name: "reference", Label: w.T("signal.reference"), Hint: w.T("signal.reference_hint"), MaxLength: 20, Width: 20},
				{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}}, nil
	})
}

func (p pages) follow(r *httpkit.Request) (httpkit.Reply, error) {
	kind, fileID, err := p.s.Follow(r.Context(), r.Param("signal"), FollowUp{Into: r.Form("into"), Reference: r.Form("reference")}, r.Version(), r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/"+string(kind)+"s/"+fileID, "signal.followed"), p.followForm)
}
