// Command relais is the only binary: it serves, fills a demonstration, makes keys, and looks after the trail.
// It holds no logic; each command reads the settings and calls one use case.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"relais/internal/config"
	"relais/internal/mail"
	"relais/internal/moment"
	"relais/internal/server"
)

// command is one thing the binary does.
type command struct {
	name, args, does string
	run              func(ctx context.Context, env environment, args []string) error
}

// environment is what a command may touch.
type environment struct {
	cfg config.Config
	out io.Writer
}

func commands() []command {
	return []command{
		{"serve", "", "serve pages, API and metrics", serve},
		{"demo", "", "fill an empty database with invented agencies, people and victims", fillDemo},
		{"demo code", "", "print the present code of the demonstration's second factor", demoCode},
		{"key init", "", "make the keys", keyInit},
		{"key list", "", "print the numbers of the key-encryption keys", keyList},
		{"key rotate", "", "make a new key-encryption key, which wraps from the next start on", keyRotate},
		{"key rewrap", "", "wrap all stored keys under the newest key-encryption key", keyRewrap},
		{"key disable", "NUMBER", "stop an old key-encryption key from opening anything", keyDisable},
		{"key enable", "NUMBER", "let a disabled key-encryption key open again", keyEnable},
		{"key destroy", "NUMBER", "destroy a disabled key-encryption key for good", keyDestroy},
		{"backup", "FILE", "write the SQLite database and its trail, without the keys, into a new file", makeBackup},
		{"restore", "FILE", "put a backup that proves whole where no database is yet", restore},
		{"migrate", "", "bring the database to the newest schema", migrate},
		{"user agency", "CODE COUNTRY KIND NAME", "found an agency", userAgency},
		{"user admin", "AGENCY-CODE EMAIL GIVEN FAMILY LANGUAGE", "appoint an agency's administrator and print the invitation", userAdmin},
		{"user auditor", "AGENCY-CODE EMAIL GIVEN FAMILY LANGUAGE", "appoint an agency's auditor and print the invitation", userAuditor},
		{"user invite", "EMAIL", "print a new invitation for somebody whom no administrator may invite, such as an auditor", userInvite},
		{"user close", "EMAIL", "close the account of somebody whom no administrator may close", userClose},
		{"policy explain", "ROLE SECTION VERB", "print the lines of the baseline that speak of a cell", policyExplain},
		{"audit verify", "", "recompute the trail and name the first thing that is wrong", auditVerify},
		{"audit checkpoint", "", "number what is queued and print the signed head", auditCheckpoint},
		{"import htcds", "[-dry-run] -as EMAIL FILE", "read a HTCDS 2.0 workbook or CSV into a case", importHTCDS},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "relais:", err)
		os.Exit(1)
	}
}

// run finds the command by its one or two words.
func run(ctx context.Context, args, environ []string, out io.Writer) error {
	syscall.Umask(0o077) // nothing that Relais writes is for others to read
	for _, words := range []int{2, 1} {
		if len(args) < words {
			continue
		}
		for _, c := range commands() {
			if c.name == strings.Join(args[:words], " ") {
				cfg, err := config.Load(environ)
				if err != nil {
					return err
				}
				return c.run(ctx, environment{cfg: cfg, out: out}, args[words:])
			}
		}
	}
	if len(args) == 0 {
		return errors.New("say what to do\n\n" + usage())
	}
	return errors.New("unknown command\n\n" + usage())
}

func usage() string {
	var text strings.Builder
	text.WriteString("relais COMMAND\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&text, "  %-62s %s\n", strings.TrimSpace(c.name+" "+c.args), c.does)
	}
	text.WriteString("\nSettings come from RELAIS_* variables; see docs/operations.md.")
	return text.String()
}

// open opens the program with the settings.
func (env environment) open(ctx context.Context) (*server.Program, error) {
	return env.openAt(ctx, moment.Now)
}

// openAt opens it with a clock of its own; the demonstration lets its cases come in over the past months.
func (env environment) openAt(ctx context.Context, clock moment.Clock) (*server.Program, error) {
	s := env.settings()
	s.Clock = clock
	p, err := server.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := p.Mark(ctx); err != nil {
		return nil, errors.Join(err, p.Close(context.WithoutCancel(ctx)))
	}
	return p, nil
}

// settings are what the program is opened with.
func (env environment) settings() server.Settings {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: env.cfg.LogLevel}))
	return server.Settings{
		Database: env.cfg.Database.Reveal(), Keys: env.cfg.Keys, Checkpoints: env.cfg.Checkpoints,
		PublicURL: env.cfg.PublicURL, Synthetic: env.cfg.Synthetic, Proxies: env.cfg.TrustedProxies.Strings(), Clock: moment.Now,
		SessionIdle: env.cfg.SessionIdle, SessionLength: env.cfg.SessionLength, StepUp: env.cfg.StepUp, Logger: logger,
		Mail: mail.Server{Address: env.cfg.SMTPAddress, From: env.cfg.SMTPFrom, User: env.cfg.SMTPUser, Password: env.cfg.SMTPPassword.Reveal(),
			Plain: mail.IsLoopback(env.cfg.SMTPAddress)},
	}
}
