package httpkit

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// Reply is what a handler wants sent: a page, another address, or a file. The zero Reply is for use beside an error.
type Reply struct {
	page     Page
	status   int
	url      string
	flash    string
	download *download
	cookies  []*http.Cookie
	forget   bool
	form     *Form // of a form that was sent too late: it has to be on the page
	late     error // otherwise this is told
}

type download struct {
	name, kind string
	body       io.Reader
}

// Show sends a page.
func Show(p Page) Reply { return ShowStatus(p, http.StatusOK) }

// ShowStatus sends a page with a status, such as 422 for a form again or 409 for a comparison.
func ShowStatus(p Page, status int) Reply { return Reply{page: p, status: status} }

// See sends the browser to another page of ours by GET (303).
func See(url string) Reply { return Reply{url: url} }

// SeeWith is See, and the next page says the words of flashKey, which take no arguments.
func SeeWith(url, flashKey string) Reply { return Reply{url: url, flash: flashKey} }

// Download sends a file to be saved. The name stands in the browser's list of downloads: no personal value in it. A body
// that is an io.Closer is closed.
func Download(name, contentType string, body io.Reader) Reply {
	return Reply{download: &download{name: name, kind: contentType, body: body}}
}

// WithCookie adds a cookie.
func (r Reply) WithCookie(cookie *http.Cookie) Reply {
	r.cookies = append(r.cookies[:len(r.cookies):len(r.cookies)], cookie)
	return r
}

// Forget tells the browser to drop its cache, cookies and storage of this site: for signing out on a shared machine.
func (r Reply) Forget() Reply { r.forget = true; return r }

// Do runs a page handler: reads the form, calls it, sends its reply, or maps its error to a page.
func (k *Kit) Do(h func(r *Request) (Reply, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := k.request(c)
		err := r.readForm()
		if err == nil {
			var reply Reply
			if reply, err = h(r); err == nil {
				err = k.send(r, reply)
			}
		}
		if err != nil {
			k.fail(r, err)
		}
	}
}

func (k *Kit) send(r *Request, reply Reply) error {
	if reply.forget {
		r.Header("Clear-Site-Data", `"cache", "cookies", "storage"`)
	}
	for _, cookie := range reply.cookies {
		http.SetCookie(r.Writer, cookie)
	}
	switch {
	case reply.page != nil:
		return k.sendPage(r, reply)
	case reply.url != "":
		return k.redirect(r, reply)
	case reply.download != nil:
		return sendFile(r, reply.download)
	}
	return fault.New(fault.Internal, "fault.internal").Because(errNoReply)
}

func (k *Kit) sendPage(r *Request, reply Reply) error {
	whole, err := k.render(r, reply.page, reply.status)
	if err != nil {
		return err
	}
	if reply.form != nil && !reply.form.printsTo(whole.String()) {
		return reply.late
	}
	r.Header("Content-Type", "text/html; charset=utf-8")
	r.Header("Content-Language", r.W.Lang())
	r.Header("Content-Length", strconv.Itoa(whole.Len()))
	r.Status(reply.status)
	_, _ = whole.WriteTo(r.Writer) // the reader has gone; there is nobody to tell
	return nil
}

func (k *Kit) redirect(r *Request, reply Reply) error {
	if !local(reply.url) {
		return fault.New(fault.Internal, "fault.internal").Because(errForeignURL)
	}
	if reply.flash != "" {
		http.SetCookie(r.Writer, k.Cookie(flashCookie, reply.flash, flashAge))
	}
	r.Header("Location", reply.url)
	r.Status(http.StatusSeeOther)
	r.Writer.WriteHeaderNow()
	return nil
}

// local says whether a URL stays on this site: "//elsewhere" and "/\elsewhere" do not.
func local(url string) bool {
	if !strings.HasPrefix(url, "/") || strings.HasPrefix(url, "//") || strings.ContainsAny(url, "\\\r\n\t") {
		return false
	}
	return true
}

func sendFile(r *Request, d *download) error {
	if closer, ok := d.body.(io.Closer); ok {
		defer closer.Close()
	}
	r.Header("Content-Type", d.kind)
	r.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	r.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.Status(http.StatusOK)
	if _, err := io.Copy(r.Writer, d.body); err != nil {
		panic(http.ErrAbortHandler) // the head is out: cut the connection rather than end a torn file well
	}
	return nil
}
