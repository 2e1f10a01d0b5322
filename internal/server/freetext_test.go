package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/testkit"
	"relais/web"
)

// freeTexts are places of bodies in which somebody may write what they want: the least that the test has to find by itself. Fields of
// sections are not among them: they are checked by the catalogue.
var freeTexts = strings.Fields(`
	add-key:label add-person:family add-person:given add-person:phone add-screening:note add-task-to-case:text
	add-task-to-victim:text add-to-team:basis_by ask-access-by-pointer:basis_by ask-access-by-pointer:note
	ask-access-to-case:basis_by ask-access-to-case:note ask-access-to-victim:basis_by ask-access-to-victim:note ask-question:note
	assign-guardian:document assign-guardian:name call-consultation:subject cancel-task:note change-consent:interpreter
	change-consent:note change-consent:outside change-consent:witness change-person:family change-person:given
	change-person:phone change-role:name change-screening:note change-task:note close-case:note close-victim:note
	correct-note:text create-circle:name create-role:name exclude-person:note export-case:recipient export-victim:recipient
	finish-task:note grant-request:basis_by hold-case:note hold-victim:note move-need:note move-track:document move-track:note
	note-need:note note-signal:place note-signal:story offer-transfer:basis_by offer-transfer:note open-emergency:note
	correct-breach:effects correct-breach:measures correct-breach:story record-breach:effects record-breach:measures record-breach:story
	take-up-breach-report:effects take-up-breach-report:measures take-up-breach-report:story report-breach:story dismiss-breach-report:reason
	preview-outside-package:basis_by preview-outside-package:note preview-outside-package:organisation preview-referral:attention
	preview-referral:basis_by preview-referral:note record-consent:interpreter record-consent:note record-consent:outside
	record-consent:witness renew-grant:basis_by reopen-case:note reopen-victim:note say-age:note share-with-circle:basis_by
	speak-in-question:note strike-step:note withdraw-consent:note write-case-note:text write-directory-desk:area
	write-minutes:text write-victim-note:text
`)

// passedOver are other places in which a sentence is no fault, each with why: nothing of it is kept.
var passedOver = map[string]string{
	"search:words":          "looked for and not kept; a number that is pasted brings marks of direction",
	"preview-referral:seen": "handed out by a preview", "preview-outside-package:seen": "handed out by a preview",
	"ask-access-to-case:consent_id": "who answers names it", "ask-access-to-victim:consent_id": "who answers names it",
	"ask-access-by-pointer:consent_id": "who answers names it", "ask-access-to-case:legal_basis": "who answers names it",
	"ask-access-to-victim:legal_basis": "who answers names it", "ask-access-by-pointer:legal_basis": "who answers names it",
	"offer-transfer:until": "a lead has no end of its own", "move-track:person": "asked where the age is not known",
	"resume-clock:reason": "asked where one is stopped", "follow-signal:reference": "asked where a file is joined",
}

// unseen are texts with something that a reader cannot see, and that can change what is read.
var unseen = map[string]string{
	"a control": "ab\x07c", "a zero": "ab\x00c", "a C1 control": "ab\u0085c", "reversed text": "ab\u202Ec", "isolated text": "ab\u2066c",
	"a line separator": "ab\u2028c", "a paragraph separator": "ab\u2029c", "a tag": "ab\U000E0041c", "a noncharacter": "ab\uFDD0c",
	"nothing to be seen": "\u200F",
}

// TestFreeText_isCheckedByTheRulesOfTheCatalogue writes a plain sentence into every text that an operation takes. Where it is
// accepted, nothing may come in that a reader cannot see.
func TestFreeText_isCheckedByTheRulesOfTheCatalogue(t *testing.T) {
	w, s := openStory(t, "sqlite")
	w.Keep()
	c := &contract{t: t, w: w, s: s, doc: document(t, w), words: must(locale.Load(web.Locales()))(t)}
	var found []string
	for _, op := range w.Site.API.Operations() {
		content := c.operation(op).RequestBody
		if content == nil || able[op.ID] == "" { // of an operation that nobody can call the contract tells
			continue
		}
		for _, place := range textsOf(content.Value.Content.Get("application/json").Schema.Value) {
			name := op.ID + ":" + strings.Join(place, ".")
			if c.written(op, place, "Zwei Wörter").Status >= 300 {
				continue
			}
			if found = append(found, name); passedOver[name] == "" {
				c.refusesUnseen(op, place)
			}
		}
	}
	for _, name := range slices.AppendSeq(slices.Clone(freeTexts), maps.Keys(passedOver)) {
		if !slices.Contains(found, name) {
			t.Errorf("%s takes no sentence any more", name)
		}
	}
	quiet(t, w)
}

// textsOf are the places of all strings of a body that are not told to be one of some codes.
func textsOf(schema *openapi3.Schema) (places [][]string) {
	for name, of := range schema.Properties {
		switch {
		case of.Value.Type.Includes("string") && len(of.Value.Enum) == 0:
			places = append(places, []string{name})
		case of.Value.Type.Includes("object"):
			for _, below := range textsOf(of.Value) {
				places = append(places, append([]string{name}, below...))
			}
		}
	}
	return places
}

func (c *contract) refusesUnseen(op httpkit.Operation, place []string) {
	c.t.Helper()
	for what, text := range unseen {
		a := c.written(op, place, text)
		if a.Status != http.StatusUnprocessableEntity {
			c.t.Errorf("%s takes %s in %v: %d", op.ID, what, place, a.Status)
			continue
		}
		for _, field := range a.Problem().Errors {
			if !strings.HasSuffix(field.Field, place[len(place)-1]) || field.Code != "fault.field_control_characters" {
				c.t.Errorf("%s with %s in %v: %+v", op.ID, what, place, field)
			}
		}
	}
}

// written calls an operation as somebody who may, with a text in one place of a body that is right.
func (c *contract) written(op httpkit.Operation, place []string, text string) testkit.Answer {
	c.t.Helper()
	var body object
	right := c.s.bodies(c.w.World)[op.Method+" "+strings.TrimPrefix(routeOf(op), apiPath)]
	if err := json.Unmarshal(must(json.Marshal(right))(c.t), &body); err != nil {
		c.t.Fatal(err)
	}
	if body == nil {
		body = object{}
	}
	in := body
	for _, name := range place[:len(place)-1] {
		below, ok := in[name].(object)
		if !ok {
			below = object{}
			in[name] = below
		}
		in = below
	}
	in[place[len(place)-1]] = text
	path, _ := c.path(op, false)
	a := c.as(able[op.ID]).JSON(op.Method, path, body, "If-Match", versionOf(routeOf(op)))
	if op.Method != http.MethodGet && a.Status < 400 {
		c.w.Rewind()
	}
	return a
}
