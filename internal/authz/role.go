package authz

// Role is a discipline: what the law lets this kind of agency or function do, before any agency narrows it.
type Role string

// The twelve disciplines of the matrix (domain 3.3).
const (
	RolePolice          Role = "police"
	RoleProsecutor      Role = "prosecutor" // parquet, labour auditor
	RoleCourt           Role = "court"
	RoleLabourInspector Role = "labour_inspector"
	RoleShelter         Role = "shelter" // accredited centre, assistance service
	RoleMigration       Role = "migration"
	RoleGuardian        Role = "guardian"
	RoleFocalPoint      Role = "focal_point" // national registrar
	RoleLawyer          Role = "lawyer"      // the victim's
	RoleRapporteur      Role = "rapporteur"
	RoleAuditor         Role = "auditor"
	RoleAgencyAdmin     Role = "agency_admin"
)

const numRoles = 12

var roles = [numRoles]Role{
	RolePolice, RoleProsecutor, RoleCourt, RoleLabourInspector, RoleShelter, RoleMigration,
	RoleGuardian, RoleFocalPoint, RoleLawyer, RoleRapporteur, RoleAuditor, RoleAgencyAdmin,
}

// Roles lists the disciplines in the order of the matrix.
func Roles() []Role { return append([]Role(nil), roles[:]...) }

// ParseRole finds a discipline by its word.
func ParseRole(word string) (Role, bool) {
	_, ok := Role(word).index()
	return Role(word), ok
}

// Key is the message key of its name.
func (r Role) Key() string { return "authz.role." + string(r) }

// index is the row of a role in a snapshot; a switch, because a map costs more than the whole look-up.
func (r Role) index() (int, bool) {
	switch r {
	case RolePolice:
		return 0, true
	case RoleProsecutor:
		return 1, true
	case RoleCourt:
		return 2, true
	case RoleLabourInspector:
		return 3, true
	case RoleShelter:
		return 4, true
	case RoleMigration:
		return 5, true
	case RoleGuardian:
		return 6, true
	case RoleFocalPoint:
		return 7, true
	case RoleLawyer:
		return 8, true
	case RoleRapporteur:
		return 9, true
	case RoleAuditor:
		return 10, true
	case RoleAgencyAdmin:
		return 11, true
	}
	return 0, false
}
