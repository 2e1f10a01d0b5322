package database

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"relais/migrations"
)

// Migrate brings the schema to the newest version; several instances may call it at once on PostgreSQL.
func (db *DB) Migrate(ctx context.Context) error {
	scripts, err := forEngine(migrations.Files, db.engine)
	if err != nil {
		return fmt.Errorf("database: migrations: %w", err)
	}
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.engine == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("database: migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db.writer.DB, scripts, options...)
	if err != nil {
		return fmt.Errorf("database: migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("database: migrations: %w", err)
	}
	return db.learnProportions(ctx)
}

// learnProportions makes SQLite plan with the proportions that a migration wrote down: an open connection knows them only
// after ANALYZE, a new one from its start, so the idle readers are let go.
func (db *DB) learnProportions(ctx context.Context) error {
	if db.engine != SQLite {
		return nil
	}
	db.reader.SetMaxIdleConns(0)
	db.reader.SetMaxIdleConns(sqliteReaders)
	if _, err := db.writer.ExecContext(ctx, "ANALYZE sqlite_schema"); err != nil {
		return fmt.Errorf("database: proportions: %w", err)
	}
	return nil
}

// words are written in the migrations where the two engines name a type differently.
var words = map[Engine]*strings.Replacer{
	SQLite:   strings.NewReplacer("@int", "INTEGER", "@bytes", "BLOB", "@strict", "STRICT"),
	Postgres: strings.NewReplacer("@int", "BIGINT", "@bytes", "BYTEA", " @strict", ""),
}

// forEngine picks an engine's scripts: NNNN_name.sql for both, NNNN_name.sqlite.sql or NNNN_name.postgres.sql for one.
func forEngine(all fs.FS, engine Engine) (fs.FS, error) {
	names, err := fs.Glob(all, "*.sql")
	if err != nil {
		return nil, err
	}
	scripts := scriptFS{}
	for _, name := range names {
		stem := strings.TrimSuffix(name, ".sql")
		base, only, twin := strings.Cut(stem, ".")
		if stem == "schema" || twin && only != string(engine) {
			continue
		}
		text, err := fs.ReadFile(all, name)
		if err != nil {
			return nil, err
		}
		scripts[base+".sql"] = words[engine].Replace(string(text))
	}
	return scripts, nil
}
