package authz

// golden is a decision that must hold in every policy, whatever else an operator changes: the promises made to victims
// and to the law (domain 3.5, "justification for the sharpest cells").
type golden struct {
	role      Role
	section   Section
	verb      Verb
	relations RelationSet
	met       Needs
	want      Show
}

var (
	everyWay   = AllRelations()
	everyNeed  = AllNeeds()
	onTeam     = RelationsOf(RelationTeam)
	byMandate  = everyWay.Without(RelationAny)
	noNeed     = Needs(0)
	noGlass    = everyNeed.Minus(NeedsOf(NeedBreakGlass))
	noRelease  = everyNeed.Minus(NeedsOf(NeedMagistrate))
	noLeave    = everyNeed.Minus(NeedsOf(NeedOriginator))
	noCare     = everyNeed.Minus(NeedsOf(NeedCareGroup))
	noConsent  = everyNeed.Minus(NeedsOf(NeedConsent))
	noGuardian = everyNeed.Minus(NeedsOf(NeedGuardian))
)

var goldens = []golden{
	// The work can be done.
	{RolePolice, Identity, Read, onTeam, noNeed, Full},
	{RolePolice, Statements, Read, onTeam, noNeed, Full},
	{RoleProsecutor, Exploitation, Read, onTeam, noNeed, Full},
	{RoleCourt, Court, Read, onTeam, noNeed, Full},
	{RoleLabourInspector, Labour, Read, onTeam, noNeed, Full},
	{RoleShelter, SafeContact, Read, onTeam, noNeed, Full},
	{RoleShelter, ShelterLocation, Read, RelationsOf(RelationNamed), NeedsOf(NeedJustification), Full},
	{RoleShelter, Health, Read, RelationsOf(RelationOwn), NeedsOf(NeedCareGroup), Full},
	{RoleShelter, Health, Write, onTeam, NeedsOf(NeedCareGroup), Full},
	{RoleMigration, Residence, Read, onTeam, noNeed, Full},
	{RoleGuardian, Identity, Read, RelationsOf(RelationWard), noNeed, Full},
	{RoleFocalPoint, Identity, Read, RelationsOf(RelationReferred), NeedsOf(NeedLegalGateway), Full},
	{RoleLawyer, Court, Read, RelationsOf(RelationClient), noNeed, Full},
	{RoleRapporteur, Exploitation, Read, RelationsOf(RelationAny), noNeed, Pseudonym},
	{RoleAuditor, AccessLog, Read, RelationsOf(RelationOwn), NeedsOf(NeedJustification), Full},
	{RoleAgencyAdmin, People, Manage, RelationsOf(RelationOwn), noNeed, Full},

	// The safe house stays unknown: named workers, the guardian, two persons in an emergency.
	{RolePolice, ShelterLocation, Read, everyWay, noGlass, Hidden},
	{RoleProsecutor, ShelterLocation, Read, everyWay, everyNeed, Hidden},
	{RoleCourt, ShelterLocation, Read, everyWay, everyNeed, Hidden},
	{RoleLabourInspector, ShelterLocation, Read, everyWay, everyNeed, Hidden},
	{RoleMigration, ShelterLocation, Read, everyWay, everyNeed, Derived},
	{RoleFocalPoint, ShelterLocation, Read, everyWay, everyNeed, Hidden},
	{RoleLawyer, ShelterLocation, Read, everyWay, everyNeed, Hidden},
	{RoleShelter, ShelterLocation, Read, everyWay.Without(RelationNamed), everyNeed, Hidden},

	// Care stays with those who care; justice sees the certificate that the victim chose.
	{RolePolice, Health, Read, everyWay, everyNeed, Hidden},
	{RoleProsecutor, Health, Read, everyWay, noConsent, Hidden},
	{RoleProsecutor, Health, Read, everyWay, everyNeed, Derived},
	{RoleCourt, Health, Read, everyWay, everyNeed, Derived},
	{RoleLabourInspector, Health, Read, everyWay, everyNeed, Hidden},
	{RoleShelter, Health, Read, everyWay, noCare, Hidden},
	{RoleGuardian, Health, Read, everyWay, noGuardian, Hidden},
	{RolePolice, SupportPlan, Read, everyWay, everyNeed, Hidden},
	{RoleProsecutor, SupportPlan, Read, everyWay, everyNeed, Hidden},
	{RoleCourt, SupportPlan, Read, everyWay, everyNeed, Hidden},
	{RoleMigration, SupportPlan, Read, everyWay, everyNeed, Hidden},

	// The investigation stays with the investigation.
	{RoleShelter, Statements, Read, everyWay, everyNeed, Hidden},
	{RoleMigration, Statements, Read, everyWay, everyNeed, Derived},
	{RoleLawyer, Statements, Read, RelationsOf(RelationClient), noRelease, Hidden},
	{RolePolice, Intelligence, Read, everyWay, noLeave, Hidden},
	{RoleShelter, Intelligence, Read, everyWay, everyNeed, Hidden},
	{RoleMigration, Intelligence, Read, everyWay, everyNeed, Hidden},
	{RoleLabourInspector, Intelligence, Read, everyWay, noRelease, Hidden},
	{RoleShelter, Suspects, Read, everyWay, everyNeed, Derived},
	{RoleMigration, Suspects, Read, everyWay, everyNeed, Hidden},

	// Inspection is no immigration enforcement, and the deciding office needs facts, not the story.
	{RoleLabourInspector, Residence, Read, everyWay, everyNeed, Derived},
	{RoleMigration, Exploitation, Read, everyWay, everyNeed, Derived},
	{RoleMigration, SafeContact, Read, everyWay, everyNeed, Hidden},
}

// checkGolden tries the decisions that must hold, and what holds for whole rows and columns of the matrix.
func (s *Snapshot) checkGolden() (refusals Refusals) {
	for _, g := range goldens {
		s.hold(g, &refusals)
	}
	for _, role := range roles {
		for section := range AllSections().Each {
			s.holdEverywhere(role, section, &refusals)
		}
	}
	for section := range AllSections().Each {
		for _, verb := range Verbs() {
			for _, stranger := range []*Actor{Nobody(), System("golden")} {
				if s.Decide(stranger, Question{section, verb, everyWay, everyNeed}).Allowed() {
					refusals.add(matrixFile, 1, "somebody without a role gets %s %s", section, verb)
				}
			}
		}
	}
	return refusals
}

// holdEverywhere is what is true of every discipline or every section.
func (s *Snapshot) holdEverywhere(role Role, section Section, refusals *Refusals) {
	file := FileSections().Has(section)
	none := func(verb Verb, relations RelationSet) {
		s.hold(golden{role, section, verb, relations, everyNeed, Hidden}, refusals)
	}
	if file && role == RoleAgencyAdmin || file && role == RoleAuditor && section != Consents {
		none(Read, everyWay) // who manages people or reads logs does not read files
	}
	if role != RoleRapporteur && (file || section == AccessLog) {
		none(Read, RelationsOf(RelationAny)) // no reading without a tie to the file
	}
	if role == RoleRapporteur {
		none(Read, byMandate)
		none(Write, everyWay)
	}
	if section == ShelterLocation || section == Intelligence {
		none(Refer, everyWay)
		none(Export, everyWay)
	}
	if section == AccessLog {
		none(Write, everyWay) // the program writes it
		none(Erase, everyWay)
	}
	if role != RoleAuditor {
		none(Erase, everyWay)
	}
}

// hold adds a refusal if a promise is broken.
func (s *Snapshot) hold(g golden, refusals *Refusals) {
	d := s.Decide(unbounded(g.role), Question{g.section, g.verb, g.relations, g.met})
	if d.Show == g.want {
		return
	}
	number := max(d.Line, 1)
	refusals.add(matrixFile, number, "must hold: %s, %s of %s as %s with %q shows %s, but it shows %s",
		g.role, g.verb, g.section, g.relations, g.met, g.want, d.Show)
}

// unbounded holds a discipline with an agency role that narrows nothing: the baseline by itself.
func unbounded(role Role) *Actor {
	held := Held{RoleID: "baseline", Base: role}
	for _, verb := range Verbs() {
		held.Allow[verb] = AllSections()
	}
	return &Actor{WorkerID: "baseline", AgencyID: "baseline", Kind: role, Held: []Held{held}}
}
