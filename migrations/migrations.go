// Package migrations carries the database's schema, step by step, for both engines.
// It holds no Go logic; internal/database applies the steps.
package migrations

import "embed"

// Files are the steps: NNNN_name.sql for both engines, .sqlite.sql and .postgres.sql twins only where they differ.
//
//go:embed *.sql
var Files embed.FS

// Looks is the schema of the file beside a SQLite database in which the entries of looks wait for their numbers.
//
//go:embed beside/looks.sql
var Looks string
