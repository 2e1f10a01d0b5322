package exchange_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/audit"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/exchange"
	"relais/internal/gate"
	"relais/internal/moment"
)

// entries are what the trail holds of an action.
func (s *scene) entriesOf(action string) (found []audit.Entry) {
	s.t.Helper()
	must0(s.t, s.db.Read(s.t.Context(), func(tx *database.Tx) error {
		all, _, err := s.trail.List(tx, audit.Filter{Everywhere: true, Limit: 1000})
		for _, e := range all {
			if e.Action == action {
				found = append(found, e)
			}
		}
		return err
	}))
	return found
}

func TestImport_leavesOneEntryWithTheFilesAndNoWords(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		report := s.take("shelter", fill(t, twoPersons()), "a.xlsx", exchange.Options{Purpose: "identification"})
		entries := s.entriesOf("exchange.import")
		if len(entries) != 1 {
			t.Fatalf("%d entries", len(entries))
		}
		e := entries[0]
		if e.Op != audit.Collect || e.Subject != report.BatchID || e.FileID != report.CaseID || len(e.Results) != 2 ||
			e.Purpose != "identification" || !slices.Contains(e.Fields, "identity.birth_date") {
			t.Errorf("entry: %+v", e)
		}
		s.refused("shelter", []byte("First Name,Birthdate\nAna,03/04/2020\n"), "a.csv", exchange.Options{})
		s.take("shelter", []byte("First Name\nAna\n"), "a.csv", exchange.Options{DryRun: true})
		if entries := s.entriesOf("exchange.import"); len(entries) != 1 {
			t.Errorf("what stored nothing left %d entries", len(entries)-1)
		}
	})
}

func TestImport_takesTheFactsThatTheCallerSaysBeforeThoseOfTheFile(t *testing.T) {
	s := local(t)
	file := "First Name,vic_TypeOfExploitation,vic_ForcedLabourIndustry,hte_Country,hte_Type\n" +
		"Ana,ForcedLabour,Construction,RO,Exploitation\nMina,ForcedLabour;ForcedBegging,Manufacturing,RO,Exploitation\nEva,,Construction,NL,Transit\n"
	report := s.take("inspection", []byte(file), "a.csv", exchange.Options{DryRun: true})
	want := casefile.Facts{Exploitation: []string{"forced_labour", "forced_begging"}, Sector: "F", Country: "RO",
		DetectedBy: "unknown", DetectedOn: "2026-03-02"}
	if diff := cmp.Diff(want, report.Facts); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	said := casefile.Facts{Exploitation: []string{"servitude"}, Sector: "T", Country: "BE", DetectedBy: "labour_inspectorate",
		DetectedOn: moment.Date("2026-01-05")}
	report = s.take("inspection", []byte(file), "a.csv", exchange.Options{Facts: said})
	if diff := cmp.Diff(said, report.Facts); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	for _, assumed := range report.Warnings {
		t.Errorf("assumed: %+v", assumed)
	}
	bad := s.refused("inspection", []byte("First Name\nOlga\n"), "a.csv", exchange.Options{Facts: casefile.Facts{Country: "Belgium", DetectedOn: "2027-01-01"}})
	if len(bad.Problems) != 2 || bad.Problems[0].Field != "casefile.country" {
		t.Errorf("problems:\n%s", told(bad))
	}
}

func TestImport_opensToNobodyButTheOwnDesk(t *testing.T) {
	s := local(t)
	report := s.take("shelter", fill(t, twoPersons()), "a.xlsx", exchange.Options{})
	for _, stranger := range []string{"inspection", "prosecutor"} {
		if lines, _, err := s.victims.List(s.who[stranger], gate.Cursor{}); err != nil || len(lines) > 0 {
			t.Errorf("%s sees %d files, %v", stranger, len(lines), err)
		}
		if _, err := s.cases.Show(s.who[stranger], report.CaseID); err == nil {
			t.Errorf("%s sees the case", stranger)
		}
	}
	if lines, _, err := s.victims.List(s.who["shelter/colleague"], gate.Cursor{}); err != nil || len(lines) != 2 {
		t.Errorf("a colleague at the desk sees %d files, %v", len(lines), err)
	}
}

func TestImport_byTwoColleaguesInTheSameInstantHappensOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		file := fill(t, twoPersons())
		type answer struct {
			report exchange.Report
			err    error
		}
		answers := make(chan answer)
		for _, who := range []string{"shelter", "shelter/colleague", "shelter", "shelter/colleague"} {
			go func() {
				report, err := s.exchange.Import(s.who[who], file, "a.xlsx", exchange.Options{})
				answers <- answer{report, err}
			}()
		}
		opened := 0
		for range 4 {
			a := <-answers
			if a.err != nil || a.report.Reference == "" {
				t.Errorf("%+v: %v", a.report, a.err)
			}
			opened += a.report.Victims
		}
		if n := s.count(); opened != 2 || n.Files != 3 || n.Batches != 1 || n.Rows != 2 {
			t.Errorf("%d opened, stored %+v", opened, n)
		}
	})
}
