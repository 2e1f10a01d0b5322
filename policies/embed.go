// Package policies carries the texts of who may do what, as files inside the program: the statutory baseline, the rules that
// read it, the legal bases on which something is shared, and the rule packs of the countries.
// It does not read, check or apply them; internal/authz and internal/rulepack do.
package policies

import "embed"

// Model is the Casbin model of the baseline.
//
//go:embed model.conf
var Model string

// Matrix is the statutory baseline: role, section, verb, relation, show, needs, eft, note.
//
//go:embed matrix.csv
var Matrix string

// Bases are the legal bases other than consent: code, country, kind, basis, article, from, to, required, recipients, note.
//
//go:embed bases.csv
var Bases string

// RoleModel is the Casbin model of the roles that agencies compose.
//
//go:embed role_model.conf
var RoleModel string

// Ceilings is how long a grant may hold at most: kind of the agency that receives, section, days, source.
//
//go:embed ceilings.csv
var Ceilings string

// Packs are the rule packs of the countries: a directory for each with clocks.csv and moves.csv, and all/ for every country.
//
//go:embed packs/*/*.csv
var Packs embed.FS

// Retention is how long a closed file is kept: code, country, kind, subject, counts, amount, from, to, source.
//
//go:embed retention.csv
var Retention string

// Tasks is when it is told that a task is late, by rule: rule, doer_after, lead_after, source.
//
//go:embed tasks.csv
var Tasks string

// Screening is the indicators of trafficking and the rules that combine them: screening/indicators.csv, thresholds.csv, rules.csv.
//
//go:embed screening/*.csv
var Screening embed.FS
