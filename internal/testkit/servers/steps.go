package servers

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Open goes to an address as if it were typed, and waits for the page. An error page is a page too.
func (b *Tab) Open(url string) {
	b.t.Helper()
	must(b, "open "+url, chromedp.Navigate(url))
	b.settle(document{}, false)
}

// Back goes to the page before, which the browser may have kept as it was.
func (b *Tab) Back() {
	b.t.Helper()
	history := must(b, "read the history", chromedp.NavigationEntries())
	if history.CurrentIndex == 0 {
		b.fail("there is no page before this one")
	}
	to := history.CurrentIndex - 1
	b.call("go back", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.NavigateToHistoryEntry,
			page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
		return err
	})
	b.until(patience, func() bool {
		now, err := run(b, chromedp.NavigationEntries())
		return err == nil && now.CurrentIndex == to
	})
	b.settle(document{}, false)
}

// Fill types text into the field with this label in place of what is there, picks the option of a list by its words,
// or, when label is the legend of a group of choices, chooses the one labelled text.
func (b *Tab) Fill(label, text string) {
	b.t.Helper()
	b.mouse("fill " + label)
	got := b.ask(question{What: "fill", Text: label, Value: text})
	switch {
	case got.X != 0 || got.Y != 0:
		b.press(got)
	case got.Type && text == "":
		must(b, "empty "+label, chromedp.KeyEvent(kb.Backspace))
	case got.Type:
		must(b, "type into "+label, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
			return err
		}))
	}
}

// Attach gives the file at path to the file field with this label.
func (b *Tab) Attach(label, path string) {
	b.t.Helper()
	b.ask(question{What: "attach", Text: label})
	const marked = "[data-relais-attach]"
	must(b, "attach to "+label, chromedp.SetUploadFiles(chromedp.CSS(marked), []string{path}))
	must(b, "attach to "+label, chromedp.RemoveAttribute(chromedp.CSS(marked), "data-relais-attach"))
}

// Click presses the link, button or label with exactly these words, and waits for the page that follows, if one does.
func (b *Tab) Click(text string) {
	b.t.Helper()
	b.press(b.ask(question{What: "aim", Text: text}))
}

func (b *Tab) press(at answer) {
	b.t.Helper()
	b.mouse("press a button of the mouse")
	before := b.document()
	must(b, "press the mouse", chromedp.MouseClickXY(at.X, at.Y))
	b.settle(before, at.Leaves)
}

// WithoutMouse makes every step fail that needs a mouse.
func (b *Tab) WithoutMouse() { b.state.mouseless.Store(true) }

func (b *Tab) mouse(step string) {
	b.t.Helper()
	if b.state.mouseless.Load() {
		b.fail("there is no mouse to %s", step)
	}
}

// Keys presses keys one after the other: a name as it stands on the keyboard (Tab, Enter, Escape, Space, ArrowDown),
// with its modifiers before it (Shift+Tab, Control+A), or any other text as it is typed.
func (b *Tab) Keys(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		at := b.ask(question{What: "focus", Value: key, Watch: true})
		before := b.document()
		runes, modifiers := keyNamed(key)
		must(b, "press "+key, chromedp.KeyEvent(runes, chromedp.KeyModifiers(modifiers...)))
		b.settle(before, at.Leaves)
	}
}

var keyNames = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace, "Delete": kb.Delete,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
}

var modifierNames = map[string]chromedp.Modifier{
	"Shift": chromedp.ModifierShift, "Control": chromedp.ModifierCtrl, "Alt": chromedp.ModifierAlt,
}

// Reach presses Tab until the keyboard is on what bears these words, as somebody without a mouse comes there.
func (b *Tab) Reach(words string) {
	b.t.Helper()
	for range mostTabs {
		b.Keys("Tab")
		if b.Focus() == words {
			return
		}
	}
	b.fail("the keyboard does not reach %q", words)
}

// mostTabs is how often Tab is pressed to get somewhere; a page with more to pass is tiring.
const mostTabs = 80

func keyNamed(key string) (runes string, modifiers []chromedp.Modifier) {
	for {
		name, rest, ok := strings.Cut(key, "+")
		modifier, known := modifierNames[name]
		if !ok || !known || rest == "" {
			break
		}
		modifiers, key = append(modifiers, modifier), rest
	}
	if named, ok := keyNames[key]; ok {
		return named, modifiers
	}
	if len(modifiers) > 0 {
		key = strings.ToLower(key)
	}
	return key, modifiers
}

// document tells one loaded page from the next, and whether anything is still on its way.
type document struct {
	Born      float64 `json:"born"`
	Ready     bool    `json:"ready"`
	Busy      bool    `json:"busy"`
	Prevented bool    `json:"prevented"`
}

const documentJS = `({born: performance.timeOrigin, ready: document.readyState === 'complete',
	busy: !!document.querySelector('.htmx-request'), prevented: window.relaisPrevented === true})`

func (b *Tab) document() document {
	b.t.Helper()
	return must(b, "look at the page", chromedp.Evaluate[document](documentJS))
}

// settle waits until the page is whole: the next one if the step leads to one, else this one with its scripts' fetches
// answered. A page that goes away while it is asked is simply asked again.
func (b *Tab) settle(before document, leaves bool) {
	b.t.Helper()
	look := chromedp.Evaluate[document](documentJS)
	if !b.scriptless() {
		look = chromedp.Evaluate[document]("new Promise(done => setTimeout(() => setTimeout(() => done("+documentJS+"))))",
			chromedp.EvalAwaitPromise)
	}
	rests := b.until(patience, func() bool {
		now, err := run(b, look)
		stays := now.Born == before.Born && leaves && !now.Prevented
		return err == nil && now.Ready && !now.Busy && !stays
	})
	if !rests {
		b.fail("the page does not come to rest")
	}
}

func (b *Tab) scriptless() bool {
	b.state.Lock()
	defer b.state.Unlock()
	return b.state.scriptless
}
