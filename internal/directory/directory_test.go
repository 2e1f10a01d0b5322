package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/directory"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

func desk(w *testkit.World, code string) string { return w.Place(code).Desks[0] }

func good() directory.New {
	return directory.New{Services: []string{"legal_aid", "housing"}, Languages: []string{"vi", "nl"}, People: []string{"women"}, Area: "Antwerpen, Limburg",
		Days: []string{"fri", "mon"}, Opens: "09:00", Closes: "17:30", Email: "onthaal@payoke.example", Phone: "+32 3 000 00 00"}
}

func written(t *testing.T, w *testkit.World, who, code string, n directory.New) {
	t.Helper()
	if err := w.Directory.Write(w.As(who), desk(w, code), n, show(t, w, who, code).Version); err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, w *testkit.World, who, code string) directory.View {
	t.Helper()
	v, err := w.Directory.Show(w.As(who), desk(w, code))
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return v
}

func found(t *testing.T, w *testkit.World, who string, f directory.Filter) (codes []string) {
	t.Helper()
	page, err := w.Directory.List(w.As(who), f, "")
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	for _, l := range page.Desks {
		for _, code := range []string{"be.payoke", "be.pagasa", "nl.shelter"} {
			if slices.Contains(w.Place(code).Desks, l.DeskID) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// TestList_givesEveryDeskOncePageByPage goes through more desks than a page has, some of the same name and some that say nothing.
func TestList_givesEveryDeskOncePageByPage(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		agencyID := w.Person("payoke").AgencyID
		err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			for i := range 2*directory.PageSize + 7 {
				id := gate.NewID()
				args := database.Args{"id": id, "agency": agencyID, "name": fmt.Sprint("Desk ", i%40), "silent": gate.NewID()}
				for _, text := range []string{
					`INSERT INTO desk (id, agency_id, name, created_at) VALUES (:id, :agency, :name, 1)`,
					`INSERT INTO desk (id, agency_id, name, created_at) VALUES (:silent, :agency, :name, 1)`,
					`INSERT INTO directory_listing (desk_id, version, agency_id, written_by, written_at, services, languages, always_open)
						VALUES (:id, 2, :agency, 'w', 1, 'housing legal_aid', 'nl', 1)`,
				} {
					if _, err := tx.Exec(text, args); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		seen, after, pages := map[string]int{}, "", 0
		for pages < 9 {
			page, err := w.Directory.List(w.As("cosm"), directory.Filter{Service: "legal_aid", Language: "nl", Country: "BE"}, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page.Desks {
				seen[l.DeskID]++
			}
			if pages++; page.Next == "" {
				break
			}
			after = page.Next
		}
		if len(seen) != 2*directory.PageSize+7 || pages != 3 {
			t.Errorf("%d desks on %d pages", len(seen), pages)
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("desk %s %d times", id, times)
			}
		}
	})
}

// TestList_refusesAPlaceThatIsNone asks for the page after what is no desk.
func TestList_refusesAPlaceThatIsNone(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for _, after := range []string{gate.NewID(), "x", " ", "%"} {
			if _, err := w.Directory.List(w.As("payoke"), directory.Filter{}, after); !field(err, "after", "gate.bad_cursor") {
				t.Errorf("after %q: %v", after, err)
			}
		}
	})
}

func field(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

func TestListing_isReadByCaseworkersOfAllThreeCountries(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		written(t, w, "payoke", "be.payoke", good())
		for _, who := range []string{"rsz", "payoke.second", "cosm", "spj", "rsz.other", "payoke.admin", "tutelles"} {
			v := show(t, w, who, "be.payoke")
			if !v.Services.Has("housing") || v.Languages != "nl vi" || v.Days != "mon fri" || v.Area != "Antwerpen, Limburg" || v.Email != "onthaal@payoke.example" || !v.Written() {
				t.Errorf("%s reads %+v", who, v.Listing)
			}
			if named := v.Steps[0].Author != ""; named != (who == "payoke.second" || who == "payoke.admin") {
				t.Errorf("%s learns who wrote it: %v", who, named)
			}
		}
		for _, who := range []string{"rsz.auditor", "payoke.auditor"} {
			if _, err := w.Directory.Show(w.As(who), desk(w, "be.payoke")); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s, who works on no file: %v", who, err)
			}
		}
	})
}

func TestListing_isWrittenByItsDeskAndKeepsItsVersions(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		written(t, w, "payoke", "be.payoke", good())
		n := good()
		n.Services, n.AlwaysOpen = []string{"medical"}, true
		written(t, w, "payoke.admin", "be.payoke", n)
		v := show(t, w, "payoke", "be.payoke")
		if v.Services != "medical" || v.Opens != "" || !v.AlwaysOpen || len(v.Steps) != 2 {
			t.Errorf("after the second writing: %+v", v)
		}
		if err := w.Directory.Write(w.As("payoke"), desk(w, "be.payoke"), good(), v.Version-1); !errors.Is(err, fault.Conflict) {
			t.Errorf("over a version that nobody reads any more: %v", err)
		}
		for _, who := range []string{"pagasa", "rsz", "cosm"} {
			err := w.Directory.Write(w.As(who), desk(w, "be.payoke"), good(), v.Version)
			if !errors.Is(err, fault.Refused) {
				t.Errorf("%s writes what another desk offers: %v", who, err)
			}
			if err := w.Directory.TellPlaces(w.As(who), desk(w, "be.payoke"), 9); !errors.Is(err, fault.Refused) {
				t.Errorf("%s tells another desk's places: %v", who, err)
			}
		}
		if err := w.Directory.Write(w.As("rsz.other"), desk(w, "be.rsz"), good(), 1); !errors.Is(err, fault.Refused) {
			t.Errorf("a colleague who is not at the desk: %v", err)
		}
	})
}

func TestPlaces_areKnownForADay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		if err := w.Directory.TellPlaces(w.As("payoke"), desk(w, "be.payoke"), 2); !errors.Is(err, fault.Conflict) {
			t.Errorf("places of a desk that offers nothing: %v", err)
		}
		written(t, w, "payoke", "be.payoke", good())
		for _, free := range []int{5, 2} {
			if err := w.Directory.TellPlaces(w.As("payoke"), desk(w, "be.payoke"), free); err != nil {
				t.Fatal(err)
			}
		}
		if v := show(t, w, "rsz", "be.payoke"); !v.Known(v.Now) || v.Free != 2 {
			t.Errorf("told a moment ago: %+v", v.Listing)
		}
		w.Advance(directory.Fresh - time.Second)
		if got := found(t, w, "rsz", directory.Filter{Tonight: true}); !slices.Equal(got, []string{"be.payoke"}) {
			t.Errorf("within a day: %v", got)
		}
		w.Advance(time.Second)
		if v := show(t, w, "rsz", "be.payoke"); v.Known(v.Now) || len(found(t, w, "rsz", directory.Filter{Tonight: true})) > 0 {
			t.Error("a number of yesterday is believed")
		}
		if err := w.Directory.TellPlaces(w.As("payoke"), desk(w, "be.payoke"), -1); !field(err, "free", "directory.not_a_number") {
			t.Errorf("fewer than none: %v", err)
		}
	})
}

func TestList_findsByServiceLanguageAndCountry(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		written(t, w, "payoke", "be.payoke", good())
		n := good()
		n.Services, n.Languages, n.Email = []string{"housing", "medical"}, []string{"fr"}, "accueil@pagasa.example"
		written(t, w, "pagasa", "be.pagasa", n)
		n.Languages, n.Email = []string{"nl"}, "intake@cosm.example"
		written(t, w, "cosm", "nl.shelter", n)
		for _, c := range []struct {
			f    directory.Filter
			want []string
		}{
			{directory.Filter{}, []string{"be.pagasa", "be.payoke", "nl.shelter"}},
			{directory.Filter{Service: "medical"}, []string{"be.pagasa", "nl.shelter"}},
			{directory.Filter{Language: "nl"}, []string{"be.payoke", "nl.shelter"}},
			{directory.Filter{Service: "housing", Language: "nl", Country: "NL"}, []string{"nl.shelter"}},
			{directory.Filter{Language: "vi", Service: "medical"}, nil},
			{directory.Filter{Country: "LU"}, nil},
		} {
			got := found(t, w, "spj", c.f)
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v: %v, want %v", c.f, got, c.want)
			}
		}
		if _, err := w.Directory.List(w.As("rsz"), directory.Filter{Service: "Tran"}, ""); !field(err, "service", "fault.field_unknown_code") {
			t.Errorf("a word that is no code: %v", err)
		}
	})
}

func TestWrite_refusesPersonsAndAddresses(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	me := w.Person("payoke")
	for _, c := range []struct {
		change    func(n *directory.New)
		name, key string
	}{
		{func(n *directory.New) { n.Email = me.Email }, "email", "directory.of_a_person"},
		{func(n *directory.New) { n.Email = "onthaal" }, "email", "directory.not_an_email"},
		{func(n *directory.New) { n.Email, n.Phone = "", "" }, "email", "directory.no_contact"},
		{func(n *directory.New) { n.Phone = "ask for Els" }, "phone", "directory.not_a_phone"},
		{func(n *directory.New) { n.Area = "Lange Lozanastraat 200" }, "area", "directory.no_address"},
		{func(n *directory.New) { n.Services = nil }, "services", "fault.field_required"},
		{func(n *directory.New) { n.Languages = nil }, "languages", "fault.field_required"},
		{func(n *directory.New) { n.Languages = []string{"klingon"} }, "languages", "fault.field_unknown_code"},
		{func(n *directory.New) { n.Exploitation = []string{"unknown"} }, "exploitation", "fault.field_unknown_code"},
		{func(n *directory.New) { n.Opens = "9" }, "opens", "directory.not_an_hour"},
		{func(n *directory.New) { n.Closes = n.Opens }, "closes", "directory.same_hour"},
		{func(n *directory.New) { n.Days = nil }, "days", "fault.field_required"},
	} {
		n := good()
		c.change(&n)
		if err := w.Directory.Write(w.As("payoke"), desk(w, "be.payoke"), n, 1); !field(err, c.name, c.key) {
			t.Errorf("%+v: %v, want %s at %s", n, err, c.key, c.name)
		}
	}
	if v := show(t, w, "payoke", "be.payoke"); v.Written() {
		t.Error("something was kept")
	}
}

// TestWrite_tellsNothingOfAccountsOfOtherAgencies: whether somebody has an account elsewhere is nothing that an address can be tried on.
func TestWrite_tellsNothingOfAccountsOfOtherAgencies(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	for version, address := range []string{w.Person("rsz").Email, "nobody@rsz.example"} {
		n := good()
		n.Email = address
		if err := w.Directory.Write(w.As("payoke"), desk(w, "be.payoke"), n, int64(version)+1); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
