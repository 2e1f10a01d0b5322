package httpkit_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/httpkit"
)

// TestTable_escapesEveryValue holds for any text in any place: outside our own markup no sign of HTML remains.
func TestTable_escapesEveryValue(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`"><script>alert(1)</script>`, `' onclick='x`, "</td>", "&lt;", "javascript:alert(1)",
		"//evil.example", `\evil`, "/ok?a=1&b=2", "#here", "data:text/html,x"}))
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) string { return text.Draw(rt, name) }
		table := httpkit.Table{Columns: []httpkit.Column{{Label: draw("label")}}, Rows: []httpkit.Row{{Cells: []httpkit.Cell{
			{Text: draw("text"), URL: draw("url"), Sub: draw("sub")}, {Text: draw("text"), Tag: draw("tag"), Name: true}}}}}
		body := string(table.Body())
		for _, ours := range []string{`<tr role="row" class="govuk-table__row">`, `<td role="cell" class="govuk-table__cell">`, `<strong class="govuk-tag govuk-tag--`,
			`<span class="rl-table__label" aria-hidden="true">`, `<span class="rl-table__value">`, `<span class="rl-note">`, `<bdi dir="auto">`,
			`<a class="govuk-link" href="`, `">`, "</a>", "</bdi>", "</span>", "</strong>", "</td>", "</tr>"} {
			body = strings.ReplaceAll(body, ours, "")
		}
		if strings.ContainsAny(body, `<>"'`) {
			rt.Fatalf("unescaped: %q", body)
		}
	})
}

func TestTable_linksStayOnThisSite(t *testing.T) {
	for url, want := range map[string]string{"/victims/1?after=a&b": `href="/victims/1?after=a&amp;b"`, "#x": `href="#x"`, "?after=x": `href="?after=x"`,
		"javascript:alert(1)": `href="#"`, "//evil.example": `href="#"`, "https://evil.example": `href="#"`, "\tjavascript:x": `href="#"`} {
		body := string(httpkit.Table{Rows: []httpkit.Row{{Cells: []httpkit.Cell{{Text: "x", URL: url}}}}}.Body())
		wantText(t, body, want)
	}
}

func TestTable_isWholeOnThePage(t *testing.T) {
	body := newBench(t).page("/x", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Show(&samplePage{Table: fiftyRows()}), nil
	}).get("/x").Body.String()
	if n := strings.Count(body, `<bdi dir="auto">محمد</bdi>`); n != 50 {
		t.Errorf("%d names", n)
	}
	wantText(t, body, `<a class="govuk-link" href="/victims/49">PAY-7K2M</a>`, `<strong class="govuk-tag govuk-tag--green">Open</strong>`, `scope="col">Since</th>`)
	wantText(t, newBench(t).page("/x", sample).get("/x").Body.String(), "Nothing here yet.")
	if strings.Contains(fmt.Sprint(body), "ZgotmplZ") {
		t.Error("a value was put where html/template does not allow it")
	}
}
