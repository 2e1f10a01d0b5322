// Package agency keeps agencies, their desks, their people and the roles they give each other, and makes the actor that
// every decision asks about. It signs nobody in and knows no file.
package agency

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/moment"
)

// Roles that every agency has from its founding. Nobody changes them: they are what the agency's own roles are cut from.
const (
	Caseworker    = "caseworker"   // everything that the discipline could ever do
	Administrator = "agency_admin" // people and roles
	Auditor       = "auditor"      // who looked at what
)

// Countries are the codes of the countries whose agencies take part.
var Countries = []string{"BE", "NL", "LU"}

// Regimes are the two laws of data protection: LED for police, prosecutors and courts, GDPR for the others.
var Regimes = []string{"led", "gdpr"}

// Listing is an agency as everybody who is signed in may know it.
type Listing struct {
	ID      string        `json:"id"`
	Code    string        `json:"code"`
	Country string        `json:"country"`
	Kind    authz.Role    `json:"kind"`
	Name    string        `json:"name"`
	Desks   []DeskListing `json:"desks"`
}

// DeskListing is a desk as everybody who is signed in may know it; Intake marks one that takes referrals in.
type DeskListing struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Intake bool   `json:"intake"`
}

// Name is what an agency or one of its desks is called in public.
type Name struct {
	AgencyID string `json:"agency_id"`
	Agency   string `json:"agency"`
	Desk     string `json:"desk,omitempty"`
}

// String is "Agency" or "Agency, desk".
func (n Name) String() string {
	if n.Desk == "" {
		return n.Agency
	}
	return n.Agency + ", " + n.Desk
}

// Person is who a worker is; it lies sealed under the agency's key.
type Person struct {
	Given  string `json:"given"`
	Family string `json:"family"`
	Email  string `json:"email"`
	Phone  string `json:"phone,omitempty"`
}

// Name is the person's name as it is printed.
func (p Person) Name() string { return strings.TrimSpace(p.Given + " " + p.Family) }

// Access is what an administrator decides about a person. Hold are the roles the person works with, Give those the person
// may give to others.
type Access struct {
	Desks      []string `json:"desks"`
	Care       bool     `json:"care"`       // a care professional, who may open health entries of the own agency
	Supervisor bool     `json:"supervisor"` // answers for a desk
	Duty       bool     `json:"duty"`       // duty officer: decides on emergency access
	Hold       []string `json:"hold"`
	Give       []string `json:"give"`
}

// tidy sorts the lists and drops what stands there twice, so that equal access compares equal.
func (a Access) tidy() Access {
	a.Desks, a.Hold, a.Give = distinct(a.Desks), distinct(a.Hold), distinct(a.Give)
	return a
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return append([]string{}, slices.Compact(ids)...)
}

// Worker is one person of an agency as its administrator sees them.
type Worker struct {
	ID string `json:"id"`
	Person
	Access
	Language   string      `json:"language"`
	CreatedAt  moment.Time `json:"created_at"`
	DisabledAt moment.Time `json:"disabled_at"`
	Version    int64       `json:"version"`
}

// Disabled says whether the person may no longer sign in.
func (w *Worker) Disabled() bool { return w.DisabledAt != 0 }

// Role is a role of an agency: a part of what its discipline could ever do.
type Role struct {
	ID       string     `json:"id"`
	Base     authz.Role `json:"base"`
	Name     string     `json:"name"`
	Standard bool       `json:"standard"`
	Rules    []Rule     `json:"rules"`
	CanGive  bool       `json:"can_give"`   // the caller may give it to others
	CanEdit  bool       `json:"can_change"` // the caller may change or close it
	Version  int64      `json:"version"`
}

// Rule opens one verb on one section, both by their words in the access matrix.
type Rule struct {
	Section string `json:"section"`
	Verb    string `json:"verb"`
}

// String is "section.verb", as it stands in the trail.
func (r Rule) String() string { return r.Section + "." + r.Verb }

// Invitation lets one person set a password, once and until Until. The token is shown when it is made and never again.
type Invitation struct {
	Token string      `json:"token"`
	Until moment.Time `json:"until"`
}
