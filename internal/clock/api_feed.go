package clock

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// FeedBody is a secret calendar address in the JSON API; the address itself is given once, when it is made.
type FeedBody struct {
	ID        string      `json:"id"`
	DeskID    string      `json:"desk_id,omitempty" doc:"Empty where it holds all that you may know of"`
	CreatedAt moment.Time `json:"created_at"`
}

type feedsOut struct {
	Body struct {
		Items []FeedBody `json:"items"`
	}
}

type addFeedIn struct {
	Body struct {
		DeskID string `json:"desk_id,omitempty" maxLength:"36" doc:"One of your desks; empty for all that you may know of"`
	}
}

type addedOut struct {
	Body struct {
		ID   string `json:"id"`
		Path string `json:"path,omitempty" doc:"The secret path of the calendar; empty when the same request comes again"`
	}
}

type feedIn struct {
	Feed string `path:"feed" format:"uuid"`
}

func feedAPI(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "list-clock-feeds", Method: "GET", Path: "/clock-feeds", Summary: "List your secret calendar addresses",
		Tag: "clocks", Permission: "clock.feed", Parent: "none"}, o.feeds)
	httpkit.Operate(a, httpkit.Operation{ID: "create-clock-feed", Method: "POST", Path: "/clock-feeds", Summary: "Make a secret calendar address for you or for one of your desks",
		Tag: "clocks", Permission: "clock.feed", Parent: "none", Status: 201, NeedsIdempotencyKey: true}, o.addFeed)
	httpkit.Operate(a, httpkit.Operation{ID: "revoke-clock-feed", Method: "DELETE", Path: "/clock-feeds/{feed}", Summary: "Revoke one of your secret calendar addresses",
		Tag: "clocks", Permission: "clock.feed", Parent: "feed"}, o.revokeFeed)
}

func (o operations) feeds(ctx context.Context, _ *struct{}) (*feedsOut, error) {
	list, _, err := o.s.Feeds(ctx)
	out := &feedsOut{}
	out.Body.Items = []FeedBody{}
	for _, f := range list {
		out.Body.Items = append(out.Body.Items, FeedBody{ID: f.ID, DeskID: f.DeskID, CreatedAt: f.CreatedAt})
	}
	return out, err
}

func (o operations) addFeed(ctx context.Context, in *addFeedIn) (*addedOut, error) {
	made, err := o.s.AddFeed(ctx, in.Body.DeskID, httpkit.IdempotencyKey(ctx))
	out := &addedOut{}
	if out.Body.ID = made.ID; made.Token != "" {
		out.Body.Path = address("", made.Token)
	}
	return out, err
}

func (o operations) revokeFeed(ctx context.Context, in *feedIn) (*struct{}, error) {
	return nil, o.s.RevokeFeed(ctx, in.Feed)
}
