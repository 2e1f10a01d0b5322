package httpkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// deepestJSON bounds nesting; no body of ours is deeper than a list of objects with lists.
const deepestJSON = 16

var errJSON = errors.New("not JSON that is read here")

// readJSON is json.Unmarshal for bodies from outside: UTF-8 only, nothing damaged, nested no deeper than deepestJSON, no
// member twice. encoding/json would silently replace bad bytes and take the last of two members. huma decodes a body twice, first
// into an any to validate it: that is when it is looked through.
func readJSON(body []byte, into any) error {
	if _, first := into.(*any); first {
		if err := inspect(body); err != nil {
			return err
		}
	}
	return json.Unmarshal(body, into)
}

// level is one open object or list.
type level struct {
	members map[string]bool // nil in a list
	isValue bool            // in an object: a member's value comes next
}

func inspect(body []byte) error {
	if !utf8.Valid(body) {
		return errJSON
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	var open []*level
	for {
		begun := tokens.InputOffset()
		token, err := tokens.Token()
		if err == io.EOF && len(open) == 0 {
			return nil
		}
		if err != nil || damaged(token, body[begun:tokens.InputOffset()]) {
			return errJSON // the decoder's text quotes the body
		}
		if open, err = step(open, token); err != nil {
			return err
		}
	}
}

// damaged finds half a surrogate pair, for which the decoder writes the sign for damaged text. Where that sign stands in the
// body itself it is a character like any other.
func damaged(token json.Token, raw []byte) bool {
	text, isText := token.(string)
	signs := strings.Count(text, string(utf8.RuneError))
	if !isText || signs == 0 {
		return false
	}
	return signs > bytes.Count(raw, []byte(string(utf8.RuneError)))+bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
}

func step(open []*level, token json.Token) ([]*level, error) {
	mark, isMark := token.(json.Delim)
	if isMark && (mark == '}' || mark == ']') {
		return open[:len(open)-1], nil
	}
	if len(open) > 0 && open[len(open)-1].members != nil {
		top := open[len(open)-1]
		if !top.isValue {
			name, _ := token.(string)
			if top.members[name] {
				return nil, errJSON
			}
			top.members[name], top.isValue = true, true
			return open, nil
		}
		top.isValue = false
	}
	switch mark {
	case '{':
		open = append(open, &level{members: map[string]bool{}})
	case '[':
		open = append(open, &level{})
	}
	if len(open) > deepestJSON {
		return nil, errJSON
	}
	return open, nil
}
