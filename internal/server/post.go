package server

import (
	"context"
	"errors"
	"time"

	"relais/internal/gate"
	"relais/internal/mail"
	"relais/internal/notice"
)

const (
	mailEvery  = 5 * time.Second // how soon a mail that is wanted at once goes out
	sweepEvery = time.Hour
)

// openMail makes the sender, where there is a mail server; settings that cannot work stop the program.
func (p *Program) openMail() (err error) {
	if p.settings.Mail.Address == "" {
		return nil
	}
	if p.settings.PublicURL == "" {
		return errors.New("mail: without a public address no letter could say where to sign in")
	}
	p.sender, err = mail.New(p.settings.Mail)
	return err
}

// Mail puts down what new notices have to be told by mail and sends what is due. Without a mail server it only takes note of the
// notices, so that switching one on later brings nobody old news.
func (p *Program) Mail(ctx context.Context) error {
	ctx = gate.AsProgram(ctx, "mail")
	_, err := p.Notices.Spread(ctx)
	if err != nil || p.sender == nil {
		return err
	}
	defer p.sender.Close()
	all, err := words()
	if err != nil {
		return err
	}
	_, err = p.Notices.Deliver(ctx, notice.Post{Send: p.sender.Send, Words: all, URL: p.settings.PublicURL})
	return err
}

// letters sends one letter at once, over a connection of its own; nil without a mail server.
func (p *Program) letters() func(ctx context.Context, l mail.Letter) error {
	if p.sender == nil {
		return nil
	}
	return func(ctx context.Context, l mail.Letter) error {
		own, err := mail.New(p.settings.Mail)
		if err != nil {
			return err
		}
		defer own.Close()
		return own.Send(ctx, l)
	}
}

// post sends mail until ctx ends, apart from the other work: a slow mail server must not hold up the trail.
func (p *Program) post(ctx context.Context) {
	tick, sweep := time.NewTicker(mailEvery), time.NewTicker(sweepEvery)
	defer tick.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.report("mail", p.Mail(ctx))
		case <-sweep.C:
			p.report("sweep mail", p.Notices.Sweep(gate.AsProgram(ctx, "mail")))
		}
	}
}
