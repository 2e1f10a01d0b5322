package sharing

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
)

// saltSize is in bytes. Without a salt somebody who holds only the hash could try names until one fits.
const saltSize = 16

// hashedAs stands first in every hashed package, so that another layout is another hash.
const hashedAs = "relais package 1\n"

// hashedWithNotes stands first where notes go along: after the parts of the sections come those of the notes.
const hashedWithNotes = "relais package 2\n"

// parcel is what goes along with an offer: the sections as the receiving desk will see them, the versions of the entries in
// them, and the bytes that the hash is over.
type parcel struct {
	sections []entry.SectionView
	pins     []entry.Pin
	parts    []part
	notes    []entry.NoteView
	slips    []slip
	salt     []byte
}

// NotesAlong gives the notes in some sections that a receiver will be able to read and the caller reads too; with versions, those that are
// named, each as it was then. The journal stands above and hands it in.
type NotesAlong func(tx, receiver *gate.Tx, sections authz.SectionSet, at map[string]int64) ([]entry.NoteView, error)

// part is one section of a parcel, in the very bytes of the JSON answer that the receiving desk gets.
type part struct {
	Section string `db:"section"`
	Bytes   []byte `db:"sealed"` // sealed where it comes from the database
}

// slip is one note of a parcel, in the very bytes of the JSON answer that shows the note.
type slip struct {
	NoteID  string `db:"note_id"`
	Version int64  `db:"version"`
	Section string `db:"section"`
	Bytes   []byte `db:"sealed"` // sealed where it comes from the database
}

// pack makes the parcel of an offer; without a salt, a fresh one.
func (s *Service) pack(tx *gate.Tx, to grantee, g gate.Grant, salt []byte) (p parcel, err error) {
	if p, err = s.packEntries(tx, to, g, salt); err != nil {
		return p, err
	}
	if p.notes, err = s.notes(tx, asDesk(tx, to.AgencyID, to.Country, to.Kind, g), g.Sections, nil); err != nil {
		return p, err
	}
	p.slips, err = slipsOf(p.notes)
	return p, err
}

// packEntries is pack without notes: for who gets the entries and no file to read in.
func (s *Service) packEntries(tx *gate.Tx, to grantee, g gate.Grant, salt []byte) (p parcel, err error) {
	if p.sections, p.pins, err = s.entries.Pack(tx, asDesk(tx, to.AgencyID, to.Country, to.Kind, g), g.Sections); err != nil {
		return p, err
	}
	if p.salt = salt; p.salt == nil {
		p.salt = make([]byte, saltSize)
		_, _ = rand.Read(p.salt)
	}
	p.parts, err = partsOf(p.sections)
	return p, err
}

// asDesk looks at the file as the receiving desk does under the grant that it is offered.
func asDesk(tx *gate.Tx, agencyID, country string, kind authz.Role, g gate.Grant) *gate.Tx {
	return tx.AsReceiver(gate.Receiver{AgencyID: agencyID, Country: country, Kind: kind, Grant: g})
}

// partsOf writes sections in the very bytes of the JSON API.
func partsOf(sections []entry.SectionView) (parts []part, err error) {
	for _, body := range entry.BodiesOf(sections) {
		text, err := wire(body)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{Section: body.Section, Bytes: text})
	}
	return parts, nil
}

// slipsOf writes notes in the very bytes of the JSON API.
func slipsOf(notes []entry.NoteView) (slips []slip, err error) {
	for _, body := range entry.NoteBodiesOf(notes) {
		text, err := wire(body)
		if err != nil {
			return nil, err
		}
		slips = append(slips, slip{NoteID: body.ID, Version: body.Version, Section: body.Section, Bytes: text})
	}
	return slips, nil
}

// wire is what the JSON API sends for a value.
func wire(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// hash is SHA-256 over the salt and the parts, and the notes if there are any, each behind its length, in hexadecimal.
func (p *parcel) hash() string {
	sum, as := sha256.New(), hashedAs
	if len(p.slips) > 0 {
		as = hashedWithNotes
	}
	sum.Write([]byte(as))
	sum.Write(p.salt)
	add := func(text []byte) {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		sum.Write(text)
	}
	for _, one := range p.parts {
		add(one.Bytes)
	}
	for _, one := range p.slips {
		add(one.Bytes)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// seen is what a preview hands out and what is sent hands back: the salt and the hash of what the sender has looked at.
func (p *parcel) seen() string { return hex.EncodeToString(p.salt) + "." + p.hash() }

// saltIn is the salt of what a preview handed out; nil where the sender has looked at none.
func saltIn(wrong *fault.Fault, seen string) []byte {
	if seen == "" {
		return nil
	}
	text, hash, _ := strings.Cut(seen, ".")
	salt, err := hex.DecodeString(text)
	if err != nil || len(salt) != saltSize || len(hash) != 2*sha256.Size {
		wrong.WithField("seen", "sharing.bad_preview")
		return nil
	}
	return salt
}

// stillAs says whether the parcel is what the sender has looked at.
func (p *parcel) stillAs(seen string) bool {
	return subtle.ConstantTimeCompare([]byte(seen), []byte(p.seen())) == 1
}

// keep stores the parcel as the evidence of what was disclosed.
func (p *parcel) keep(tx *gate.Tx, referralID string, seen bool) error {
	salt, err := tx.SealText("referral_package", referralID, hex.EncodeToString(p.salt))
	if err != nil {
		return err
	}
	if err := insertPackage(tx, referralID, p.hash(), salt, seen); err != nil {
		return err
	}
	for _, one := range p.parts {
		sealed, err := tx.SealPart(domainOf(one.Section), "referral_part", referralID, one.Section, one.Bytes)
		if err != nil {
			return err
		}
		if err := insertPart(tx, referralID, part{one.Section, sealed}); err != nil {
			return err
		}
	}
	for _, one := range p.slips {
		if one.Bytes, err = tx.SealPart(domainOf(one.Section), "referral_note", referralID, one.NoteID, one.Bytes); err != nil {
			return err
		}
		if err := insertSlip(tx, referralID, one); err != nil {
			return err
		}
	}
	return insertPins(tx, referralID, p.pins)
}
