package bench

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// crowd are the numbers of clients that read or write at the same time.
var crowd = []int{1, 16, 64}

// share does something b.N times from so many clients at once.
func share(b *testing.B, clients int, do func() error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// browser is somebody who asks over HTTP, on connections that stay open.
type browser struct {
	client *http.Client
	url    string
	cookie string
}

func newBrowser(b *testing.B, url, cookie string) *browser {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	return &browser{client: &http.Client{Transport: transport}, url: url, cookie: cookie}
}

// get asks for a path and reads the whole answer, which has to be a 200.
func (w *browser) get(path string) error {
	answer, err := w.ask(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, answer.Status)
	}
	return err
}

// body is what a path answers.
func (w *browser) body(b *testing.B, path string) []byte {
	b.Helper()
	answer, err := w.ask(path)
	must(b, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(b, err)
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s: %s", path, answer.Status, body)
	}
	return body
}

func (w *browser) ask(path string) (*http.Response, error) {
	request, err := http.NewRequest(http.MethodGet, w.url+path, nil)
	if err != nil {
		return nil, err
	}
	if w.cookie != "" {
		request.Header.Set("Cookie", w.cookie)
	}
	return w.client.Do(request)
}
