package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/directory"
	"relais/internal/gate"
	"relais/internal/pointer"
	"relais/internal/request"
	"relais/internal/restriction"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/signal"
)

// directory is what desks say that they offer, some weeks ago, and how many places they have told since: some of it is stale.
func (f *filling) directory() {
	for i, row := range f.world.offers {
		by := f.people[row[0]]
		free, _ := strconv.Atoi(row[7])
		told, _ := strconv.Atoi(row[8])
		list := func(text string) []string { return strings.FieldsFunc(text, func(r rune) bool { return r == ';' }) }
		n := directory.New{Services: list(row[1]), Languages: list(row[2]), People: list(row[3]), Exploitation: list(row[4]), Area: row[5],
			Email: "desk@" + row[0] + ".example", Phone: fmt.Sprintf("%s %05d", prefixes[by.agency.country], 100*i+7)}
		if n.AlwaysOpen = row[6] == "always"; !n.AlwaysOpen {
			n.Days, n.Opens, n.Closes = directory.Days[:5], "09:00", "17:00"
		}
		f.scene("directory", turn{30, 10, func(ctx context.Context) error {
			view, err := f.parts.Directory.Show(f.as(ctx, by), by.desk)
			if err != nil {
				return fmt.Errorf("%s: %w", by.agency.code, err)
			}
			return f.parts.Directory.Write(f.as(ctx, by), by.desk, n, view.Version)
		}})
		if free >= 0 {
			f.plan(f.end.Add(-time.Duration(told)*time.Hour), func(ctx context.Context) error {
				return f.parts.Directory.TellPlaces(f.as(ctx, by), by.desk, free)
			})
		}
	}
}

// signals of a region: one of yesterday, one that waits for the police, one that led to a file, one that ends in some days, one that
// was closed.
func (f *filling) signals(c *cast) {
	note := func(ctx context.Context, by staff) (string, error) {
		n := signal.New{DeskID: by.desk, Country: by.agency.country, Exploitation: "forced_labour", Persons: int64(1 + f.jobs.IntN(6)), SeenOn: f.today(-2),
			Source: "third_person", Place: f.text(by, "signal.place"), Story: f.text(by, "signal.story")}
		return f.parts.Signals.Note(f.as(ctx, by), n, "")
	}
	f.scene("a signal", turn{178, 9, func(ctx context.Context) error { _, err := note(ctx, c.shelter); return err }},
		turn{60, 9, func(ctx context.Context) error {
			id, err := note(ctx, c.opener)
			if err != nil {
				return err
			}
			return f.parts.Signals.Close(f.as(ctx, c.opener), id, "too_little", 1)
		}})
	f.followed(c, note)
	f.scene("a signal that waits", turn{2, 9, func(ctx context.Context) error {
		id, err := note(ctx, c.opener)
		if err != nil {
			return err
		}
		f.pause()
		pass := signal.Pass{DeskID: c.police.desk, WithStory: true, Purpose: "identification", Basis: gate.UsualBasis(c.opener.agency.kind)}
		return f.parts.Signals.Pass(f.as(ctx, c.opener), id, pass, 1)
	}}, turn{1, 16, func(ctx context.Context) error { _, err := note(ctx, c.opener); return err }})
}

// followed is a signal that led to a file of the shelter, and to a reflection period whose time limit is nearly over today.
func (f *filling) followed(c *cast, note func(ctx context.Context, by staff) (string, error)) {
	id, by := "", c.shelter
	v := f.somebody(by.agency.country, "forced_labour", scenesFrom[by.agency.country])
	v.incident = &incident{opener: by, in: f.country(by.agency.country)}
	f.scene("a signal that is followed", turn{41, 11, func(ctx context.Context) (err error) {
		id, err = note(ctx, by)
		return err
	}}, turn{40, 11, func(ctx context.Context) (err error) {
		_, v.fileID, err = f.parts.Signals.Follow(f.as(ctx, by), id, signal.FollowUp{Into: signal.IntoVictim}, 1, "")
		if err != nil {
			return err
		}
		f.done.Cases, f.done.Victims = f.done.Cases+1, f.done.Victims+1
		return f.sheltered(ctx, by, v.fileID)
	}}, turn{39, 9, func(ctx context.Context) error {
		return f.write(ctx, by, v.fileID, authz.Identity, v.person.identity)
	}}, turn{36, 13, func(ctx context.Context) error {
		id, _, err := f.send(ctx, v, by, c.migration, residenceAsked)
		if err == nil {
			_, err = f.parts.Sharing.Accept(f.as(ctx, c.migration), id, 1)
		}
		if err != nil {
			return err
		}
		return f.move(ctx, v, c.migration, rulepack.Residence, "reflection")
	}})
}

// sheltered: the person a signal led to lives at the shelter now. Whom the shelter names for the location waits for a second person.
func (f *filling) sheltered(ctx context.Context, by staff, fileID string) error {
	if _, err := f.parts.Sharing.NameWorker(f.as(ctx, by), fileID, by.workerID, "", ""); err != nil {
		return err
	}
	f.scene("a second signature", turn{1, 12, func(ctx context.Context) error {
		_, err := f.parts.Sharing.NameWorker(f.as(ctx, by), fileID, by.others[Second], "", "")
		return err
	}})
	return f.approve(ctx, by)
}

// approve is the second person's signature on what waits at an agency.
func (f *filling) approve(ctx context.Context, by staff) error {
	second := f.asRole(ctx, by, Second)
	list, err := f.parts.Sharing.Approvals(second, gate.Cursor{})
	for i := range list.Items {
		if err == nil {
			err = f.parts.Sharing.Approve(second, list.Items[i].ID, list.Items[i].Version)
		}
	}
	return err
}

// pairs are two agencies of one country that both have a file on the same person, and whether they found out that it is another one.
var pairs = []struct {
	looks, knows string
	notSame      bool
}{
	{"be.pjf.bruxelles", "be.fgp.antwerpen", false}, {"be.pjf.liege", "be.fgp.antwerpen", true}, {"nl.kmar", "nl.avim", false},
}

// sameperson: the one writes down a document by which the other finds out.
func (f *filling) sameperson(p struct {
	looks, knows string
	notSame      bool
}) {
	looks, knows := f.people[p.looks], f.people[p.knows]
	in := looks.agency.country
	one := f.somebody(in, "forced_labour", scenesFrom[in])
	twin := &supported{person: f.again(one.person)}
	number := fmt.Sprintf("ZZ%06d", f.jobs.IntN(1000000))
	write := func(ctx context.Context, by staff, v *supported) error {
		if _, err := f.begin(ctx, by, "forced_labour", "I", v); err != nil {
			return err
		}
		papers := section.Values{"document_type": "passport", "document_number": number, "issuing_country": v.person.citizenship}
		return f.write(ctx, by, v.fileID, authz.Identifiers, papers)
	}
	f.scene("the same person", turn{50, 9, func(ctx context.Context) error { return write(ctx, knows, twin) }},
		turn{5, 10, func(ctx context.Context) error { return write(ctx, looks, one) }},
		turn{5, 15, func(ctx context.Context) error { return f.point(ctx, looks, one, p.notSame) }})
}

func (f *filling) point(ctx context.Context, by staff, v *supported, notSame bool) error {
	view, err := f.parts.Pointers.Probe(f.as(ctx, by), v.fileID, "investigation")
	if err != nil || len(view.Pointers) == 0 {
		return err
	}
	id := view.Pointers[0].ID
	f.pause()
	if notSame {
		return f.parts.Pointers.Mark(f.as(ctx, by), id, view.Pointers[0].Version)
	}
	n := request.New{Sections: []string{"identity"}, For: request.ForDesk, Reason: "investigation", Note: f.text(by, "request.note"),
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: f.until(60)}}
	_, err = f.parts.Pointers.Ask(f.as(ctx, by), id, n, "")
	return err
}

// house is what administrators and supervisors of a region have set.
func (f *filling) house(c *cast) {
	f.scene("an agency’s own rules", turn{28, 9, func(ctx context.Context) error {
		admin := f.asRole(ctx, c.shelter, agency.Administrator)
		return f.parts.Pointers.Decide(admin, 0, pointer.Decision{Allows: true})
	}}, turn{5, 9, func(ctx context.Context) error {
		admin := f.asRole(ctx, c.shelter, agency.Administrator)
		_, err := f.parts.Agencies.SetCeiling(admin, agency.NewCeiling{Kind: string(authz.RoleLawyer), Sections: []string{"identity", "residence"}, Days: 60,
			TeamDays: 30}, 0)
		return err
	}})
	f.nothing(c.opener)
	f.sealed(c.prosecutor)
	f.breaches(c.shelter)
	f.scene("an exclusion", turn{4, 15, func(ctx context.Context) error { return f.exclude(ctx, c.shelter) }})
}

// breaches of an agency: one that the authority was told of in time, one of yesterday, and what a caseworker reported since.
func (f *filling) breaches(by staff) {
	record := func(ctx context.Context, kind string, told bool) error {
		known, ok := f.today(0).At("09:30")
		if !ok {
			return fmt.Errorf("no such hour on %s", f.today(0))
		}
		n := breach.New{Kind: kind, KnownAt: known, Persons: 1, Authority: breach.Pending, Subjects: breach.Undecided, Texts: breach.Texts{Story: f.text(by, "breach.story")}}
		if told {
			at, _ := f.today(0).At("14:00")
			n.Authority, n.ToldAt, n.Subjects, n.Exemption = breach.Told, at, breach.Exempt, "unintelligible"
		}
		_, err := f.parts.Breaches.Record(f.asRole(ctx, by, agency.Administrator), n, "")
		return err
	}
	f.scene("a data breach", turn{18, 16, func(ctx context.Context) error { return record(ctx, "device_lost", true) }},
		turn{1, 10, func(ctx context.Context) error { return record(ctx, "wrong_recipient", false) }},
		turn{1, 15, func(ctx context.Context) error {
			noticed, _ := f.today(0).At("14:00")
			_, err := f.parts.Breaches.Report(f.as(ctx, by), breach.NewReport{Kind: "device_lost", NoticedAt: noticed, Story: f.text(by, "breach.story")}, "")
			return err
		}})
}

// exclude keeps a shelter's administrator, who is related to somebody, out of the newest file.
func (f *filling) exclude(ctx context.Context, by staff) error {
	lines, _, err := f.parts.Victims.List(f.as(ctx, by), gate.Cursor{})
	if err != nil || len(lines) == 0 {
		return err
	}
	n := restriction.NewExclusion{Reference: lines[0].Reference, WorkerID: by.others[agency.Administrator], Reason: "related", Note: f.text(by, "exclusion.note")}
	_, err = f.parts.Limits.Exclude(f.as(ctx, by), n, "")
	return err
}

// sealed is a case that a prosecutor has put under a seal: it stands in nobody's list any more.
func (f *filling) sealed(by staff) {
	f.scene("a seal", turn{7, 9, func(ctx context.Context) error {
		caseID, err := f.begin(ctx, by, "forced_labour", "F")
		if err != nil {
			return err
		}
		f.pause()
		_, err = f.parts.Limits.Seal(f.asRole(ctx, by, agency.Caseworker), gate.Case, caseID, "DEMO-"+string(f.today(0)), "")
		return err
	}})
}
