package signal

import (
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

func wantVersion(r *httpkit.Request) error {
	if r.Version() == 0 {
		return fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	return nil
}

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

// did answers a posted form: shown again where it is wrong, back to the signal where it is done.
func (p pages) did(r *httpkit.Request, err error, again func(*httpkit.Request) (*FormPage, error), flash string) (httpkit.Reply, error) {
	if fault.KindOf(err) == fault.Invalid {
		page, broken := again(r)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/signals/"+r.Param("signal"), flash), nil
}

func (p pages) passPage(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanPass() }, func(w *locale.Words, v *View) (*FormPage, error) {
		form, err := p.s.Form(r.Context())
		caller, _ := gate.CallerOf(r.Context())
		return &FormPage{Heading: w.T("signal.pass_title"), Text: w.T("signal.pass_text"), Form: httpkit.Form{Action: "/signals/" + v.ID + "/pass",
			Submit: w.T("signal.pass"), Fields: []httpkit.Field{
				{Kind: httpkit.Select, Name: "to", Label: w.T("signal.to"), Required: true, Options: deskOptions(w, form.Desks)},
				{Kind: httpkit.Radios, Name: "with_story", Label: w.T("signal.with_story"), Hint: w.T("signal.with_story_hint"), Value: "no", Required: true, Options: []httpkit.Option{
					{Value: "no", Label: w.T("signal.with_story.no")}, {Value: "yes", Label: w.T("signal.with_story.yes")}}},
				{Kind: httpkit.Select, Name: "purpose", Label: w.T("entry.purpose_label"), Required: true, Value: gate.UsualPurpose(caller.Actor.Kind), Options: sharing.Codes(w, "gate.purpose.", gate.Purposes)},
				{Kind: httpkit.Select, Name: "basis", Label: w.T("entry.basis_label"), Required: true, Value: gate.UsualBasis(caller.Actor.Kind), Options: sharing.Codes(w, "gate.basis.", gate.Bases)}}}}, err
	})
}

func (p pages) passForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.passPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) pass(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	if err == nil {
		err = p.s.Pass(r.Context(), r.Param("signal"), Pass{DeskID: r.Form("to"), WithStory: r.Form("with_story") == "yes",
			Purpose: r.Form("purpose"), Basis: r.Form("basis")}, r.Version())
	}
	return p.did(r, err, p.passPage, "signal.passed")
}

func (p pages) answer(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	take := r.Form("answer") == "take"
	if err == nil {
		err = p.s.Answer(r.Context(), r.Param("signal"), Answer{Take: take, Reason: r.Form("reason")}, r.Version())
	}
	if fault.KindOf(err) == fault.Invalid {
		v, broken := p.s.Show(r.Context(), r.Param("signal"))
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := showPage(r.W, &v)
		return r.Again(page, &page.Decline, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	if take {
		return httpkit.SeeWith("/signals/"+r.Param("signal"), "signal.taken"), nil
	}
	return httpkit.SeeWith("/signals", "signal.declined"), nil
}

func (p pages) closePage(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanClose() }, func(w *locale.Words, v *View) (*FormPage, error) {
		return &FormPage{Heading: w.T("signal.close_title"), Text: w.T("signal.close_text"), Form: httpkit.Form{Action: "/signals/" + v.ID + "/closure",
			Submit: w.T("signal.close_it"), Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason", Label: w.T("signal.close_reason"), Required: true,
				Options: sharing.Codes(w, "signal.close.", CloseReasons)}}}}, nil
	})
}

func (p pages) closeForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.closePage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) close(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	if err == nil {
		err = p.s.Close(r.Context(), r.Param("signal"), r.Form("reason"), r.Version())
	}
	return p.did(r, err, p.closePage, "signal.closed")
}

func (p pages) followPage(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, func(v *View) bool { return v.CanFollow() }, func(w *locale.Words, v *View) (*FormPage, error) {
		return &FormPage{Heading: w.T("signal.follow_title"), Text: w.T("signal.follow_text"), Form: httpkit.Form{Action: "/signals/" + v.ID + "/follow-up",
			Submit: w.T("signal.follow"), Fields: []httpkit.Field{
				{Kind: httpkit.Radios, Name: "into", Label: w.T("signal.into"), Required: true, Value: IntoVictim, Options: sharing.Codes(w, "signal.into.", Targets())},
				{Kind: httpkit.Text, Name: "reference", Label: w.T("signal.reference"), Hint: w.T("signal.reference_hint"), MaxLength: 20, Width: 20},
				{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}, nil
	})
}

func (p pages) followForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.followPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) follow(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	var kind gate.Kind
	var fileID string
	if err == nil {
		kind, fileID, err = p.s.Follow(r.Context(), r.Param("signal"), FollowUp{Into: r.Form("into"), Reference: r.Form("reference")}, r.Version(), r.Form("once"))
	}
	if err != nil {
		return p.did(r, err, p.followPage, "")
	}
	return httpkit.SeeWith("/"+string(kind)+"s/"+fileID, "signal.followed"), nil
}
