package exchange

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/victim"
)

// batch is one try to store a file. It starts from the findings of the reading and adds its own.
type batch struct {
	*taken
	findings // those of the reading, and its own
	victims  *victim.Service
	options  Options

	id        string
	said      bool     // the basis was said, so that none is chosen row by row
	prints    [][]byte // of the rows
	whole     []byte   // of the file
	before    batchRow // the import that had the same content
	already   bool
	done      map[int]bool // rows that were imported earlier
	known     int
	caseID    string
	reference string
	facts     casefile.Facts
	detected  moment.Date
	opened    []string
}

func newBatch(victims *victim.Service, f *taken, o Options) *batch {
	b := &batch{taken: f, victims: victims, options: o, id: gate.NewID(), done: map[int]bool{}}
	b.findings = findings{problems: slices.Clone(f.problems), warnings: slices.Clone(f.warnings), more: f.more}
	return b
}

// run looks whether the content is known, finds or opens the case, opens a victim file for each new row and remembers it.
func (b *batch) run(tx *gate.Tx) (audit.Event, error) {
	if !tx.Could(authz.VictimFile, authz.Open) {
		return audit.Event{}, gate.Refusal(authz.VictimFile, gate.Decision{Decision: authz.Decision{Reason: authz.ReasonNoRole}})
	}
	if err := b.fillIn(tx); err != nil {
		return audit.Event{}, err
	}
	b.fingerprint(tx)
	if err := b.recall(tx); err != nil {
		return audit.Event{}, err
	}
	if b.already && !b.refused() {
		return audit.Event{Op: audit.Consult, Subject: b.before.ID, SubjectCategory: "case", Results: []string{b.before.CaseID}}, nil
	}
	event, err := b.open(tx)
	if err != nil {
		return audit.Event{}, err
	}
	if b.refused() {
		return audit.Event{}, errStopped
	}
	return event, b.remember(tx)
}

// fillIn takes the usual purpose and basis where none is said.
func (b *batch) fillIn(tx *gate.Tx) error {
	b.said = b.options.Basis != ""
	if b.options.Purpose == "" {
		b.options.Purpose = gate.UsualPurpose(tx.Actor().Kind)
	}
	if b.options.Basis == "" {
		b.options.Basis = gate.UsualBasis(tx.Actor().Kind)
	}
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if !slices.Contains(gate.Purposes, b.options.Purpose) {
		wrong.WithField("purpose", "gate.no_purpose")
	}
	if !slices.Contains(gate.Bases, b.options.Basis) {
		wrong.WithField("basis", "gate.no_basis")
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// fingerprint makes the keyed hashes of the rows and of the file. Of rows that say the same each has its own, by its place
// among them; the order of the rows does not count for the file.
func (b *batch) fingerprint(tx *gate.Tx) {
	agencyID, times := tx.Actor().AgencyID, map[string]int{}
	for i := range b.persons {
		content := b.persons[i].content()
		times[content]++
		b.prints = append(b.prints, tx.Token("import.row", agencyID+"\x00"+strconv.Itoa(times[content])+"\x00"+content))
	}
	sorted := slices.Clone(b.prints)
	slices.SortFunc(sorted, bytes.Compare)
	b.whole = tx.Token("import.file", agencyID+"\x00"+string(bytes.Join(sorted, nil)))
}

// recall finds out what of the file was imported before. A row alone can be two persons who say equally little: it counts as
// known only where the same earlier import also holds a row that names somebody.
func (b *batch) recall(tx *gate.Tx) error {
	before, found, err := batchOf(tx, b.whole)
	if err != nil {
		return err
	}
	if found {
		b.before, b.already = before, true
		return b.enter(tx, before.CaseID)
	}
	rows, err := knownRows(tx, b.prints)
	if err != nil {
		return err
	}
	at, told, cases := map[string]int{}, map[string]bool{}, []string{}
	for i, print := range b.prints {
		at[string(print)] = i
	}
	for _, row := range rows {
		told[row.BatchID] = told[row.BatchID] || row.Telling == 1
	}
	for _, row := range rows {
		if !told[row.BatchID] {
			continue
		}
		b.done[at[string(row.Fingerprint)]] = true
		if !slices.Contains(cases, row.CaseID) {
			cases = append(cases, row.CaseID)
		}
		b.before = batchRow{ID: row.BatchID, CaseID: row.CaseID}
	}
	b.known = len(b.done)
	b.already = b.known > 0 && b.known == len(b.persons)
	if len(cases) != 1 {
		return nil
	}
	return b.enter(tx, cases[0])
}

// enter takes the case of an earlier import where the caller still sees it; otherwise only the fact that there was one is told.
func (b *batch) enter(tx *gate.Tx, caseID string) error {
	file, err := tx.Enter(gate.Case, caseID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err == nil {
		b.caseID, b.reference = caseID, file.File().Reference
	}
	return err
}

// open opens the case, unless new rows go into the case of those imported before, and a victim file for each new row.
func (b *batch) open(tx *gate.Tx) (audit.Event, error) {
	event := audit.Event{Op: audit.Collect, Subject: b.id, SubjectCategory: "victim", Purpose: b.options.Purpose,
		Basis: b.options.Basis, Fields: b.fields()}
	evidence := gather(b.readings, b.persons)
	var err error
	if b.caseID == "" {
		err = b.openCase(tx, &evidence)
	} else {
		unsaid := findings{} // the case has its facts: nothing is assumed of it
		b.detected = evidence.facts(b.options.Facts, "", tx.Now(), &unsaid).DetectedOn
		event.Results = []string{b.caseID}
		event.Recipients, err = b.team(tx)
	}
	if err == nil {
		err = b.openVictims(tx)
	}
	event.Results = append(event.Results, b.opened...)
	event.ResultCount = int64(len(b.opened))
	return event, err
}

func (b *batch) openCase(tx *gate.Tx, e *evidence) error {
	b.facts = e.facts(b.options.Facts, tx.Actor().Country, tx.Now(), &b.findings)
	b.detected = b.facts.DetectedOn
	id, err := casefile.Write(tx, casefile.New{Facts: b.facts, DeskID: b.options.DeskID, Purpose: b.options.Purpose, Basis: b.options.Basis})
	if refuseFacts(err, &b.findings) {
		return errStopped
	}
	b.caseID, b.reference = id, tx.File().Reference
	return err
}

// team are those of other agencies to whom the new files are opened with the case.
func (b *batch) team(tx *gate.Tx) ([]audit.Recipient, error) {
	file, err := tx.Enter(gate.Case, b.caseID)
	if err != nil {
		return nil, err
	}
	return sharing.Extended(file)
}

// openVictims stops after the first file where a section is closed to the importer: it would be the same in all the others. A
// file with problems is tried that far too, so that everything is told together.
func (b *batch) openVictims(tx *gate.Tx) error {
	for i := range b.persons {
		if b.done[i] {
			continue
		}
		file, err := tx.Enter(gate.Case, b.caseID)
		if err != nil {
			return err
		}
		if _, err := b.victims.Write(file, victim.New{DetectedOn: b.detected}); err != nil {
			return err
		}
		if err := b.nameWriter(file); err != nil {
			return err
		}
		if len(b.opened) == 0 {
			b.askFor(file)
		}
		if b.refused() && len(b.opened) == 0 {
			return nil
		}
		b.opened = append(b.opened, file.File().ID)
		if err := b.write(file, &b.persons[i]); err != nil {
			return err
		}
	}
	return nil
}

// nameWriter names the importer for the shelter's location, as accepting a referral does: whoever brings an address into a
// shelter's file knows it.
func (b *batch) nameWriter(file *gate.Tx) error {
	if !b.used.Has(authz.ShelterLocation) || file.Actor().Kind != authz.RoleShelter {
		return nil
	}
	own, err := ownPlace(file)
	if err != nil {
		return err
	}
	if _, err := file.Grant(gate.NewGrant{GranteeKind: "worker", GranteeID: file.Actor().WorkerID,
		Relations: authz.RelationsOf(authz.RelationNamed), Sections: authz.SectionsOf(authz.ShelterLocation), Purpose: own.Purpose,
		Basis: own.Basis, BasisRef: own.BasisRef, Until: own.UntilAt, Root: own.RootID}); err != nil {
		return err
	}
	return file.Reload()
}

// askFor tells each column of a section that the importer may not write.
func (b *batch) askFor(file *gate.Tx) {
	for id := range b.used.Each {
		d := file.Decide(id, authz.Write)
		if d.Allowed() {
			continue
		}
		for _, c := range b.columnsOf(id) {
			p := says(c.Place, "section_closed", "Section", id.String())
			p.Field = c.field.Key()
			b.refuse(p)
		}
	}
}

func (b *batch) write(file *gate.Tx, p *person) error {
	for _, home := range section.All() {
		values := p.values[home]
		if len(values) == 0 {
			continue
		}
		draft := entry.Draft{Values: values, Purpose: b.options.Purpose, Basis: b.basis(file, home, p)}
		err := b.victims.Enter(file, home.ID, draft)
		if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
			p.refuseEntry(home, f, &b.findings)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// basis is the one that was said, or the usual one; where the own agency could read the entry again only with the victim's
// consent and the row says that it was given, consent is the basis.
func (b *batch) basis(file *gate.Tx, home *section.Section, p *person) string {
	if b.said || p.values[consentBox.section][consentBox.field.Name] != "given" {
		return b.options.Basis
	}
	back := file.ReadBack(home.ID, b.options.Basis, "")
	if !back.Allowed() && back.Missing.Has(authz.NeedConsent) {
		return "consent"
	}
	return b.options.Basis
}

// refuseEntry tells why a section's entry could not be written, at the columns that it comes from.
func (p *person) refuseEntry(home *section.Section, f *fault.Fault, found *findings) {
	for _, wrong := range f.Fields {
		field, key := home.Field(wrong.Name), wrong.Key
		if field == nil || wrong.Name == "basis" {
			field = p.firstOf(home)
		}
		if key == "entry.basis_too_weak" {
			key = "exchange.basis_too_weak"
		}
		p.refuse(field, p.from[field], key, map[string]any{"Section": home.ID.String()}, found)
	}
}

// firstOf is the first field of a section that a column of the row answers.
func (p *person) firstOf(home *section.Section) *section.Field {
	for i := range home.Fields {
		if f := &home.Fields[i]; p.from[f] != nil {
			return f
		}
	}
	return nil
}

// fields are the names of the fields that the file answers, as they stand in the trail.
func (b *batch) fields() (names []string) {
	for _, r := range b.readings {
		for _, c := range r.columns {
			if c.kept() && c.filled > 0 {
				names = append(names, c.section.ID.String()+"."+c.field.Name)
			}
		}
	}
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names)
}

// remember keeps the fingerprints of what was stored.
func (b *batch) remember(tx *gate.Tx) error {
	if err := putBatch(tx, b.id, b.caseID, b.whole, len(b.persons)); err != nil {
		return err
	}
	next := 0
	for i := range b.persons {
		if b.done[i] {
			continue
		}
		if err := putRow(tx, b.prints[i], b.persons[i].telling(), b.id, b.opened[next]); err != nil {
			return err
		}
		next++
	}
	return nil
}
