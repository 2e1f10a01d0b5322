package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"relais/internal/authz"
)

//go:embed data/*.csv
var data embed.FS

const firstAgency = "be.rsz"

// agencyRow is an agency under its public name (domain 1.1).
type agencyRow struct {
	code, country, regime, name, language string
	kind                                  authz.Role
	desks                                 []string // a desk with a star takes referrals in
}

// country is what the domain's figures say of one country; parts are of a hundred.
type country struct {
	code                        string
	presumed                    float64 // victims a year
	women, other                float64
	minors, presumedMinors      float64
	largest                     float64 // victims of the largest case where 2,000 are drawn
	abroad, support, reflection float64
	identified, expired, months float64 // months is the median of support
}

// origin is what a citizenship brings along.
type origin struct {
	names, language string
	union           bool
}

type share struct {
	code   string
	weight float64
}

// nameRow is a part of a name in Latin letters and, where it has one, in its own script.
type nameRow struct{ latin, script string }

// world is what the demonstration draws from.
type world struct {
	agencies  []agencyRow
	countries []country
	shares    map[string][]share // "BE/exploitation" → codes with their weights
	origins   map[string]origin
	names     map[string][]nameRow // "arab/f" → parts
	staff     map[string][]string
	texts     map[string][]string // "nl/labour"
	court     map[string]bool     // family names of known cases, folded
	casts     [][]string          // of the scenes, by the codes of agencies
	offers    [][]string          // what desks offer
}

func loadWorld() (*world, error) {
	w := &world{shares: map[string][]share{}, origins: map[string]origin{}, names: map[string][]nameRow{}, staff: map[string][]string{},
		texts: map[string][]string{}, court: map[string]bool{}}
	for _, file := range []struct {
		name string
		take func([]string) error
	}{
		{"agencies.csv", w.takeAgency}, {"countries.csv", w.takeCountry}, {"shares.csv", w.takeShare}, {"origins.csv", w.takeOrigin},
		{"names.csv", w.takeName}, {"staff.csv", w.takeStaff}, {"texts.csv", w.takeText}, {"court_names.csv", w.takeCourt},
		{"casts.csv", keep(&w.casts)}, {"desks.csv", keep(&w.offers)},
	} {
		if err := each(file.name, file.take); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// each reads a table line by line; a mistake is told with file and line.
func each(file string, take func([]string) error) error {
	opened, err := data.Open("data/" + file)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	rows, err := csv.NewReader(opened).ReadAll()
	if err != nil {
		return fmt.Errorf("demo: %s: %w", file, err)
	}
	for i, row := range rows[1:] {
		if err := take(row); err != nil {
			return fmt.Errorf("demo: %s, line %d: %w", file, i+2, err)
		}
	}
	return nil
}

func (w *world) takeAgency(row []string) error {
	kind, ok := authz.ParseRole(row[2])
	if !ok {
		return fmt.Errorf("%q is no discipline", row[2])
	}
	w.agencies = append(w.agencies, agencyRow{code: row[0], country: row[1], kind: kind, regime: row[3], name: row[4], language: row[5],
		desks: strings.Split(row[6], ";")})
	return nil
}

func (w *world) takeCountry(row []string) error {
	n := make([]float64, len(row))
	for i := range row[1:] {
		var err error
		if n[i+1], err = strconv.ParseFloat(row[i+1], 64); err != nil {
			return err
		}
	}
	w.countries = append(w.countries, country{code: row[0], presumed: n[1] * n[2] / 100, women: n[3], other: n[4], minors: n[5],
		presumedMinors: n[6], largest: n[7], abroad: n[8], support: n[9], reflection: n[10],
		identified: n[11], expired: n[12], months: n[13]})
	return nil
}

func (w *world) takeShare(row []string) error {
	weight, err := strconv.ParseFloat(row[3], 64)
	key := row[0] + "/" + row[1]
	w.shares[key] = append(w.shares[key], share{row[2], weight})
	return err
}

func (w *world) takeOrigin(row []string) error {
	w.origins[row[0]] = origin{names: row[1], language: row[2], union: row[3] == "yes"}
	return nil
}

func (w *world) takeName(row []string) error {
	key := row[0] + "/" + row[1]
	w.names[key] = append(w.names[key], nameRow{row[2], row[3]})
	return nil
}

func (w *world) takeStaff(row []string) error {
	w.staff[row[0]] = append(w.staff[row[0]], row[1])
	return nil
}

func (w *world) takeText(row []string) error {
	key := row[0] + "/" + row[1]
	w.texts[key] = append(w.texts[key], row[2])
	return nil
}

func (w *world) takeCourt(row []string) error {
	w.court[plain(row[0])] = true
	return nil
}

// keep takes the lines of a table as they stand.
func keep(into *[][]string) func(row []string) error {
	return func(row []string) error {
		*into = append(*into, row)
		return nil
	}
}
