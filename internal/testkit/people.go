package testkit

import (
	"context"
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/server"
)

// place is an agency to found; the people of it follow.
type place struct {
	code, country string
	kind          authz.Role
	name, regime  string
	desks         []agency.NewDesk
	people        []worker
}

type worker struct {
	key, given, family, language string
	desk, care, supervisor, duty bool
	roles                        []string
}

var caseworker = []string{agency.Caseworker}

// places are the agencies of every world: in Belgium one of each kind and a second shelter, and strangers of the same kinds
// in the Netherlands and in Luxembourg. Agencies bear their public names, people are invented.
var places = []place{
	{"be.rsz", "BE", authz.RoleLabourInspector, "RSZ/ONSS", "gdpr", []agency.NewDesk{{Name: "Antwerpen"}}, []worker{
		{key: "rsz", given: "Lotte", family: "Vermoesen", language: "nl", desk: true, roles: caseworker},
		{key: "rsz.second", given: "Bram", family: "Oostwal", language: "nl", desk: true, roles: caseworker},
		{key: "rsz.head", given: "Godelieve", family: "Maertens-Roy", language: "nl", desk: true, supervisor: true, roles: caseworker},
		{key: "rsz.other", given: "Gilles", family: "Tremaux", language: "fr", roles: caseworker},
		{key: "rsz.auditor", given: "Hilde", family: "Kranswijk", language: "nl", roles: []string{agency.Auditor}}}},
	{"be.auditoraat", "BE", authz.RoleProsecutor, "Arbeidsauditoraat Antwerpen", "led", []agency.NewDesk{{Name: "Mensenhandel", Intake: true}}, []worker{
		{key: "auditoraat", given: "Stijn", family: "Delvaux-Prins", language: "nl", desk: true, roles: caseworker}}},
	{"be.fgp", "BE", authz.RolePolice, "Federale gerechtelijke politie Antwerpen", "led", []agency.NewDesk{{Name: "Mensenhandel", Intake: true}}, []worker{
		{key: "fgp", given: "Joris", family: "Hauteclair", language: "nl", desk: true, duty: true, roles: caseworker},
		{key: "fgp.head", given: "Hendrik", family: "Bosmans-Aerts", language: "nl", desk: true, supervisor: true, roles: caseworker},
		{key: "fgp.other", given: "Mieke", family: "Zandstra", language: "nl", roles: caseworker}}},
	{"be.payoke", "BE", authz.RoleShelter, "Payoke", "gdpr", []agency.NewDesk{{Name: "Intake", Intake: true}}, []worker{
		{key: "payoke", given: "Nora", family: "Wijnants", language: "nl", desk: true, care: true, roles: caseworker},
		{key: "payoke.second", given: "Yara", family: "Bellefroy", language: "fr", desk: true, roles: caseworker},
		{key: "payoke.lead", given: "Marleen", family: "Dockx-Thiry", language: "nl", supervisor: true, roles: caseworker},
		{key: "payoke.admin", given: "Karel", family: "Somers-Dijk", language: "nl", roles: []string{agency.Administrator}},
		{key: "payoke.auditor", given: "Greet", family: "Lannoo-Vos", language: "nl", roles: []string{agency.Auditor}}}},
	{"be.pagasa", "BE", authz.RoleShelter, "PAG-ASA", "gdpr", []agency.NewDesk{{Name: "Accueil", Intake: true}}, []worker{
		{key: "pagasa", given: "Solange", family: "Verbruggen-Noël", language: "fr", desk: true, care: true, roles: caseworker}}},
	{"be.dvz", "BE", authz.RoleMigration, "Dienst Vreemdelingenzaken", "gdpr", []agency.NewDesk{{Name: "MINTEH", Intake: true}}, []worker{
		{key: "dvz", given: "Pascale", family: "Mornard", language: "fr", desk: true, roles: caseworker}}},
	{"be.court", "BE", authz.RoleCourt, "Rechtbank van eerste aanleg Antwerpen", "led", []agency.NewDesk{{Name: "Griffie"}}, []worker{
		{key: "court", given: "Anneleen", family: "Rooswinkel", language: "nl", desk: true, roles: caseworker}}},
	{"be.tutelles", "BE", authz.RoleGuardian, "Service des Tutelles", "gdpr", []agency.NewDesk{{Name: "MENA", Intake: true}}, []worker{
		{key: "tutelles", given: "Aline", family: "Desforges", language: "fr", desk: true, roles: caseworker}}},
	{"be.advocaat", "BE", authz.RoleLawyer, "Balie Antwerpen", "gdpr", []agency.NewDesk{{Name: "Slachtoffers", Intake: true}}, []worker{
		{key: "advocaat", given: "Wout", family: "Kastelein", language: "nl", desk: true, roles: caseworker}}},
	{"be.myria", "BE", authz.RoleRapporteur, "Myria", "gdpr", []agency.NewDesk{{Name: "Mensenhandel"}}, []worker{
		{key: "myria", given: "Elise", family: "Grandval", language: "fr", desk: true, roles: caseworker}}},
	{"nl.comensha", "NL", authz.RoleFocalPoint, "CoMensha", "gdpr", []agency.NewDesk{{Name: "Aanmeldingen", Intake: true}}, []worker{
		{key: "comensha", given: "Femke", family: "Ruitenberg", language: "nl", desk: true, roles: caseworker}}},
	{"nl.shelter", "NL", authz.RoleShelter, "COSM Amsterdam", "gdpr", []agency.NewDesk{{Name: "Aanmelding", Intake: true}}, []worker{
		{key: "cosm", given: "Saskia", family: "Vlietstra", language: "nl", desk: true, care: true, roles: caseworker}}},
	{"nl.police", "NL", authz.RolePolice, "Politie, AVIM Rotterdam", "led", []agency.NewDesk{{Name: "AVIM", Intake: true}}, []worker{
		{key: "avim", given: "Ruben", family: "Haverkort", language: "nl", desk: true, roles: caseworker},
		{key: "avim.lead", given: "Willemijn", family: "Oosterling", language: "nl", supervisor: true, roles: caseworker},
		{key: "avim.auditor", given: "Sander", family: "Kwakkel", language: "nl", roles: []string{agency.Auditor}}}},
	{"lu.police", "LU", authz.RolePolice, "Police grand-ducale, SPJ", "led", []agency.NewDesk{{Name: "Traite", Intake: true, Unit: "judicial_police"}}, []worker{
		{key: "spj", given: "Claude", family: "Weyrich", language: "fr", desk: true, roles: caseworker},
		{key: "spj.lead", given: "Josiane", family: "Reuland", language: "fr", supervisor: true, roles: caseworker}}},
}

// populate founds the agencies and appoints the people.
func populate(t testing.TB, p *server.Program) (map[string]Person, map[string]Place) {
	t.Helper()
	ctx := gate.AsProgram(context.Background(), "testkit")
	people, agencies := map[string]Person{}, map[string]Place{}
	for _, pl := range places {
		made, err := p.Agencies.Found(ctx, agency.NewAgency{Code: pl.code, Country: pl.country, Kind: pl.kind, Name: pl.name,
			Regime: pl.regime, Desks: pl.desks})
		if err != nil {
			t.Fatalf("found %s: %v", pl.code, err)
		}
		agencies[pl.code] = Place{ID: made.ID, Code: pl.code, Name: pl.name, Desks: made.Desks, Roles: made.Roles}
		for _, w := range pl.people {
			people[w.key] = appoint(ctx, t, p, made, w)
		}
	}
	return people, agencies
}

func appoint(ctx context.Context, t testing.TB, p *server.Program, at agency.Founded, w worker) Person {
	t.Helper()
	n := agency.NewWorker{Given: w.given, Family: w.family, Email: w.key + "@example.org", Language: w.language,
		Care: w.care, Supervisor: w.supervisor, Duty: w.duty}
	if w.desk {
		n.Desks = at.Desks
	}
	for _, name := range w.roles {
		n.Hold = append(n.Hold, at.Roles[name])
		if name == agency.Administrator {
			n.Give = append(n.Give, at.Roles[agency.Caseworker])
		}
	}
	id, err := p.Agencies.Appoint(ctx, at.ID, n)
	if err != nil {
		t.Fatalf("appoint %s: %v", w.key, err)
	}
	return Person{Key: w.key, ID: id, AgencyID: at.ID, Email: n.Email, Given: w.given, Family: w.family}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
