package agency_test

import (
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
)

func TestCeilings_areSetInVersionsAndRecorded(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		n := agency.NewCeiling{Kind: "police", Sections: []string{"identity"}, Days: 30, TeamDays: 0}
		first := must(h.agencies.SetCeiling(h.as("admin"), n, 0))(t)
		if _, err := h.agencies.SetCeiling(h.as("admin"), n, 0); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a stale tab sets it: %v", err)
		}
		n.Days = 60
		must(h.agencies.SetCeiling(h.as("admin"), n, first.Version))(t)
		now, versions, err := h.agencies.Ceiling(h.as("admin"), "police")
		fine(t, err)
		if now.Days != 60 || now.Version != 2 || now.SetBy == "" || len(versions) != 2 || versions[1].Days != 30 {
			t.Errorf("it stands at %+v with %d versions", now, len(versions))
		}
		entry := h.entries()[slices.IndexFunc(h.entries(), func(e audit.Entry) bool { return e.Op == audit.PolicyChange })]
		if !slices.Contains(entry.Fields, "days=60") || !slices.Contains(entry.Fields, "partner=police") {
			t.Errorf("the trail has %v", entry.Fields)
		}
		for _, wrong := range []agency.NewCeiling{{Kind: "police", Days: 0}, {Kind: "police", Days: 367}, {Kind: "police", Days: 1, TeamDays: -1},
			{Kind: "police", Days: 1, Sections: []string{"access_log"}}, {Kind: "police", Days: 1, Sections: []string{"secrets"}}} {
			if _, err := h.agencies.SetCeiling(h.as("admin"), wrong, 2); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		for _, kind := range []string{"auditor", "agency_admin", "nobody"} {
			if _, err := h.agencies.SetCeiling(h.as("admin"), agency.NewCeiling{Kind: kind, Days: 1}, 0); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a ceiling for %s: %v", kind, err)
			}
		}
	})
}

func TestCeilings_areTheAdministratorsOfTheOwnAgency(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		n := agency.NewCeiling{Kind: "lawyer", Sections: []string{"identity"}, Days: 30, TeamDays: 30}
		must(h.agencies.SetCeiling(h.as("admin"), n, 0))(t)
		for name := range h.people {
			now, versions, err := h.agencies.Ceiling(h.as(name), "lawyer")
			if name == "admin" || name == "second" {
				continue
			}
			if err == nil && (now.Version != 0 || len(versions) > 0) {
				t.Errorf("%s reads another agency's ceiling", name)
			}
		}
	})
}

func TestPages_showTheEffectBeforeACeilingIsSet(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("admin")
	v.get("/ceilings").shows(t, 200, "Only the law", "/ceilings/police", "danger to life")
	v.get("/ceilings/police").shows(t, 200, "The law’s ceiling: 366 days.", `value="366"`)
	v.post("/ceilings/police/effect", "sections", "identity", "days", "0", "team_days", "0").shows(t, 422, "govuk-error-summary")
	v.post("/ceilings/police/effect", "sections", "identity", "sections", "court", "days", "30", "team_days", "0", "version", "0").
		shows(t, 200, "Nothing that your agency has shared lies above it", `name="sections" value="court"`)
	v.post("/ceilings/police", "sections", "identity", "sections", "court", "days", "30", "team_days", "0", "version", "0").leads(t, "/ceilings/police")
	v.get("/ceilings").shows(t, 200, "Identity, Court and compensation", "30 days")
	v.post("/ceilings/police", "sections", "identity", "days", "30", "team_days", "0", "version", "0").shows(t, 409, "Somebody else")
	v.get("/ceilings/auditor").shows(t, 404)
}
