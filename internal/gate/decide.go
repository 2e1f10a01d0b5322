package gate

import (
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/moment"
)

// Grant is one row that lets its grantee see a file: which sections, as what, on what basis, from when, until when.
type Grant struct {
	ID          string            `db:"id"`
	FileID      string            `db:"file_id"`
	GranteeKind string            `db:"grantee_kind"`
	GranteeID   string            `db:"grantee_id"`
	AgencyID    string            `db:"agency_id"`
	Lead        bool              `db:"lead"`
	Relations   authz.RelationSet `db:"relations"`
	Sections    authz.SectionSet  `db:"sections"`
	Purpose     string            `db:"purpose"`
	Basis       string            `db:"basis"`
	UntilAt     moment.Time       `db:"until_at"`
	LegalBasis  string            `db:"legal_basis"` // code of policies/bases.csv; empty where only the family is known
	ConsentID   string            `db:"consent_id"`
	Emergency   bool              `db:"emergency"` // opened in danger to life
	OnlyOf      OnlyOf            `db:"only_of"`   // whose entries alone, of some of the sections
	GivenBy     string            `db:"granted_by_agency"`
	Agreed      string            `db:"agreed"` // ids of the agencies besides which agreed that its grantee has it
}

// agreedBy says whether an agency gave the grant, or agreed to it.
func (g *Grant) agreedBy(agencyID string) bool {
	return agencyID != "" && (g.GivenBy == agencyID || slices.Contains(strings.Fields(g.Agreed), agencyID))
}

// Decision is the policy's answer together with the grant that carried it.
type Decision struct {
	authz.Decision
	GrantID string
}

// reasonNotShared is the reason id where a grant exists but leaves the section out.
const reasonNotShared authz.Reason = "grant.section"

// question is what is asked about one entry, or about a section as such.
type question struct {
	section  authz.Section
	verb     authz.Verb
	own      bool        // the caller's agency wrote it
	writer   string      // the agency that wrote it; empty for the section as such, whoever wrote there
	entry    string      // its id; empty for all that the writer wrote there, or will
	basis    string      // the legal basis the entry was written on
	anyBasis bool        // ask for the section as such: an entry may have been written on the basis that the rule asks for
	handling string      // the entry's handling code
	offered  authz.Needs // met by what it would be passed on by
}

// Decide answers for the section as such: what the caller may do with entries of other agencies there, or, for writing,
// with an entry of the own agency.
func (tx *Tx) Decide(section authz.Section, verb authz.Verb) Decision {
	return tx.decide(question{section: section, verb: verb, own: verb != authz.Read && verb != authz.Refer})
}

// decide takes the most showing answer over the grants. Own entries are not cut by a grant's sections: what an agency wrote
// itself was not shared with it by anybody. A grant that is narrowed to some agencies' entries opens theirs, and not the section
// as such.
func (tx *Tx) decide(q question) Decision {
	best := Decision{Decision: authz.Decision{Reason: reasonNotShared}}
	for i := range tx.grants {
		grant := &tx.grants[i]
		if !q.own && !grant.Opens(Writer{q.section, q.writer, q.entry}) {
			continue
		}
		relations := grant.Relations
		met := tx.metByCaller() | tx.metByRequest(q.section) | q.offered
		if q.own && q.verb == authz.Refer { // on what the agency sees the file says nothing of what it wrote itself going elsewhere
			met |= metByWard(relations)
		} else {
			met |= metByGrant(grant)
		}
		if q.own {
			relations = relations.With(authz.RelationOwn)
			met |= metByBasis(q.basis) | authz.NeedsOf(authz.NeedOriginator)
			if q.anyBasis {
				met |= authz.NeedsOf(authz.NeedConsent, authz.NeedLegalGateway)
			}
		} else {
			relations = relations.Without(authz.RelationNamed) // an agency names workers for what it wrote itself
			if !originatorAsks(q.handling) {
				met |= authz.NeedsOf(authz.NeedOriginator)
			}
		}
		answer := tx.keptFromCourt(&q, keptAsRed(&q, grant, tx.gate.policy.Decide(tx.Actor(), authz.Question{
			Section: q.section, Verb: q.verb, Relations: relations, Met: met,
		})))
		if better(answer, best.Decision) {
			best = Decision{Decision: answer, GrantID: grant.ID}
		}
	}
	return best
}

// better prefers what shows more, and among refusals the one that somebody could do something about.
func better(a, b authz.Decision) bool {
	if a.Show != b.Show {
		return a.Show > b.Show
	}
	return a.Show == authz.Hidden && (b.Reason == reasonNotShared || a.Missing != 0 && b.Missing == 0)
}

func (tx *Tx) metByCaller() authz.Needs {
	if tx.caller.Actor.CareProfessional {
		return authz.NeedsOf(authz.NeedCareGroup)
	}
	return 0
}

// metByRequest: a reason given for this section at this look.
func (tx *Tx) metByRequest(section authz.Section) authz.Needs {
	if tx.target.reason == "" || tx.target.hasSection && tx.target.section != section {
		return 0
	}
	return authz.NeedsOf(authz.NeedJustification)
}

// metByGrant: what the grant's own words meet, where an entry's basis may differ from it.
func metByGrant(grant *Grant) authz.Needs {
	met := metByBasis(grant.Basis) | metByWard(grant.Relations)
	if grant.Emergency {
		met |= authz.NeedsOf(authz.NeedBreakGlass)
	}
	return met
}

func metByBasis(basis string) authz.Needs {
	switch basis {
	case "consent":
		return authz.NeedsOf(authz.NeedConsent)
	case "legal_gateway", "duty_to_report":
		return authz.NeedsOf(authz.NeedLegalGateway)
	case "magistrate_release":
		return authz.NeedsOf(authz.NeedMagistrate)
	}
	return 0
}

// metByWard: whoever is the guardian of this child co-decides by holding the ward relation.
func metByWard(relations authz.RelationSet) authz.Needs {
	if relations.Has(authz.RelationWard) {
		return authz.NeedsOf(authz.NeedGuardian)
	}
	return 0
}

// usualUses is for how many sections a look at a file notes something.
const usualUses = 10

// use notes for the audit entry what was decided about a section; the same answer is noted once.
func (tx *Tx) use(section authz.Section, d Decision) {
	use := audit.SectionUse{Section: section.String(), Decision: denied, Reason: string(d.Reason), Line: d.Line, GrantID: d.GrantID}
	if d.Allowed() {
		use.Decision, use.Show = allowed, d.Show.String()
	}
	if d.Missing != 0 {
		use.Needs = d.Missing.String()
	}
	for i := range tx.uses {
		if tx.uses[i] == use {
			return
		}
	}
	if tx.uses == nil {
		tx.uses = make([]audit.SectionUse, 0, usualUses)
	}
	tx.uses = append(tx.uses, use)
}
