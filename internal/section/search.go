package section

// Searchable is one value that goes to the blind index under a kind of token.
type Searchable struct{ Field, Kind, Value string }

// Searchable lists what can be found again: names, dates, numbers, phones and e-mail addresses of the fields that the catalogue marks. A
// field that holds several names gives one line for each. What must never be found, such as an address, is not marked.
func (s *Section) Searchable(values Values) (found []Searchable) {
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Search == "" {
			continue
		}
		for _, value := range values.Split(f.Name) {
			if value = trim(value); value != "" {
				found = append(found, Searchable{f.Name, f.Search, value})
			}
		}
	}
	return found
}
