package audit

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"

	"relais/internal/fault"
	"relais/internal/moment"
)

// The two decisions of an entry.
const (
	Allowed = "allow"
	Denied  = "deny"
)

// longest is the most bytes that one code in an entry may have.
const longest = 200

// Entry is one line of the trail: the event, and who, when, as what, under which policy and with which decision.
type Entry struct {
	ID     string      // UUIDv7; made from At when empty
	At     moment.Time // the log's clock when zero
	Action string      // the gate's action, such as victim.open
	Event
	Decision      string // allow or deny
	Reason        string // reason id of the decision
	ActorID       string // empty when nobody is known, as in a refused sign-in
	ActorRole     string
	AgencyID      string // the actor's agency
	Country       string
	FileID        string
	CaseID        string
	SessionID     string
	Device        string // keyed mark of the browser in which this person signed in; empty for an API key and for the program
	TraceID       string
	PolicyVersion int64
}

// check refuses what must not get into the trail: an unfinished entry, or text where a code belongs.
func (e *Entry) check() error {
	switch {
	case !e.Op.known():
		return refuse("op")
	case e.Decision != Allowed && e.Decision != Denied:
		return refuse("decision")
	case e.Action == "":
		return refuse("action")
	case e.At <= 0 || e.At.Time().Year() > 9999:
		return refuse("at")
	}
	for _, line := range e.lines() {
		if !isCode(*line.value) {
			return refuse(line.key)
		}
	}
	return e.checkLists()
}

func (e *Entry) checkLists() error {
	for _, list := range [...]struct {
		key    string
		values []string
	}{{"field", e.Fields}, {"result", e.Results}, {"concern", e.Concerns}} {
		for _, value := range list.values {
			if value == "" || !isCode(value) {
				return refuse(list.key)
			}
		}
	}
	for _, s := range e.Sections {
		if !isCode(s.Section) || !isCode(s.Show) || !isCode(s.Decision) || !isCode(s.Reason) || !isCode(s.GrantID) || !isCode(s.Needs) {
			return refuse("section")
		}
	}
	for _, r := range e.Recipients {
		if !isCode(r.AgencyID) || !isCode(r.WorkerID) {
			return refuse("recipient")
		}
	}
	return nil
}

func refuse(field string) error {
	return fault.New(fault.Internal, "audit.entry_refused", "field", field)
}

// isCode lets ids, codes and hashes pass and stops sentences and most names: printable ASCII without a space.
func isCode(s string) bool {
	if len(s) > longest {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// newID makes a UUIDv7 whose 60 leading bits of time are At to a quarter of a microsecond, so that ids sort as the times do.
func newID(at moment.Time) string {
	var u [16]byte
	_, _ = rand.Read(u[6:]) // never fails, by its contract
	micros := uint64(at)
	binary.BigEndian.PutUint32(u[0:4], uint32(micros/1000>>16))
	binary.BigEndian.PutUint16(u[4:6], uint16(micros/1000))
	binary.BigEndian.PutUint16(u[6:8], 0x7000|uint16(micros%1000*4096/uint64(time.Millisecond/time.Microsecond)))
	u[8] = u[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:8], u[0:4])
	hex.Encode(text[9:13], u[4:6])
	hex.Encode(text[14:18], u[6:8])
	hex.Encode(text[19:23], u[8:10])
	hex.Encode(text[24:36], u[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
