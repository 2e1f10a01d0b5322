package agency

import (
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/seal"
)

// Directory lists the agencies and their live desks, for whoever chooses a team or a recipient.
func Directory(tx *gate.Tx) ([]Listing, error) {
	agencies, err := allAgencies(tx)
	if err != nil {
		return nil, err
	}
	desks, err := allDesks(tx)
	if err != nil {
		return nil, err
	}
	list := make([]Listing, len(agencies))
	at := map[string]*Listing{}
	for i, row := range agencies {
		list[i] = Listing{ID: row.ID, Code: row.Code, Country: row.Country, Kind: authz.Role(row.Kind), Name: row.Name,
			Desks: []DeskListing{}}
		at[row.ID] = &list[i]
	}
	for _, row := range desks {
		if agency, ok := at[row.AgencyID]; ok {
			agency.Desks = append(agency.Desks, DeskListing{ID: row.ID, Name: row.Name, Intake: row.Intake == 1})
		}
	}
	return list, nil
}

// OwnDesks are those of the listed desks at which the caller sits.
func OwnDesks(tx *gate.Tx, agencies []Listing) (own []DeskListing) {
	for _, a := range agencies {
		for _, d := range a.Desks {
			if slices.Contains(tx.Actor().Desks, d.ID) {
				own = append(own, d)
			}
		}
	}
	return own
}

// Names tells the public names of agencies and desks, closed ones too, by their ids; ids of anything else are left out.
func Names(tx *gate.Tx, ids []string) (map[string]Name, error) {
	names := map[string]Name{}
	if len(ids) == 0 {
		return names, nil
	}
	rows, err := namesOf(tx, ids)
	for _, row := range rows {
		names[row.ID] = Name{AgencyID: row.AgencyID, Agency: row.Agency, Desk: row.Desk}
	}
	return names, err
}

// WorkerName tells the name of a person of the caller's own agency, and nothing of anybody else's: what crosses between
// agencies is the agency's name (convention CETS 197, article 28).
func WorkerName(tx *gate.Tx, workerID string) (string, error) {
	return gate.RecallStaff(tx, "name", workerID, func() (string, error) {
		names, err := WorkerNames(tx, []string{workerID})
		return names[workerID], err
	})
}

// ChangedSince is gate.ChangedSince that names who wrote what stands now, where that is a colleague of the caller.
func ChangedSince(tx *gate.Tx, key, authorID string, s gate.Stale) (err error) {
	if s.By, err = WorkerName(tx, authorID); err != nil {
		return err
	}
	return gate.ChangedSince(key, s)
}

// WorkerNames is WorkerName for several people at once.
func WorkerNames(tx *gate.Tx, ids []string) (map[string]string, error) {
	names := map[string]string{}
	agencyID := tx.Actor().AgencyID
	if len(ids) == 0 || agencyID == "" {
		return names, nil
	}
	var rows []workerRow
	if err := tx.Select(&rows, selectNamed, gate.Args{"agency": agencyID, "ids": ids}); err != nil {
		return nil, err
	}
	for i := range rows {
		person, err := openPerson(&rows[i], tx.OpenStaff)
		if err != nil {
			return nil, err
		}
		names[rows[i].ID] = person.Name()
	}
	return names, nil
}

// Colleague is a person of the caller's own agency who can be named on a file.
type Colleague struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Colleagues lists the people of the caller's own agency who can sign in.
func Colleagues(tx *gate.Tx) ([]Colleague, error) {
	var rows []workerRow
	if err := tx.Select(&rows, selectColleagues, gate.Args{"agency": tx.Actor().AgencyID}); err != nil {
		return nil, err
	}
	list := make([]Colleague, len(rows))
	for i := range rows {
		person, err := openPerson(&rows[i], tx.OpenStaff)
		if err != nil {
			return nil, err
		}
		list[i] = Colleague{ID: rows[i].ID, Name: person.Name()}
	}
	return list, nil
}

// AtDesk finds the person who works at a desk under the name by which somebody calls them; "" where nobody bears it, or more
// than one. It only decides whom the program tells: the answer is for no other agency's eyes, and none gets it.
func AtDesk(tx *gate.Tx, agencyID, deskID, called string) (workerID string, err error) {
	var rows []workerRow
	if err := tx.Select(&rows, selectStaffOf, gate.Args{"agency": agencyID, "desk": deskID}); err != nil {
		return "", err
	}
	for i := range rows {
		person, err := openPerson(&rows[i], tx.OpenStaff)
		if err != nil {
			return "", err
		}
		if !sameName(person.Name(), called) {
			continue
		}
		if workerID != "" {
			return "", nil
		}
		workerID = rows[i].ID
	}
	return workerID, nil
}

// sameName compares without regard to case and to which name comes first.
func sameName(a, b string) bool {
	return slices.Equal(nameParts(a), nameParts(b))
}

func nameParts(name string) []string {
	parts := strings.Fields(strings.ToLower(norm.NFC.String(name)))
	slices.Sort(parts)
	return parts
}

// Self is what account tells people about themselves.
type Self struct {
	ID       string
	Person   Person
	AgencyID string
	Agency   string
	Language string
	Roles    []HeldRole
	Desks    []string // names
}

// HeldRole names a role that somebody holds; a standard one has its words in the catalogue.
type HeldRole struct {
	Base     authz.Role
	Name     string
	Standard bool
}

// Opener opens what SealStaff closed; gate.OpenForAgency and gate.Tx.OpenStaff do.
type Opener func(agencyID string, ad seal.AD, sealed []byte) ([]byte, error)

// SelfOf reads one's own name, agency, roles and desks; tx is the transaction in which the session is being read.
func SelfOf(tx Rows, open Opener, agencyID, workerID string) (self Self, err error) {
	var row workerRow
	if err = tx.Get(&row, selectWorker, gate.Args{"agency": agencyID, "worker": workerID}); err != nil {
		return self, err
	}
	if self.Person, err = openPerson(&row, open); err != nil {
		return self, err
	}
	self.ID, self.AgencyID, self.Language = workerID, agencyID, row.Language
	roles, err := heldBy(tx, agencyID, workerID)
	if err != nil {
		return self, err
	}
	for _, role := range roles {
		self.Roles = append(self.Roles, HeldRole{Base: authz.Role(role.Base), Name: role.Name, Standard: role.Standard == 1})
	}
	desks, err := desksOf(tx, agencyID, workerID)
	if err != nil {
		return self, err
	}
	names, err := namesOf(tx, append(desks, agencyID))
	for _, name := range names {
		if name.Desk == "" {
			self.Agency = name.Agency
		} else {
			self.Desks = append(self.Desks, name.Desk)
		}
	}
	return self, err
}

// SetLanguage changes the caller's own language.
func SetLanguage(tx *gate.Tx, language string) error {
	f := newInvalid()
	checkLanguage(f, language)
	if err := f.OrNil(); err != nil {
		return err
	}
	agencyID := tx.Actor().AgencyID
	me, err := workerOf(tx, agencyID, tx.Actor().WorkerID)
	if err != nil {
		return err
	}
	me.Language = language
	if err := saveWorker(tx, agencyID, me); err != nil {
		return err
	}
	return tx.PolicyChanged()
}

// EmailOf is the address with which the caller signs in.
func EmailOf(tx *gate.Tx, agencyID, workerID string) (string, error) {
	var row workerRow
	err := tx.Get(&row, selectWorker, gate.Args{"agency": agencyID, "worker": workerID})
	if errors.Is(err, database.ErrNoRows) {
		return "", notFound()
	}
	if err != nil {
		return "", err
	}
	person, err := openPerson(&row, tx.OpenStaff)
	return person.Email, err
}

// LoginToken is the blind index of an address, by which a sign-in finds its person.
func LoginToken(g *gate.Gate, email string) []byte { return g.Token(loginField, NormalEmail(email)) }

// PersonBy finds who signs in with an address, in any agency; nobody is no error. It tells ids only, and its caller has to
// make sure that they stay inside the program.
func PersonBy(tx *gate.Tx, email string) (workerID, agencyID string, err error) {
	workerID, agencyID, err = byLogin(tx, tx.Token(loginField, NormalEmail(email)))
	if errors.Is(err, database.ErrNoRows) {
		err = nil
	}
	return workerID, agencyID, err
}
