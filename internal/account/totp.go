package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"

	"relais/internal/moment"
)

// Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, six digits, 30 seconds.
const (
	codeDigits  = 6
	stepSeconds = 30
	drift       = 1 // steps that a telephone's clock may be off, each way
	secretBytes = 20
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

func newSecret() []byte {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails, by its contract
	return secret
}

func stepAt(now moment.Time) int64 { return now.Time().Unix() / stepSeconds }

// oneTime is RFC 4226's code of a counter with so many digits.
func oneTime(secret []byte, counter int64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(counter))
	mac.Write(message[:])
	sum := mac.Sum(nil)
	number := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0x0f:]) & 0x7fffffff
	text := fmt.Sprintf("%010d", number)
	return text[len(text)-digits:]
}

// matchStep finds the time step whose code was typed, among those that a clock may show now; ok is false if none.
func matchStep(secret []byte, typed string, now moment.Time) (step int64, ok bool) {
	typed = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '-' {
			return -1
		}
		return r
	}, typed)
	for try := stepAt(now) - drift; try <= stepAt(now)+drift; try++ {
		if subtle.ConstantTimeCompare([]byte(oneTime(secret, try, codeDigits)), []byte(typed)) == 1 {
			step, ok = try, true
		}
	}
	return step, ok
}

// Code is the code that an authenticator shows now for a secret in base32; tests and the demonstration use it.
func Code(secret string, now moment.Time) (string, error) {
	raw, err := parseSecret(secret)
	if err != nil {
		return "", err
	}
	return oneTime(raw, stepAt(now), codeDigits), nil
}

func parseSecret(text string) ([]byte, error) {
	raw, err := base32Plain.DecodeString(strings.ToUpper(strings.ReplaceAll(text, " ", "")))
	if err != nil || len(raw) < 10 {
		return nil, fmt.Errorf("account: not a secret in base32")
	}
	return raw, nil
}

// spoken is the secret in groups of four, for whoever types it in.
func spoken(secret []byte) string {
	text := base32Plain.EncodeToString(secret)
	var groups []string
	for ; len(text) > 4; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(append(groups, text), " ")
}

// keyURI is what authenticator apps read from the picture.
func keyURI(secret []byte, email string) string {
	query := url.Values{"secret": {base32Plain.EncodeToString(secret)}, "issuer": {"Relais"}}
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Relais:" + email, RawQuery: query.Encode()}
	return uri.String()
}
