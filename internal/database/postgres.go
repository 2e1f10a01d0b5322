package database

import (
	"context"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"
)

const (
	postgresConnections = 16
	postgresOldest      = 130000 // row-value paging, ON CONFLICT and STRATEGY are all there from 13
)

func openPostgres(ctx context.Context, url string) (*DB, error) {
	pool, err := sqlx.Open("pgx", url)
	if err != nil {
		return nil, fmt.Errorf("database: the PostgreSQL address cannot be read")
	}
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	db := &DB{engine: Postgres, writer: pool, reader: pool}
	if err := checkPostgres(ctx, pool); err != nil {
		_ = pool.Close()
		return nil, err
	}
	return db, nil
}

func checkPostgres(ctx context.Context, pool *sqlx.DB) error {
	var server struct {
		Version  int    `db:"version"`
		Encoding string `db:"encoding"`
		Sync     string `db:"sync"`
	}
	err := pool.GetContext(ctx, &server, `SELECT CAST(current_setting('server_version_num') AS INTEGER) AS version,
		current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS sync`)
	switch {
	case err != nil:
		return fmt.Errorf("database: PostgreSQL does not answer: %w", err)
	case server.Version < postgresOldest:
		return fmt.Errorf("database: PostgreSQL 13 or later is needed")
	case server.Encoding != "UTF8":
		return fmt.Errorf("database: the PostgreSQL database has encoding %s and has to be UTF8", server.Encoding)
	case server.Sync == "off":
		return fmt.Errorf("database: PostgreSQL has synchronous_commit off; an acknowledged entry could be lost")
	}
	return nil
}
