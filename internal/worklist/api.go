package worklist

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/task"
)

// Body is the worklist in the JSON API; what your roles do not reach is left out.
type Body struct {
	Now     moment.Time   `json:"now"`
	Numbers []NumberBody  `json:"numbers" doc:"How long each list is that is for your roles, the most pressing first"`
	Tasks   []task.Body   `json:"tasks" doc:"The first of what you or your desks have to do within a week"`
	Notices Count         `json:"notices" doc:"To be read"`
	Files   *FilesBody    `json:"files,omitempty" doc:"For people who work on files"`
	Agency  *AgencyBody   `json:"agency,omitempty" doc:"For supervisors and administrators"`
	People  *PeopleBody   `json:"people,omitempty" doc:"For administrators"`
	Log     *VerifiedBody `json:"log,omitempty" doc:"For auditors"`
}

// NumberBody is how long a list is, and the page that shows it.
type NumberBody struct {
	List string `json:"list"`
	Page string `json:"page"`
	Count
	Presses bool `json:"presses"`
}

// FilesBody is what somebody who works on files should do now. The lists hold their first lines; the counts go up to 200.
type FilesBody struct {
	Waiting      []sharing.ReferralBody `json:"waiting"`
	WaitingCount Count                  `json:"waiting_count"`
	Sent         []sharing.ReferralBody `json:"sent"`
	SentCount    Count                  `json:"sent_count"`
	Requests     Count                  `json:"requests_count" doc:"Requests for access that wait for your answer"`
	Approvals    Count                  `json:"approvals_count" doc:"What waits for a second person of your agency"`
	Changed      []File                 `json:"changed"`
	Ending       []Ending               `json:"ending"`
	EndingCount  Count                  `json:"ending_count"`
}

// AgencyBody is what somebody who answers for an agency's cases should do now.
type AgencyBody struct {
	Leaderless      []Leaderless `json:"leaderless"`
	LeaderlessCount Count        `json:"leaderless_count"`
}

// PeopleBody is what an administrator should do now.
type PeopleBody struct {
	Unprotected Count    `json:"without_second_factor"`
	Missing     []string `json:"units_missing" doc:"Units of the law that no desk of your agency is"`
}

// VerifiedBody is what an auditor should do now.
type VerifiedBody struct {
	VerifiedAt  moment.Time `json:"verified_at"`
	Outcome     string      `json:"outcome,omitempty" enum:"whole,faulty,broken_off,open" doc:"Of that verification; open where none is known"`
	Emergencies Count       `json:"emergency_reviews" doc:"Openings in an emergency that your agency has still to review"`
}

type showOut struct{ Body Body }

// API registers the worklist's operation.
func API(a *httpkit.API, s *Service) {
	httpkit.Operate(a, httpkit.Operation{ID: "show-worklist", Method: "GET", Path: "/worklist", Summary: "Show what you should do now",
		Tag: "worklist", Permission: "worklist.read", Parent: "none"},
		func(ctx context.Context, _ *struct{}) (*showOut, error) {
			view, err := s.Show(ctx)
			if err != nil {
				return nil, err
			}
			return &showOut{Body: bodyOf(&view)}, nil
		})
}

func bodyOf(v *View) Body {
	body := Body{Now: v.Now, Notices: v.Notices, Numbers: []NumberBody{}, Tasks: task.Bodies(v.Tasks, v.Now)}
	for _, n := range v.Numbers {
		body.Numbers = append(body.Numbers, NumberBody{List: n.Key, Page: n.Path, Count: n.Count, Presses: n.Due})
	}
	if v.Works {
		body.Files = &FilesBody{Waiting: sharing.Bodies(v.Waiting, v.Now), WaitingCount: v.WaitingCount, Sent: sharing.Bodies(v.Sent, v.Now),
			SentCount: v.SentCount, Requests: v.Requests, Approvals: v.Approvals, Changed: filled(v.Changed), Ending: filled(v.Ending), EndingCount: v.EndingCount}
	}
	if v.Watches {
		body.Agency = &AgencyBody{Leaderless: filled(v.Leaderless), LeaderlessCount: v.LeaderlessCount}
	}
	if v.Manages {
		body.People = &PeopleBody{Unprotected: v.Unprotected, Missing: filled(v.Missing)}
	}
	if v.Reviews {
		body.Log = &VerifiedBody{VerifiedAt: v.Verified.At, Outcome: v.Verified.Outcome, Emergencies: v.Emergencies}
	}
	return body
}

// filled makes an empty list a list: JSON has no other word for it.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
