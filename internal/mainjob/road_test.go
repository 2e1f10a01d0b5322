package mainjob

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/testkit"
)

// road is a way into Relais: the pages in a browser, or the JSON API.
type road interface {
	signIn(key string) person
	accept(link string, n newcomer) person // follows an invitation and sets a password and a second factor
}

// person is somebody at work. Each method is one thing that a person does or sees; it fails the test where it does not go as
// the story says.
type person interface {
	opensCase(f casefile.Facts) file
	opensVictim(inCase file, n opening) file
	writes(at file, id authz.Section, d entry.Draft)

	sees(at file) look
	lists(kind gate.Kind) []string
	finds(words string) []string
	findsNothingAt(at file)

	addsToTeam(at file, m member)
	seesTeam(at file, m member)
	seesAccess(at file, m member)
	names(at file, colleague testkit.Person)
	signs() // as the second person, what waits for one

	cannotRefer(at file, id authz.Section, why authz.Reason)
	asks(at file, y yes) (consentID string) // and writes down the person's yes
	refers(at file, o offer) (referralID string)
	awaits(referralIDs ...string) // the number on the worklist, and the list behind it
	countsNothing()               // nor is any file there
	seesOffer(referralID string) look
	accepts(referralID string)

	begins(at file, id authz.Section) edit
	remembers(at file, id authz.Section, versions int, texts ...string) // nothing that was written is lost

	takesOn(n newcomer) (link string)
	cannotGive(role string)
	cannotReach(stranger testkit.Person)

	reviews(q looked)
	verifies(f finding)
}

// file is a case file or a victim file.
type file struct {
	kind gate.Kind
	id   string
}

func (f file) path() string { return "/" + string(f.kind) + "s/" + f.id }

// opening is what the inspector knows when a victim file begins.
type opening struct {
	detected moment.Date
	identity entry.Draft
}

// member is a desk in the team of a case, or a place of it on a victim file.
type member struct {
	agency, desk   string // public names
	deskID         string
	purpose, basis string
	until          moment.Date
}

// offer is a referral to be sent.
type offer struct {
	to              member
	sections        []authz.Section
	reason, urgency string
	basisRef, note  string
	consentID       string
}

// yes is what a victim allows to one agency, with all seven explanations given.
type yes struct {
	to       member
	sections []authz.Section
	language string
}

// look is what somebody has before them: a page, or the body of an answer.
type look interface {
	reads(id authz.Section, values section.Values) // the fields, and what stands in them
	from(id authz.Section, agency string)          // who wrote it
	derives(id authz.Section, f derived)           // a fact made of entries that stay closed
	hides(id authz.Section, why authz.Reason)      // closed, with the reason and the next step
	asks(id authz.Section)                         // a reason of access would open it
	opens(id authz.Section, reason string) look    // gives one
	only(open ...authz.Section)                    // no section but these
	lacks(words ...string)                         // nowhere, seen or unseen
}

// derived is a fact that the law lets somebody know of entries that stay closed: a code of a list, or a day.
type derived struct{ name, list, value string }

// edit is an open form of an entry.
type edit interface {
	saves(values section.Values)
	collides(values section.Values) conflict
}

// conflict is what the second of two editors gets.
type conflict interface {
	isWith(first testkit.Person)
	compares(field, mine, theirs string)
	merges(keep map[string]string)
}

// newcomer is somebody who is taken on.
type newcomer struct{ given, family, email, language string }

// looked is somebody's look at a file, as an auditor reads it in the log.
type looked struct {
	reference string // by which the auditor's agency knows the file
	by        testkit.Person
	when      moment.Time
	role      authz.Role
	agency    string
	grantID   string
	purpose   string
	reason    string // given at this look; empty for none
	allowed   []authz.Section
	refused   map[authz.Section]authz.Reason
}

// finding is what a verification has to say; nothing where the log is whole.
type finding struct{ what, entryID string }

// here fails the test where nobody may go on.
func here(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
