package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/gate"
	"relais/internal/testkit"
)

// odd are values that break programs: empty, huge, of another script, with signs that mean something to somebody.
var odd = []string{"", " ", "0", "-1", "1e400", "null", "Questionable", "Questionable\x00", "Questionable\u202e", "Questionable\ufffd", "Quest'ionable\"--",
	"<script>Questionable</script>", "{{.}}", "%s%n", "🜏", "محمد", "2026-02-30", "9999-12-31", "0001-01-01", "+32470", "H3;H0", "identity", "Questionable;;;",
	strings.Repeat("Questionable", 3000)}

// junk is any JSON value that is not too deep.
func junk(depth int) *rapid.Generator[any] {
	simple := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Float64().AsAny(), rapid.Int64().AsAny(), rapid.SampledFrom(odd).AsAny(),
		rapid.StringN(0, 40, -1).AsAny(), rapid.Just[any](gate.NewID()),
	}
	if depth == 0 {
		return rapid.OneOf(simple...)
	}
	deeper := rapid.Deferred(func() *rapid.Generator[any] { return junk(depth - 1) })
	return rapid.OneOf(append(simple, rapid.SliceOfN(deeper, 0, 4).AsAny(),
		rapid.MapOfN(rapid.SampledFrom([]string{"values", "section", "family_name", "Questionable", "version", ""}), deeper, 0, 4).AsAny())...)
}

// bend changes a value that would be right in one place or another.
func bend(rt *rapid.T, value any) any {
	switch v := value.(type) {
	case map[string]any:
		bent := maps.Clone(v)
		names := append(slices.Sorted(maps.Keys(v)), "Questionable")
		name := rapid.SampledFrom(names).Draw(rt, "member")
		switch rapid.IntRange(0, 3).Draw(rt, "how") {
		case 0:
			delete(bent, name)
		case 1:
			bent[name] = junk(2).Draw(rt, "junk")
		default:
			bent[name] = bend(rt, v[name])
		}
		return bent
	case []any:
		return append(slices.Clone(v), junk(1).Draw(rt, "item"))
	}
	return junk(2).Draw(rt, "value")
}

// TestRandomInput_isNeverOurFault sends bent and random bodies to every operation and page that writes, as somebody who may.
// None may be a failure of ours, none of a refused value may come back, and none may stand in the log.
func TestRandomInput_isNeverOurFault(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := openStory(t, engine)
			w.Keep()
			names := map[string]string{}
			for _, op := range w.Site.API.Operations() {
				names[op.Method+" "+routeOf(op)] = able[op.ID]
			}
			writes := slices.DeleteFunc(routesOf(w), func(r route) bool {
				return r.method == http.MethodGet || r.method == http.MethodHead || slowed[r.path]
			})
			for some := range slices.Chunk(writes, 4) { // so that each is tried some 25 times; -rapid.checks=5000 is a campaign
				t.Run(some[0].method+" "+some[0].path, func(t *testing.T) {
					rapid.Check(t, func(rt *rapid.T) {
						r := rapid.SampledFrom(some).Draw(rt, "route")
						column := names[r.method+" "+r.path]
						if column == "" {
							column = usual(r)
						}
						s.random(rt, w, s.client(w, columnOf(column)), r)
					})
				})
				w.Rewind()
			}
			quiet(t, w)
		})
	}
}

// slowed are the pages that let nobody try often; account tests what they read. An invitation that is accepted signs in anew.
var slowed = map[string]bool{"/sign-in": true, "/sign-in/code": true, "/sign-out": true, "/invitation/:token": true, "/account/confirm": true,
	"/account/password": true, "/account/second-factor": true, "/account/sessions/end": true}

// usual is who may use a page.
func usual(r route) string {
	switch {
	case strings.HasPrefix(r.path, "/people"), strings.HasPrefix(r.path, "/roles"), strings.HasPrefix(r.path, "/ceilings"), strings.HasPrefix(r.path, "/figures"):
		return "payD"
	case strings.HasPrefix(r.path, "/log"):
		return "payA"
	case strings.HasPrefix(r.path, "/referrals"), strings.Contains(r.path, "named"), strings.HasPrefix(r.path, "/account"):
		return "pay"
	}
	return "rsz"
}

func (s *story) random(rt *rapid.T, w *testkit.Served, c *testkit.Client, r route) {
	parts := strings.Split(r.path, "/")
	for i, part := range parts {
		if name, isParam := strings.CutPrefix(part, ":"); isParam {
			right, _ := s.param(r.path, name)
			parts[i] = url.PathEscape(right)
			if rapid.IntRange(0, 9).Draw(rt, name) == 9 {
				parts[i] = rapid.SampledFrom([]string{s.Case, s.Victim, s.Second, s.Entry, s.Named, "shelter_location", "suspects", "claims"}).Draw(rt, "other")
			}
		}
	}
	a := s.sendRandom(rt, w, c, r, strings.Join(parts, "/"))
	if a.Status >= 500 || a.Status == http.StatusUnauthorized {
		rt.Fatalf("%s: %d %s", a.Asked, a.Status, a.Body)
	}
	if strings.HasPrefix(r.path, apiPath) && a.Status >= 400 && a.Status != http.StatusConflict {
		p := a.Problem()
		for _, field := range p.Errors {
			if strings.HasSuffix(field.Field, "Questionable") { // a short plain name may be repeated
				return
			}
		}
		if p.Code == "" || p.Title == "" || strings.Contains(string(a.Body), "Quest") {
			rt.Fatalf("%s repeats what was sent: %s", a.Asked, a.Body)
		}
	}
}

func (s *story) sendRandom(rt *rapid.T, w *testkit.Served, c *testkit.Client, r route, path string) testkit.Answer {
	below, isAPI := strings.CutPrefix(r.path, apiPath)
	if isAPI {
		version := rapid.SampledFrom([]string{`"v1"`, `"v1"`, `"v1"`, `"v2"`, `"v99"`}).Draw(rt, "version")
		right := s.bodies(w.World)[r.method+" "+below]
		if right == nil || rapid.IntRange(0, 4).Draw(rt, "bent") == 4 {
			return c.JSON(r.method, path, junk(3).Draw(rt, "body"), "If-Match", version)
		}
		var plain any
		_ = json.Unmarshal(must(json.Marshal(right))(c.T), &plain)
		return c.JSON(r.method, path, bend(rt, plain), "If-Match", version)
	}
	form := url.Values{}
	right := s.forms(w.World)[r.path]
	for i := 0; i+1 < len(right); i += 2 {
		value := right[i+1]
		if rapid.IntRange(0, 3).Draw(rt, "bends") == 3 {
			value = rapid.SampledFrom(odd).Draw(rt, right[i])
		}
		form.Add(right[i], value)
	}
	if form.Has("version") {
		form.Set("version", rapid.SampledFrom([]string{"1", "1", "2", "0", "-1", "x", "99999999999999999999"}).Draw(rt, "version"))
	}
	return c.PostForm(path, form)
}
