package model

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// givers are the agencies whose administrators set ceilings in the game, and who shares for them.
var givers = map[string]string{"be.rsz": "rsz", "be.auditoraat": "auditoraat", "be.payoke": "payoke", "be.fgp": "fgp"}

// partners are the agencies that things go to, and who acts there.
var partners = map[string]string{"be.fgp": "fgp", "be.payoke": "payoke", "be.auditoraat": "auditoraat", "be.dvz": "dvz", "be.pagasa": "pagasa", "be.tutelles": "tutelles"}

// kinds are the disciplines of the partners.
var kinds = []authz.Role{authz.RolePolice, authz.RoleShelter, authz.RoleProsecutor, authz.RoleMigration, authz.RoleGuardian}

// capped is a game in which nothing matters but the rows of the grants.
type capped struct {
	*testkit.World
	rt       *rapid.T
	law      authz.Ceilings
	caseID   string
	circle   string
	victims  []string
	offers   map[string]string // referral → code of the receiver
	transfer string
	set      map[string]map[authz.Role]agency.NewCeiling // agency id → what it lets others have
	seen     map[string]string                           // grant → its state when it was last looked at
	held     *int                                        // rows that a ceiling of an agency was asked about
	refused  *int
}

// row is a grant as it lies in the database.
type row struct {
	ID          string            `db:"id"`
	GranteeID   string            `db:"grantee_id"`
	AgencyID    string            `db:"agency_id"`
	Kind        authz.Role        `db:"agency_kind"`
	FileKind    string            `db:"kind"`
	State       string            `db:"state"`
	RootID      string            `db:"root_id"`
	GivenBy     string            `db:"granted_by_agency"`
	RenewedFrom string            `db:"renewed_from"`
	Sections    authz.SectionSet  `db:"sections"`
	Relations   authz.RelationSet `db:"relations"`
	Until       moment.Time       `db:"until_at"`
	Lead        bool              `db:"lead"`
	Emergency   bool              `db:"emergency"`
	Place       bool              `db:"place"`
	Version     int64             `db:"version"`
}

// TestCeilings_noGrantLiesAboveThem plays random sharing on every road under random ceilings on both engines. Whatever was written
// or opened since the last move lies within the law's ceiling and the giving agency's, but for the lead of a file, danger to life,
// what an agency gives itself, and what goes on unchanged to its old end.
func TestCeilings_noGrantLiesAboveThem(t *testing.T) {
	testkit.Few(t, 30) // of fewer, one run in some dozens asks nothing
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		held, refused := 0, 0
		admins := appointAdmins(w)
		w.Keep()
		rapid.Check(t, func(rt *rapid.T) {
			w.Rewind()
			c := &capped{World: w, rt: rt, offers: map[string]string{}, set: map[string]map[authz.Role]agency.NewCeiling{}, seen: map[string]string{},
				held: &held, refused: &refused}
			c.begin()
			rt.Repeat(map[string]func(*rapid.T){
				"set": c.sets(admins), "set again": c.sets(admins), "add": c.adds, "add again": c.adds, "find": c.finds, "refer": c.refers, "refer again": c.refers,
				"accept": c.accepts, "sign": c.signs, "ask": c.asks, "share": c.shares, "join": c.joins, "renew": c.renews, "renew again": c.renews,
				"hand over": c.handsOver, "take over": c.takes, "wait": func(rt *rapid.T) { c.Advance(5 * 24 * time.Hour) }, "": c.look,
			})
		})
		t.Logf("%d rows under an agency's ceiling, %d refusals that name one", held, refused)
		if held == 0 || refused == 0 {
			t.Errorf("the game asked %d times about a row under an agency's ceiling and was refused %d times: it proves nothing", held, refused)
		}
	})
}

func appointAdmins(w *testkit.World) map[string]func() context.Context {
	admins := map[string]func() context.Context{}
	for code := range givers {
		at := w.Place(code)
		id, err := w.Agencies.Appoint(w.AsProgram(), at.ID, agency.NewWorker{Given: "Ada", Family: "Admin", Email: "ceilings." + code + "@example.org",
			Language: "en", Hold: []string{at.Roles[agency.Administrator]}})
		if err != nil {
			w.T.Fatal(err)
		}
		admins[code] = func() context.Context {
			actor := authz.Actor{WorkerID: id, AgencyID: at.ID, AAL: 2, SessionID: "test-session"}
			return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: w.Now()})
		}
	}
	return admins
}

func (c *capped) begin() {
	law, err := authz.ShippedCeilings()
	if err != nil {
		c.rt.Fatal(err)
	}
	c.law, c.caseID = law, c.OpenCase("rsz")
	c.victims = []string{c.OpenVictim("rsz", c.caseID, section.Values{"family_name": "Nguyen"})}
	c.AddToTeam("rsz", c.caseID, "be.auditoraat")
	c.circle, err = c.Circles.Create(c.As("rsz"), circle.New{Name: "Cel Haven", DeskID: c.desk("be.rsz"), Purpose: "protection",
		Desks: []string{c.desk("be.fgp"), c.desk("be.payoke")}}, "")
	if err != nil {
		c.rt.Fatal(err)
	}
}

func (c *capped) desk(code string) string { return c.Place(code).Desks[0] }

// tried counts refusals that name a ceiling. Other refusals are the business of other tests; a failure is none.
func (c *capped) tried(err error) bool {
	f, ok := fault.As(err)
	if err != nil && (!ok || f.Kind == fault.Internal) {
		c.rt.Fatalf("%v", err)
	}
	if ok {
		if limit, named := f.Detail.(gate.Limit); named {
			*c.refused++
			if f.Kind != fault.Invalid || limit.PartnerKind == "" || limit.SetBy == "" {
				c.rt.Fatalf("a ceiling is not named: %v, %+v", err, limit)
			}
		}
	}
	return err == nil
}

func (c *capped) sets(admins map[string]func() context.Context) func(*rapid.T) {
	return func(rt *rapid.T) {
		code := one(rt, "giver", keys(givers))
		n := agency.NewCeiling{Kind: string(one(rt, "kind", kinds)), Days: rapid.IntRange(1, 120).Draw(rt, "days"),
			TeamDays: rapid.IntRange(0, 120).Draw(rt, "team days"), Sections: c.draw(rt, 19-rapid.IntRange(0, 19).Draw(rt, "how few")*rapid.IntRange(0, 1).Draw(rt, "few"))}
		now, _, err := c.Agencies.Ceiling(admins[code](), n.Kind)
		if err == nil {
			_, err = c.Agencies.SetCeiling(admins[code](), n, now.Version)
		}
		if err != nil {
			rt.Fatal(err)
		}
		at := c.Place(code).ID
		if c.set[at] == nil {
			c.set[at] = map[authz.Role]agency.NewCeiling{}
		}
		c.set[at][authz.Role(n.Kind)] = n
	}
}

// draw gives some section words.
func (c *capped) draw(rt *rapid.T, n int) (words []string) {
	var all []string
	for id := range authz.FileSections().Each {
		all = append(all, id.String())
	}
	return rapid.Permutation(all).Draw(rt, "sections")[:n]
}

func (c *capped) until(rt *rapid.T) moment.Date {
	return c.Today().AddDays(rapid.IntRange(4, 200).Draw(rt, "until"))
}

func (c *capped) terms(rt *rapid.T) sharing.Terms {
	return sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: c.until(rt)}
}

func (c *capped) adds(rt *rapid.T) {
	code := one(rt, "to", keys(partners))
	n := sharing.NewMember{DeskID: c.desk(code), Terms: c.terms(rt)}
	if code == "be.tutelles" {
		n.VictimIDs = c.victims[:1]
	}
	_, err := c.Sharing.Add(c.As("rsz"), c.caseID, n, "")
	c.tried(err)
}

// finds opens a victim file: it comes along with the places in the team, by whoever opens it.
func (c *capped) finds(rt *rapid.T) {
	who := one(rt, "who", []string{"rsz", "fgp", "payoke"})
	if len(c.victims) > 3 {
		rt.Skip("enough")
	}
	if _, err := c.Cases.Show(c.As(who), c.caseID); err != nil {
		rt.Skip("sees the case no more")
	}
	c.victims = append(c.victims, c.OpenVictim(who, c.caseID, section.Values{"family_name": "Tran"}))
}

func (c *capped) refers(rt *rapid.T) {
	code, who := one(rt, "to", keys(partners)), one(rt, "who", []string{"rsz", "payoke", "auditoraat"})
	sections := [][]string{{"identity"}, {"identity", "residence"}, {"identity", "labour"}, {"support_plan"}, {"identity", "shelter_location"}}
	id, err := c.Sharing.Refer(c.As(who), one(rt, "victim", c.victims), sharing.NewReferral{DeskID: c.desk(code), Sections: one(rt, "sections", sections),
		Urgency: sharing.Urgent, Reason: "support", Terms: c.terms(rt)}, "")
	if c.tried(err) {
		c.offers[id] = code
	}
}

func (c *capped) accepts(rt *rapid.T) {
	id := one(rt, "offer", keys(c.offers))
	who := c.As(partners[c.offers[id]])
	delete(c.offers, id)
	if shown, err := c.Sharing.Show(who, id); c.tried(err) {
		_, err = c.Sharing.Accept(who, id, shown.Version)
		c.tried(err)
	}
}

// signs lets second persons sign what waits for them.
func (c *capped) signs(rt *rapid.T) {
	who := c.As(one(rt, "who", []string{"rsz.head", "payoke.lead"}))
	list, err := c.Sharing.Approvals(who, gate.Cursor{})
	if c.tried(err) && len(list.Items) > 0 {
		c.tried(c.Sharing.Approve(who, list.Items[0].ID, list.Items[0].Version))
	}
}

// asks lets a partner ask for a section and the lead give it.
func (c *capped) asks(rt *rapid.T) {
	who, victimID := partners[one(rt, "who", keys(partners))], one(rt, "victim", c.victims)
	sections := []string{one(rt, "section", []string{"residence", "labour", "exploitation", "health", "support_plan"})}
	id, err := c.Requests.Ask(c.As(who), gate.Victim, victimID, request.New{Sections: sections, For: request.ForDesk, Reason: "support",
		Note: "Needed for the plan.", Terms: c.terms(rt)}, "")
	if !c.tried(err) {
		return
	}
	for _, lead := range []string{"rsz", "auditoraat"} {
		if view, err := c.Requests.Show(c.As(lead), id); err == nil && view.CanAnswer {
			c.tried(c.Requests.Grant(c.As(lead), id, view.Version, request.Answer{Sections: sections, Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}))
		}
	}
}

func (c *capped) shares(rt *rapid.T) {
	_, err := c.Circles.Share(c.As("rsz"), one(rt, "victim", c.victims), circle.NewShare{CircleID: c.circle,
		Sections: one(rt, "sections", [][]string{{"identity"}, {"identity", "labour"}, {"residence"}}), Terms: c.terms(rt)}, "")
	c.tried(err)
}

// joins brings another desk into the circle, with the files that were shared before.
func (c *capped) joins(rt *rapid.T) {
	v, err := c.Circles.Show(c.As("rsz"), c.circle)
	if c.tried(err) {
		_, err = c.Circles.Join(c.As("rsz"), c.circle, c.desk(one(rt, "to", keys(partners))), true, v.Version)
		c.tried(err)
	}
}

func (c *capped) renews(rt *rapid.T) {
	rows := c.rows(`WHERE g.state IN ('live', 'sealed') AND g.lead = 0 AND g.id = g.root_id`)
	r := one(rt, "grant", rows)
	_, err := c.Sharing.Renew(c.As(one(rt, "who", []string{"rsz", "auditoraat", "payoke"})), r.ID, r.Version, c.until(rt), "file_open")
	c.tried(err)
}

func (c *capped) handsOver(rt *rapid.T) {
	n := sharing.NewTransfer{DeskID: c.desk("be.auditoraat"), Reason: "competence", Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"},
		Keep: c.Today().AddDays(rapid.IntRange(1, 150).Draw(rt, "keep"))}
	if id, err := c.Sharing.OfferTransfer(c.As("rsz"), c.caseID, n, ""); c.tried(err) {
		c.transfer = id
	}
}

func (c *capped) takes(rt *rapid.T) {
	if c.transfer == "" {
		rt.Skip("nothing is offered")
	}
	if v, err := c.Sharing.ShowTransfer(c.As("auditoraat"), c.transfer); c.tried(err) {
		_, err = c.Sharing.AcceptTransfer(c.As("auditoraat"), c.transfer, v.Version)
		c.tried(err)
	}
}

func (c *capped) rows(where string) (rows []row) {
	err := c.Database.Read(c.T.Context(), func(tx *database.Tx) error {
		return tx.Select(&rows, `SELECT g.id, g.grantee_id, g.agency_id, a.kind AS agency_kind, g.kind, g.state, g.root_id, g.granted_by_agency,
  g.renewed_from, g.sections, g.relations, g.until_at, g.lead, g.emergency, g.place, g.version
FROM file_grant g JOIN agency a ON a.id = g.agency_id `+where+` ORDER BY g.id`, nil)
	})
	if err != nil {
		c.rt.Fatal(err)
	}
	return rows
}

// look holds every row that is new, or that a second person has just signed, against both ceilings.
func (c *capped) look(rt *rapid.T) {
	rows := c.rows("")
	byID := map[string]*row{}
	for i := range rows {
		byID[rows[i].ID] = &rows[i]
	}
	for i := range rows {
		r := &rows[i]
		before, known := c.seen[r.ID]
		c.seen[r.ID] = r.State
		signed := before == "proposed" && (r.State == "live" || r.State == "offered")
		if !known && r.State != "ended" || signed {
			c.holds(r, byID)
		}
	}
}

func (c *capped) holds(r *row, byID map[string]*row) {
	named := r.Relations == authz.RelationsOf(authz.RelationNamed)
	if r.Lead || r.Emergency || named {
		return
	}
	old := byID[r.RenewedFrom]
	if old != nil && old.GranteeID == r.GranteeID && r.Until <= old.Until && r.Sections.Minus(old.Sections).Empty() {
		return
	}
	seat := r.FileKind == "case" && r.RootID == r.ID
	law, last := c.law.Over(r.Kind, r.Sections), moment.DayOf(r.Until)
	if seat || r.Place {
		law = c.law.Team(r.Kind)
	}
	if last > c.Today().AddDays(law.Days) {
		c.rt.Fatalf("the law lets %s have this for %d days, and it was given until %s: %+v", r.Kind, law.Days, last, r)
	}
	set, ok := c.set[r.GivenBy][r.Kind]
	if !ok || r.AgencyID == r.GivenBy {
		return
	}
	*c.held++
	days := set.Days
	if seat || r.Place {
		days = set.TeamDays
	}
	if last > c.Today().AddDays(days) {
		c.rt.Fatalf("the agency lets %s have this for %d days, and it was given until %s: %+v", r.Kind, days, last, r)
	}
	allowed := authz.SectionSet(0)
	for _, word := range set.Sections {
		id, _ := authz.ParseSection(word)
		allowed = allowed.With(id)
	}
	if beyond := r.Sections.Minus(allowed); !beyond.Empty() {
		c.rt.Fatalf("the agency does not let %s have %s: %+v", r.Kind, beyond, r)
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
