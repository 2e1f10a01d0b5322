package consent

import (
	"context"

	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// WordsBody is what the person allowed and how they were asked, as it is sent and answered.
type WordsBody struct {
	Sections    []string    `json:"sections" maxItems:"30" doc:"What may be passed on"`
	Recipients  []Recipient `json:"recipients" maxItems:"60" doc:"To whom: an agency, or one of its desks; agency and desk are names in answers only"`
	Purposes    []string    `json:"purposes" maxItems:"20" doc:"Codes of what for"`
	AskedOn     moment.Date `json:"asked_on"`
	Until       moment.Date `json:"until" doc:"Last day in Brussels; at most two years off"`
	How         string      `json:"how" doc:"written, oral_recorded, oral_witnessed or with_guardian"`
	Language    string      `json:"language" doc:"ISO 639 code of the language in which the person was asked"`
	Explained   []string    `json:"explained" maxItems:"10" doc:"All seven explanations of HTCDS 2.0"`
	Interpreter string      `json:"interpreter,omitempty" maxLength:"200"`
	Witness     string      `json:"witness,omitempty" maxLength:"200"`
	Minor       bool        `json:"minor,omitempty"`
	Guardian    string      `json:"guardian,omitempty" maxLength:"200" doc:"Who agreed for a minor"`
	Note        string      `json:"note,omitempty" maxLength:"2000"`
	Outside     string      `json:"outside,omitempty" maxLength:"2000" doc:"Organisations without an account, one on each line"`
}

func (b *WordsBody) words() New {
	return New{Sections: b.Sections, Recipients: b.Recipients, Purposes: b.Purposes, AskedOn: b.AskedOn, Until: b.Until, How: b.How,
		Language: b.Language, Explained: b.Explained, Interpreter: b.Interpreter, Witness: b.Witness, Minor: b.Minor, Guardian: b.Guardian,
		Note: b.Note, Outside: b.Outside}
}

// Body is a consent; in a list without language and free text, and without what rests on it.
type Body struct {
	ID           string      `json:"id"`
	AgencyID     string      `json:"agency_id" doc:"That keeps the record"`
	Agency       string      `json:"agency"`
	State        string      `json:"state" enum:"live,expired,withdrawn,waiting,alone,declined" doc:"waiting: for the guardian of a child; alone: came of age before the guardian signed, ask the person again"`
	WrittenAt    moment.Time `json:"written_at"`
	WithdrawnAt  moment.Time `json:"withdrawn_at"`
	WithdrawnHow string      `json:"withdrawn_how,omitempty"`
	Version      int64       `json:"version"`
	WordsBody
	WithdrawnNote string        `json:"withdrawn_note,omitempty"`
	Resting       []ShareBody   `json:"resting,omitempty" doc:"What was shared on this consent"`
	Staying       []ShareBody   `json:"staying,omitempty" doc:"What stays open on other grounds, whatever becomes of it"`
	Packages      []PackageBody `json:"packages,omitempty" doc:"What went on it to organisations without an account; for who sent it and who leads the file"`
	Versions      []Body        `json:"versions,omitempty" doc:"The earlier ones, the newest first"`
	CanChange     bool          `json:"can_change,omitempty"`
	CanWithdraw   bool          `json:"can_withdraw,omitempty"`
	CanSign       bool          `json:"can_sign,omitempty" doc:"You are the guardian, and it waits for you"`
}

// PackageBody is a package for an organisation without an account.
type PackageBody struct {
	Organisation string      `json:"organisation"`
	State        string      `json:"state" enum:"created,opened,expired,withdrawn,blocked"`
	SentAt       moment.Time `json:"sent_at"`
	EndedAt      moment.Time `json:"ended_at,omitempty" doc:"When it was opened, or ended otherwise"`
}

// ShareBody is a share of the file, without the name of a worker.
type ShareBody struct {
	ID         string             `json:"id"`
	AgencyID   string             `json:"agency_id"`
	Agency     string             `json:"agency"`
	Desk       string             `json:"desk,omitempty"`
	State      string             `json:"state"`
	Sections   []string           `json:"sections"`
	OnlyOf     []entry.OnlyOfBody `json:"only_of,omitempty" doc:"Sections of which the entries of these agencies alone are open"`
	Purpose    string             `json:"purpose"`
	Basis      string             `json:"basis"`
	LegalBasis string             `json:"legal_basis,omitempty"`
	Article    string             `json:"article,omitempty"`
	Since      moment.Time        `json:"since"`
	Until      moment.Time        `json:"until"`
	EndedAt    moment.Time        `json:"ended_at"`
}

func body(c *Consent, now moment.Time) Body {
	return Body{ID: c.ID, AgencyID: c.AgencyID, Agency: c.Agency, State: string(c.State(now)), WrittenAt: c.WrittenAt,
		WithdrawnAt: c.WithdrawnAt, WithdrawnHow: c.WithdrawnHow, WithdrawnNote: c.WithdrawnNote, Version: c.Version, WordsBody: wordsBody(&c.Given)}
}

func wordsBody(g *Given) WordsBody {
	return WordsBody{Sections: wordsOf(g.Sections), Recipients: g.Recipients, Purposes: g.Purposes, AskedOn: g.AskedOn, Until: moment.DayOf(g.UntilAt),
		How: g.How, Language: g.Language, Explained: g.Explained, Interpreter: g.Interpreter, Witness: g.Witness, Minor: g.Minor,
		Guardian: g.Guardian, Note: g.Note, Outside: g.Outside}
}

func shareBodies(list []Share) (bodies []ShareBody) {
	for i := range list {
		g := &list[i]
		bodies = append(bodies, ShareBody{ID: g.GrantID, AgencyID: g.AgencyID, Agency: g.Agency, Desk: g.Desk, State: g.State,
			Sections: wordsOf(g.Sections), OnlyOf: entry.OnlyOfBodies(g.OnlyOf), Purpose: g.Purpose, Basis: g.Basis, LegalBasis: g.LegalBasis,
			Article: article(g.LegalBasis, g.Since), Since: g.Since, Until: g.Until, EndedAt: g.EndedAt})
	}
	return bodies
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type consentIn struct {
	Victim  string `path:"victim" format:"uuid"`
	Consent string `path:"consent" format:"uuid"`
}

type recordIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   WordsBody
}

type changeIn struct {
	Victim  string `path:"victim" format:"uuid"`
	Consent string `path:"consent" format:"uuid"`
	Body    WordsBody
}

type withdrawIn struct {
	Victim  string `path:"victim" format:"uuid"`
	Consent string `path:"consent" format:"uuid"`
	Body    struct {
		How  string `json:"how" doc:"spoken, written, through_guardian or through_lawyer"`
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

type signIn struct {
	Victim  string `path:"victim" format:"uuid"`
	Consent string `path:"consent" format:"uuid"`
	Body    struct {
		Agreed bool `json:"agreed"`
	}
}

type listOut struct {
	Body struct {
		Items     []Body `json:"items"`
		CanRecord bool   `json:"can_record"`
	}
}

type consentOut struct {
	ETag string `header:"ETag"`
	Body Body
}

type createdOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type withdrawnOut struct {
	Body struct {
		State   string      `json:"state" enum:"withdrawn"`
		Gone    bool        `json:"gone" doc:"You no longer see the file: your own access rested on this consent"`
		Staying []ShareBody `json:"staying" doc:"What stays open on other grounds; empty where you no longer see the file"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of consents.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-consents", Method: "GET", Path: "/victims/{victim}/consents", Summary: "List what the person has allowed, as far as you may read it",
		Tag: "consents", Permission: "victim.read", Parent: "victim"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "record-consent", Method: "POST", Path: "/victims/{victim}/consents", Summary: "Write down what the person has allowed",
		Tag: "consents", Permission: "consents.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.record)
	httpkit.Operate(a, httpkit.Operation{ID: "show-consent", Method: "GET", Path: "/victims/{victim}/consents/{consent}", Summary: "Show a consent, its versions, what rests on it and what does not",
		Tag: "consents", Permission: "consents.read", Parent: "victim"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "change-consent", Method: "PUT", Path: "/victims/{victim}/consents/{consent}", Summary: "Write a new version; what it no longer covers ends at once",
		Tag: "consents", Permission: "consents.write", Parent: "victim", NeedsIfMatch: true}, o.change)
	httpkit.Operate(a, httpkit.Operation{ID: "withdraw-consent", Method: "POST", Path: "/victims/{victim}/consents/{consent}/withdrawal", Summary: "End a consent and everything that rests on it",
		Tag: "consents", Permission: "consents.withdraw", Parent: "victim", NeedsIfMatch: true}, o.withdraw)
	httpkit.Operate(a, httpkit.Operation{ID: "sign-consent", Method: "POST", Path: "/victims/{victim}/consents/{consent}/signature", Summary: "Agree, as the guardian, to what a child has allowed, or do not",
		Tag: "consents", Permission: "consents.sign", Parent: "victim", NeedsIfMatch: true}, o.sign)
}

func (o operations) sign(ctx context.Context, in *signIn) (*consentOut, error) {
	if err := o.s.Sign(ctx, in.Victim, in.Consent, httpkit.IfMatch(ctx), in.Body.Agreed); err != nil {
		return nil, err
	}
	return o.show(ctx, &consentIn{Victim: in.Victim, Consent: in.Consent})
}

func (o operations) list(ctx context.Context, in *victimIn) (*listOut, error) {
	list, err := o.s.List(ctx, in.Victim)
	out := &listOut{}
	out.Body.Items, out.Body.CanRecord = []Body{}, list.CanRecord
	for i := range list.Consents {
		out.Body.Items = append(out.Body.Items, body(&list.Consents[i], list.Now))
	}
	return out, err
}

func (o operations) record(ctx context.Context, in *recordIn) (*createdOut, error) {
	id, err := o.s.Record(ctx, in.Victim, in.Body.words(), httpkit.IdempotencyKey(ctx))
	out := &createdOut{Location: httpkit.APIPath + "/victims/" + in.Victim + "/consents/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) show(ctx context.Context, in *consentIn) (*consentOut, error) {
	view, err := o.s.Show(ctx, in.Victim, in.Consent)
	if err != nil {
		return nil, err
	}
	out := &consentOut{ETag: httpkit.ETag(view.Version), Body: body(&view.Consent, view.Now)}
	out.Body.Resting, out.Body.Staying = shareBodies(view.Resting), shareBodies(view.Staying)
	for _, p := range view.Outside {
		out.Body.Packages = append(out.Body.Packages, PackageBody{Organisation: p.Organisation, State: p.State, SentAt: p.SentAt, EndedAt: p.EndedAt})
	}
	out.Body.CanChange, out.Body.CanWithdraw, out.Body.CanSign = view.CanChange, view.CanWithdraw, view.CanSign
	for i := range view.Versions[1:] {
		out.Body.Versions = append(out.Body.Versions, body(&view.Versions[i+1], view.Now))
	}
	return out, nil
}

func (o operations) change(ctx context.Context, in *changeIn) (*consentOut, error) {
	if err := o.s.Change(ctx, in.Victim, in.Consent, httpkit.IfMatch(ctx), in.Body.words()); err != nil {
		return nil, err
	}
	return o.show(ctx, &consentIn{Victim: in.Victim, Consent: in.Consent})
}

func (o operations) withdraw(ctx context.Context, in *withdrawIn) (*withdrawnOut, error) {
	gone, err := o.s.Withdraw(ctx, in.Victim, in.Consent, httpkit.IfMatch(ctx), in.Body.How, in.Body.Note)
	if err != nil {
		return nil, err
	}
	out := &withdrawnOut{}
	out.Body.State, out.Body.Gone, out.Body.Staying = string(Withdrawn), gone, []ShareBody{}
	if gone {
		return out, nil
	}
	view, err := o.s.Show(ctx, in.Victim, in.Consent)
	out.Body.Staying = append(out.Body.Staying, shareBodies(view.Staying)...)
	return out, err
}
