package server_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/emergency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/request"
	"relais/internal/restriction"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/trail"
	"relais/internal/victim"
)

// caller is one column of the access test: who asks, and as what.
type caller struct {
	name string // the column
	key  string // the person; "" for nobody
	as   string // what the person is to the story
}

// callers are nobody, somebody half signed in, one person per discipline on the team, the colleagues of two agencies, and
// strangers of another agency and of other countries.
var callers = []caller{
	{"none", "", "nobody: no cookie, no key"},
	{"half", "payoke", "somebody of the shelter who has shown the password and not the second factor"},
	{"rsz", "rsz", "labour inspector who leads the case"},
	{"rsz2", "rsz.second", "colleague at the same desk"},
	{"rszX", "rsz.other", "colleague at no desk: nothing was granted to them"},
	{"rszA", "rsz.auditor", "auditor of the inspectorate"},
	{"jud", "auditoraat", "prosecutor on the team"},
	{"fgp", "fgp", "police officer on the team, on duty"},
	{"fgpX", "fgp.other", "police officer of the same agency, at no desk"},
	{"pay", "payoke", "shelter worker whose desk accepted the victim; named for the location"},
	{"pay2", "payoke.second", "colleague at the same desk; not named, no care professional"},
	{"payD", "payoke.admin", "administrator of the shelter"},
	{"payA", "payoke.auditor", "auditor of the shelter"},
	{"dvz", "dvz", "immigration officer on the team"},
	{"crt", "court", "court clerk on the team"},
	{"grd", "tutelles", "guardian of this child"},
	{"adv", "advocaat", "lawyer of this victim"},
	{"com", "comensha", "national focal point whose desk accepted the victim"},
	{"myr", "myria", "national rapporteur on the team"},
	{"pag", "pagasa", "stranger: another shelter of Belgium"},
	{"cosm", "cosm", "stranger: a shelter of the Netherlands"},
	{"avim", "avim", "stranger: police of the Netherlands"},
	{"spj", "spj", "stranger: police of Luxembourg"},
	{"keyD", "payoke.admin", "the administrator of the shelter, by API key"},
}

// strangers have nothing to do with the story; to them its files do not exist.
var strangers = []string{"rszX", "fgpX", "pag", "cosm", "avim", "spj"}

// story is a world in which everything has happened once, by the ids under which it is found.
type story struct {
	ring
	ends
	ticks
	jobs
	care care
	postOffice
	signals
	screenings
	checklists
	outward
	pointed
	path
	reviewed
	breached
	ceilings
	copies
	Case, Victim, Second string // Second is a victim file that is on offer to the shelter
	CaseEntry, Entry     string // written by the inspector
	LogEntry             string // of the shelter
	Refusal              string // of the shelter, to the colleague who is no care professional
	Referral, Accepted   string // the open offer of Second; the shelter's, of Victim
	Looked               string // what the preview of an offer of Victim handed out
	Member, Named        string // grants: of the police on the case, of the shelter worker on the location
	Approval             string // of a worker whom the shelter names for the location; waits for a second person
	Transfer             string // of another case, from the inspectorate to the prosecutor
	Person, Role         string // of the shelter
	Notice               string // to the shelter's desk
	Consent              string // of the first victim, kept by the inspectorate
	Request              string // of the shelter, for a section that the inspectorate can open
	Emergency            string // opened by a duty officer of the police
	Exclusion            string // of the shelter's auditor from the victim file
	Seal                 string // of the prosecutor on a case of its own
	ShelterRef           string // by which the shelter knows the victim file
	SealedRef            string // by which the prosecutor knows the sealed case
	Session, Key, Token  string // of the shelter worker; of an invitation at the shelter

	Sessions map[string]string // column -> token of a session
	KeyD     string            // token of the administrator's API key
	Asset    string            // name of a style sheet, with its hash
}

// openStory opens a copy of the world with the story behind it, served.
func openStory(t testing.TB, engine string) (*testkit.Served, *story) {
	t.Helper()
	w, s := testkit.OpenAfter(t, engine, "story", tell)
	return w.Serve(t), s
}

var terms = sharing.Terms{Purpose: "protection", Basis: "legal_task"}

// tell lets the story happen.
func tell(w *testkit.World) *story {
	s := &story{Sessions: map[string]string{}}
	s.Case = w.OpenCase("rsz")
	s.CaseEntry = must(w.Entries.Add(w.As("rsz"), gate.Case, s.Case, authz.Labour, testkit.Draft(section.Values{"employer": "Bouwbedrijf Demo"}), ""))(w.T)
	s.Victim = openVictim(w, s.Case, "Tran")
	s.Second = openVictim(w, s.Case, "Novak")
	s.Entry = entryOf(w, "rsz", s.Victim, authz.Identity)
	s.team(w)
	s.refer(w)
	s.allow(w)
	s.circles(w)
	s.talks(w)
	s.give(w)
	s.own(w)
	s.support(w)
	s.walk(w)
	s.write(w)
	s.hear(w)
	s.screen(w)
	s.checks(w)
	s.age(w)
	s.lose(w)
	s.point(w)
	s.house(w)
	s.restrict(w)
	s.advertise(w)
	s.Notice = tellDesk(w, "be.payoke")
	s.ask(w)
	s.handOver(w)
	s.notes(w)
	s.end(w)
	s.clocks(w)
	s.look(w)
	s.signIn(w)
	return s
}

func openVictim(w *testkit.World, caseID, family string) string {
	w.T.Helper()
	return must(w.Victims.Open(w.As("rsz"), caseID, victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{
		{Section: authz.Identity, Draft: testkit.Draft(section.Values{"family_name": family, "given_names": "Minh"})}}}, ""))(w.T)
}

// entryOf is the first entry of a section that a person sees.
func entryOf(w *testkit.World, key, victimID string, id authz.Section) string {
	w.T.Helper()
	view := w.SectionOf(key, victimID, id)
	if len(view.Entries) == 0 {
		w.T.Fatalf("%s sees no entry in %s", key, id)
	}
	return view.Entries[0].ID
}

// team adds every discipline that can be on a team to the case; guardian and lawyer for the first victim only.
func (s *story) team(w *testkit.World) {
	for _, code := range []string{"be.auditoraat", "be.fgp", "be.dvz", "be.court", "be.myria"} {
		id := must(w.Sharing.Add(w.As("rsz"), s.Case, sharing.NewMember{DeskID: w.Place(code).Desks[0], Terms: terms}, ""))(w.T)
		if code == "be.fgp" {
			s.Member = id
		}
	}
	for _, code := range []string{"be.tutelles", "be.advocaat"} {
		must(w.Sharing.Add(w.As("rsz"), s.Case, sharing.NewMember{DeskID: w.Place(code).Desks[0], VictimIDs: []string{s.Victim}, Terms: terms}, ""))(w.T)
	}
	w.SignAll("rsz.second") // intelligence waits with a place
}

// refer sends the first victim to the shelter and to the focal point, who accept, and offers the second one to the shelter.
func (s *story) refer(w *testkit.World) {
	gateway := sharing.Terms{Purpose: "protection", Basis: "legal_gateway", BasisRef: "Wet 2026/1"}
	for _, to := range []struct {
		key, code, reason string
		terms             sharing.Terms
	}{{"payoke", "be.payoke", "shelter", terms}, {"comensha", "nl.comensha", "registration", gateway}} {
		id := s.offer(w, s.Victim, to.code, to.reason, to.terms)
		must(w.Sharing.Accept(w.As(to.key), id, 1))(w.T)
		if to.key == "payoke" {
			s.Accepted = id
		}
	}
	s.Referral = s.offer(w, s.Second, "be.payoke", "shelter", terms)
	s.Named = must(w.Sharing.NamedWorkers(w.As("payoke"), s.Victim))(w.T).Named[0].GrantID
}

func (s *story) offer(w *testkit.World, victimID, code, reason string, t sharing.Terms) string {
	w.T.Helper()
	return must(w.Sharing.Refer(w.As("rsz"), victimID, sharing.NewReferral{DeskID: w.Place(code).Desks[0],
		Sections: passed[code], Urgency: sharing.Urgent, Reason: reason, Terms: t}, ""))(w.T)
}

// look lets the inspector preview the offer that the test of every route sends.
func (s *story) look(w *testkit.World) {
	s.Looked = must(w.Sharing.Rehearse(w.As("rsz"), s.Victim, sharing.NewReferral{DeskID: w.Place("be.pagasa").Desks[0], Sections: []string{"identity"},
		Urgency: sharing.Urgent, Reason: "shelter", Terms: terms}))(w.T).Seen
}

// ask lets the shelter ask for access to a section, and a duty officer of the police open another in an emergency.
func (s *story) ask(w *testkit.World) {
	w.T.Helper()
	s.Request = must(w.Requests.Ask(w.As("payoke"), gate.Victim, s.Victim, request.New{Sections: []string{"residence"}, For: request.ForDesk,
		Reason: "support", Note: "For the residence card.", Terms: terms}, ""))(w.T)
	police := w.Place("be.fgp")
	duty := must(w.Agencies.Appoint(w.AsProgram(), police.ID, agency.NewWorker{Given: "Dirk", Family: "Wachtdienst", Language: "nl",
		Email: "duty@example.org", Duty: true, Desks: police.Desks, Hold: []string{police.Roles[agency.Caseworker]}}))(w.T)
	ctx := gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: duty, AgencyID: police.ID, AAL: 2}, SteppedAt: w.Now()})
	s.Emergency = must(w.Emergencies.Open(ctx, s.Victim, emergency.New{Sections: []string{"safe_contact"}, Danger: true, Reason: "missing",
		Note: "Not seen since noon."}, ""))(w.T)
}

// restrict excludes somebody from the victim file who has no place on it anyway, and seals a case of its own.
func (s *story) restrict(w *testkit.World) {
	w.T.Helper()
	s.ShelterRef = must(w.Victims.Show(w.As("payoke"), s.Victim))(w.T).File.Reference
	shelter := w.Place("be.payoke")
	kept := must(w.Agencies.Appoint(w.AsProgram(), shelter.ID, agency.NewWorker{Given: "Griet", Family: "Nachtwacht", Language: "nl",
		Email: "night@example.org", Hold: []string{shelter.Roles[agency.Caseworker]}}))(w.T)
	s.Exclusion = must(w.Limits.Exclude(w.As("payoke.admin"), restriction.NewExclusion{Reference: s.ShelterRef, WorkerID: kept,
		Reason: "related"}, ""))(w.T)
	sealed := w.OpenCase("rsz")
	w.AddToTeam("rsz", sealed, "be.auditoraat")
	s.SealedRef = must(w.Cases.Show(w.As("auditoraat"), sealed))(w.T).File.Reference
	s.Seal = must(w.Limits.Seal(w.As("auditoraat"), gate.Case, sealed, "AN45/2026", ""))(w.T)
}

// handOver proposes a second worker for the location, and offers the lead of another case.
func (s *story) handOver(w *testkit.World) {
	w.T.Helper()
	s.Approval = must(w.Sharing.NameWorker(w.As("payoke"), s.Victim, w.Person("payoke.lead").ID, "", ""))(w.T)
	s.Transfer = must(w.Sharing.OfferTransfer(w.As("rsz"), w.OpenCase("rsz"), sharing.NewTransfer{DeskID: w.Place("be.auditoraat").Desks[0],
		Reason: "prosecution_leads", Terms: terms}, ""))(w.T)
}

var tellAction = gate.ByProgram("test.tell")

// tellDesk tells a desk something that is about no file.
func tellDesk(w *testkit.World, code string) (id string) {
	w.T.Helper()
	return tellOne(w, notice.New{To: notice.To{Kind: notice.Desk, ID: w.Place(code).Desks[0], AgencyID: w.Place(code).ID}, Code: "other"})
}

func tellOne(w *testkit.World, n notice.New) (id string) {
	w.T.Helper()
	err := w.Gate.Write(w.AsProgram(), tellAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		var err error
		id, err = notice.Tell(tx, n)
		return audit.Event{Op: audit.Admin, Subject: id}, err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return id
}

// house is what the shelter's administrator and auditor deal with: a colleague, a role, an invitation, a log entry.
func (s *story) house(w *testkit.World) {
	s.Person = w.Person("payoke.second").ID
	s.limit(w)
	s.Role = must(w.Agencies.CreateRole(w.As("payoke.admin"), authz.RoleShelter, "Nachtdienst",
		[]agency.Rule{{Section: "identity", Verb: "read"}}, ""))(w.T)
	added := must(w.Agencies.AddPerson(w.As("payoke.admin"), agency.NewWorker{Given: "Imke", Family: "Nieuw", Language: "nl",
		Email: "invited@example.org", Hold: []string{w.Place("be.payoke").Roles[agency.Caseworker]}}, ""))(w.T)
	s.Token = added.Invitation.Token
	s.Key = must(w.Accounts.AddKey(w.As("payoke"), "spreadsheet", 30, ""))(w.T).ID
	s.KeyD = must(w.Accounts.AddKey(w.As("payoke.admin"), "script", 30, ""))(w.T).Token
	must(w.Trail.Sequence(w.AsProgram()))(w.T)
	log := must(w.Log.Read(w.As("payoke.auditor"), trail.Question{Reason: "lawfulness_check"}))(w.T)
	at := slices.IndexFunc(log.Lines, func(l trail.Line) bool { return l.ActorID == w.Person("payoke").ID })
	s.LogEntry = log.Lines[at].ID
	_, err := w.Entries.Reveal(w.As("payoke.second"), gate.Victim, s.Victim, authz.Health, "")
	if refused, ok := fault.As(err); ok {
		s.Refusal = refused.Entry
	}
}

// signIn gives every column its session, by the real pages.
func (s *story) signIn(w *testkit.World) {
	site := w.Serve(w.T)
	for _, c := range callers {
		switch c.name {
		case "none", "keyD":
		case "half":
			s.Sessions[c.name] = site.Half(c.key).Session()
		default:
			s.Sessions[c.name] = site.SignIn(c.key).Session()
		}
	}
	s.Asset = regexp.MustCompile(`/static/([^"]+\.css)`).FindStringSubmatch(string(site.Nobody().Get("/sign-in").Body))[1]
	s.Session = must(w.Accounts.Sessions(w.As("payoke")))(w.T)[0].ID
}

// client is a caller in a copy of the story.
func (s *story) client(w *testkit.Served, c caller) *testkit.Client {
	switch {
	case c.key == "":
		return w.Nobody()
	case c.name == "keyD":
		return w.WithKey(c.key, s.KeyD)
	}
	return w.WithSession(c.key, s.Sessions[c.name])
}

// must hands a value on and fails the test on an error: must(call())(t).
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
