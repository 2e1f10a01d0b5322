package httpkit_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/httpkit"
)

// shape writes groups as "title:fields", with + for one that is folded and open, - for one that is folded and closed.
func shape(groups []httpkit.FieldGroup) (said []string) {
	for _, g := range groups {
		mark := ""
		if g.Folded {
			mark = map[bool]string{true: "+", false: "-"}[g.Open]
		}
		said = append(said, fmt.Sprintf("%s%s:%d", mark, g.Title, len(g.Fields)))
	}
	return said
}

func fields(group string, n int) []httpkit.Field {
	list := make([]httpkit.Field, n)
	for i := range list {
		list[i] = httpkit.Field{Name: fmt.Sprint(group, i), Group: group}
	}
	return list
}

func TestGroups_foldOnlyInALongForm(t *testing.T) {
	short := httpkit.Form{Fields: append(fields("", 1), append(fields("name", 3), fields("birth", 2)...)...)}
	if want := []string{":1", "name:3", "birth:2"}; !cmp.Equal(shape(short.Groups()), want) {
		t.Error(cmp.Diff(want, shape(short.Groups())))
	}
	if got := (httpkit.Form{}).Groups(); len(got) != 0 {
		t.Errorf("an empty form has groups: %v", got)
	}
}

func TestGroups_areOpenWhereSomethingHasToBeSeen(t *testing.T) {
	long := httpkit.Form{Fields: fields("", 1)}
	for _, group := range []string{"first", "empty", "answered", "ticked", "wrong", "required"} {
		long.Fields = append(long.Fields, fields(group, 6)...)
	}
	at := func(group string) *httpkit.Field {
		for i := range long.Fields {
			if long.Fields[i].Group == group {
				return &long.Fields[i]
			}
		}
		return nil
	}
	at("answered").Value, at("ticked").Values, at("wrong").Error, at("required").Required = "x", []string{"a"}, "not a date", true
	want := []string{":1", "+first:6", "-empty:6", "+answered:6", "+ticked:6", "+wrong:6", "+required:6"}
	if got := shape(long.Groups()); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}
