package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"relais/internal/database"
	"relais/internal/testkit"
)

// private is what the story writes about people: nothing of it may lie in clear anywhere but on the pages of those who may
// read it. Each piece stands nowhere else in the program.
var private = map[string]string{
	"family name": "Quisenberry-Zoltan", "given names": "Xanthippe Ottoline", "name in Arabic": "زرقاءاليمامة", "name in Cyrillic": "Щекочихина",
	"name in Chinese": "歐陽鸚鵡", "name in Devanagari": "झुनझुनवाला", "alias": "Zwarte Kwikstaart", "birth date": "1987-11-23", "birth place": "Ouagadougou-Tanghin",
	"document": "ZQ7731905K", "national number": "87112399153", "phone": "+32478913377", "e-mail": "kwikstaart.zq@example.org",
	"street": "Quadrillelaan 4711", "house": "Huize Kolibrie", "note": "Zij fluistert over de blauwe vrachtwagen", "health": "Litteken boven de linkerwenkbrauw",
	"employer": "Quetzal Rouwbouw", "referral note": "Bel niet voor de avondmaaltijd", "colleague": "Vandenquackelaere", "colleague's e-mail": "quackelaere@example.org",
	"colleague's phone": "+32499887711", "key": "Kolibriescript", "password": testkit.Password, "search": "Quisenberry",
}

// writings are the ways in which a text can lie in bytes.
func writings(text string) map[string][]byte {
	wide := func(order func(uint16) []byte) (out []byte) {
		for _, unit := range utf16.Encode([]rune(text)) {
			out = append(out, order(unit)...)
		}
		return out
	}
	quoted, _ := json.Marshal(text)
	all := map[string][]byte{
		"plain": []byte(text), "hex": []byte(hex.EncodeToString([]byte(text))), "escaped": []byte(url.QueryEscape(text)),
		"path": []byte(url.PathEscape(text)), "JSON": bytes.Trim(quoted, `"`), "ASCII JSON": []byte(ascii(text)),
		"UTF-16LE":      wide(func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }),
		"UTF-16BE":      wide(func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }),
		"reversed date": []byte(reversed(text)), "without marks": []byte(strings.NewReplacer("-", "", " ", "", "+", "").Replace(text)),
	}
	for shift := range 3 { // base64 of the text within something else: the three ways to lie across its groups
		coded := base64.RawStdEncoding.EncodeToString(append(bytes.Repeat([]byte{0}, shift), text...))
		all[fmt.Sprintf("base64 at %d", shift)] = []byte(coded[(shift*8+5)/6 : len(coded)-2])
	}
	return all
}

func ascii(text string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit < 0x80 {
			out.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.String()
}

// reversed writes a date as people do.
func reversed(text string) string {
	parts := strings.Split(text, "-")
	if len(parts) != 3 {
		return text
	}
	return parts[2] + "/" + parts[1] + "/" + parts[0]
}

// piece is a private text in one writing, in small letters.
type piece struct {
	name    string
	writing []byte
}

// pieces are all that must not be found: what the story writes, and the names and addresses of everybody who works there.
func pieces(t *testing.T, w *testkit.World) (all []piece) {
	t.Helper()
	texts := maps.Clone(private)
	for _, key := range w.People() {
		p := w.Person(key)
		texts["name of "+key], texts["address of "+key] = p.Family, p.Email
	}
	for name, text := range texts {
		for how, writing := range writings(text) {
			if len(writing) < 5 {
				t.Fatalf("%s, %s, is too short to look for", name, how)
			}
			all = append(all, piece{name + ", " + how, bytes.ToLower(writing)})
		}
	}
	return all
}

// found are the names of the pieces that lie in a place, in capitals or not.
func found(content []byte, all []piece) (names []string) {
	content = bytes.ToLower(content)
	for _, p := range all {
		if bytes.Contains(content, p.writing) {
			names = append(names, p.name)
		}
	}
	return names
}

func clean(t *testing.T, where string, content []byte, all []piece) {
	t.Helper()
	for _, name := range found(content, all) {
		t.Errorf("%s holds the %s", where, name)
	}
}

// TestNothingPrivate_liesInClear lives the story over HTTP, on a program that runs as it does in earnest, and then reads what
// it left behind as bytes: the database with its write-ahead log, every column of PostgreSQL, the signed heads, the log and
// the metrics.
func TestNothingPrivate_liesInClear(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		running, all := run(t, w), pieces(t, w)
		liveStory(t, running)
		metrics := running.get(t, "/metrics")
		if !bytes.Contains(metrics, []byte("relais_http_requests_total")) {
			t.Fatalf("these are no metrics: %.200s", metrics)
		}
		clean(t, "the metrics", metrics, all)
		readFiles(t, w, "while it runs", all)
		tables := dump(t, w)
		if !bytes.Contains(tables, []byte("Police grand-ducale, SPJ")) { // a public name, which does lie there
			t.Error("the dump does not hold what lies in the tables")
		}
		clean(t, "the tables", tables, all)
		running.stop(t)
		readFiles(t, w, "after it stopped", all)
		log := w.Logged()
		if lines := bytes.Count(log, []byte("\n")); lines < 30 {
			t.Errorf("the log has %d lines only", lines)
		}
		clean(t, "the log", log, all)
	})
}

// TestWritings_areFound hides each text in the ways in which it could be hidden.
func TestWritings_areFound(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	all := pieces(t, w)
	for name, text := range private {
		record, _ := json.Marshal(map[string]string{"a": text})
		for how, hidden := range map[string][]byte{"capitals": []byte(strings.ToUpper(text)), "JSON": record,
			"base64": []byte(base64.StdEncoding.EncodeToString([]byte("x" + text + "y"))), "URL base64": []byte(base64.StdEncoding.EncodeToString(record)),
			"hex": []byte(strings.ToUpper(hex.EncodeToString(record))), "address": []byte("/a?b=" + url.QueryEscape(text))} {
			if len(found(hidden, all)) == 0 {
				t.Errorf("the %s in %s was not found: %s", name, how, hidden)
			}
		}
	}
}

// readFiles reads every file that the program keeps, the database, its write-ahead log and its index among them.
func readFiles(t *testing.T, w *testkit.World, when string, all []piece) {
	t.Helper()
	read := map[string]bool{}
	err := filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil {
			read[filepath.Base(path)] = true
			clean(t, filepath.Base(path)+" "+when, content, all)
		}
		return err
	})
	for _, name := range []string{"relais.db", "relais.db-wal", "relais.db-shm", "relais.db-looks", "relais.db-looks-wal"} {
		if w.Engine == "sqlite" && !read[name] {
			t.Errorf("%s was not read %s", name, when)
		}
	}
	if err != nil || len(read) < 3 {
		t.Fatalf("%v, read %v", err, read)
	}
}

// column is a column of a table.
type column struct {
	Table string `db:"table_name"`
	Name  string `db:"column_name"`
	Type  string `db:"data_type"`
}

// dump writes every row of every table: text and numbers as text, bytes as bytes.
func dump(t *testing.T, w *testkit.World) []byte {
	t.Helper()
	var out bytes.Buffer
	err := w.Database.Read(context.Background(), func(tx *database.Tx) error {
		for _, c := range columns(t, tx) {
			if err := c.dump(tx, &out); err != nil {
				return fmt.Errorf("%s.%s: %w", c.Table, c.Name, err)
			}
		}
		return nil
	})
	if err != nil || out.Len() < 10_000 {
		t.Fatalf("%v, %d bytes", err, out.Len())
	}
	return out.Bytes()
}

func (c column) dump(tx *database.Tx, out *bytes.Buffer) error {
	if c.Type == "bytea" || c.Type == "BLOB" {
		var values [][]byte
		err := tx.Select(&values, "SELECT "+c.Name+" FROM "+c.Table+" WHERE "+c.Name+" IS NOT NULL", nil)
		out.Write(bytes.Join(values, []byte("\n")))
		return err
	}
	var values []string
	err := tx.Select(&values, "SELECT CAST("+c.Name+" AS TEXT) FROM "+c.Table+" WHERE "+c.Name+" IS NOT NULL", nil)
	out.WriteString(strings.Join(values, "\n"))
	return err
}

// columns lists the columns of all tables.
func columns(t *testing.T, tx *database.Tx) (all []column) {
	t.Helper()
	query := `SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type
FROM sqlite_master m
JOIN pragma_table_info(m.name) c ON 1 = 1
WHERE m.type = 'table'`
	if tx.Engine() == database.Postgres {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`
	}
	if err := tx.Select(&all, query, nil); err != nil || len(all) < 100 {
		t.Fatalf("%v, %d columns", err, len(all))
	}
	return all
}
