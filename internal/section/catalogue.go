package section

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/seal"
)

//go:embed data/*.csv data/version.txt
var embedded embed.FS

// loaded is read once; a mistake in the data is a mistake in the build, so the program does not start with it.
var loaded = mustLoad()

type catalogue struct {
	version  int
	sections []*Section
	byID     map[authz.Section]*Section
	lists    map[string]*list
	homes    map[string]home
	renamed  map[string]map[string]string // country → language → name
}

func mustLoad() *catalogue {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err)
	}
	c, err := load(data)
	if err != nil {
		panic("section: the catalogue is wrong:\n" + err.Error())
	}
	return c
}

// load reads all files and reports every mistake with its file and line.
func load(files fs.FS) (*catalogue, error) {
	c := &catalogue{
		byID: map[authz.Section]*Section{}, lists: map[string]*list{},
		homes: map[string]home{}, renamed: map[string]map[string]string{},
	}
	var wrong mistakes
	c.readVersion(files, &wrong)
	c.readCodes(files, &wrong)
	c.readSections(files, &wrong)
	c.readFields(files, &wrong)
	c.readDerived(files, &wrong)
	c.readRenamed(files, &wrong)
	return c, errors.Join(wrong...)
}

func (c *catalogue) readVersion(files fs.FS, wrong *mistakes) {
	text, err := fs.ReadFile(files, "version.txt")
	if err != nil {
		wrong.add("version.txt: %v", err)
		return
	}
	if c.version, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil || c.version < 1 {
		wrong.add("version.txt:1: not a number from 1")
	}
}

func (c *catalogue) readSections(files fs.FS, wrong *mistakes) {
	columns := []string{"section", "files", "domain", "special", "nature"}
	for _, r := range readTable(files, "sections.csv", columns, wrong) {
		id, ok := authz.ParseSection(r.cell("section"))
		r.must(ok && authz.FileSections().Has(id), "section", "no file section", wrong)
		r.must(c.byID[id] == nil, "section", "twice", wrong)
		s := &Section{
			ID: id, Files: r.oneOf("files", wrong, InVictimFile, InCaseFile, InBoth), Domain: readDomain(r, wrong),
			Special: r.yes("special", wrong), Nature: r.oneOf("nature", wrong, Fact, Assessment),
			index: map[string]int{}, derived: map[authz.Role][]derivation{},
		}
		c.byID[id] = s
		c.sections = append(c.sections, s)
	}
	for id := range authz.FileSections().Each {
		if c.byID[id] == nil {
			wrong.add("sections.csv: %s is missing", id)
		}
	}
}

func readDomain(r row, wrong *mistakes) seal.Domain {
	for d := seal.General; d <= seal.Criminal; d++ {
		if d.String() == r.cell("domain") {
			return d
		}
	}
	r.wrong(wrong, "domain", "no key domain of a file")
	return seal.General
}

func (c *catalogue) readRenamed(files fs.FS, wrong *mistakes) {
	for _, r := range readTable(files, "renamed.csv", []string{"country", "en", "fr", "nl", "de"}, wrong) {
		r.must(c.has(countryList, r.cell("country")), "country", "no country", wrong)
		c.renamed[r.cell("country")] = r.cells
	}
}

// sectionAt finds the section that a row names.
func (c *catalogue) sectionAt(r row, wrong *mistakes) *Section {
	id, _ := authz.ParseSection(r.cell("section"))
	if s := c.byID[id]; s != nil {
		return s
	}
	r.wrong(wrong, "section", "not in sections.csv")
	return nil
}

// mistakes collects what is wrong, so that one start shows all of it.
type mistakes []error

func (m *mistakes) add(format string, args ...any) { *m = append(*m, fmt.Errorf(format, args...)) }
