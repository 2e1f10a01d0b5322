package mainjob

import (
	"bytes"
	"encoding/hex"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"relais/internal/database"
	"relais/internal/section"
)

// After all that: the database, its journal, the logs and the metrics hold none of the names, dates of birth, telephone numbers,
// addresses and notes that were written, neither the victims' nor the staff's.
func nothingStandsInClear(s *story) {
	secrets := s.secrets()
	for where, text := range s.everythingKept() {
		if known := map[string]string{"the database": "Payoke", "relais.db": "Payoke", "the log": "/sign-in", "the metrics": "relais_"}[where]; !bytes.Contains(text, []byte(known)) {
			s.t.Errorf("%s holds not even %q: it was not read", where, known)
		}
		for _, secret := range secrets {
			if bytes.Contains(text, []byte(secret)) {
				s.t.Errorf("%s holds %q", where, secret)
			}
			if bytes.Contains(text, []byte(hex.EncodeToString([]byte(secret)))) { // so PostgreSQL writes bytes
				s.t.Errorf("%s holds the bytes of %q", where, secret)
			}
		}
	}
}

// openly are fields whose answers are codes or words too short to look for.
var openly = map[string]bool{"sex": true, "citizenships": true, "primary_language": true, "hours_per_week": true, "sector": true}

func (s *story) secrets() (secrets []string) {
	for _, values := range []section.Values{minhIs, youssefIs, awaIs, exploited, worked, reachable, lives, care} {
		for field, value := range values {
			written := strings.ContainsAny(value, " .+") || strings.ToLower(value) != value || strings.Contains(field, "name") || field == "birth_date"
			if written && !openly[field] {
				secrets = append(secrets, value)
			}
		}
	}
	for _, key := range s.People() {
		p := s.Person(key)
		secrets = append(secrets, p.Family, p.Email)
	}
	return append(secrets, "Verstraeten-Nolf", "imke@payoke.example.org", "He speaks Arabic", "Youssef Haddad", "brother in law", "hurt in a fall")
}

func (s *story) everythingKept() map[string][]byte {
	s.t.Helper()
	kept := map[string][]byte{"the log": s.Logged(), "the metrics": s.metrics()}
	if s.Engine == "postgres" {
		kept["the database"] = s.dump()
		return kept
	}
	files, err := filepath.Glob(filepath.Join(s.Dir, "relais.db*"))
	here(s.t, err)
	for _, name := range files {
		kept[filepath.Base(name)], err = os.ReadFile(name)
		here(s.t, err)
	}
	return kept
}

func (s *story) metrics() []byte {
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Site.Kit.Collectors()...)
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	return answer.Body.Bytes()
}

// dump is every row of every table as text.
func (s *story) dump() []byte {
	s.t.Helper()
	var all bytes.Buffer
	here(s.t, s.Database.Read(s.t.Context(), func(tx *database.Tx) error {
		var tables []string
		if err := tx.Select(&tables, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`, nil); err != nil {
			return err
		}
		for _, table := range tables {
			var rows []string
			if err := tx.Select(&rows, `SELECT CAST(t AS TEXT) FROM `+table+` t`, nil); err != nil {
				return err
			}
			all.WriteString(table + "\n" + strings.Join(rows, "\n") + "\n")
		}
		return nil
	}))
	return all.Bytes()
}
