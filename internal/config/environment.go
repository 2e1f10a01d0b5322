package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"syscall"

	"github.com/sethvargo/go-envconfig"
)

const (
	prefix     = "RELAIS_"
	fileSuffix = "_FILE"
	largest    = 64 << 10 // bytes in a secret file
)

// ofTests are variables that belong to the tests and may be set beside ours.
var ofTests = map[string]bool{"RELAIS_SHOTS": true, "RELAIS_SURROUNDINGS": true}

// variable is one setting as its tags describe it.
type variable struct {
	wants  string
	secret bool
}

var variables = describe(reflect.TypeFor[Config]())

func describe(settings reflect.Type) map[string]variable {
	known := map[string]variable{}
	for i := range settings.NumField() {
		field := settings.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
		known[name] = variable{wants: field.Tag.Get("wants"), secret: field.Type == reflect.TypeFor[Secret]()}
	}
	return known
}

// readEnvironment picks our variables out of an environment and puts the contents of secret files in their place.
func readEnvironment(environ []string) (map[string]string, Mistakes) {
	env := map[string]string{}
	var mistakes Mistakes
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && value != "" && !ofTests[name] {
			env[name] = value
		}
	}
	for name, value := range env {
		if _, known := variables[name]; known {
			continue
		}
		delete(env, name)
		target := strings.TrimSuffix(name, fileSuffix)
		if target == name || !variables[target].secret {
			mistakes = append(mistakes, name+" is not a setting; docs/operations.md lists them all")
			continue
		}
		if _, both := env[target]; both {
			mistakes = append(mistakes, fmt.Sprintf("%s and %s are both set: leave one out", target, name))
			continue
		}
		secret, err := readSecret(value)
		if err != nil {
			mistakes = append(mistakes, fmt.Sprintf("%s names a file that %v", name, err))
		}
		env[target] = secret
	}
	return env, mistakes
}

// readSecret returns what a file holds without the line break at its end. Its errors leave the path out: somebody may
// have put the secret where its file belongs.
func readSecret(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		var reason syscall.Errno
		errors.As(err, &reason)
		return "", fmt.Errorf("cannot be read: %s", reason)
	}
	defer func() { _ = file.Close() }()
	held, err := io.ReadAll(io.LimitReader(file, largest+1))
	secret := strings.TrimSpace(string(held))
	switch {
	case err != nil:
		return "", errors.New("cannot be read")
	case secret == "":
		return "", errors.New("is empty")
	case len(held) > largest:
		return "", errors.New("is larger than a secret can be")
	}
	return secret, nil
}

// decode fills the struct. Envconfig stops at the first value it cannot read, so that one is noted, taken out, and the
// rest read again.
func decode(env map[string]string) (Config, Mistakes) {
	var mistakes Mistakes
	for {
		cfg, reading, err := decodeOnce(env)
		if err == nil {
			return cfg, mistakes
		}
		if _, given := env[reading]; !given {
			return cfg, append(mistakes, err.Error())
		}
		mistakes = append(mistakes, unmet(reading))
		delete(env, reading)
	}
}

func decodeOnce(env map[string]string) (cfg Config, reading string, err error) {
	err = envconfig.ProcessWith(context.Background(), &envconfig.Config{
		Target:   &cfg,
		Lookuper: envconfig.MapLookuper(env),
		Mutators: []envconfig.Mutator{envconfig.MutatorFunc(
			func(_ context.Context, name, _, _, value string) (string, bool, error) {
				reading = name
				return value, false, nil
			})},
	})
	return cfg, reading, err
}

// unmet is the sentence for a setting that is not what it should be.
func unmet(name string) string { return name + " must be " + variables[name].wants }
