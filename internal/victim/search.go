package victim

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
)

// searchLimit is the most hits one search shows, and the most it looks at.
const searchLimit = 50

const longestSearch = 200

var searchAction = gate.ByAnyone("victim.search")

// Search finds files that the caller may see by the agency's own reference, or by a name in any script, a birth date, a
// document number or a telephone number. What was searched for is recorded as a keyed fingerprint, what was found as ids.
func (s *Service) Search(ctx context.Context, words string) (found []Found, more bool, err error) {
	words = strings.TrimSpace(words)
	if len(words) < 2 || utf8.RuneCountInString(words) > longestSearch { // one Chinese character is a name, one letter is not
		return nil, false, fault.New(fault.Invalid, "fault.invalid").WithField("words", "victim.search_length")
	}
	if !utf8.ValidString(words) || strings.ContainsFunc(words, unicode.IsControl) {
		return nil, false, fault.New(fault.Invalid, "fault.invalid").WithField("words", "fault.field_control_characters")
	}
	err = s.gate.Read(ctx, searchAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found = nil
		var hits []hit
		if hits, more, err = s.hits(tx, words); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search, Fingerprint: tx.Fingerprint(strings.ToLower(words))}
		for _, hit := range hits {
			if slices.Contains(event.Results, hit.FileID) {
				continue
			}
			one, ok, err := s.found(tx, hit)
			if err != nil {
				return audit.Event{}, err
			}
			if !ok {
				continue
			}
			if len(found) == searchLimit {
				more = true
				break
			}
			found = append(found, one)
			event.Results = append(event.Results, one.FileID)
		}
		return event, nil
	})
	return found, more, err
}

// hit is a file that may match; entryID is the entry whose words matched, empty for a reference.
type hit struct {
	FileID  string    `db:"file_id"`
	Kind    gate.Kind `db:"kind"`
	EntryID string    `db:"entry_id"`
}

// hits are what matches by its tokens alone; more says that there may be others, which were not looked at.
func (s *Service) hits(tx *gate.Tx, words string) (hits []hit, more bool, err error) {
	if hits, err = byReference(tx, strings.ToUpper(strings.ReplaceAll(words, " ", ""))); err != nil {
		return nil, false, err
	}
	for _, kind := range []string{"name", "date", "number", "phone"} {
		tokens := entry.Tokens(tx, []section.Searchable{{Kind: kind, Value: words}})
		if len(tokens) == 0 {
			continue
		}
		asked := [][][]byte{tokens}
		if kind == "name" { // each word has its exact form and forms by its sound, and one of them is enough for it
			asked = entry.NameWords(tx, words)
		}
		matched, cut, err := byWords(tx, tokens, asked)
		if err != nil {
			return nil, false, err
		}
		more = more || cut
		hits = append(hits, matched...) // several of one file: one may be closed to the caller and another open
	}
	return hits, more, nil
}

// found opens a hit by the same rule as the file itself: without a grant it is not there, and a match in an entry that the
// caller may not read is not a match.
func (s *Service) found(tx *gate.Tx, h hit) (Found, bool, error) {
	file, err := tx.Enter(h.Kind, h.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return Found{}, false, nil
	}
	if err != nil {
		return Found{}, false, err
	}
	out := Found{Kind: h.Kind, FileID: h.FileID, Reference: file.File().Reference}
	if h.EntryID != "" {
		if read, err := s.entries.Readable(file, h.EntryID); err != nil || !read {
			return Found{}, false, err
		}
	}
	if h.Kind == gate.Victim {
		out.Name, out.BirthDate, err = s.identity(file)
	}
	return out, true, err
}

// identity is the name and birth date of a person as far as the caller may read them.
func (s *Service) identity(tx *gate.Tx) (name, born string, err error) {
	known, err := s.entries.In(tx, authz.Identity)
	for _, e := range known {
		if name == "" {
			name = DisplayName(e.Values)
		}
		if born == "" {
			born = e.Values["birth_date"]
		}
	}
	return name, born, err
}

// DisplayName is the name as people read it: given names, family name, and the original script where it was written down.
func DisplayName(values section.Values) string {
	name := strings.TrimSpace(values["given_names"] + " " + values["family_name"])
	if script := values["name_original_script"]; script != "" && script != name {
		name = strings.TrimSpace(name + " (" + script + ")")
	}
	return name
}
