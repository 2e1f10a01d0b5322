// Package server puts the parts together: database, keys, trail, gate, slices, routes and background work.
// It holds no rule of the trade; each rule stands in its slice.
package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"relais/internal/account"
	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/casefile"
	"relais/internal/checklist"
	"relais/internal/circle"
	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/consent"
	"relais/internal/consultation"
	"relais/internal/database"
	"relais/internal/directory"
	"relais/internal/emergency"
	"relais/internal/entry"
	"relais/internal/exchange"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/mail"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/pointer"
	"relais/internal/question"
	"relais/internal/report"
	"relais/internal/request"
	"relais/internal/restriction"
	"relais/internal/review"
	"relais/internal/rulepack"
	"relais/internal/screening"
	"relais/internal/seal"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
	"relais/internal/track"
	"relais/internal/trail"
	"relais/internal/victim"
	"relais/internal/worklist"
	"relais/migrations"
	"relais/policies"
)

// Settings are what a program needs to know.
type Settings struct {
	Database    string // "sqlite:PATH" or "postgres://…"
	Keys        string // directory of the keys
	Checkpoints string // directory of the trail's signed heads
	PublicURL   string
	Synthetic   bool
	Proxies     []string

	SessionIdle   time.Duration
	SessionLength time.Duration
	StepUp        time.Duration
	Passwords     account.Cost // the present one when empty

	Mail mail.Server // without an address no mail is sent

	Clock  moment.Clock // moment.Now when nil
	Logger *slog.Logger
}

// Program is everything, opened and put together.
type Program struct {
	settings Settings
	logger   *slog.Logger
	sender   *mail.Sender // nil without a mail server

	Database *database.DB
	looks    *database.DB // where entries of looks wait for their numbers; nil on PostgreSQL
	Vault    *seal.Vault
	Trail    *audit.Log
	Gate     *gate.Gate
	Rules    *rulepack.Book

	retention authz.Retentions
	late      task.LateRules

	Agencies      *agency.Service
	Accounts      *account.Service
	Notices       *notice.Service
	Tasks         *task.Service
	Limits        *restriction.Service
	Consents      *consent.Service
	Entries       *entry.Service
	Cases         *casefile.Service
	Victims       *victim.Service
	Sharing       *sharing.Service
	Requests      *request.Service
	Pointers      *pointer.Service
	Circles       *circle.Service
	Consultations *consultation.Service
	Directory     *directory.Service
	Outside       *outside.Service
	Questions     *question.Service
	Reviews       *review.Service
	Breaches      *breach.Service
	Journal       *journal.Service
	Support       *support.Service
	Clocks        *clock.Service
	Signals       *signal.Service
	Closing       *closing.Service
	Minors        *minor.Service
	Screenings    *screening.Service
	Checklists    *checklist.Service
	Figures       *report.Service
	Worklist      *worklist.Service
	Log           *trail.Service
	Exchange      *exchange.Service

	Emergencies *emergency.Service
	Tracks      *track.Service
}

// Open opens the keys, the database, which it migrates, and the trail, and refuses keys that are not this database's.
func Open(ctx context.Context, s Settings) (*Program, error) {
	if s.Clock == nil {
		s.Clock = moment.Now
	}
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	vault, err := seal.Open(s.Keys)
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	p := &Program{settings: s, logger: s.Logger, Database: db, Vault: vault}
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(err, p.closeAll())
	}
	return p, nil
}

func (p *Program) prepare(ctx context.Context) error {
	if err := p.openMail(); err != nil {
		return err
	}
	if err := p.Database.Migrate(ctx); err != nil {
		return err
	}
	if err := checkKeys(ctx, p.Database, hex.EncodeToString(p.Vault.CheckValue())); err != nil {
		return err
	}
	if err := p.readSynthetic(ctx); err != nil {
		return err
	}
	heads, err := audit.NewDirHeads(p.settings.Checkpoints)
	if err != nil {
		return err
	}
	if p.looks, err = database.OpenBeside(ctx, p.settings.Database, "looks", migrations.Looks); err != nil {
		return err
	}
	p.Trail, err = audit.Open(p.Database, audit.Options{SignerKey: p.Vault.SignerKey(), VerifierKey: p.Vault.VerifierKey(),
		Origin: originOf(p.Vault.VerifierKey()), Heads: heads, Looks: p.looks, Clock: p.settings.Clock, Logger: p.logger})
	if err != nil {
		return err
	}
	policy, err := authz.Shipped()
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	ceilings, err := authz.ShippedCeilings()
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	if p.Rules, err = rulepack.Shipped(); err != nil {
		return fmt.Errorf("rule packs: %w", err)
	}
	if p.retention, err = authz.ShippedRetentions(); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	if p.late, err = task.LoadLate(policies.Tasks); err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	book, err := indicators()
	if err != nil {
		return fmt.Errorf("screening: %w", err)
	}
	p.furnish(policy, ceilings)
	p.Screenings = screening.NewService(p.Gate, book, p.Tracks)
	p.Figures = report.NewService(p.Gate)
	return nil
}

// furnish makes the gate and the slices; what a lower slice needs of an upper one is handed to it here.
func (p *Program) furnish(policy *authz.Snapshot, ceilings authz.Ceilings) {
	actors := agency.NewActors(policy)
	p.Gate = gate.New(gate.Parts{Database: p.Database, Policy: policy, Trail: p.Trail, Vault: p.Vault,
		Clock: p.settings.Clock, Resolve: actors.Resolve, StepUp: p.settings.StepUp, Consents: consent.Covers, Ceilings: ceilings})
	p.Accounts = account.New(p.Gate, actors, account.Settings{Idle: p.settings.SessionIdle, Length: p.settings.SessionLength, Cost: p.settings.Passwords})
	p.Agencies = agency.NewService(p.Gate, actors, agency.Doors{Invite: p.Accounts.Invite, Dismiss: p.Accounts.Dismiss, Left: sharing.Left, Units: p.Rules.UnitsNamed})
	p.Tasks = task.NewService(p.Gate, p.late)
	p.Notices = notice.NewService(p.Gate, p.settings.Mail.Address != "")
	p.Consents = consent.NewService(p.Gate, settleConsent, minor.WardOf)
	p.Entries = entry.NewService(p.Gate, agency.WorkerName, corrected, support.Heard, minor.Heard, track.Heard)
	p.Limits = restriction.NewService(p.Gate)
	p.Cases = casefile.NewService(p.Gate)
	p.Clocks = clock.NewService(p.Gate, p.Rules, p.ClockPerson)
	p.Tracks = track.NewService(p.Gate, p.Entries, p.Rules, track.Clocks{Start: p.Clocks.StartBy, End: clock.EndIn, Undo: p.Clocks.Undo}, minor.AgeOf)
	p.Victims = victim.NewService(p.Gate, p.Entries, sharing.Extend, p.Tracks.Begin)
	p.Sharing = sharing.NewService(p.Gate, p.Entries, request.Proposals()).Telling(question.Offered).Losing(circle.SettleLoss, outside.SettleLoss).
		Pointed(pointer.Tells).WithNotes(journal.Along)
	p.Requests = request.NewService(p.Gate)
	p.Pointers = pointer.NewService(p.Gate, p.Entries)
	p.Emergencies = emergency.NewService(p.Gate)
	p.Circles = circle.NewService(p.Gate, p.Sharing)
	p.Consultations = consultation.NewService(p.Gate)
	p.Directory = directory.NewService(p.Gate)
	p.Outside = outside.NewService(p.Gate, p.Sharing)
	p.Questions = question.NewService(p.Gate, p.Entries, p.Sharing)
	p.Reviews = review.NewService(p.Gate)
	p.Breaches = breach.NewService(p.Gate, p.Rules)
	p.Journal = journal.NewService(p.Gate, p.events()...)
	p.Minors = minor.NewService(p.Gate, p.Rules, p.Tracks)
	p.Checklists = checklist.NewService(p.Gate, p.Rules, p.Tracks)
	p.Support = support.NewService(p.Gate, p.Entries, p.Tracks)
	p.Signals = signal.NewService(p.Gate, p.Victims)
	p.Closing = closing.NewService(p.Gate, p.retention, p.keptFor, fileErased, p.duties()...)
	p.Worklist = worklist.NewService(p.Gate, p.Clocks, p.Agencies.MissingUnits)
	p.Log = trail.NewService(p.Gate, p.Trail)
	p.Exchange = exchange.NewService(p.Gate, p.Entries, p.Victims, p.settings.Clock)
}

// corrected tells of a new version of an entry whoever answers for an older one that went along, or was read.
func corrected(tx *gate.Tx, entryID string, version int64) error {
	if err := sharing.Corrected(tx, entryID, version); err != nil {
		return err
	}
	if err := circle.Corrected(tx, entryID); err != nil {
		return err
	}
	return outside.Corrected(tx, entryID, version)
}

// settleConsent ends what rests on a consent that was withdrawn or changed: offers, and links that nobody has opened.
func settleConsent(tx *gate.Tx, consentID string) error {
	if err := sharing.SettleConsent(tx, consentID); err != nil {
		return err
	}
	return outside.SettleConsent(tx, consentID)
}

// originOf is the name in a verifier key "name+hash+key".
func originOf(verifier string) string {
	name, _, _ := strings.Cut(verifier, "+")
	return name
}

// checkKeys remembers which keys the database was filled with and refuses others: a wrong key would write what nobody can read.
func checkKeys(ctx context.Context, db *database.DB, value string) error {
	return db.Write(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(keepInstallation, database.Args{"name": "keys", "value": value}); err != nil {
			return err
		}
		var kept string
		if err := tx.Get(&kept, readInstallation, database.Args{"name": "keys"}); err != nil {
			return err
		}
		if kept != value {
			return errors.New("the keys are not the ones this database was filled with")
		}
		return nil
	})
}

// MarkSynthetic says once and for all that the database holds invented people; from the next start every page says so.
func (p *Program) MarkSynthetic(ctx context.Context) error {
	return p.Database.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(keepInstallation, database.Args{"name": "synthetic", "value": "true"})
		return err
	})
}

// readSynthetic lets no setting take the mark away again.
func (p *Program) readSynthetic(ctx context.Context) error {
	return p.Database.Read(ctx, func(tx *database.Tx) error {
		var marked string
		err := tx.Get(&marked, readInstallation, database.Args{"name": "synthetic"})
		if errors.Is(err, database.ErrNoRows) {
			return nil
		}
		p.settings.Synthetic = p.settings.Synthetic || marked == "true"
		return err
	})
}

// Close numbers and signs what the trail has queued and closes the database.
func (p *Program) Close(ctx context.Context) error {
	_, err := p.Trail.Sequence(ctx)
	return errors.Join(err, p.closeAll())
}

func (p *Program) closeAll() error {
	err := p.Database.Close()
	if p.looks != nil {
		err = errors.Join(err, p.looks.Close())
	}
	return err
}
