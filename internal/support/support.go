// Package support is what keeps a person safe and what they need: how they may be reached, how great the risk is in the eyes of
// police and shelter, and needs with what was asked, given and reached.
// The plan, the risk and the safe contact are entries of their sections; this slice reads them together and keeps the needs.
package support

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// State is where a need stands.
type State string

// The states of a need. Met and Dropped are its ends; a need can come back.
const (
	Open    State = "open"  // noted, and nobody was asked yet
	Asked   State = "asked" // a service was asked for
	Given   State = "given" // the service is being given
	Met     State = "met"
	Dropped State = "dropped"
)

// States lists the states.
func States() []State { return []State{Open, Asked, Given, Met, Dropped} }

// moves are the states that may follow each other; staying where it is means that only its days or its words change.
var moves = map[State][]State{
	Open:    {Open, Asked, Given, Met, Dropped},
	Asked:   {Asked, Given, Open, Met, Dropped},
	Given:   {Given, Met, Open, Dropped},
	Met:     {Open},
	Dropped: {Open},
}

// becomes says whether a need in state s can turn into next.
func (s State) becomes(next State) bool { return slices.Contains(moves[s], next) }

// done says whether the state is an end.
func (s State) done() bool { return s == Met || s == Dropped }

// outcomes are how a need can end, by the state in which it does; codes of plan_outcome.
var outcomes = map[State][]string{
	Met:     {"reached", "partly_reached"},
	Dropped: {"declined", "lost_contact", "transferred"},
}

// OldAfter is after how many days a need that is not met stands on the list of old ones (features F21).
const OldAfter = 30

// Services are the codes of what a person may need.
func Services() (codes []string) {
	for _, c := range section.CodeList("services") {
		codes = append(codes, c.Code)
	}
	return codes
}

// Need is one need of a person: what was asked for it, of whom, and what came of it.
type Need struct {
	ID         string      `db:"id"`
	FileID     string      `db:"file_id"`
	AgencyID   string      `db:"agency_id"`
	Agency     string      `db:"agency"`
	Service    string      `db:"service"`
	State      State       `db:"state"`
	NotedOn    moment.Date `db:"noted_on"`
	MovedOn    moment.Date `db:"moved_on"`  // when it came into its state
	ReviewOn   moment.Date `db:"review_on"` // when somebody looks at it again
	ReferralID string      `db:"referral_id"`
	Outcome    string      `db:"outcome"`
	Version    int64       `db:"version"`
	Reference  string      `db:"reference"` // by which the reader's agency knows the file
	Referral   *sharing.Referral
	CanMove    bool
}

// Old says whether the need has been waiting for longer than it should.
func (n *Need) Old(today moment.Date) bool {
	return (n.State == Open || n.State == Asked) && n.NotedOn < today.AddDays(-OldAfter)
}

// Step is one change of a need.
type Step struct {
	Version    int64       `db:"version"`
	AuthorID   string      `db:"author_id"`
	Author     string      // a name, only within the same agency
	WrittenAt  moment.Time `db:"written_at"`
	State      State       `db:"state"`
	MovedOn    moment.Date `db:"moved_on"`
	ReviewOn   moment.Date `db:"review_on"`
	ReferralID string      `db:"referral_id"`
	Outcome    string      `db:"outcome"`
	Sealed     []byte      `db:"note"`
	Note       string
}

// View is what keeps one person safe and what they need, as the reader may see it.
type View struct {
	File    gate.FileRow
	Contact entry.SectionView
	Risk    entry.SectionView
	Plan    entry.SectionView
	Weighed Risk
	Needs   []Need
	CanNote bool
	EntryID string
	Today   moment.Date
}

// sections are those that the page reads together, in its order.
var sections = []authz.Section{authz.SafeContact, authz.RiskLevel, authz.SupportPlan}

// mayRead: a need is read like an entry of the support plan: by the agency that wrote it, or by whom the matrix lets in.
func mayRead(tx *gate.Tx, n *Need) bool {
	return n.AgencyID == tx.Actor().AgencyID && tx.ReadBack(authz.SupportPlan, "", "").Show == authz.Full ||
		tx.DecideOf(authz.SupportPlan, authz.Read, n.AgencyID).Show == authz.Full
}

func mayWrite(tx *gate.Tx) bool {
	return !tx.File().Closed() && tx.Decide(authz.SupportPlan, authz.Write).Allowed()
}
