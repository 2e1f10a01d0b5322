package servers

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/chromedp"
)

const needChromium = "install Chromium (Debian: apt-get install chromium-headless-shell) or run make test, which installs it"

var theChromium = sync.OnceValues(startChromium)

// startChromium starts the browser with an empty profile. Chromedp has the kernel kill it when this process dies;
// the profile is removed by a script that waits for the same.
func startChromium() (context.Context, error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "relais-chromium-")
	if err != nil {
		return nil, err
	}
	const script = `read -r never
for again in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; rm -rf "$1" && break; done`
	if err := afterwards(nil, script, profile); err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], quiet()...)
	flags = append(flags, chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Env("TMPDIR="+profile))
	if os.Getuid() == 0 {
		flags = append(flags, chromedp.NoSandbox)
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
}

// quiet are the flags under which Chromium speaks to nobody but this machine and shows the same page everywhere.
func quiet() []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("disable-features", "Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,"+
			"PasswordLeakDetection,CertificateTransparencyComponentUpdater,HttpsUpgrades,"+
			// a process of its own for every page would be most of what a long walk costs
			"BackForwardCache,ProactivelySwapBrowsingInstance,SpareRendererForSitePerProcess,RenderDocument"),
		chromedp.Flag("renderer-process-limit", "1"), // one profile's pages share a process
		chromedp.Flag("accept-lang", "en"),
		chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WindowSize(1280, 900),
		chromedp.DisableGPU,
	}
}

// findChromium prefers the shell: it is the same browser without what a person sees around a page, and costs half as much.
func findChromium() (string, error) {
	surroundings()
	for _, name := range []string{"chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("none is installed: " + needChromium)
}
