package rulepack

import (
	"slices"
	"strings"
)

// The closed vocabularies of the packs. Each word has its text under clock.<vocabulary>.<word>; a pack with a word that is
// not here is refused, because nobody could read it.
var (
	events = strings.Fields(`annex_15_issued registration_issued a_card_issued reflection_offered permit_granted
		first_permit_granted minister_notified complaint_received request_received breach_known
		stay_refused`)

	consequences = strings.Fields("stay_ends may_ask_durable duty_missed decision_final")

	documents = strings.Fields(`be_annex_15 be_registration be_a_card nl_reflection nl_temporary nl_durable lu_reflection
		lu_permit lu_private_reasons identity_proof complaint medical_statement police_statement indictment judgment
		prosecutor_opinion outcome_notice request breach_notice claim payment stay_decision`)

	conditions = strings.Fields(`left_milieu intake_at_centre complaint_or_statement file_open ties_cut support_accepted
		considered_victim cooperation no_public_order_danger guardian_signs slightest_indication not_witness_only
		investigation_or_trial_open permit_held police_indications complaint_or_presence_needed`)

	// grounds are what whoever decides on a move confirms. Their texts are track.condition.<word>.
	grounds = strings.Fields(`third_country free_movement left_milieu in_support statement_made magistrate_asked
		magistrate_confirms cooperates child_not_asked no_public_order_danger identity_shown convicted indicted own_will
		contact_renewed cooperation_ended public_order fraud dismissed support_left return_risk_assessed not_only_witness complaint
		cooperates_otherwise presence_needed cannot_cooperate labour_proceedings three_years individual_assessment police_notice
		personal_situation illegal_employment police_record indications second_look asked_the_person other_service_accepted`)

	// cooperation are those grounds that only hold for who speaks to the authorities, or whom they need.
	cooperation = strings.Fields(`statement_made magistrate_asked magistrate_confirms cooperates cooperates_otherwise presence_needed
		complaint police_notice police_record`)

	endings = strings.Fields(`next_document contact_renewed cooperation_ended public_order fraud dismissed support_left
		declined permit_lost answered term_over`)
)

// units are what the law may name instead of a whole agency: among the deciders they stand as kind:unit. Their texts are agency.unit.<unit>.
var houseUnits = map[string][]string{"police": {"judicial_police"}}

// Units are the units that the law may name of agencies of a kind.
func Units(kind string) []string { return slices.Clone(houseUnits[kind]) }

// deciderUnits are the units as they stand among the deciders.
func deciderUnits() (words []string) {
	for kind, names := range houseUnits {
		for _, unit := range names {
			words = append(words, kind+":"+unit)
		}
	}
	return words
}

// Events are the words of what starts a clock.
func Events() []string { return events }

// DecisionFinal is what follows on a term after which a decision stands.
const DecisionFinal = "decision_final"

// Endings are the words of what ends a clock before its time.
func Endings() []string { return endings }

// Vocabulary gives the words of one of the cells "event", "consequence", "document", "condition", "ending".
func Vocabulary(of string) []string {
	switch of {
	case "event":
		return events
	case "consequence":
		return consequences
	case "document":
		return documents
	case "condition":
		return conditions
	case "ending":
		return endings
	}
	return nil
}

// Conditions are the words of what whoever decides on a move confirms.
func Conditions() []string { return grounds }
