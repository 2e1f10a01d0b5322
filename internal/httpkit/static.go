package httpkit

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

const staticPath = "/static/"

// served are the kinds of files that go out; others in the folder (a README, a licence) do not.
var served = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json"}

// asset is one static file, with its content packed once.
type asset struct {
	url       string // with a part of the content's hash, so that it can be cached for good
	integrity string
	kind      string
	plain     []byte
	packed    []byte // gzip; nil if it does not pay
}

type assets struct {
	byName map[string]*asset // "relais.css"
	byFile map[string]*asset // "relais.1a2b3c4d5e6f.css"
}

// loadAssets reads every servable file below the root; two of the same file name are an error.
func loadAssets(files fs.FS) (*assets, error) {
	all := &assets{byName: map[string]*asset{}, byFile: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		kind, ok := served[path.Ext(name)]
		if err != nil || entry.IsDir() || !ok {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return all.add(path.Base(name), kind, content)
	})
	return all, err
}

func (all *assets) add(name, kind string, content []byte) error {
	if _, ok := all.byName[name]; ok {
		return fmt.Errorf("two static files are called %s", name)
	}
	short, long := sha256.Sum256(content), sha512.Sum384(content)
	ext := path.Ext(name)
	file := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(short[:6]) + ext
	a := &asset{url: staticPath + file, integrity: "sha384-" + base64.StdEncoding.EncodeToString(long[:]), kind: kind,
		plain: content, packed: pack(content)}
	all.byName[name], all.byFile[file] = a, a
	return nil
}

func pack(content []byte) []byte {
	var buffer bytes.Buffer
	zip, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, _ = zip.Write(content) // a buffer takes everything
	if zip.Close() != nil || buffer.Len() >= len(content) {
		return nil
	}
	return buffer.Bytes()
}

func (all *assets) url(name string) (string, error) {
	if a, ok := all.byName[name]; ok {
		return a.url, nil
	}
	return "", fmt.Errorf("no static file %s", name)
}

func (all *assets) integrity(name string) (string, error) {
	if a, ok := all.byName[name]; ok {
		return a.integrity, nil
	}
	return "", fmt.Errorf("no static file %s", name)
}

// static serves a file under its hashed name; the content behind a name never changes.
func (k *Kit) static(c *gin.Context) {
	a, ok := k.assets.byFile[c.Param("file")]
	if !ok {
		k.Abort(c, fault.New(fault.NotFound, "fault.not_found"))
		return
	}
	h, body := c.Writer.Header(), a.plain
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	if a.packed != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Status(http.StatusOK)
	c.Writer.WriteHeaderNow()
	if c.Request.Method == http.MethodGet {
		_, _ = c.Writer.Write(body)
	}
}
