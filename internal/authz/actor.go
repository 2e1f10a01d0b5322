package authz

// Held is one role of the own agency that a person holds, ready for deciding; CompileRole makes it.
type Held struct {
	RoleID string
	Base   Role // the discipline it was composed from
	Allow  Mask
	Deny   Mask
}

// Actor is who asks: a person in their agency, or the program itself.
type Actor struct {
	WorkerID, AgencyID, Country string
	Kind                        Role // discipline of the agency
	Held                        []Held
	Desks                       []string
	Units                       []string // that the law names, of the desks
	CareProfessional            bool
	Supervisor                  bool
	DutyOfficer                 bool
	SessionID, Language         string
	AAL                         int  // assurance of the sign-in: 1 password, 2 with a second factor
	ViaKey                      bool // came with an API key

	system bool
}

// Nobody is somebody who has not signed in; everything is closed.
func Nobody() *Actor { return &Actor{} }

// System is the program doing its own work under a name, such as "retention". It holds no role, so every decision about
// a section is no; the gate lets it do only what is declared as system work. Without a name it is nobody.
func System(name string) *Actor {
	if name == "" {
		return Nobody()
	}
	return &Actor{WorkerID: "system:" + name, system: true}
}

// IsSystem says whether the program itself asks.
func (a *Actor) IsSystem() bool { return a != nil && a.system }

// known refuses an actor with a gap in it: an empty name must never meet an empty rule.
func (a *Actor) known() bool {
	return a != nil && !a.system && a.WorkerID != "" && a.AgencyID != "" && a.Kind != ""
}

// row is the place of a held role's discipline in a snapshot. A role of another discipline than the agency's opens
// nothing: only auditing and administering exist in every agency.
func (a *Actor) row(h *Held) (int, bool) {
	if h.Base != a.Kind && h.Base != RoleAuditor && h.Base != RoleAgencyAdmin {
		return 0, false
	}
	return h.Base.index()
}
