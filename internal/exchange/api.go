package exchange

import (
	"context"
	"net/http"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// LeftBody is an export in the JSON API.
type LeftBody struct {
	Number    string      `json:"number" doc:"Stands on every page of it"`
	Agency    string      `json:"agency" doc:"That took it"`
	Own       bool        `json:"own" doc:"Your agency took it"`
	Person    string      `json:"person,omitempty" doc:"Only within the same agency"`
	Recipient string      `json:"recipient,omitempty" doc:"Only within the same agency"`
	At        moment.Time `json:"at"`
	Format    string      `json:"format" enum:"page,json,htcds,ictip"`
	Purpose   string      `json:"purpose"`
	Reason    string      `json:"reason"`
	Sections  []string    `json:"sections,omitempty" doc:"Only within the same agency"`
	Ours      int         `json:"ours" doc:"Entries of your agency in it"`
	TakenBack bool        `json:"taken_back,omitempty" doc:"The referral by which it was had was taken back since"`
	Stale     int         `json:"stale" doc:"Entries that were written anew since: in your own export of all, in another's of yours"`
}

// WantedBody is what to take out of a file.
type WantedBody struct {
	Format    string   `json:"format" enum:"json,htcds,ictip" doc:"htcds and ictip only for a victim file; the page for paper is made on the site"`
	Sections  []string `json:"sections" doc:"Each has to be open to the verb export"`
	Purpose   string   `json:"purpose" doc:"A code; also the reason of access where a section asks for one"`
	Reason    string   `json:"reason" doc:"person_asks, lawyer, authority, court, partner_without_account, meeting or own_record"`
	Recipient string   `json:"recipient" doc:"An agency, an office or a role"`
}

type (
	caseIn struct {
		Case string `path:"case" format:"uuid"`
	}
	victimIn struct {
		Victim string `path:"victim" format:"uuid"`
	}
	exportCaseIn struct {
		Case string `path:"case" format:"uuid"`
		Body WantedBody
	}
	exportVictimIn struct {
		Victim string `path:"victim" format:"uuid"`
		Body   WantedBody
	}
)

type leftOut struct {
	Body struct {
		Items []LeftBody `json:"items"`
	}
}

// CopyBody is what was taken out, in the form that was asked for.
type CopyBody struct {
	Number   string    `json:"number"`
	Document *Document `json:"document,omitempty" doc:"Of the form json"`
	HTCDS    string    `json:"htcds,omitempty" doc:"Of the form htcds: CSV, one head and one row"`
	ICTIP    *ICTIP    `json:"ictip,omitempty" doc:"Of the form ictip: the case without the person"`
}

type copyOut struct{ Body CopyBody }

// API registers the operations: what has left a file, and taking something out. The second asks for a signed-in person who has shown
// the second factor a moment ago; a key cannot do it.
func API(a *httpkit.API, s *Service) {
	httpkit.Operate(a, httpkit.Operation{ID: "list-case-exports", Method: http.MethodGet, Path: "/cases/{case}/exports", Summary: "What has left a case file.",
		Tag: "exchange", Permission: "exchange.exports", Parent: "case"},
		func(ctx context.Context, in *caseIn) (*leftOut, error) { return s.leftOf(ctx, gate.Case, in.Case) })
	httpkit.Operate(a, httpkit.Operation{ID: "list-victim-exports", Method: http.MethodGet, Path: "/victims/{victim}/exports", Summary: "What has left a victim file.",
		Tag: "exchange", Permission: "exchange.exports", Parent: "victim"},
		func(ctx context.Context, in *victimIn) (*leftOut, error) {
			return s.leftOf(ctx, gate.Victim, in.Victim)
		})
	httpkit.Operate(a, httpkit.Operation{ID: "export-case", Method: http.MethodPost, Path: "/cases/{case}/exports", Summary: "Take a copy out of a case file.",
		Description: exportWords, Tag: "exchange", Permission: "exchange.export", Parent: "case", NeedsIdempotencyKey: true},
		func(ctx context.Context, in *exportCaseIn) (*copyOut, error) {
			return s.copyOf(ctx, gate.Case, in.Case, in.Body)
		})
	httpkit.Operate(a, httpkit.Operation{ID: "export-victim", Method: http.MethodPost, Path: "/victims/{victim}/exports", Summary: "Take a copy out of a victim file.",
		Description: exportWords, Tag: "exchange", Permission: "exchange.export", Parent: "victim", NeedsIdempotencyKey: true},
		func(ctx context.Context, in *exportVictimIn) (*copyOut, error) {
			return s.copyOf(ctx, gate.Victim, in.Victim, in.Body)
		})
}

const exportWords = "A disclosure with a number of its own: it is recorded before the first byte leaves, and told to the agencies whose entries go along. " +
	"The same key again gives its number only. Needs a session that has shown the second factor within ten minutes."

func (s *Service) leftOf(ctx context.Context, kind gate.Kind, fileID string) (*leftOut, error) {
	view, err := s.Exports(ctx, kind, fileID)
	if err != nil {
		return nil, err
	}
	out := &leftOut{}
	out.Body.Items = []LeftBody{}
	for i := range view.Left {
		l := &view.Left[i]
		body := LeftBody{Number: l.Number, Agency: l.Agency, Own: l.Own, Person: l.Person, Recipient: l.Recipient, At: l.At, Format: string(l.Format),
			Purpose: l.Purpose, Reason: l.Reason, Ours: l.Ours, Stale: l.Stale, TakenBack: l.TakenBack}
		for id := range l.Sections.Each {
			body.Sections = append(body.Sections, id.String())
		}
		out.Body.Items = append(out.Body.Items, body)
	}
	return out, nil
}

func (s *Service) copyOf(ctx context.Context, kind gate.Kind, fileID string, b WantedBody) (*copyOut, error) {
	c, err := s.Export(ctx, kind, fileID, Wanted{Format: Format(b.Format), Sections: b.Sections, Purpose: b.Purpose, Reason: b.Reason, Recipient: b.Recipient,
		Once: httpkit.IdempotencyKey(ctx)})
	if err != nil {
		return nil, err
	}
	out := &copyOut{Body: CopyBody{Number: c.Number}}
	if c.Again {
		return out, nil
	}
	if c.Format == JSON {
		d := c.document()
		out.Body.Document = &d
		return out, nil
	}
	if c.Format == ICTip {
		r := c.record()
		out.Body.ICTIP = &r
		return out, nil
	}
	file, err := c.HTCDS()
	out.Body.HTCDS = string(file)
	return out, err
}
