package sharing

import (
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ReferPage offers a victim file to a desk.
type ReferPage struct {
	Back      httpkit.Link
	Reference string
	Nothing   bool // there is no section that the reader may pass on
	Find      httpkit.Link
	Form      httpkit.Form
}

// Template is the page's file.
func (*ReferPage) Template() string { return "sharing/refer" }

// ReferralPage is one referral: to the receiving desk with exactly what it will see, to the sender with its state.
type ReferralPage struct {
	Back      httpkit.Link
	Notice    httpkit.Notice
	Corrected httpkit.Notice
	Card      httpkit.Summary
	Links     []httpkit.Link
	Accept    httpkit.PostButton
	Decline   httpkit.Link
	Withdraw  httpkit.PostButton
	Complete  httpkit.Link
	TakeBack  httpkit.Link
	Left      httpkit.Table // what had left the file, of a referral that was taken back
	Preview   bool
	Cards     []entry.Card
	Notes     []entry.NoteCard
	Closed    []httpkit.HiddenSection
}

// Template is the page's file.
func (ReferralPage) Template() string { return "sharing/referral" }

// RefusalPage asks why an offer is declined.
type RefusalPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*RefusalPage) Template() string { return "sharing/refusal" }

var _ = httpkit.Register(&ReferPage{}, ReferralPage{}, &RefusalPage{})

func (p pages) newReferral(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.ReferralForm(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := referPage(r, form)
	page.choose("to", r.Query("to"))
	page.choose("basis", r.Query("basis"))
	return httpkit.Show(page), nil
}

// choose fills in what was settled elsewhere, such as the desk, if it is one of the choices.
func (page *ReferPage) choose(name, value string) {
	for i := range page.Form.Fields {
		field := &page.Form.Fields[i]
		if field.Name == name && slices.ContainsFunc(field.Options, func(o httpkit.Option) bool { return o.Value == value }) {
			field.Value = value
		}
	}
}

func referPage(r *httpkit.Request, f ReferralForm) *ReferPage {
	home := "/victims/" + f.File.ID
	fields := append(kindField(r.W, f.Kinds),
		httpkit.Field{Kind: httpkit.Select, Name: "to", Label: r.W.T("sharing.to_desk"), Hint: r.W.T("sharing.to_desk_hint"), Required: true, Options: agency.DeskOptions(r.W, f.Desks)},
		httpkit.Field{Kind: httpkit.Text, Name: "attention", Label: r.W.T("sharing.attention"), Hint: r.W.T("sharing.attention_hint"), MaxLength: longestName},
		httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("sharing.sections"), Hint: r.W.T("sharing.sections_hint"), Required: true, Options: sectionOptions(r.W, f.Sections)},
	)
	fields = append(append(fields, SingleField(r.W, f.Singles)...),
		httpkit.Field{Kind: httpkit.Select, Name: "reason", Label: r.W.T("sharing.reason"), Required: true, Options: httpkit.Options(r.W, "sharing.reason.", Reasons)},
		httpkit.Field{Kind: httpkit.Radios, Name: "urgency", Label: r.W.T("sharing.urgency"), Required: true, Value: string(Normal), Options: httpkit.Options(r.W, "sharing.urgency.", []string{string(Urgent), string(Normal)})},
		httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("sharing.note"), Hint: r.W.T("sharing.note_hint"), Rows: 5, MaxLength: longestNote},
	)
	fields = append(append(fields, WithGrounds(r.W, f.Grounds, termFields(r.W, defaultUntil(f.Now)))...), onceField())
	f.Partners.Limit(r.W, fields, kindsOfDesks(f.Desks))
	return &ReferPage{Back: back(r, home), Reference: f.File.Reference, Nothing: !f.CanRefer(), Find: httpkit.Link{URL: "/directory?victim=" + f.File.ID, Text: r.W.T("sharing.find_desk")}, Form: httpkit.Form{Action: home + "/referrals/preview",
		Submit: r.W.T("sharing.to_preview"), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}, Fields: fields}}
}

// kindField asks for the kind where there is more than one.
func kindField(w *locale.Words, kinds []Kind) []httpkit.Field {
	if len(kinds) < 2 {
		return nil
	}
	field := httpkit.Field{Kind: httpkit.Radios, Name: "kind", Label: w.T("sharing.kind"), Required: true, Value: string(Assistance)}
	for _, kind := range kinds {
		field.Options = append(field.Options, httpkit.Option{Value: string(kind), Label: w.T("sharing.kind." + string(kind)), Hint: w.T("sharing.kind_hint." + string(kind))})
	}
	return []httpkit.Field{field}
}

// sectionOptions puts first what may go along; below it what may not, with the reason and nothing to tick.
func sectionOptions(w *locale.Words, sections []Choice) []httpkit.Option {
	var open, closed []httpkit.Option
	for _, c := range sections {
		if option := ChoiceOption(w, &c); option.Disabled {
			closed = append(closed, option)
		} else {
			open = append(open, option)
		}
	}
	return append(open, closed...)
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("referral"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ReferralPage{Back: httpkit.Link{URL: "/referrals", Text: r.W.T("sharing.list_title")}}
	if view.OpenToMe() {
		preview, err := p.s.Preview(r.Context(), view.ID)
		if err != nil {
			return httpkit.Reply{}, err
		}
		view, page.Preview = preview.View, true
		page.Cards, page.Closed = previewCards(r.W, preview.Sections)
		page.Notes = entry.NoteCards(r.W, preview.Notes)
	}
	page.fill(r.W, &view)
	return httpkit.Show(page), nil
}

// previewCards are the sections as the reader will see them, without the links that work only after an acceptance.
func previewCards(w *locale.Words, sections []entry.SectionView) ([]entry.Card, []httpkit.HiddenSection) {
	cards, closed := entry.Cards(w, sections, "")
	for i := range cards {
		for j := range cards[i].Entries {
			cards[i].Entries[j].Edit, cards[i].Entries[j].History = httpkit.Link{}, httpkit.Link{}
		}
	}
	return cards, closed
}

// fill writes the facts of the referral and what the reader may do with it.
func (page *ReferralPage) fill(w *locale.Words, v *View) {
	url := "/referrals/" + v.ID
	page.Notice, page.Card = noticeOf(w, v), factsOf(w, v)
	if v.Corrected > 0 {
		page.Corrected = httpkit.Notice{Kind: "warning", Text: w.N("sharing.corrected_since", v.Corrected)}
	}
	page.fillRecall(w, v)
	page.Links = linksOf(w, v)
	if v.CanComplete {
		page.Complete = httpkit.Link{URL: url + "/completion", Text: w.T("sharing.complete")}
	}
	if v.CanAnswer {
		page.Accept = httpkit.PostButton{Action: url + "/acceptance", Text: w.T("web.accept"), Version: v.Version}
		page.Decline = httpkit.Link{URL: url + "/refusal", Text: w.T("web.decline")}
	}
	if v.CanWithdraw {
		page.Withdraw = httpkit.PostButton{Action: url + "/withdrawal", Text: w.T("sharing.withdraw"), Version: v.Version, Danger: true}
	}
}

// linksOf leads on: to the file, to what went along, and to another desk where this one did not take the person in.
func linksOf(w *locale.Words, v *View) (links []httpkit.Link) {
	if !v.CanOpen {
		return nil
	}
	home := "/victims/" + v.FileID
	links = append(links, httpkit.Link{URL: home, Text: w.T("sharing.open_file")},
		httpkit.Link{URL: "/referrals/" + v.ID + "/package", Text: w.T("sharing.open_package")})
	if v.Sent && (v.State == Declined || v.State == Withdrawn || v.State == Expired || v.State == TakenBack) {
		links = append(links, httpkit.Link{URL: home + "/referrals/new", Text: w.T("sharing.refer_elsewhere")})
	}
	return links
}

func noticeOf(w *locale.Words, v *View) httpkit.Notice {
	if v.Proposed && v.State == Offered {
		return httpkit.Notice{Text: w.T("sharing.approval_title") + ". " + w.T("sharing.approvals_text")}
	}
	if v.Overdue(v.Now) {
		return httpkit.Notice{Kind: "warning", Text: w.T("sharing.overdue_notice", "Until", w.DateTime(v.DueAt.Add(grace)))}
	}
	return httpkit.Notice{}
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	ground, provision := GroundLine(w, v.Basis, v.LegalBasis, v.BasisRef, v.OfferedAt)
	rows := []httpkit.SummaryRow{
		{Label: w.T("sharing.state"), Tag: stateTag(w, &v.Referral, v.Now)},
		{Label: w.T("sharing.kind"), Value: w.T("sharing.kind." + string(v.Kind))},
		{Label: w.T("sharing.file"), Value: v.Reference},
		{Label: w.T("sharing.from"), Value: v.FromAgency},
		{Label: w.T("sharing.to_desk"), Value: v.ToAgency, Note: v.ToDesk},
		{Label: w.T("sharing.reason"), Value: w.T("sharing.reason." + v.Reason)},
		{Label: w.T("sharing.offered_at"), Value: w.DateTime(v.OfferedAt)},
		{Label: w.T("sharing.due_at"), Value: w.DateTime(v.DueAt), Note: w.T("sharing.urgency." + string(v.Urgency))},
		{Label: w.T("sharing.sections"), Value: entry.SectionLine(w, v.Sections, v.OnlyOf, v.Writers)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("sharing.basis"), Value: ground, Note: provision},
		{Label: w.T("sharing.until_label"), Value: w.Date(v.UntilAt), Note: renewedNote(w, v)},
	}
	if marking := entry.MarkingText(w, v.Marking); marking != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.strictest"), Value: marking})
	}
	if v.AnsweredAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.answered_at"), Value: w.DateTime(v.AnsweredAt)})
	}
	if v.DeclineReason != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.decline_reason"), Value: w.T("sharing.decline." + v.DeclineReason)})
	}
	if v.Outcome != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.outcome"), Value: w.T("sharing.outcome." + v.Outcome)},
			httpkit.SummaryRow{Label: w.T("sharing.completed_at"), Value: w.DateTime(v.CompletedAt)})
	}
	rows = append(rows, recallRows(w, v)...)
	if v.Attention != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.attention"), Value: v.Attention, Name: true})
	}
	if v.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("sharing.note"), Value: v.Note})
	}
	return httpkit.Summary{Rows: rows}
}

// renewedNote says until when access was given at first, where it was renewed since.
func renewedNote(w *locale.Words, v *View) string {
	if v.FirstUntil == v.UntilAt {
		return ""
	}
	return w.T("sharing.was_until", "Until", w.Date(v.FirstUntil))
}

func sectionNames(w *locale.Words, sections authz.SectionSet) string {
	var names []string
	for id := range sections.Each {
		names = append(names, w.T(id.Key()))
	}
	return strings.Join(names, ", ")
}

var stateColours = map[State]string{Offered: "blue", Accepted: "green", Declined: "red", Withdrawn: "grey", Expired: "grey", Completed: "teal", TakenBack: "red"}

// stateTag is the state of a referral; one that nobody answered in time stands out.
func stateTag(w *locale.Words, r *Referral, now moment.Time) httpkit.Tag {
	if r.Overdue(now) {
		return httpkit.Tag{Text: w.T("sharing.overdue"), Colour: "orange"}
	}
	return httpkit.Tag{Text: w.T("sharing.state." + string(r.State)), Colour: stateColours[r.State]}
}

func (p pages) accept(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	fileID, err := p.s.Accept(r.Context(), r.Param("referral"), r.Version())
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+fileID, "sharing.accepted"), nil
}

func (p pages) askRefusal(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("referral"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanAnswer {
		return httpkit.See("/referrals/" + view.ID), nil
	}
	return httpkit.Show(refusalPage(r, view.ID, view.Version)), nil
}

func refusalPage(r *httpkit.Request, id string, version int64) *RefusalPage {
	url := "/referrals/" + id
	return &RefusalPage{Back: back(r, url), Form: httpkit.Form{Action: url + "/refusal", Submit: r.W.T("web.decline"), Version: version,
		Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason",
			Label: r.W.T("sharing.decline_reason"), Hint: r.W.T("sharing.decline_hint"), Required: true, Options: httpkit.Options(r.W, "sharing.decline.", DeclineReasons)}}}}
}

func (p pages) decline(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("referral")
	if err := p.s.Decline(r.Context(), id, r.Version(), r.Form("reason")); err != nil {
		page := refusalPage(r, id, r.Version())
		return r.Again(page, &page.Form, err)
	}
	return httpkit.SeeWith("/referrals/"+id, "sharing.declined"), nil
}

func (p pages) withdraw(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("referral")
	if err := p.s.Withdraw(r.Context(), id, r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/referrals/"+id, "sharing.withdrawn"), nil
}

// ListPage is one of the lists of referrals.
type ListPage struct{ httpkit.List }

// Template is the page's file.
func (ListPage) Template() string { return "sharing/list" }

var _ = httpkit.Register(ListPage{})

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	box := parseBox(r.Query("box"))
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{httpkit.List{Boxes: httpkit.BoxesOf(r.W, "sharing", "/referrals", Boxes(), box), Table: Table(r.W, list.Referrals, box, list.Now),
		Pages: r.Pages("/referrals?box="+string(box), list.Next.String())}}
	page.Table.HideCaption = true
	// What else waits for somebody.
	page.Boxes.Items = append(page.Boxes.Items, httpkit.NavItem{URL: "/approvals", Text: r.W.T("sharing.approvals_title")},
		httpkit.NavItem{URL: "/transfers", Text: r.W.T("sharing.transfers_title")})
	return httpkit.Show(page), nil
}

// Table shows referrals from the side that the list is read from; the worklist prints the same rows.
func Table(w *locale.Words, referrals []Referral, box Box, now moment.Time) httpkit.Table {
	other := w.T("sharing.from")
	if box == Sent {
		other = w.T("sharing.to_desk")
	}
	t := httpkit.Table{Caption: w.T("sharing.box." + string(box)), Empty: w.T("sharing.empty." + string(box)), Columns: []httpkit.Column{
		{Label: w.T("sharing.file")}, {Label: other}, {Label: w.T("sharing.reason")}, {Label: w.T("sharing.state")}, {Label: w.T("sharing.due_at")}}}
	for i := range referrals {
		r := &referrals[i]
		side := httpkit.Cell{Text: r.FromAgency, Sub: w.T("sharing.for_desk", "Desk", r.ToDesk)}
		if r.ForMe {
			side.Sub += " · " + w.T("sharing.for_you")
		}
		if box == Sent {
			side = httpkit.Cell{Text: r.ToAgency, Sub: r.ToDesk}
		}
		state := stateTag(w, r, now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: r.State != Offered, Cells: []httpkit.Cell{{Text: r.Reference, URL: "/referrals/" + r.ID, Mono: true}, side,
			{Text: w.T("sharing.reason." + r.Reason)}, {Text: state.Text, Tag: state.Colour}, {Text: w.DateTime(r.DueAt), Sub: w.T("sharing.urgency." + string(r.Urgency))}}})
	}
	return t
}
