package sharing

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// DepartedBody is what had left a file while a referral was open.
type DepartedBody struct {
	Number   string      `json:"number,omitempty" doc:"Stands on every page of a copy"`
	At       moment.Time `json:"at"`
	Agency   string      `json:"agency"`
	Desk     string      `json:"desk,omitempty"`
	Format   string      `json:"format" enum:"page,json,htcds,link"`
	Sections []string    `json:"sections" doc:"Of those that went along"`
}

type recallIn struct {
	Referral string `path:"referral" format:"uuid"`
	Body     struct {
		Reason string `json:"reason" doc:"wrong_desk, too_much, person_objects, no_longer_needed, safety or mishandled"`
	}
}

func recallOperation(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "take-back-referral", Method: "POST", Path: "/referrals/{referral}/recall", Summary: "Take back an accepted referral: what came of it ends",
		Description: "Ends the access, however often it was renewed, and what was passed on by it. What the receiver wrote stays its own. The answer says what had left the file meanwhile.",
		Tag:         "referrals", Permission: "referral.withdraw", Parent: "referral", NeedsIfMatch: true}, o.takeBack)
}

func (o operations) takeBack(ctx context.Context, in *recallIn) (*referralOut, error) {
	if err := o.s.TakeBack(ctx, in.Referral, httpkit.IfMatch(ctx), in.Body.Reason); err != nil {
		return nil, err
	}
	return o.show(ctx, &referralIn{Referral: in.Referral})
}

// addRecall writes what the two sides see of a referral that was taken back, and whether it can be.
func (b *ReferralBody) addRecall(v *View) {
	b.CanTakeBack = v.CanTakeBack
	for i := range v.Left {
		d := &v.Left[i]
		b.Left = append(b.Left, DepartedBody{Number: d.Number, At: d.At, Agency: d.Agency, Desk: d.Desk, Format: d.Format, Sections: wordsOf(d.Sections)})
	}
}
