package outside

import (
	"context"
	"time"

	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// mailTakes is how long a sender waits for the mail server; then they pass the link on themselves.
const mailTakes = 15 * time.Second

// shownOnce is the page with the link and the code.
func (p pages) shownOnce(r *httpkit.Request, made *Made, byMail bool) httpkit.Reply {
	page := MadePage{Back: httpkit.Link{URL: homeOf(r) + "/outside/" + made.ID, Text: r.W.T("outside.to_package")}}
	if made.Token == "" {
		return httpkit.Show(page)
	}
	page.Link, page.Code, page.Until = p.linkTo(made.Token), made.Code, r.W.DateTime(made.UntilAt)
	if byMail {
		page.Mailed = p.mailed(r, made)
	}
	return httpkit.Show(page)
}

// mailed sends the link, and says so or says that it has to go another way.
func (p pages) mailed(r *httpkit.Request, made *Made) httpkit.Notice {
	failed := httpkit.Notice{Kind: "warning", Text: r.W.T("outside.not_mailed")}
	if p.doors.Send == nil {
		return failed
	}
	ctx, cancel := context.WithTimeout(r.Context(), mailTakes)
	defer cancel()
	if err := p.doors.Send(ctx, letter(r.W, made, p.linkTo(made.Token), made.UntilAt)); err != nil {
		return failed
	}
	if err := p.s.Mailed(r.Context(), r.Param("victim"), made); err != nil {
		return failed
	}
	return httpkit.Notice{Text: r.W.T("outside.mailed", "To", made.Email)}
}

// link makes a new link for a package that waits.
func (p pages) link(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	byMail := r.Form("by_mail") == "yes"
	made, err := p.s.NewLink(r.Context(), r.Param("victim"), r.Param("package"), r.Version(), byMail)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return p.shownOnce(r, &made, byMail), nil
}

func (p pages) linkButtons(r *httpkit.Request, v *View) []httpkit.PostButton {
	show := httpkit.PostButton{Action: homeOf(r) + "/outside/" + v.ID + "/link", Version: v.Version, Text: r.W.T("outside.new_link")}
	if p.doors.Send == nil || v.Email == "" {
		return []httpkit.PostButton{show}
	}
	send := show
	send.Text, send.Fields = r.W.T("outside.new_link_mailed"), []httpkit.Field{hidden("by_mail", "yes")}
	return []httpkit.PostButton{send, show}
}

// mailRows say what became of the mail, where one was asked for.
func mailRows(w *locale.Words, v *View) []httpkit.SummaryRow {
	switch v.Delivery() {
	case Mailed:
		return []httpkit.SummaryRow{{Label: w.T("outside.mailed_at"), Value: w.DateTime(v.MailedAt)}}
	case NotMailed:
		return []httpkit.SummaryRow{{Label: w.T("outside.mail"), Tag: httpkit.Tag{Text: w.T("outside.unmailed"), Colour: "red"}, Note: w.T("outside.unmailed_note")}}
	}
	return nil
}

// unmailed is said in the list of a link that waits and whose mail nobody has confirmed.
func unmailed(w *locale.Words, p *Package, state State) string {
	if state == Created && p.Delivery() == NotMailed {
		return w.T("outside.unmailed")
	}
	return ""
}
