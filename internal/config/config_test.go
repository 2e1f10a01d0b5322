package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/config"
)

func TestLoad_needsNoSettingAtAll(t *testing.T) {
	got, err := config.Load([]string{"HOME=/root", "RELAIS_PUBLIC_URL=", "RELAIS_SHOTS=/tmp/shots"})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Database: "sqlite:./data/relais.db", Data: "./data", Keys: "./data/keys", Checkpoints: "./data/checkpoints",
		Address: "127.0.0.1:8080", MetricsAddress: "127.0.0.1:9090", PublicURL: "http://127.0.0.1:8080",
		LogLevel: slog.LevelInfo, SessionIdle: 30 * time.Minute, SessionLength: 10 * time.Hour, StepUp: 10 * time.Minute,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoad_takesEverySetting(t *testing.T) {
	got, err := config.Load([]string{
		"RELAIS_DATABASE=postgres://relais:pw@db/relais", "RELAIS_DATA=/var/lib/relais/", "RELAIS_KEYS=/etc/relais/keys",
		"RELAIS_ADDRESS=0.0.0.0:443", "RELAIS_METRICS_ADDRESS=[::1]:9000", "RELAIS_PUBLIC_URL=https://relais.example",
		"RELAIS_TRUSTED_PROXIES=10.0.0.7, 192.168.4.0/24", "RELAIS_SYNTHETIC=true", "RELAIS_LOG_LEVEL=warn",
		"RELAIS_SESSION_IDLE=5m", "RELAIS_SESSION_LENGTH=1h", "RELAIS_STEP_UP=2m", "RELAIS_SMTP_ADDRESS=mail.example:587",
		"RELAIS_SMTP_FROM=relais@relais.example", "RELAIS_SMTP_USER=relais", "RELAIS_SMTP_PASSWORD=pw",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Database: "postgres://relais:pw@db/relais", Data: "/var/lib/relais/", Keys: "/etc/relais/keys",
		Checkpoints: "/var/lib/relais/checkpoints", Address: "0.0.0.0:443", MetricsAddress: "[::1]:9000",
		PublicURL:      "https://relais.example",
		TrustedProxies: config.Networks{netip.MustParsePrefix("10.0.0.7/32"), netip.MustParsePrefix("192.168.4.0/24")},
		Synthetic:      true, LogLevel: slog.LevelWarn,
		SessionIdle: 5 * time.Minute, SessionLength: time.Hour, StepUp: 2 * time.Minute,
		SMTPAddress: "mail.example:587", SMTPFrom: "relais@relais.example", SMTPUser: "relais", SMTPPassword: "pw",
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoad_refusesOneMistakeWithOneSentence(t *testing.T) {
	tests := map[string]string{
		"RELAIS_DATABASE=mysql://db/relais":          "RELAIS_DATABASE must be sqlite:PATH or postgres://USER@HOST/NAME",
		"RELAIS_DATABASE=sqlite:":                    "RELAIS_DATABASE must be sqlite:PATH or postgres://USER@HOST/NAME",
		"RELAIS_DATABASE=postgres://db":              "RELAIS_DATABASE must be sqlite:PATH or postgres://USER@HOST/NAME",
		"RELAIS_DATABASE=postgres://u:p%zz@db/r":     "RELAIS_DATABASE must be sqlite:PATH or postgres://USER@HOST/NAME",
		"RELAIS_ADDRESS=8080":                        "RELAIS_ADDRESS must be HOST:PORT",
		"RELAIS_ADDRESS=localhost:99999":             "RELAIS_ADDRESS must be HOST:PORT",
		"RELAIS_METRICS_ADDRESS=127.0.0.1:8080":      "RELAIS_METRICS_ADDRESS must differ from RELAIS_ADDRESS",
		"RELAIS_ADDRESS=:8080":                       "RELAIS_PUBLIC_URL must be set when RELAIS_ADDRESS is not on the loopback",
		"RELAIS_PUBLIC_URL=http://relais.example":    "RELAIS_PUBLIC_URL must begin with https://, except on this machine",
		"RELAIS_PUBLIC_URL=https://relais.example/a": "RELAIS_PUBLIC_URL must be an origin such as https://relais.example, without a path",
		"RELAIS_PUBLIC_URL=relais.example":           "RELAIS_PUBLIC_URL must be an origin such as https://relais.example, without a path",
		"RELAIS_TRUSTED_PROXIES=0.0.0.0/0":           "RELAIS_TRUSTED_PROXIES must be addresses or networks, such as 10.0.0.7, 192.168.4.0/24",
		"RELAIS_TRUSTED_PROXIES=proxy":               "RELAIS_TRUSTED_PROXIES must be addresses or networks, such as 10.0.0.7, 192.168.4.0/24",
		"RELAIS_SYNTHETIC=perhaps":                   "RELAIS_SYNTHETIC must be true or false",
		"RELAIS_LOG_LEVEL=loud":                      "RELAIS_LOG_LEVEL must be debug, info, warn or error",
		"RELAIS_SESSION_IDLE=30":                     "RELAIS_SESSION_IDLE must be a time from 1m to 24h, such as 30m",
		"RELAIS_SESSION_LENGTH=25h":                  "RELAIS_SESSION_LENGTH must be a time from 1m to 24h, such as 10h",
		"RELAIS_STEP_UP=72h":                         "RELAIS_STEP_UP must be a time from 1m to 24h, such as 10m",
		"RELAIS_SESSION_IDLE=11h":                    "RELAIS_SESSION_IDLE must not be longer than RELAIS_SESSION_LENGTH",
		"RELAIS_SMTP_ADDRESS=mail":                   "RELAIS_SMTP_ADDRESS must be HOST:PORT",
		"RELAIS_SMTP_FROM=relais@relais.example":     "RELAIS_SMTP_ADDRESS must be set where another RELAIS_SMTP setting is",
		"RELAIS_ADRESS=:80":                          "RELAIS_ADRESS is not a setting; docs/operations.md lists them all",
		"RELAIS_KEYS_FILE=/etc/passwd":               "RELAIS_KEYS_FILE is not a setting; docs/operations.md lists them all",
		"RELAIS_DATABASE_FILE=/nowhere/s3cret":       "RELAIS_DATABASE_FILE names a file that cannot be read: no such file or directory",
		"RELAIS_DATABASE_FILE=/dev/null":             "RELAIS_DATABASE_FILE names a file that is empty",
		"RELAIS_DATABASE_FILE=/dev/zero":             "RELAIS_DATABASE_FILE names a file that is larger than a secret can be",
	}
	for setting, want := range tests {
		t.Run(setting, func(t *testing.T) {
			given := []string{setting}
			if strings.HasPrefix(setting, "RELAIS_SMTP_ADDRESS") {
				given = append(given, "RELAIS_SMTP_FROM=relais@relais.example")
			}
			_, err := config.Load(given)
			mistakes, _ := err.(config.Mistakes)
			if diff := cmp.Diff(config.Mistakes{want}, mistakes); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoad_tellsAllMistakesAtOnce(t *testing.T) {
	_, err := config.Load([]string{"RELAIS_SYNTHETIC=perhaps", "RELAIS_STEP_UP=soon", "RELAIS_LOG_LEVEL=loud",
		"RELAIS_ADDRESS=nowhere", "RELAIS_TYPO=1", "RELAIS_SMTP_ADDRESS=:25", "RELAIS_SMTP_FROM=Relais", "RELAIS_SMTP_USER=relais"})
	want := config.Mistakes{
		"RELAIS_ADDRESS must be HOST:PORT",
		"RELAIS_LOG_LEVEL must be debug, info, warn or error",
		"RELAIS_SMTP_ADDRESS must be HOST:PORT",
		"RELAIS_SMTP_FROM must be an e-mail address",
		"RELAIS_SMTP_USER and RELAIS_SMTP_PASSWORD go together",
		"RELAIS_STEP_UP must be a time from 1m to 24h, such as 10m",
		"RELAIS_SYNTHETIC must be true or false",
		"RELAIS_TYPO is not a setting; docs/operations.md lists them all",
	}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoad_readsTheSecretFromItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "database")
	if err := os.WriteFile(file, []byte("postgres://relais:pw@db/relais\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load([]string{"RELAIS_DATABASE_FILE=" + file})
	if err != nil || got.Database.Reveal() != "postgres://relais:pw@db/relais" {
		t.Errorf("got %q, %v", got.Database.Reveal(), err)
	}
	_, err = config.Load([]string{"RELAIS_DATABASE_FILE=" + file, "RELAIS_DATABASE=sqlite:x"})
	if want := "RELAIS_DATABASE and RELAIS_DATABASE_FILE are both set: leave one out"; fmt.Sprint(err) != want {
		t.Errorf("both: %v", err)
	}
}

func TestConfig_neverPrintsASecret(t *testing.T) {
	const url = "postgres://relais:hunter2@db/relais"
	cfg, err := config.Load([]string{"RELAIS_DATABASE=" + url})
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("start", "config", cfg, "database", cfg.Database)
	_, wrong := config.Load([]string{"RELAIS_DATABASE=mysql://relais:hunter2@db", "RELAIS_DATABASE_FILE=/hunter2"})
	for _, said := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v %#v %v %q %x", cfg, cfg, &cfg, cfg.Database, cfg.Database),
		string(asJSON), logged.String(), wrong.Error()} {
		if strings.Contains(said, "hunter2") || strings.Contains(said, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("shows the password: %s", said)
		}
	}
}

func TestOperations_listsEverySetting(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for field := range reflect.TypeFor[config.Config]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/operations.md leaves %s out", name)
		}
	}
}
