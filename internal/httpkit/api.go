package httpkit

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/moment"
)

// APIPath is where the JSON operations live.
const APIPath = "/api/v1"

// API is the JSON side: operations registered by Operate and the OpenAPI document made from them.
type API struct {
	huma       huma.API
	kit        *Kit
	operations []Operation
}

// huma keeps these for the whole program. Its own errors echo the body that was sent and the text of Go errors, so
// they are replaced before any operation exists.
func init() {
	huma.NewErrorWithContext = problemFromHuma
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
}

// NewAPI opens the JSON side on the engine, behind the given middleware (sign-in, rate limit). The OpenAPI 3.1 document
// is at /api/v1/openapi.json; there is no other route but the operations.
func NewAPI(engine *gin.Engine, k *Kit, middleware ...gin.HandlerFunc) *API {
	group := engine.Group(APIPath, middleware...)
	cfg := huma.DefaultConfig("Relais", "1")
	cfg.Info.Description = "Case files and victim files shared between agencies. Every answer depends on who asks."
	cfg.Servers = []*huma.Server{{URL: APIPath}}
	cfg.CreateHooks = nil // no $schema members and Link headers
	cfg.DocsPath, cfg.SchemasPath, cfg.OpenAPIPath = "", "", ""
	cfg.RejectUnknownQueryParameters = true
	format := huma.Format{Marshal: writeJSON, Unmarshal: readJSON}
	cfg.Formats = map[string]huma.Format{"application/json": format, "json": format} // "json" is what follows "problem+"
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaNames())
	cfg.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[moment.Time](), reflect.TypeFor[instant]())
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key":     {Type: "http", Scheme: "bearer", Description: "An API key; it has the rights of its person."},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-relais_session", Description: "A signed-in browser."},
	}
	cfg.Security = []map[string][]string{{"key": {}}, {"session": {}}}
	a := &API{huma: humagin.NewWithGroup(engine, group, cfg), kit: k}
	group.GET("/openapi.json", a.document())
	return a
}

// schemaNames names the schemas of one document. Two slices may both have a Body or a Line, so the slice stands before a type's
// name; a type without a name keeps the one that it got first, because two operations may answer with the same one.
func schemaNames() func(reflect.Type, string) string {
	given, taken := map[reflect.Type]string{}, map[string]bool{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := huma.DefaultSchemaNamer(t, hint)
		if t.Kind() != reflect.Struct || t.Name() != "" {
			return sliced(t, name)
		}
		if given[t] == "" {
			for base, i := name, 1; taken[name]; i++ {
				name = base + strconv.Itoa(i)
			}
			given[t], taken[name] = name, true
		}
		return given[t]
	}
}

// sliced is the name of a type with its slice before it; of one made for another type, such as Rows[signal.Body], SignalBodyRows.
func sliced(t reflect.Type, name string) string {
	if t.PkgPath() == "" || t.Name() == "" {
		return name
	}
	slice := path.Base(t.PkgPath())
	if made, of, ok := strings.Cut(t.Name(), "["); ok {
		of, thing, _ := strings.Cut(path.Base(strings.TrimSuffix(of, "]")), ".")
		slice, name = of, thing+made
	}
	return strings.ToUpper(slice[:1]) + slice[1:] + name
}

// instant describes how a moment stands in JSON.
type instant struct{}

// Schema is a date and time; the zero moment is null.
func (instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// Operations lists what was registered, for the access test.
func (a *API) Operations() []Operation { return a.operations }

// Document is the OpenAPI 3.1 document.
func (a *API) Document() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) }

func (a *API) document() gin.HandlerFunc {
	document := sync.OnceValues(a.Document) // at the first request all operations are registered
	return func(c *gin.Context) {
		body, err := document()
		if err != nil {
			a.kit.Abort(c, fault.New(fault.Internal, "fault.internal").Because(err))
			return
		}
		c.Data(http.StatusOK, "application/openapi+json", body)
	}
}

// bodies are buffers in which answers are put together.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// longestKeptBody is how large a buffer may be that is used again.
const longestKeptBody = 64 << 10

// writeJSON marshals whole before the first byte goes out, and says how long it is, so that it need not go out in pieces.
func writeJSON(to io.Writer, v any) error {
	body := bodies.Get().(*bytes.Buffer)
	defer func() {
		if body.Cap() <= longestKeptBody {
			clear(body.Bytes()) // what it says of a person does not stay in memory for others
			body.Reset()
			bodies.Put(body)
		}
	}()
	if err := encodeJSON(body, v); err != nil {
		return err
	}
	if answer, ok := to.(http.ResponseWriter); ok {
		answer.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	}
	_, err := to.Write(body.Bytes())
	return err
}
