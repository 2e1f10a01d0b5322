package server_test

import (
	"maps"

	"relais/internal/testkit"
)

// copies are the copies that are taken out of the story's files; nothing of the story is held for them.
type copies struct{}

func init() {
	maps.Copy(able, map[string]string{"list-case-exports": "fgp", "list-victim-exports": "rsz", "export-case": "rsz", "export-victim": "rsz"})
}

func (copies) forms(*testkit.World) map[string][]string {
	why := []string{"purpose", "protection", "reason", "meeting", "recipient", "Parket Antwerpen"}
	return map[string][]string{
		"/cases/:case/exports":     append([]string{"format", "page", "sections", "labour"}, why...),
		"/victims/:victim/exports": append([]string{"format", "htcds", "sections", "identity"}, why...),
	}
}

func (copies) bodies(*testkit.World) map[string]object {
	why := object{"purpose": "protection", "reason": "meeting", "recipient": "Parket Antwerpen"}
	from := func(format, section string) object {
		body := maps.Clone(why)
		body["format"], body["sections"] = format, []string{section}
		return body
	}
	return map[string]object{"POST /cases/:case/exports": from("json", "labour"), "POST /victims/:victim/exports": from("htcds", "identity")}
}

func (copies) names() map[string]string { return nil }

func (copies) param(string, string) (value string, ok bool) { return "", false }
