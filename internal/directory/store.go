package directory

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

// selectAll is every live desk with its newest listing and the newest number of its places.
const selectAll = `SELECT d.id AS desk_id, d.name AS desk, d.intake, a.id AS agency_id, a.name AS agency, a.country, a.kind,
  COALESCE(l.version, 1) AS version, COALESCE(l.written_at, 0) AS written_at, COALESCE(l.written_by, '') AS author_id, COALESCE(l.services, '') AS services,
  COALESCE(l.languages, '') AS languages, COALESCE(l.people, '') AS people, COALESCE(l.exploitation, '') AS exploitation,
  COALESCE(l.area, '') AS area, COALESCE(l.always_open, 0) AS always_open, COALESCE(l.days, '') AS days, COALESCE(l.opens, '') AS opens,
  COALESCE(l.closes, '') AS closes, COALESCE(l.email, '') AS email, COALESCE(l.phone, '') AS phone,
  COALESCE(p.free, 0) AS free, COALESCE(p.told_at, 0) AS told_at
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
LEFT JOIN directory_listing l ON l.desk_id = d.id
  AND l.version = (SELECT MAX(v.version) FROM directory_listing v WHERE v.desk_id = d.id)
LEFT JOIN directory_places p ON p.id = (
  SELECT q.id FROM directory_places q WHERE q.desk_id = d.id ORDER BY q.told_at DESC, q.id DESC LIMIT 1)
WHERE d.closed_at = 0`

// selectPage is what fits of the desks that have said what they offer, in their order after the given one.
const selectPage = selectAll + `
  AND ' ' || l.services || ' ' LIKE :service ESCAPE '!' AND ' ' || l.languages || ' ' LIKE :language ESCAPE '!'
  AND (:country = '' OR a.country = :country)
  AND (:tonight = 0 OR p.free > 0 AND p.told_at > :fresh)
  AND (:after = '' OR (a.country, a.name, d.name, d.id) > (
    SELECT b.country, b.name, c.name, c.id FROM desk c JOIN agency b ON b.id = c.agency_id WHERE c.id = :after))
ORDER BY a.country, a.name, d.name, d.id
LIMIT :limit`

const selectPlace = `SELECT COUNT(*) FROM desk WHERE id = :after`

const selectOwn = selectAll + `
  AND a.id = :agency_id
ORDER BY d.name, d.id`

const selectSpoken = `SELECT DISTINCT l.languages
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
JOIN directory_listing l ON l.desk_id = d.id
  AND l.version = (SELECT MAX(v.version) FROM directory_listing v WHERE v.desk_id = d.id)
WHERE d.closed_at = 0`

const selectListing = selectAll + ` AND d.id = :desk`

const selectSteps = `SELECT version, written_at, written_by
FROM directory_listing
WHERE desk_id = :desk
ORDER BY version DESC
LIMIT 50`

const insertListing = `INSERT INTO directory_listing (desk_id, version, agency_id, written_by, written_at, services, languages, people,
  exploitation, area, always_open, days, opens, closes, email, phone)
VALUES (:desk, :version, :agency_id, :worker_id, :now, :services, :languages, :people, :exploitation, :area, :always_open, :days, :opens,
  :closes, :email, :phone)`

const insertPlaces = `INSERT INTO directory_places (id, desk_id, agency_id, free, told_by, told_at)
VALUES (:id, :desk, :agency_id, :free, :worker_id, :now)`

// pageOf reads one desk more than a page has. A place that is no desk is refused.
func pageOf(tx *gate.Tx, f Filter, after string) (list []Listing, err error) {
	var places int
	if after != "" {
		if err := tx.Get(&places, selectPlace, gate.Args{"after": after}); err != nil || places == 0 {
			return nil, cmp.Or(err, badPlace())
		}
	}
	err = tx.Select(&list, selectPage, gate.Args{"service": among(f.Service), "language": among(f.Language), "country": f.Country,
		"tonight": gate.Flag(f.Tonight), "fresh": tx.Now().Add(-Fresh), "after": after, "limit": PageSize + 1})
	return turned(tx, list), err
}

// among is the pattern of a column in which a code stands among others; of any where none is looked for.
func among(code string) string {
	if code == "" {
		return "%"
	}
	return "% " + strings.ReplaceAll(code, "_", "!_") + " %"
}

// ownOf are the desks of the reader's agency for which the reader speaks.
func ownOf(tx *gate.Tx) (list []Listing, err error) {
	err = tx.Select(&list, selectOwn, nil)
	return slices.DeleteFunc(turned(tx, list), func(l Listing) bool { return !l.Mine }), err
}

func spokenBy(tx *gate.Tx) (list []Codes, err error) {
	return list, tx.Select(&list, selectSpoken, nil)
}

func turned(tx *gate.Tx, list []Listing) []Listing {
	for i := range list {
		list[i].turnTo(tx.Actor())
	}
	return list
}

func listingOf(tx *gate.Tx, deskID string) (l Listing, err error) {
	err = tx.Get(&l, selectListing, gate.Args{"desk": deskID})
	if errors.Is(err, database.ErrNoRows) {
		return l, notFound()
	}
	l.turnTo(tx.Actor())
	return l, err
}

// turnTo says what the listing is to a reader.
func (l *Listing) turnTo(a *authz.Actor) {
	l.Own, l.Mine = l.AgencyID == a.AgencyID, mayWrite(a, l.AgencyID, l.DeskID)
}

func stepsOf(tx *gate.Tx, deskID string) (steps []Step, err error) {
	return steps, tx.Select(&steps, selectSteps, gate.Args{"desk": deskID})
}

// put writes the next version; who has seen another one is a Conflict.
func put(tx *gate.Tx, deskID string, n New, version int64) error {
	err := tx.ExecOne(insertListing, gate.Args{"desk": deskID, "version": version + 1, "services": string(CodesOf(n.Services)),
		"languages": string(CodesOf(n.Languages)), "people": string(CodesOf(n.People)), "exploitation": string(CodesOf(n.Exploitation)),
		"area": n.Area, "always_open": gate.Flag(n.AlwaysOpen), "days": string(CodesOf(n.Days)), "opens": n.Opens, "closes": n.Closes,
		"email": n.Email, "phone": n.Phone})
	if database.IsUnique(err) {
		return changed()
	}
	return err
}

func changed() error { return fault.New(fault.Conflict, "gate.changed") }

func badPlace() error {
	return fault.New(fault.Invalid, "gate.invalid").WithField("after", "gate.bad_cursor")
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }
