package httpkit

import (
	"strconv"
	"strings"
)

// FieldGroup is a run of fields under one heading.
type FieldGroup struct {
	Title  string // "" for fields that stand alone
	Fields []Field
	Folded bool // in a long form a group opens by its heading
	Open   bool // a folded group that is open from the start
}

// longForm is from how many fields on the groups are folded: a reader then sees the headings and opens what is needed.
const longForm = 30

// Groups are the fields in runs of one Field.Group. In a long form the first group is open, and each that holds an answer, an
// error or something required; all of it works without script.
func (f Form) Groups() []FieldGroup {
	var groups []FieldGroup
	titled := 0
	for _, field := range f.Fields {
		last := len(groups) - 1
		if last < 0 || groups[last].Title != field.Group {
			if field.Group != "" {
				titled++
			}
			groups = append(groups, FieldGroup{Title: field.Group, Folded: field.Group != "" && f.long(), Open: titled == 1})
			last++
		}
		groups[last].Fields = append(groups[last].Fields, field)
		groups[last].Open = groups[last].Open || field.awaits()
	}
	return groups
}

func (f Form) long() bool { return len(f.Fields) > longForm }

// awaits says whether a field has to be seen: it is required, answered or wrong.
func (f Field) awaits() bool {
	return f.Required || f.Error != "" || f.Stored != "" || f.Value != "" || strings.Join(f.Values, "") != ""
}

// Fold is a run of the options of Checkboxes: those that are always seen, or those behind a heading that opens them.
type Fold struct {
	Title string // "" for what is always seen
	Open  bool   // one of them is chosen, or nothing comes before it
	Items []FoldItem
}

// FoldItem is an option and the id of its box.
type FoldItem struct {
	Option
	BoxID string
}

// Folds are the options in runs of one Option.Fold, in their order; the heading works by keyboard and without script.
func (f Field) Folds() []Fold {
	var folds []Fold
	for i, o := range f.Options {
		last := len(folds) - 1
		if last < 0 || folds[last].Title != o.Fold {
			folds = append(folds, Fold{Title: o.Fold, Open: last < 0})
			last++
		}
		id := f.ID()
		if i > 0 {
			id += "-" + strconv.Itoa(i)
		}
		folds[last].Items = append(folds[last].Items, FoldItem{Option: o, BoxID: id})
		folds[last].Open = folds[last].Open || f.Chosen(o)
	}
	return folds
}
