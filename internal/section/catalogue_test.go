package section

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/authz"
	"relais/internal/seal"
)

func TestCatalogue_hasEveryFileSectionWithItsFields(t *testing.T) {
	if Version() < 1 {
		t.Error("no version")
	}
	var last authz.Section
	for _, s := range All() {
		if s.ID <= last {
			t.Errorf("%s stands out of the matrix's order", s.ID)
		}
		last = s.ID
		if Of(s.ID) != s {
			t.Errorf("Of(%s) is another section", s.ID)
		}
		if len(s.Fields) < 5 {
			t.Errorf("%s has only %d fields", s.ID, len(s.Fields))
		}
		if !s.InCase() && !s.InVictim() {
			t.Errorf("%s is in no file", s.ID)
		}
	}
	if len(All()) != 19 {
		t.Errorf("%d sections, want 19", len(All()))
	}
	if Of(authz.AccessLog) != nil || Of(0) != nil {
		t.Error("the access log is not written by people")
	}
}

func TestCatalogue_putsSectionsInTheFilesOfTheDrawing(t *testing.T) {
	caseOnly := authz.SectionsOf(authz.Intelligence, authz.Suspects, authz.Proceeds)
	both := authz.SectionsOf(authz.Labour, authz.Court, authz.Exploitation)
	for _, s := range All() {
		wantCase := caseOnly.Has(s.ID) || both.Has(s.ID)
		if s.InCase() != wantCase || s.InVictim() == caseOnly.Has(s.ID) {
			t.Errorf("%s: files %q", s.ID, s.Files)
		}
	}
}

func TestCatalogue_sealsApartWhatHasToStayApart(t *testing.T) {
	want := map[authz.Section]seal.Domain{
		authz.SafeContact: seal.Contact, authz.ShelterLocation: seal.Location, authz.Health: seal.Health,
		authz.SupportPlan: seal.Health, authz.Intelligence: seal.Criminal, authz.Suspects: seal.Criminal,
		authz.Identity: seal.General,
	}
	for id, domain := range want {
		if got := Of(id).Domain; got != domain {
			t.Errorf("%s is sealed under %s, want %s", id, got, domain)
		}
	}
}

func TestShelterLocation_isNeverSearchable(t *testing.T) {
	for _, f := range Of(authz.ShelterLocation).Fields {
		if f.Search != "" {
			t.Errorf("%s goes to the index", f.Name)
		}
	}
}

func TestLoad_namesFileAndLineOfEveryMistake(t *testing.T) {
	for _, c := range []struct{ file, before, after, want string }{
		{"version.txt", "3", "first", "version.txt:1"},
		{"sections.csv", "health,victim,health,yes,fact", "health,ward,health,yes,fact", "sections.csv:6: files \"ward\""},
		{"sections.csv", "health,victim,health", "health,victim,medicine", "sections.csv:6: domain \"medicine\""},
		{"sections.csv", "guardianship,victim,general,,fact\n", "", "guardianship is missing"},
		{"sections.csv", "identity,victim", "access_log,victim", "sections.csv:2: section \"access_log\""},
		{"fields.csv", "identity,name,salutation,text", "identity,name,salutation,txt", "fields.csv:2: type \"txt\""},
		{"fields.csv", "identity,name,salutation", "identity,name,given_names", "fields.csv:3: name \"given_names\": twice"},
		{"fields.csv", "identity,name,salutation", "identity,name,Salutation", "fields.csv:2: name"},
		{"fields.csv", "prs_Salutation", "prs_FirstName", "fields.csv:3: htcds"},
		{"fields.csv", "prs_Salutation", "salutation", "fields.csv:2: htcds"},
		{"fields.csv", "text,,40", "text,,long", "length \"long\": not a whole number"},
		{"fields.csv", "code,sex,", "code,sexes,", "codes \"sexes\": no such list"},
		{"fields.csv", "handling_codes=H3", "handling_codes=H9", "H9 is no answer"},
		{"fields.csv", "issued_on,fact", "given_on,fact", "after \"given_on\""},
		{"fields.csv", "section,group,name", "group,section,name", "fields.csv:1: the columns"},
		{"fields.csv", "identity,name,salutation,text", "identity,name", "wrong number of fields"},
		{"codes.csv", "sex,female", "sex,male", "code \"male\": twice"},
		{"codes.csv", "sex,female,,,,2 F", "sex,female,,,,2 M", "the spelling M already means male"},
		{"codes.csv", "yes_no,yes", "yes_no,oui", "needs yes and no"},
		{"codes.csv", "country_extra,XK", "country_extra,BE", "repeats BE of countries"},
		{"derived.csv", "residence,police", "residence,policeman", "derived.csv:12: role \"policeman\""},
		{"derived.csv", "keep,care_of", "keep,street_of", "derived.csv:2: field \"street_of\""},
		{"derived.csv", "contact_conflict,yes_no_unknown", "contact_conflict,yes_no", "needs yes, no and unknown"},
		{"renamed.csv", "MK,", "XX,", "renamed.csv:2: country \"XX\""},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := load(with(t, c.file, c.before, c.after))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestLoad_saysWhichFileIsMissing(t *testing.T) {
	files := with(t, "version.txt", "", "")
	for name := range files {
		t.Run(name, func(t *testing.T) {
			fewer := fstest.MapFS{}
			for other, file := range files {
				if other != name {
					fewer[other] = file
				}
			}
			if _, err := load(fewer); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// with copies the real data and changes the first place where a text stands.
func with(t *testing.T, name, before, after string) fstest.MapFS {
	t.Helper()
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, file := range []string{
		"version.txt", "sections.csv", "fields.csv", "codes.csv", "derived.csv", "countries.csv", "languages.csv", "renamed.csv",
	} {
		text, err := fs.ReadFile(data, file)
		if err != nil {
			t.Fatal(err)
		}
		files[file] = &fstest.MapFile{Data: text}
	}
	text := string(files[name].Data)
	if !strings.Contains(text, before) {
		t.Fatalf("%s has no %q", name, before)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, before, after, 1))}
	return files
}
