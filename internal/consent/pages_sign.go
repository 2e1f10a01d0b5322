package consent

import (
	"relais/internal/fault"
	"relais/internal/httpkit"
)

// signButtons are the guardian's yes and no.
func signButtons(r *httpkit.Request, v *View) []httpkit.PostButton {
	button := func(agreed, key string, danger bool) httpkit.PostButton {
		return httpkit.PostButton{Action: consentURL(r) + "/signature", Text: r.W.T(key), Version: v.Version, Danger: danger,
			Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "agreed", Value: agreed}}}
	}
	no := button("no", "consent.sign_no", true)
	if v.Closed { // nothing begins on a closed file; to say no goes on
		return []httpkit.PostButton{no}
	}
	return []httpkit.PostButton{button("yes", "consent.sign_yes", false), no}
}

func (p pages) sign(r *httpkit.Request) (httpkit.Reply, error) {
	agreed := r.Form("agreed")
	if agreed != "yes" && agreed != "no" {
		return httpkit.Reply{}, fault.New(fault.Invalid, "fault.invalid").WithField("agreed", "fault.field_unknown_code")
	}
	if err := p.s.Sign(r.Context(), r.Param("victim"), r.Param("consent"), r.Version(), agreed == "yes"); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(consentURL(r), "consent.signed"), nil
}
