package database

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"relais/internal/fault"
)

// statement is SQL text cut at its :name parameters: parts[0] name[0] parts[1] …
type statement struct {
	parts []string
	names []string
	plain [2]string // ready text per engine, for statements without lists
	lists sync.Map  // listText → ready text
}

// listText names a text by the length of its lists, where they are equally long.
type listText struct {
	engine Engine
	count  int
}

// longestKept bounds how many texts of a statement are kept: a page of a list, the desks of a worker.
const longestKept = 64

var statements sync.Map // query text → *statement

func bind(engine Engine, query string, args Args) (string, []any, error) {
	s, err := compiled(query)
	if err != nil {
		return "", nil, err
	}
	values := make([]any, 0, len(s.names)+8)
	lists, longest, alike := 0, 0, true
	for _, name := range s.names {
		value, ok := args[name]
		if !ok {
			return "", nil, fmt.Errorf("database: no value for :%s", name)
		}
		if count, isList := listed(value); isList {
			alike = alike && (lists == 0 || count == longest)
			lists, longest = lists+1, count
			values = appendList(values, value, count)
			continue
		}
		values = append(values, value)
	}
	if err := allStorable(values); err != nil {
		return "", nil, err
	}
	switch {
	case lists == 0:
		return s.plain[engineIndex(engine)], values, nil
	case !alike || longest > longestKept:
		return s.expand(engine, args), values, nil
	}
	key := listText{engine, longest}
	text, ready := s.lists.Load(key)
	if !ready {
		text, _ = s.lists.LoadOrStore(key, s.expand(engine, args))
	}
	return text.(string), values, nil
}

func allStorable(values []any) error {
	for _, value := range values {
		if text, isText := value.(string); isText && !storable(text) {
			return fault.New(fault.Malformed, "fault.malformed")
		}
	}
	return nil
}

// storable says whether a text can be in the database at all. PostgreSQL fails on a NUL and on what is not UTF-8; such text
// comes from an address or a body that somebody made up, so it is refused alike on both engines.
func storable(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }

func engineIndex(engine Engine) int {
	if engine == Postgres {
		return 1
	}
	return 0
}

func compiled(query string) (*statement, error) {
	if s, ok := statements.Load(query); ok {
		return s.(*statement), nil
	}
	s, err := cut(query)
	if err != nil {
		return nil, err
	}
	s.plain = [2]string{s.expand(SQLite, nil), s.expand(Postgres, nil)}
	statements.Store(query, s)
	return s, nil
}

// expand writes the text with ? or $n; a list becomes as many marks as it has items, an empty one NULL, which nothing equals.
func (s *statement) expand(engine Engine, args Args) string {
	var text strings.Builder
	n := 0
	next := func() string { n++; return mark(engine, n) }
	for i, name := range s.names {
		text.WriteString(s.parts[i])
		count, isList := listed(args[name])
		switch {
		case !isList:
			text.WriteString(next())
		case count == 0:
			text.WriteString("NULL")
		default:
			for j := range count {
				if j > 0 {
					text.WriteString(", ")
				}
				text.WriteString(next())
			}
		}
	}
	text.WriteString(s.parts[len(s.names)])
	return text.String()
}

// mark is the place of the n-th value in a statement.
func mark(engine Engine, n int) string {
	if engine == Postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// listed says whether a value is a list, and how long.
func listed(value any) (count int, isList bool) {
	switch list := value.(type) {
	case []string:
		return len(list), true
	case [][]byte:
		return len(list), true
	}
	return 0, false
}

func appendList(values []any, list any, count int) []any {
	for i := range count {
		switch list := list.(type) {
		case []string:
			values = append(values, list[i])
		case [][]byte:
			values = append(values, list[i])
		}
	}
	return values
}

// cut finds the parameters; quoted text is passed over, and a :: cast is refused because SQLite has none.
func cut(query string) (*statement, error) {
	s := &statement{}
	start := 0
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '\'':
			end := strings.IndexByte(query[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("database: an open quote in a statement")
			}
			i += end + 1
		case c == '?' || strings.HasPrefix(query[i:], "::"):
			return nil, fmt.Errorf("database: statements use :name parameters and CAST, neither ? nor ::")
		case c == ':':
			end := i + 1
			for end < len(query) && isNameByte(query[end]) {
				end++
			}
			if end == i+1 {
				return nil, fmt.Errorf("database: a lone colon in a statement")
			}
			s.parts = append(s.parts, query[start:i])
			s.names = append(s.names, query[i+1:end])
			start, i = end, end-1
		}
	}
	s.parts = append(s.parts, query[start:])
	return s, nil
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
}
