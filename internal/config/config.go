// Package config reads the program's settings from the environment and from secret files into one checked struct, for
// cmd/relais alone. It opens nothing and keeps nothing: what the settings mean is for the packages that receive them.
//
// Its messages are English sentences for the operator at the terminal, before any language is known.
package config

import (
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Config is every setting of the program. Directories are as they were written, relative to where the program runs.
type Config struct {
	// Database is the URL of the database. It may hold a password.
	Database Secret `env:"RELAIS_DATABASE" wants:"sqlite:PATH or postgres://USER@HOST/NAME"`
	// Data is the directory for what the program keeps on disk; the three below lie in it unless they are set.
	Data string `env:"RELAIS_DATA,default=./data" wants:"a directory"`
	// Keys is the directory of the key-encryption keys and the signing key. Back it up apart from the database.
	Keys string `env:"RELAIS_KEYS" wants:"a directory"`
	// Checkpoints is the directory that receives the signed heads of the audit log.
	Checkpoints string `env:"RELAIS_CHECKPOINTS" wants:"a directory"`
	// Address is where the pages and the API are served, HOST:PORT.
	Address string `env:"RELAIS_ADDRESS,default=127.0.0.1:8080" wants:"HOST:PORT"`
	// MetricsAddress is where the metrics are served, HOST:PORT.
	MetricsAddress string `env:"RELAIS_METRICS_ADDRESS,default=127.0.0.1:9090" wants:"HOST:PORT"`
	// PublicURL is the origin under which people reach the program, without a slash at its end. It is empty only when
	// Address has port 0: then it is whatever the listener got.
	PublicURL string `env:"RELAIS_PUBLIC_URL" wants:"an origin such as https://relais.example, without a path"`
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies Networks `env:"RELAIS_TRUSTED_PROXIES" wants:"addresses or networks, such as 10.0.0.7, 192.168.4.0/24"`
	// Synthetic marks every page as showing invented people.
	Synthetic bool `env:"RELAIS_SYNTHETIC" wants:"true or false"`
	// LogLevel is the least important kind of line that is logged.
	LogLevel slog.Level `env:"RELAIS_LOG_LEVEL,default=info" wants:"debug, info, warn or error"`
	// SessionIdle ends a session that nobody uses.
	SessionIdle time.Duration `env:"RELAIS_SESSION_IDLE,default=30m" wants:"a time from 1m to 24h, such as 30m"`
	// SessionLength ends every session.
	SessionLength time.Duration `env:"RELAIS_SESSION_LENGTH,default=10h" wants:"a time from 1m to 24h, such as 10h"`
	// StepUp is how long a second factor given again opens what asks for it.
	StepUp time.Duration `env:"RELAIS_STEP_UP,default=10m" wants:"a time from 1m to 24h, such as 10m"`
	// SMTPAddress is the mail server, HOST:PORT; without one no mail is sent. Letters go encrypted, except to this machine.
	SMTPAddress string `env:"RELAIS_SMTP_ADDRESS" wants:"HOST:PORT"`
	// SMTPFrom is the address under which the program writes.
	SMTPFrom string `env:"RELAIS_SMTP_FROM" wants:"an e-mail address"`
	// SMTPUser signs in at the mail server, where that asks for it.
	SMTPUser string `env:"RELAIS_SMTP_USER" wants:"a name"`
	// SMTPPassword is the password of SMTPUser.
	SMTPPassword Secret `env:"RELAIS_SMTP_PASSWORD" wants:"a password"`
}

// Load reads the settings from an environment in the form of os.Environ. The error, of type Mistakes, tells everything
// that is wrong with them at once. An empty variable counts as unset.
func Load(environ []string) (Config, error) {
	env, mistakes := readEnvironment(environ)
	cfg, wrong := decode(env)
	cfg.derive()
	mistakes = slices.Concat(mistakes, wrong, cfg.check())
	if len(mistakes) == 0 {
		return cfg, nil
	}
	slices.Sort(mistakes)
	return Config{}, mistakes
}

// derive sets what was left open from what is known.
func (c *Config) derive() {
	inData := func(setting *string, name string) {
		if *setting == "" {
			*setting = strings.TrimRight(c.Data, "/") + "/" + name
		}
	}
	inData(&c.Keys, "keys")
	inData(&c.Checkpoints, "checkpoints")
	if c.Database == "" {
		c.Database = Secret("sqlite:" + strings.TrimRight(c.Data, "/") + "/relais.db")
	}
	if c.PublicURL == "" && isLoopback(c.Address) && !strings.HasSuffix(c.Address, ":0") {
		c.PublicURL = "http://" + c.Address
	}
}

// Mistakes are what is wrong with the settings, one sentence each. No sentence repeats a value.
type Mistakes []string

// Error is the sentences, a line each.
func (m Mistakes) Error() string { return strings.Join(m, "\n") }

// Secret is a setting that prints, logs and marshals as a placeholder.
type Secret string

const hidden = "(secret)"

// Reveal returns the setting itself.
func (s Secret) Reveal() string { return string(s) }

// String returns a placeholder.
func (s Secret) String() string { return hidden }

// GoString returns a placeholder.
func (s Secret) GoString() string { return hidden }

// MarshalText returns a placeholder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue returns a placeholder.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
