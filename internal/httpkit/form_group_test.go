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

func TestFolds_hideOnlyWhatIsNotChosen(t *testing.T) {
	field := httpkit.Field{Kind: httpkit.Checkboxes, Name: "to", Values: []string{"nl2"}, Options: []httpkit.Option{
		{Value: "be1"}, {Value: "be2"}, {Value: "lu1", Fold: "Luxembourg"}, {Value: "nl1", Fold: "Netherlands"}, {Value: "nl2", Fold: "Netherlands"}}}
	var said []string
	for _, fold := range field.Folds() {
		said = append(said, fmt.Sprintf("%s open=%t", fold.Title, fold.Open))
		for _, item := range fold.Items {
			said = append(said, item.Value+" "+item.BoxID)
		}
	}
	want := []string{" open=true", "be1 f-to", "be2 f-to-1", "Luxembourg open=false", "lu1 f-to-2", "Netherlands open=true", "nl1 f-to-3", "nl2 f-to-4"}
	if !cmp.Equal(said, want) {
		t.Error(cmp.Diff(want, said))
	}
}
