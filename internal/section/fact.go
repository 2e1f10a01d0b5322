package section

import "relais/internal/authz"

// Fact is a derived fact of the section read back from its name and text, with the label under which the role sees it; false for a
// name that the role sees nothing under.
func (s *Section) Fact(role authz.Role, name, text string) (Value, bool) {
	for _, line := range s.derived[role] {
		if v := line.value(text, -1); v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}
