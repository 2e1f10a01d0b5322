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

// world is what the demonstration draws from.
type world struct {
	agencies  []agencyRow
	countries []share              // by presumed victims a year
	shares    map[string][]share   // "BE/exploitation" → codes with their weights
	women     map[string]float64   // of a hundred
	minors    map[string]float64   // of a hundred
	names     map[string][]nameRow // "arab/f" → parts
}

type share struct {
	code   string
	weight float64
}

type nameRow struct{ latin, script string }

func loadWorld() (*world, error) {
	w := &world{shares: map[string][]share{}, women: map[string]float64{}, minors: map[string]float64{}, names: map[string][]nameRow{}}
	for file, take := range map[string]func([]string) error{
		"agencies.csv": w.takeAgency, "countries.csv": w.takeCountry, "shares.csv": w.takeShare, "names.csv": w.takeName,
	} {
		if err := each(file, take); err != nil {
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
	presumed, err := strconv.ParseFloat(row[2], 64)
	if err != nil {
		return err
	}
	percent, err := strconv.ParseFloat(row[1], 64)
	if err != nil {
		return err
	}
	w.countries = append(w.countries, share{row[0], presumed * percent / 100})
	if w.women[row[0]], err = strconv.ParseFloat(row[3], 64); err != nil {
		return err
	}
	w.minors[row[0]], err = strconv.ParseFloat(row[4], 64)
	return err
}

func (w *world) takeShare(row []string) error {
	weight, err := strconv.ParseFloat(row[3], 64)
	key := row[0] + "/" + row[1]
	w.shares[key] = append(w.shares[key], share{row[2], weight})
	return err
}

func (w *world) takeName(row []string) error {
	key := row[0] + "/" + row[1]
	w.names[key] = append(w.names[key], nameRow{row[2], row[3]})
	return nil
}

// scripts tells which list of names fits a citizenship.
var scripts = map[string]string{
	"MA": "arab", "DZ": "arab", "EG": "arab", "SY": "arab", "IQ": "arab", "CN": "han",
	"UA": "slav", "RU": "slav", "BG": "slav", "RS": "slav", "MK": "slav",
}
