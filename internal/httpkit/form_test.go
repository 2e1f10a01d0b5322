package httpkit_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"relais/internal/fault"
	"relais/internal/httpkit"
)

func TestForm_givesTrimmedNFCText(t *testing.T) {
	var got map[string]string
	var many []string
	b := newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
		got = map[string]string{}
		for _, name := range []string{"name", "notes", "born", "half", "none", "given", "q", "short"} {
			got[name] = r.Form(name)
		}
		many = r.FormValues("sections")
		return sample(r)
	})
	b.post("/x?q=from-the-address", url.Values{"name": {"  Zoe\u0308 "}, "notes": {" a\r\nb "}, "born.year": {"1994"}, "born.month": {" 3 "},
		"born.day": {"7"}, "half.year": {""}, "half.month": {"13"}, "half.day": {""}, "given": {"1994-03-07"},
		"none.year": {""}, "none.month": {""}, "none.day": {" "}, "sections": {"identity", " ", "health"}, "short": {"\u00a0x\u2003"}}.Encode())
	want := map[string]string{"name": "Zo\u00eb", "notes": "a\nb", "born": "1994-03-07", "half": "-13-", "none": "", "given": "1994-03-07", "q": "", "short": "x"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !reflect.DeepEqual(many, []string{"identity", "health"}) {
		t.Errorf("values %q", many)
	}
}

func TestForm_refusesWhatIsNoForm(t *testing.T) {
	b := newBench(t).page("/x", sample)
	for _, c := range []struct {
		kind, body string
		status     int
	}{
		{"application/json", `{}`, 415}, {"", "a=1", 415}, {"text/plain", "a=1", 415}, {"application/x-www-form-urlencoded; charset=utf-8", "a=1", 200},
		{"application/x-www-form-urlencoded", "a=%zz", 400}, {"application/x-www-form-urlencoded", "a=%ff%fe", 400},
		{"application/x-www-form-urlencoded", "%ff=1", 400}, {"application/x-www-form-urlencoded", "a;b", 400},
		{"multipart/form-data; boundary=x", "--x--", 200},
	} {
		if rec := b.do("POST", "/x", c.body, "Content-Type", c.kind); rec.Code != c.status {
			t.Errorf("%s %q: %d, want %d", c.kind, c.body, rec.Code, c.status)
		}
	}
}

func TestVersionAndKept_takeOnlyWhatTheyKnow(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "7": 7, "-1": 0, "x": 0, "9223372036854775808": 0} {
		var version int64
		var kept string
		newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
			version, kept = r.Version(), r.Kept("name")
			return sample(r)
		}).post("/x", "version="+text+"&keep.name=other")
		if version != want || kept != "" {
			t.Errorf("%q: version %d, kept %q", text, version, kept)
		}
	}
}

func TestAgain_givesBackWhatWasTypedWithTheErrors(t *testing.T) {
	b := newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
		p := &samplePage{Form: fullForm()}
		return r.Again(p, &p.Form, fault.New(fault.Invalid, "fault.invalid").WithField("name", "fault.field_too_long", "Max", 100).
			WithField("born", "fault.field_not_a_date").WithField("sex", "fault.field_required").WithField("elsewhere", "sample.plain"))
	})
	rec := b.post("/x", url.Values{"name": {`"><script>alert(1)</script>`}, "born.year": {"1994"}, "born.month": {"02"}, "born.day": {"31"},
		"sex": {"m"}, "langs": {"fr"}, "notes": {"</textarea>x"}, "pass": {secret}, "version": {"4"}}.Encode())
	wantStatus(t, rec, 422)
	body := rec.Body.String()
	wantText(t, body, `value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`, `href="#f-name">Name: At most 100 characters</a>`,
		`href="#f-born-day"`, `aria-describedby="f-name-hint f-name-error"`, `aria-invalid="true"`, `role="alert"`, "<li>Plain en</li>",
		`name="born.day" type="text" inputmode="numeric" autocomplete="off" value="31"`, `value="1994"`, "&lt;/textarea&gt;x",
		`name="version" value="4"`, "<title>Error: Sample – Relais</title>", `name="back" value="/"`)
	wantNoText(t, body, secret, "<script>alert")
	if strings.Count(body, " checked") != 2 || !strings.Contains(body, `value="m" checked`) || !strings.Contains(body, `value="fr" checked`) {
		t.Error("the choices were not given back")
	}
	wantNoText(t, b.log.String(), secret, "alert(1)")
	wantText(t, b.log.String(), "status=422", "kind=invalid")
}

func TestAgain_handsOtherFailuresOn(t *testing.T) {
	b := newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
		p := &samplePage{Form: fullForm()}
		return r.Again(p, &p.Form, fault.New(fault.NotFound, "fault.not_found"))
	})
	wantStatus(t, b.post("/x", "name=x"), 404)
}

func TestForm_labelsEveryInput(t *testing.T) {
	body := newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Show(&samplePage{Form: fullForm()}), nil
	}).get("/x").Body.String()
	for _, id := range []string{"f-name", "f-born-day", "f-born-month", "f-born-year", "f-sex", "f-sex-1", "f-langs", "f-nat", "f-notes",
		"f-pass", "f-mail", "f-tel", "f-age", "f-doc"} {
		if strings.Count(body, ` id="`+id+`"`) != 1 || !strings.Contains(body, `for="`+id+`"`) {
			t.Errorf("%s has no label, or is there twice", id)
		}
	}
	wantText(t, body, `type="password"`, `type="email"`, `type="tel"`, `type="file"`, `enctype="multipart/form-data"`, `<option value="BE" selected>`,
		`<input type="hidden" name="hid" value="1">`, `(optional)`, "novalidate", `href="/back">Cancel</a>`)
	wantNoText(t, body, "ZgotmplZ", "govuk-error")
}

func fullForm() httpkit.Form {
	yesNo := []httpkit.Option{{Value: "f", Label: "F", Hint: "h"}, {Value: "m", Label: "M", Disabled: false}}
	return httpkit.Form{Action: "/x", Submit: "Save", Version: 3, Upload: true, Legend: "Legend", Cancel: httpkit.Link{URL: "/back", Text: "Cancel"},
		Fields: []httpkit.Field{
			{Kind: httpkit.Text, Name: "name", Label: "Name", Hint: "hint", Value: "A", Required: true, MaxLength: 100},
			{Kind: httpkit.Day, Name: "born", Label: "Born", Value: "1994-03-07"},
			{Kind: httpkit.Radios, Name: "sex", Label: "Sex", Value: "f", Options: yesNo},
			{Kind: httpkit.Checkboxes, Name: "langs", Label: "Languages", Values: []string{"nl"}, Options: []httpkit.Option{{Value: "nl", Label: "nl"}, {Value: "fr", Label: "fr"}}},
			{Kind: httpkit.Select, Name: "nat", Label: "Nationality", Value: "BE", Options: []httpkit.Option{{Value: "BE", Label: "Belgium"}}},
			{Kind: httpkit.TextArea, Name: "notes", Label: "Notes", Lang: "ar"}, {Kind: httpkit.Password, Name: "pass", Label: "Password"},
			{Kind: httpkit.Email, Name: "mail", Label: "Mail"}, {Kind: httpkit.Tel, Name: "tel", Label: "Phone"},
			{Kind: httpkit.Number, Name: "age", Label: "Age", Width: 3}, {Kind: httpkit.File, Name: "doc", Label: "Document", Accept: ".pdf"},
			{Kind: httpkit.Hidden, Name: "hid", Value: "1"},
		}}
}
