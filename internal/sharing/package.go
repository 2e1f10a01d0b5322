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

// parcel is what goes along with an offer: the sections as the receiving desk will see them, the versions of the entries in
// them, and the bytes that the hash is over.
type parcel struct {
	sections []entry.SectionView
	pins     []entry.Pin
	parts    []part
	salt     []byte
}

// part is one section of a parcel, in the very bytes of the JSON answer that the receiving desk gets.
type part struct {
	Section string `db:"section"`
	Bytes   []byte `db:"sealed"` // sealed where it comes from the database
}

// pack makes the parcel of an offer; without a salt, a fresh one.
func (s *Service) pack(tx *gate.Tx, to grantee, g gate.Grant, salt []byte) (p parcel, err error) {
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
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			return nil, err
		}
		parts = append(parts, part{Section: body.Section, Bytes: bytes.TrimSuffix(text.Bytes(), []byte("\n"))})
	}
	return parts, nil
}

// hash is SHA-256 over the salt and the parts, each behind its length, in hexadecimal.
func (p *parcel) hash() string {
	sum := sha256.New()
	sum.Write([]byte(hashedAs))
	sum.Write(p.salt)
	for _, one := range p.parts {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(one.Bytes))))
		sum.Write(one.Bytes)
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
	return insertPins(tx, referralID, p.pins)
}
