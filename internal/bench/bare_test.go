package bench

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/database"
)

// serveBare serves the least that could answer, and gives its address: Gin, one prepared SELECT of the ready bytes by the
// program's own SQLite driver with the settings of its readers; nobody signs in, nothing is decided, opened, encoded, logged or
// recorded.
func serveBare(b *testing.B, kind string, answers map[string][]byte) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bare.db")
	fillBare(b, path, answers)
	pool, err := sql.Open("sqlite3_relais", "file:"+path+"?mode=ro&_query_only=1&_fk=1&_busy_timeout=8000&_stmt_cache_size=128")
	must(b, err)
	pool.SetMaxOpenConns(8)
	pool.SetMaxIdleConns(8)
	read, err := pool.Prepare("SELECT body FROM answer WHERE path = ?")
	must(b, err)
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/answers/:id", func(c *gin.Context) {
		var body []byte
		if err := read.QueryRowContext(c.Request.Context(), c.Param("id")).Scan(&body); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Data(http.StatusOK, kind, body)
	})
	listener := listen(b)
	server := &http.Server{Handler: engine, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() {
		_ = server.Close()
		_ = read.Close()
		_ = pool.Close()
	})
	return "http://" + listener.Addr().String()
}

func fillBare(b *testing.B, path string, answers map[string][]byte) {
	b.Helper()
	db, err := database.Open(b.Context(), "sqlite:"+path)
	must(b, err)
	defer db.Close()
	must(b, db.Write(context.Background(), func(tx *database.Tx) error {
		if _, err := tx.Exec("CREATE TABLE answer (path TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT", nil); err != nil {
			return err
		}
		for id, body := range answers {
			if _, err := tx.Exec("INSERT INTO answer (path, body) VALUES (:path, :body)", database.Args{"path": id, "body": body}); err != nil {
				return err
			}
		}
		return nil
	}))
}
