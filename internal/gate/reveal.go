package gate

import (
	"errors"
	"maps"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
)

// EntryRow is one entry at one of its versions, as it lies in the database.
type EntryRow struct {
	ID        string      `db:"id"`
	Section   string      `db:"section"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"` // its name
	Version   int64       `db:"version"`
	AuthorID  string      `db:"author_id"`
	WrittenAt moment.Time `db:"written_at"`
	Nature    string      `db:"nature"`
	Purpose   string      `db:"purpose"`
	Basis     string      `db:"basis"`
	Handling  string      `db:"handling"`
	Stands    string      `db:"stands"` // how its newest version is to be handled, where this is an older one
	Sealed    []byte      `db:"sealed"`
}

// holds is how the entry is to be handled: what was marked later holds for the older versions too.
func (r *EntryRow) holds() string {
	if r.Stands == "" {
		return r.Handling
	}
	return r.Handling + ";" + r.Stands
}

// Revealed is what of an entry the caller may see: all values, or none but what Derive makes of several entries.
type Revealed struct {
	Decision
	Section authz.Section
	Values  section.Values
	behind  section.Values // opened, but only for Derive
}

// Reveal decides on one entry and opens as much of it as the decision allows; what was decided goes into the trail.
func (tx *Tx) Reveal(row *EntryRow) (Revealed, error) {
	own := row.AgencyID == tx.caller.Actor.AgencyID
	return tx.reveal(row, func(id authz.Section) Decision {
		return tx.decide(question{section: id, verb: authz.Read, own: own, writer: row.AgencyID, entry: row.ID, basis: row.Basis,
			handling: row.holds()})
	})
}

func (tx *Tx) reveal(row *EntryRow, decide func(id authz.Section) Decision) (Revealed, error) {
	id, known := authz.ParseSection(row.Section)
	if !known {
		return Revealed{}, fault.New(fault.Internal, "gate.unknown_section")
	}
	d := decide(id)
	tx.use(id, d)
	out := Revealed{Decision: d, Section: id}
	if !d.Allowed() || d.Show < authz.Derived {
		return out, nil
	}
	values, err := tx.open(id, row)
	if err != nil {
		return Revealed{}, err
	}
	if d.Show == authz.Full {
		out.Values = values
	} else {
		out.behind = values
	}
	return out, nil
}

// Shown notes for the trail that something of a section was shown, or kept back, which is not an entry of it.
func (tx *Tx) Shown(id authz.Section, d Decision) { tx.use(id, d) }

// Readable says whether the caller may read an entry in full, without opening it; nothing of it is recorded.
func (tx *Tx) Readable(row *EntryRow) bool { return tx.DecideOn(row).Show == authz.Full }

// DecideOn answers for one entry, without opening it; nothing of it is recorded.
func (tx *Tx) DecideOn(row *EntryRow) Decision {
	id, known := authz.ParseSection(row.Section)
	if !known {
		return Decision{Decision: authz.Decision{Reason: reasonNotShared}}
	}
	return tx.decide(question{section: id, verb: authz.Read, own: row.AgencyID == tx.caller.Actor.AgencyID,
		writer: row.AgencyID, entry: row.ID, basis: row.Basis, handling: row.holds()})
}

// Derive gives the few facts that the caller may know of entries of one section that stay closed as such: some speak of
// all of them together, such as the higher of two risk levels.
func Derive(entries []Revealed) []section.Value {
	var behind []section.Values
	var role authz.Role
	var id authz.Section
	for i := range entries {
		if entries[i].behind != nil {
			behind, role, id = append(behind, entries[i].behind), entries[i].Role, entries[i].Section
		}
	}
	if len(behind) == 0 {
		return nil
	}
	values, _ := section.Of(id).Project(role, authz.Derived, behind)
	return values
}

// SectionLook is what a page says about a section as such, whether or not anything stands in it.
type SectionLook struct {
	Others Decision // entries of other agencies
	Own    Decision // entries of the caller's agency
	Some   Decision // entries of those other agencies alone to which what was granted is narrowed
	Write  Decision
}

// Open says whether anything in the section may be shown.
func (l SectionLook) Open() bool { return l.Others.Allowed() || l.Own.Allowed() || l.Some.Allowed() }

// Why is the answer that says most about a closed section: of two refusals the one that somebody could do something about.
func (l SectionLook) Why() Decision {
	why := l.Others
	for _, d := range []Decision{l.Own, l.Some} {
		if better(d.Decision, why.Decision) {
			why = d
		}
	}
	return why
}

// Look decides on a section as such; a closed one is recorded as a refusal.
func (tx *Tx) Look(id authz.Section) SectionLook {
	look := tx.look(id)
	if !look.Open() {
		tx.use(id, look.Why())
	}
	return look
}

func (tx *Tx) look(id authz.Section) SectionLook {
	look := SectionLook{Others: tx.Decide(id, authz.Read), Write: tx.Decide(id, authz.Write)}
	look.Some = tx.some(question{section: id, verb: authz.Read}, tx.decide)
	look.Own = look.Others
	if tx.gate.policy.May(tx.Actor().Kind, authz.Write).Has(id) { // who never writes there has nothing of its own to read
		look.Own = tx.decide(question{section: id, verb: authz.Read, own: true, anyBasis: true})
	}
	return look
}

// ReadBack decides whether the caller's agency could read an entry of its own that it writes on this basis.
func (tx *Tx) ReadBack(id authz.Section, basis, handling string) Decision {
	return tx.decide(question{section: id, verb: authz.Read, own: true, basis: basis, handling: handling})
}

// Seal closes an entry's values with the file's key for the section; the associated data bind them to their place.
func (tx *Tx) Seal(id authz.Section, entryID string, version int64, values section.Values) ([]byte, error) {
	key, err := tx.key(section.Of(id).Domain)
	if err != nil {
		return nil, err
	}
	return key.Seal(values.Encode(), place(id, entryID, version))
}

// open opens an entry, once in a transaction; each who asks gets values of their own.
func (tx *Tx) open(id authz.Section, row *EntryRow) (section.Values, error) {
	at := place(id, row.ID, row.Version)
	if values, before := tx.opened[at]; before {
		return maps.Clone(values), nil
	}
	key, err := tx.key(section.Of(id).Domain)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(row.Sealed, at)
	if err != nil {
		return nil, fault.New(fault.Internal, "gate.sealed").Because(err)
	}
	values, err := section.Decode(plain)
	if err != nil {
		return nil, err
	}
	if tx.opened == nil {
		tx.opened = map[seal.AD]section.Values{}
	}
	tx.opened[at] = values
	return maps.Clone(values), nil
}

func place(id authz.Section, entryID string, version int64) seal.AD {
	return seal.AD{Table: "entry_version", Row: entryID, Section: id.String(), Version: version}
}

// SealText closes a short text that belongs to the file but to no section, such as a referral's note.
func (tx *Tx) SealText(table, row, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	key, err := tx.key(seal.General)
	if err != nil {
		return nil, err
	}
	return key.Seal([]byte(text), seal.AD{Table: table, Row: row, Section: "text", Version: 1})
}

// OpenText opens what SealText closed.
func (tx *Tx) OpenText(table, row string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	key, err := tx.key(seal.General)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(sealed, seal.AD{Table: table, Row: row, Section: "text", Version: 1})
	return string(plain), err
}

// key is the file's data key of a domain. A destroyed key moves the file's version, so that it is gone at once.
func (tx *Tx) key(domain seal.Domain) (*seal.Key, error) {
	if key, ok := tx.keys[domain]; ok {
		return key, nil
	}
	if tx.wrapped == nil {
		var err error
		if tx.wrapped, err = Recall(tx, "data_key", tx.readKeys); err != nil {
			return nil, err
		}
	}
	key, err := tx.gate.openKey(tx.raw, tx.wrapped[domain], tx.file.ID, domain)
	if err != nil {
		return nil, err
	}
	if tx.keys == nil {
		tx.keys = map[seal.Domain]*seal.Key{}
	}
	tx.keys[domain] = key
	return key, nil
}

func (tx *Tx) readKeys() (map[seal.Domain][]byte, error) {
	var rows []struct {
		Domain  seal.Domain `db:"domain"`
		Wrapped []byte      `db:"wrapped"`
	}
	if err := tx.raw.Select(&rows, selectKeys, Args{"owner": tx.file.ID}); err != nil {
		return nil, err
	}
	wrapped := map[seal.Domain][]byte{}
	for _, row := range rows {
		wrapped[row.Domain] = row.Wrapped
	}
	return wrapped, nil
}

func (g *Gate) dataKey(raw *database.Tx, owner string, domain seal.Domain) (*seal.Key, error) {
	var wrapped []byte
	err := raw.Get(&wrapped, selectKey, Args{"owner": owner, "domain": int64(domain)})
	if err != nil && !errors.Is(err, database.ErrNoRows) {
		return nil, err
	}
	return g.openKey(raw, wrapped, owner, domain)
}

// openKey opens a wrapped key; without one what it sealed is erased.
func (g *Gate) openKey(raw *database.Tx, wrapped []byte, owner string, domain seal.Domain) (*seal.Key, error) {
	if len(wrapped) == 0 {
		return nil, fault.New(fault.NotFound, "gate.erased")
	}
	key, err := g.vault.OpenKey(raw.Context(), wrapped, owner, domain)
	if err != nil {
		return nil, fault.New(fault.Internal, "gate.sealed").Because(err)
	}
	return key, nil
}
