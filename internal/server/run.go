package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"relais/internal/gate"
)

const (
	shutdownTakes  = 20 * time.Second
	signEvery      = time.Second // a checkpoint at least this often, where there is something to sign
	tidyEvery      = time.Minute // ends, expiries, old throttles
	markEvery      = 5 * time.Second
	readHeaderWait = 10 * time.Second
	answerWait     = 60 * time.Second
	idleWait       = 2 * time.Minute
)

// Run serves the site on one listener and health and metrics on another until ctx ends; then it lets requests finish,
// numbers and signs what is left of the trail, and returns.
func (p *Program) Run(ctx context.Context, public, private net.Listener) error {
	roomyHeap()
	keepProcessors(p.Database.Engine())
	site, err := p.NewSite()
	if err != nil {
		return err
	}
	if _, err := p.Agencies.RenewStandardRoles(gate.AsProgram(ctx, "start")); err != nil {
		return err
	}
	var ready atomic.Bool
	ready.Store(true)
	servers := []*http.Server{newServer(site), newServer(p.private(site, &ready))}
	servers[0].RegisterOnShutdown(site.Bell.Close)
	failed := make(chan error, len(servers))
	for i, listener := range []net.Listener{public, private} {
		go func() { failed <- servers[i].Serve(listener) }()
	}
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { p.sign(jobs) })
	working.Go(func() { p.tidy(jobs) })
	working.Go(func() { each(jobs, markEvery, nil, func() { p.report("mark", p.Mark(jobs)) }) })
	working.Go(func() { p.post(jobs) })
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ready.Store(false)
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTakes)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(leave))
	}
	stopJobs()
	working.Wait()
	_, lost := p.Trail.Sequence(leave)
	return errors.Join(ignoreClosed(err), lost)
}

func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: readHeaderWait, WriteTimeout: answerWait, IdleTimeout: idleWait, MaxHeaderBytes: 32 << 10}
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// private answers the operator's questions: alive, ready, metrics. It listens apart from the site and knows no person.
func (p *Program) private(site *Site, ready *atomic.Bool) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(site.Kit.Collectors()...)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !ready.Load() || p.ping(r.Context()) != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

// ping asks the database, and the file beside it without which no look can be recorded and so nothing is shown.
func (p *Program) ping(ctx context.Context) error {
	if p.looks == nil {
		return p.Database.Ping(ctx)
	}
	return errors.Join(p.Database.Ping(ctx), p.looks.Ping(ctx))
}

// sign numbers and signs the trail each second, and sooner where much waits. It does not wait for what tidy does.
func (p *Program) sign(ctx context.Context) {
	each(ctx, signEvery, p.Trail.Many(), func() {
		_, err := p.Trail.Sequence(ctx)
		p.report("sign", err)
	})
}

// tidy tidies up each minute. What it does may run on several instances at once: every statement is harmless when it was done
// already.
func (p *Program) tidy(ctx context.Context) {
	each(ctx, tidyEvery, nil, func() { p.report("tidy", p.Tidy(ctx)) })
}

// each does something again and again until ctx ends: at every tick, and when somebody asks for it sooner.
func each(ctx context.Context, every time.Duration, sooner <-chan struct{}, do func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-sooner:
		}
		do()
	}
}

// Tidy presses for answers, expires offers that nobody answered, marks ended grants and drops what sign-in no longer needs.
func (p *Program) Tidy(ctx context.Context) error {
	ctx = gate.AsProgram(ctx, "tidy")
	_, reminded := p.Sharing.Remind(ctx)
	_, escalated := p.Sharing.Escalate(ctx)
	_, stood := p.Sharing.StandIn(ctx)
	_, expired := p.Sharing.ExpireDue(ctx)
	_, ended := p.Sharing.EndDue(ctx)
	_, spent := p.Emergencies.EndDue(ctx)
	_, told := p.Sharing.TellEnding(ctx)
	_, due := p.Closing.AskDue(ctx)
	_, removed := p.Closing.RemoveDue(ctx)
	return errors.Join(due, removed, reminded, escalated, stood, expired, ended, spent, told, p.Sharing.Lapse(ctx), p.Requests.Tidy(ctx), p.Tasks.Tidy(ctx),
		p.Signals.Tidy(ctx), p.Pointers.Tidy(ctx), p.Minors.Tidy(ctx), p.Outside.ExpireDue(ctx), p.Questions.Tidy(ctx), p.Reviews.Tidy(ctx),
		p.Breaches.Tidy(ctx), p.Clocks.Tidy(ctx), p.Accounts.Sweep(ctx), p.Gate.Sweep(ctx))
}

func (p *Program) report(job string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		p.logger.Error("background work failed", "job", job, "error", err.Error())
	}
}
