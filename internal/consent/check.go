package consent

import (
	"slices"
	"strings"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// New is what a form or an operation says about a consent.
type New struct {
	Sections    []string // words of sections
	Recipients  []Recipient
	Purposes    []string
	AskedOn     moment.Date
	Until       moment.Date // last day in Brussels
	How         string
	Explained   []string
	Language    string
	Interpreter string
	Witness     string
	Minor       bool
	Guardian    string
	Note        string
	Outside     string // organisations without an account, one on each line
}

const (
	// longest is how far off the end of a consent may be: after two years a person is asked again.
	longest = 2 * 366 * 24 * time.Hour
	// mostRecipients keeps a consent a choice of the person and not a list of everybody.
	mostRecipients = 40

	longestName = 200
	longestNote = 2000
)

// given checks everything that was said and gives it as it is stored.
func (n *New) given(tx *gate.Tx, referable authz.SectionSet, ward Ward) (Given, error) {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	g := Given{Sections: n.sections(wrong, referable), Purposes: distinct(n.Purposes), AskedOn: n.AskedOn, How: n.How,
		Explained: distinct(n.Explained), Words: n.words(wrong, ward)}
	if n.Minor {
		g.GuardianID = ward.WorkerID
	}
	checkCodes(wrong, "purposes", g.Purposes, purposes())
	checkCode(wrong, "how", n.How, Ways())
	n.checkExplained(wrong)
	n.checkDays(wrong, tx.Now())
	g.UntilAt = n.Until.EndOf()
	directory, err := agency.Directory(tx)
	if err != nil {
		return Given{}, err
	}
	g.Recipients = n.recipients(wrong, directory)
	if len(wrong.Fields) > 0 {
		return Given{}, wrong
	}
	return g, nil
}

// sections reads the words; what nobody may pass on at all cannot be consented to here.
func (n *New) sections(wrong *fault.Fault, referable authz.SectionSet) (set authz.SectionSet) {
	for _, word := range n.Sections {
		id, known := authz.ParseSection(word)
		switch {
		case !known || !authz.FileSections().Has(id):
			wrong.WithField("sections", "fault.field_unknown_code")
			return 0
		case !referable.Has(id):
			wrong.WithField("sections", "consent.never_shared")
			return 0
		}
		set = set.With(id)
	}
	if set == 0 {
		wrong.WithField("sections", "gate.no_section")
	}
	return set
}

func (n *New) checkExplained(wrong *fault.Fault) {
	for _, code := range n.Explained {
		if !slices.Contains(Explanations(), code) {
			wrong.WithField("explained", "fault.field_unknown_code")
			return
		}
	}
	if len(distinct(n.Explained)) < len(Explanations()) {
		wrong.WithField("explained", "consent.explain_all")
	}
}

func (n *New) checkDays(wrong *fault.Fault, now moment.Time) {
	asked, ok := moment.ParseDate(string(n.AskedOn))
	switch {
	case n.AskedOn == "":
		wrong.WithField("asked_on", "fault.field_required")
	case !ok || asked < "2000-01-01":
		wrong.WithField("asked_on", "fault.field_not_a_date")
	case asked > moment.DayOf(now):
		wrong.WithField("asked_on", "consent.asked_later")
	}
	until, ok := moment.ParseDate(string(n.Until))
	switch {
	case n.Until == "":
		wrong.WithField("until", "fault.field_required")
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case until < moment.DayOf(now):
		wrong.WithField("until", "gate.until_past")
	case until > moment.DayOf(now.Add(longest)):
		wrong.WithField("until", "consent.too_long")
	}
}

// words checks what will be sealed: a witness where the consent was oral before one, a guardian for a minor.
func (n *New) words(wrong *fault.Fault, ward Ward) Words {
	w := Words{Language: n.Language, Minor: n.Minor, Interpreter: section.FreeLine(wrong, "interpreter", n.Interpreter, longestName),
		Witness:  section.FreeLine(wrong, "witness", n.Witness, longestName),
		Guardian: section.FreeLine(wrong, "guardian", n.Guardian, longestName), Note: section.FreeText(wrong, "note", n.Note, longestNote),
		Outside: section.FreeText(wrong, "outside", n.Outside, longestNote)}
	checkCode(wrong, "language", n.Language, codesOf("languages"))
	if n.How == "oral_witnessed" && w.Witness == "" {
		wrong.WithField("witness", "consent.witness_needed")
	}
	switch {
	case ward.Child && !n.Minor:
		wrong.WithField("minor", "consent.is_child")
	case n.Minor && !ward.guarded():
		wrong.WithField("guardian", "consent.no_guardian")
	case n.Minor && ward.WorkerID != "" && w.Guardian != "":
		wrong.WithField("guardian", "consent.guardian_signs")
	case n.Minor && ward.WorkerID == "" && w.Guardian == "":
		wrong.WithField("guardian", "consent.guardian_needed")
	case n.Minor && ward.WorkerID == "" && !ward.is(w.Guardian):
		wrong.WithField("guardian", "consent.other_guardian")
	case !n.Minor && (w.Guardian != "" || n.How == "with_guardian"):
		wrong.WithField("minor", "consent.guardian_of_adult")
	}
	return w
}

// recipients are agencies and desks of the directory; an agency that is named swallows its desks.
func (n *New) recipients(wrong *fault.Fault, directory []agency.Listing) (list []Recipient) {
	for _, r := range n.Recipients {
		at := slices.IndexFunc(directory, func(a agency.Listing) bool { return a.ID == r.AgencyID })
		if at < 0 || r.DeskID != "" && !slices.ContainsFunc(directory[at].Desks, func(d agency.DeskListing) bool { return d.ID == r.DeskID }) {
			wrong.WithField("recipients", "gate.no_such_grantee")
			return nil
		}
		r.Agency, r.Desk = "", ""
		whole := slices.Contains(list, Recipient{AgencyID: r.AgencyID})
		if r.DeskID == "" && !whole {
			list = slices.DeleteFunc(list, func(have Recipient) bool { return have.AgencyID == r.AgencyID })
		}
		if !whole && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	switch {
	case len(list) == 0 && strings.TrimSpace(n.Outside) == "":
		wrong.WithField("recipients", "consent.no_recipient")
	case len(list) > mostRecipients:
		wrong.WithField("recipients", "consent.too_many_recipients", "Most", mostRecipients)
	}
	return list
}

func checkCode(wrong *fault.Fault, field, code string, list []string) {
	switch {
	case code == "":
		wrong.WithField(field, "fault.field_required")
	case !slices.Contains(list, code):
		wrong.WithField(field, "fault.field_unknown_code")
	}
}

func checkCodes(wrong *fault.Fault, field string, codes, list []string) {
	if len(codes) == 0 {
		wrong.WithField(field, "fault.field_required")
	}
	for _, code := range codes {
		if !slices.Contains(list, code) {
			wrong.WithField(field, "fault.field_unknown_code")
			return
		}
	}
}

func distinct(codes []string) []string {
	sorted := slices.Clone(codes)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// referable are the sections of a victim file that any discipline may pass on at all.
func referable(policy *authz.Snapshot) (set authz.SectionSet) {
	for _, role := range authz.Roles() {
		set |= policy.May(role, authz.Refer)
	}
	for _, room := range section.All() {
		if !room.InVictim() {
			set = set.Minus(authz.SectionsOf(room.ID))
		}
	}
	return set
}
