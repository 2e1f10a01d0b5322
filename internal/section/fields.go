package section

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

var fieldColumns = strings.Split("section,group,name,type,codes,length,min,max,decimals,rows,required,required_if,"+
	"past,after,nature,special,search,htcds,hint", ",")

// longest is the length of a type whose field names none: how many characters its canonical form can need.
var longest = map[Type]int{
	Text: 200, LongText: 10000, Reference: 80, Date: 10, PartialDate: 10, Code: 40, Codes: 2000, Number: 20,
	Money: 24, Bool: 5, Country: 40, Countries: 1000, Language: 40, Phone: 32, Email: 254,
}

// Years that a date may have when its field does not say.
const firstYear, lastYear = 1900, 2100

var (
	nameShape  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	htcdsShape = regexp.MustCompile(`^(prs|vic|per|hte|spl|con)_[A-Za-z]+$`)
)

func (c *catalogue) readFields(files fs.FS, wrong *mistakes) {
	rows := readTable(files, "fields.csv", fieldColumns, wrong)
	for _, r := range rows {
		s := c.sectionAt(r, wrong)
		if s == nil {
			continue
		}
		f := readField(r, wrong)
		r.must(nameShape.MatchString(f.Name), "name", "has to be lower-case words joined by _", wrong)
		r.must(s.Field(f.Name) == nil, "name", "twice in this section", wrong)
		c.checkList(r, f, wrong)
		c.claimHome(r, s, f, wrong)
		s.index[f.Name] = len(s.Fields)
		s.Fields = append(s.Fields, f)
	}
	for _, r := range rows { // a field may name one that stands below it
		c.checkLinks(r, wrong)
	}
	for _, s := range c.sections {
		if len(s.Fields) == 0 {
			wrong.add("fields.csv: %s has no field", s.ID)
		}
	}
}

func readField(r row, wrong *mistakes) Field {
	f := Field{
		Name: r.cell("name"), Group: r.cell("group"), Type: Type(r.cell("type")), Codes: r.cell("codes"),
		Decimals: r.number("decimals", 0, wrong), Rows: r.number("rows", 0, wrong),
		Required: r.yes("required", wrong), Past: r.yes("past", wrong), After: r.cell("after"),
		Nature: r.oneOf("nature", wrong, Fact, Assessment), Special: r.yes("special", wrong),
		Search: r.oneOf("search", wrong, "", "name", "date", "number", "phone", "email"),
		HTCDS:  r.cell("htcds"), Hint: r.yes("hint", wrong), section: r.cell("section"),
		requiredIf: readCondition(r, "required_if", wrong),
	}
	r.must(longest[f.Type] > 0, "type", "no such type", wrong)
	f.MaxLen = r.number("length", longest[f.Type], wrong)
	f.Min, f.Max = r.number("min", 0, wrong), r.number("max", 0, wrong)
	if f.dated() && f.Min == 0 && f.Max == 0 {
		f.Min, f.Max = firstYear, lastYear
	}
	r.must(f.MaxLen > 0, "length", "has to be above 0", wrong)
	r.must(f.Min <= f.Max, "min", "above max", wrong)
	r.must(f.Decimals == 0 || f.Type == Number, "decimals", "only for a number", wrong)
	r.must(!f.Past || f.dated(), "past", "only for a date", wrong)
	return f
}

// checkList holds a field to the lists that its type allows.
func (c *catalogue) checkList(r row, f Field, wrong *mistakes) {
	switch f.Type {
	case Code, Codes:
		r.must(c.lists[f.Codes] != nil, "codes", "no such list in codes.csv", wrong)
	case Country, Countries, Language:
		if f.Codes == "" {
			return
		}
		r.must(c.lists[f.Codes] != nil, "codes", "no such list in codes.csv", wrong)
		for _, code := range c.codes(f.Codes) {
			r.must(!c.has(f.baseList(), code.Code), "codes", "repeats "+code.Code+" of "+f.baseList(), wrong)
		}
	default:
		r.must(f.Codes == "", "codes", "this type has no list", wrong)
	}
}

// claimHome gives a name of the exchange standard to its one field.
func (c *catalogue) claimHome(r row, s *Section, f Field, wrong *mistakes) {
	own := "x_" + f.section + "_" + f.Name
	r.must(f.HTCDS == own || htcdsShape.MatchString(f.HTCDS), "htcds", "neither a name of the standard nor "+own, wrong)
	_, taken := c.homes[normalise(f.HTCDS)]
	r.must(!taken, "htcds", "has a home already", wrong)
	c.homes[normalise(f.HTCDS)] = home{section: s, field: f.Name}
}

// checkLinks looks at what a field says of other fields of its section.
func (c *catalogue) checkLinks(r row, wrong *mistakes) {
	s := c.sectionAt(r, &mistakes{})
	if s == nil {
		return
	}
	f := s.Field(r.cell("name"))
	if f.After != "" {
		earlier := s.Field(f.After)
		r.must(f.dated() && earlier != nil && earlier.dated(), "after", "both have to be dates of this section", wrong)
	}
	c.checkCondition(r, "required_if", s, f.requiredIf, wrong)
}

// condition is "field=a|b" with further ones after a space: all fields have to hold one of their values.
type condition []clause

type clause struct {
	field  string
	values []string // "" among them stands for no answer
}

func readCondition(r row, column string, wrong *mistakes) (all condition) {
	for _, part := range strings.Fields(r.cell(column)) {
		field, values, ok := strings.Cut(part, "=")
		r.must(ok, column, "has to read field=value|value", wrong)
		all = append(all, clause{field: field, values: strings.Split(values, "|")})
	}
	return all
}

func (c *catalogue) checkCondition(r row, column string, s *Section, all condition, wrong *mistakes) {
	for _, one := range all {
		f := s.Field(one.field)
		if f == nil {
			r.wrong(wrong, column, "no such field in this section")
			continue
		}
		for _, value := range one.values {
			r.must(value == "" || c.has(f.baseList(), value), column, value+" is no answer to "+one.field, wrong)
		}
	}
}

// holds says whether the values meet the condition; no condition is always met.
func (all condition) holds(values Values) bool {
	for _, one := range all {
		met := slices.ContainsFunc(strings.Split(values[one.field], ";"), func(answer string) bool {
			return slices.Contains(one.values, answer)
		})
		if !met {
			return false
		}
	}
	return true
}
