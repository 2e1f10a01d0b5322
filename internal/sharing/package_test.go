package sharing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// filled is a victim file in which three agencies have written, so that a package holds own and foreign entries.
func (s *scene) filled() (victimID string, entries map[string]string) {
	s.T.Helper()
	caseID, victims := s.openCase(1)
	s.addTeam(caseID, "police")
	entries = map[string]string{
		"labour":       s.Write("rsz", victims[0], authz.Labour, "legal_gateway", section.Values{"employer": "Bouwbedrijf <Demo> & Zoon"}),
		"exploitation": s.Write("rsz", victims[0], authz.Exploitation, "legal_gateway", section.Values{"exploitation_place": "Slept on the site"}),
		"police":       s.Write("fgp", victims[0], authz.Exploitation, "legal_task", section.Values{"exploitation_place": "Zelzate", "indications": "some"}),
	}
	entries["identity"] = s.SectionOf("rsz", victims[0], authz.Identity).Entries[0].ID
	return victims[0], entries
}

// wire is what the JSON API sends for a value.
func wire(t *testing.T, value any) []byte {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	must0(t, encoder.Encode(value))
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// hashOf makes a package's hash anew from what is said about it in package.go alone.
func hashOf(t *testing.T, seen string, sections []entry.SectionBody, notes []entry.NoteBody) string {
	t.Helper()
	salt, _, _ := strings.Cut(seen, ".")
	raw := must(hex.DecodeString(salt))(t)
	text := append([]byte("relais package 1\n"), raw...)
	if len(notes) > 0 {
		text = append([]byte("relais package 2\n"), raw...)
	}
	add := func(one any) {
		body := wire(t, one)
		text = append(binary.BigEndian.AppendUint64(text, uint64(len(body))), body...)
	}
	for _, one := range sections {
		add(one)
	}
	for _, one := range notes {
		add(one)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func TestPreview_isByteForByteWhatTheDeskSees(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for house, sections := range map[string][]string{
			"payoke": {"identity", "labour", "exploitation"}, "prosecutor": {"identity", "labour", "exploitation"},
			"migration": {"identity", "exploitation"}, "moria": {"identity"}, "tutelles": {"identity", "labour"},
		} {
			victimID, _ := s.filled()
			n := offerTo(s.desk(house), sections...)
			looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t)
			previewed := wire(t, entry.BodiesOf(looked.Sections))
			if looked.Hash != hashOf(t, looked.Seen, entry.BodiesOf(looked.Sections), entry.NoteBodiesOf(looked.Notes)) {
				t.Errorf("%s: the hash is not the one of the previewed bytes", house)
			}
			n.Seen = looked.Seen
			id := must(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))(t)
			offered := must(s.Sharing.Preview(s.as(house), id))(t)
			if got := wire(t, entry.BodiesOf(offered.Sections)); !bytes.Equal(got, previewed) {
				t.Errorf("%s sees %s\nand the preview was %s", house, got, previewed)
			}
			must(s.Sharing.Accept(s.as(house), id, 1))(t)
			for _, who := range []string{"inspection", house} {
				kept := must(s.Sharing.Evidence(s.as(who), id))(t)
				if !kept.Whole || !kept.Previewed || kept.Hash != looked.Hash || kept.Entries != looked.Entries {
					t.Errorf("%s: the evidence is %+v, the preview %+v", who, kept, looked)
				}
				if got := wire(t, entry.BodiesOf(kept.Sections)); !bytes.Equal(got, previewed) {
					t.Errorf("%s finds another package: %s", who, got)
				}
			}
		}
	})
}

func TestPreview_isByteForByteTheAnswerOfTheAPI(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID, _ := s.filled()
		sender, receiver := site.Key("rsz"), site.Key("payoke")
		url, body := "/api/v1/victims/"+victimID+"/referrals", s.offerBody("payoke", "identity", "labour", "exploitation")
		var looked struct {
			Seen    string          `json:"seen"`
			Hash    string          `json:"hash"`
			Preview json.RawMessage `json:"preview"`
		}
		sender.JSON("POST", url+"/preview", body).Want(200).Into(&looked)
		body["seen"] = looked.Seen
		var made struct {
			ID string `json:"id"`
		}
		sender.JSON("POST", url, body).Want(201).Into(&made)
		for path, who := range map[string]*testkit.Client{"": receiver, "/package": sender} {
			var got struct {
				Hash    string          `json:"hash"`
				Preview json.RawMessage `json:"preview"`
			}
			who.Get("/api/v1/referrals/" + made.ID + path).Want(200).Into(&got)
			if !bytes.Equal(got.Preview, looked.Preview) || path != "" && got.Hash != looked.Hash {
				t.Errorf("%q answers %s\nand the preview was %s", path, got.Preview, looked.Preview)
			}
		}
		body["seen"], body["desk_id"] = "far too short", s.Place("be.pagasa").Desks[0]
		if p := sender.JSON("POST", url, body).Want(422).Problem(); len(p.Errors) != 1 || p.Errors[0].Code != "sharing.bad_preview" {
			t.Errorf("what no preview handed out: %+v", p)
		}
	})
}

// TestPackage_liesSealed looks for the evidence in clear, and for an unsalted hash that names could be tried against.
func TestPackage_liesSealed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, _ := s.filled()
		id := must(s.Sharing.Refer(s.as("inspection"), victimID, offerTo(s.desk("payoke"), "identity", "labour"), ""))(t)
		var rows []struct {
			Section string `db:"section"`
			Sealed  []byte `db:"sealed"`
		}
		must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Select(&rows, `SELECT section, sealed FROM referral_part WHERE referral_id = :id ORDER BY section`, database.Args{"id": id})
		}))
		if len(rows) != 2 {
			t.Fatalf("%d parts are kept", len(rows))
		}
		for _, row := range rows {
			if bytes.Contains(row.Sealed, []byte("Nguyen")) || bytes.Contains(row.Sealed, []byte("Bouwbedrijf")) {
				t.Errorf("%s lies in clear", row.Section)
			}
		}
		first, second := s.hash(id), s.hash(s.refer(victimID, "moria", "identity"))
		if first == second || len(first) != 64 {
			t.Errorf("hashes %q and %q", first, second)
		}
		err := s.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE referral_package SET hash = hash`, nil)
			return err
		})
		if err == nil {
			t.Error("the evidence can be changed")
		}
	})
}

func (s *scene) hash(referralID string) (hash string) {
	s.T.Helper()
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&hash, `SELECT hash FROM referral_package WHERE referral_id = :id`, database.Args{"id": referralID})
	}))
	return hash
}

func TestPackage_isFrozen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, entries := s.filled()
		n := offerTo(s.desk("payoke"), "identity")
		looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t)
		s.correct("rsz", entries["identity"], 1, "Tran")
		n.Seen = looked.Seen
		_, err := s.Sharing.Refer(s.as("inspection"), victimID, n, "")
		s.wantsKey(err, "sharing.preview_changed", "an entry that changed after the preview")
		if list := must(s.Sharing.List(s.as("inspection"), sharing.Sent, gate.Cursor{}))(t); len(list.Referrals) > 0 {
			t.Error("the refused offer left something behind")
		}
		n.Seen = must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t).Seen
		id := must(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))(t)
		s.correct("rsz", entries["identity"], 2, "Nguyen")
		offered := must(s.Sharing.Preview(s.as("payoke"), id))(t)
		if got := offered.Sections[0].Entries[0]; got.Values["family_name"] != "Tran" || got.Version != 2 || offered.Corrected != 1 {
			t.Errorf("the desk sees %+v and %d corrections", got, offered.Corrected)
		}
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		if !s.reads("payoke", victimID) {
			t.Error("after the acceptance the desk does not read the present text")
		}
		if kept := must(s.Sharing.Evidence(s.as("payoke"), id))(t); kept.Sections[0].Entries[0].Values["family_name"] != "Tran" || !kept.Whole || kept.Corrected != 1 {
			t.Errorf("the evidence is %+v", kept)
		}
	})
}

// correct writes the next version of an identity.
func (s *scene) correct(key, entryID string, version int64, name string) {
	s.T.Helper()
	must(s.Entries.Change(s.As(key), entryID, version, testkit.Draft(section.Values{"family_name": name, "given_names": "Thi"})))(s.T)
}

func draftOf(place string) entry.Draft {
	return entry.Draft{Values: section.Values{"exploitation_place": place}, Purpose: "protection", Basis: "legal_gateway", Nature: section.Fact}
}

func TestPackage_isForThoseWhoSeeTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, _ := s.filled()
		id := s.refer(victimID, "payoke", "identity")
		for _, who := range []string{"payoke", "moria", "migration", "police"} { // the desk before it accepts, strangers, and a team member
			_, err := s.Sharing.Evidence(s.as(who), id)
			s.wants(err, fault.NotFound, who+" looks at the evidence")
		}
		_, err := s.Sharing.Rehearse(s.as("moria"), victimID, offerTo(s.desk("payoke"), "identity"))
		s.wants(err, fault.NotFound, "a stranger previews")
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		roles := s.house("payoke").Roles
		s.person("payoke", "admin", agency.NewWorker{Hold: []string{roles[agency.Administrator]}})
		if kept := must(s.Sharing.Evidence(s.as("payoke/admin"), id))(t); named(kept.Sections) {
			t.Error("an administrator reads the evidence")
		}
	})
}

func TestPreview_namesTheSameFaultsAsTheOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		n := offerTo(s.desk("payoke"), "identity", "health")
		n.Reason = ""
		_, err := s.Sharing.Rehearse(s.as("inspection"), victims[0], n)
		s.wantsField(err, "sections", "sharing.not_yours.health")
		s.wantsField(err, "reason", "fault.field_required")
	})
}
