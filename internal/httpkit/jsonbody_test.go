package httpkit

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestReadJSON_takesWhatWeWriteAndNothingElse: whatever encoding/json writes of a shallow value is read back, and no
// input at all makes the reader panic or accept what encoding/json refuses.
func TestReadJSON_takesWhatWeWriteAndNothingElse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		object := rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.String())).Draw(rt, "object")
		written, err := json.Marshal(object)
		if err != nil {
			rt.Fatal(err)
		}
		var read any
		if err := readJSON(written, &read); err != nil {
			rt.Fatalf("%s: %v", written, err)
		}
		torn := rapid.SliceOf(rapid.SampledFrom([]string{"{", "}", "[", "]", ",", ":", `"a"`, "1", "null", `"`, " ", "\\", "\xff"})).Draw(rt, "torn")
		body := []byte(strings.Join(torn, ""))
		if readJSON(body, &read) == nil && !json.Valid(body) {
			rt.Fatalf("%q was read", body)
		}
	})
}

func TestReadJSON_countsDepthNotLength(t *testing.T) {
	for depth, ok := range map[int]bool{1: true, deepestJSON: true, deepestJSON + 1: false, 5000: false} {
		var into any
		body := strings.Repeat(`{"a":[`, depth/2) + strings.Repeat("[", depth%2) + strings.Repeat("]", depth%2) + strings.Repeat("]}", depth/2)
		if err := readJSON([]byte(body), &into); (err == nil) != ok {
			t.Errorf("depth %d: %v", depth, err)
		}
	}
	var into any
	wide := "[" + strings.Repeat(`{"a":1,"b":{"a":1}},`, 1000) + "{}]"
	if err := readJSON([]byte(wide), &into); err != nil {
		t.Errorf("many small objects: %v", err)
	}
}

func TestETag_comesBackAsTheSameVersion(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		version := rapid.Int64Min(0).Draw(rt, "version")
		if got, err := ParseIfMatch(" " + ETag(version) + " "); err != nil || got != version {
			rt.Fatalf("%d became %d, %v", version, got, err)
		}
		text := rapid.String().Draw(rt, "text")
		if got, err := ParseIfMatch(text); err == nil && ETag(got) != strings.TrimSpace(text) {
			rt.Fatalf("%q read as %d", text, got)
		}
	})
}

func TestLocal_neverLeavesTheSite(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		url := rapid.OneOf(rapid.String(), rapid.StringMatching(`[/\\a-z:.\t]{0,12}`)).Draw(rt, "url")
		if local(url) && (!strings.HasPrefix(url, "/") || strings.HasPrefix(url, "//") || strings.ContainsAny(url, "\\\r\n\t")) {
			rt.Fatalf("%q", url)
		}
	})
}
