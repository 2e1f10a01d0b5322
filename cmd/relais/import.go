package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"relais/internal/authz"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/server"
	"relais/web"
)

// importHTCDS reads a file as a named person: an import is that person's work, in the trail too.
func importHTCDS(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("import htcds", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	email := flags.String("as", "", "the address with which the person signs in")
	dry := flags.Bool("dry-run", false, "everything but the storing")
	detected := flags.String("detected", "", "day of detection, YYYY-MM-DD, where the file has none")
	by := flags.String("detected-by", "", "code of who detected it, where the file has none")
	country := flags.String("country", "", "country of exploitation, where the file has none")
	language := flags.String("language", "en", "language of the messages")
	without := stringList{}
	flags.Var(&without, "without", "a section to leave out; may be given several times")
	if err := flags.Parse(args); err != nil || flags.NArg() != 1 || *email == "" {
		return errors.New("import htcds [-dry-run] [-detected DAY] [-detected-by CODE] [-country CC] [-without SECTION] [-language LANG] -as EMAIL FILE")
	}
	file, err := readFile(flags.Arg(0))
	if err != nil {
		return err
	}
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	options := exchange.Options{DryRun: *dry, Without: without}
	options.Facts.DetectedOn, options.Facts.DetectedBy, options.Facts.Country = moment.Date(*detected), *by, *country
	return errors.Join(importAs(ctx, env, program, *email, *language, file, filepath.Base(flags.Arg(0)), options), program.Close(ctx))
}

// readFile reads no more than an import takes.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.New("the file cannot be opened")
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, exchange.LongestFile+1))
}

func importAs(ctx context.Context, env environment, program *server.Program, email, language string, file []byte, name string, o exchange.Options) error {
	words, err := locale.Load(web.Locales())
	if err != nil {
		return err
	}
	workerID, agencyID, err := program.Agencies.WorkerByEmail(gate.AsProgram(ctx, "operator"), email)
	if err != nil {
		return errors.New("nobody signs in with that address")
	}
	caller := gate.Caller{Actor: authz.Actor{WorkerID: workerID, AgencyID: agencyID, AAL: 2, SessionID: "terminal"}}
	report, err := program.Exchange.Import(gate.WithCaller(ctx, caller), file, name, o)
	if err != nil && len(report.Problems) == 0 {
		return nothing(words.For(language), err)
	}
	for _, line := range report.Lines(words.For(language)) {
		fmt.Fprintln(env.out, line)
	}
	if err != nil {
		return errors.New("nothing was imported")
	}
	return nil
}

// nothing says why nothing was imported, where it was not the file that stood against it.
func nothing(w *locale.Words, err error) error {
	f, known := fault.As(err)
	if !known {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	text := w.Text(f.Key, f.Args)
	for _, field := range f.Fields {
		text += " " + w.Label(field.Name) + " " + w.Text(field.Key, field.Args)
	}
	return errors.New("nothing was imported: " + text)
}

// stringList collects a flag that may be given several times.
type stringList []string

func (l *stringList) String() string     { return "" }
func (l *stringList) Set(v string) error { *l = append(*l, v); return nil }
