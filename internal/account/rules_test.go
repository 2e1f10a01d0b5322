package account

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
	"rsc.io/qr"

	"relais/internal/fault"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/moment"
)

// TestOneTime_agreesWithRFC6238 has the vectors of its appendix B (SHA-1, eight digits) and of RFC 4226, appendix D.
func TestOneTime_agreesWithRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for unix, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := oneTime(secret, unix/stepSeconds, 8); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := oneTime(secret, int64(counter), 6); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
}

func TestMatchStep_allowsOneStepOfDriftAndSpaces(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := moment.Of(time.Unix(1_800_000_015, 0))
	at := stepAt(now)
	for off := int64(-3); off <= 3; off++ {
		code := oneTime(secret, at+off, codeDigits)
		step, ok := matchStep(secret, code[:3]+" "+code[3:], now)
		if want := off >= -1 && off <= 1; ok != want || ok && step != at+off {
			t.Errorf("a code %d steps off: step %d ok %t", off, step-at, ok)
		}
	}
	for _, nonsense := range []string{"", "12345", "1234567", "abcdef", "\x00\x00\x00\x00\x00\x00"} {
		if _, ok := matchStep(secret, nonsense, now); ok {
			t.Errorf("%q matched", nonsense)
		}
	}
}

func TestSecret_readsAsItIsSpoken(t *testing.T) {
	secret := newSecret()
	if got, err := parseSecret(strings.ToLower(spoken(secret))); err != nil || string(got) != string(secret) {
		t.Errorf("read %x, %v", got, err)
	}
	if _, err := parseSecret("short"); err == nil {
		t.Error("a short secret was read")
	}
	want := "otpauth://totp/Relais:nora@payoke.example?issuer=Relais&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got := keyURI([]byte("12345678901234567890"), "nora@payoke.example"); got != want {
		t.Errorf("uri %s", got)
	}
}

// TestPicture_drawsEveryBlackSquareAndNoOther reads the path back and compares it with the code.
func TestPicture_drawsEveryBlackSquareAndNoOther(t *testing.T) {
	const text = "otpauth://totp/Relais:nora@payoke.example?issuer=Relais&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	drawn, err := picture(text)
	fine(t, err)
	code, err := qr.Encode(text, qr.M)
	fine(t, err)
	black := map[[2]int]bool{}
	for piece := range strings.SplitSeq(strings.TrimPrefix(drawn.Path, "M"), "M") {
		var x, y, run, back int
		if n, err := fmt.Sscanf(piece, "%d %dh%dv1h-%dz", &x, &y, &run, &back); n != 4 || err != nil || run != back {
			t.Fatalf("piece %q: %v", piece, err)
		}
		for i := range run {
			black[[2]int{x + i - quiet, y - quiet}] = true
		}
	}
	for y := range code.Size {
		for x := range code.Size {
			if black[[2]int{x, y}] != code.Black(x, y) {
				t.Fatalf("square %d,%d: drawn %t", x, y, black[[2]int{x, y}])
			}
		}
	}
	if drawn.Size != code.Size+8 || len(black) == 0 {
		t.Errorf("size %d of %d", drawn.Size, code.Size)
	}
}

func testHasher() *hasher {
	return newHasher(func(password string) []byte { return []byte("pepper" + password) }, presentCost)
}

func TestHasher_knowsThePasswordAgainAndNoOther(t *testing.T) {
	h := testHasher()
	phc, err := h.hash(t.Context(), demoPassword)
	fine(t, err)
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || h.needsRehash(phc) {
		t.Errorf("hash %s", phc)
	}
	for password, want := range map[string]bool{demoPassword: true, " " + demoPassword: true, demoPassword + "x": false, "": false} {
		if got, err := h.verify(t.Context(), phc, password); err != nil || got != want {
			t.Errorf("%q: %t %v", password, got, err)
		}
	}
	other := newHasher(func(password string) []byte { return []byte("another pepper" + password) }, presentCost)
	if got, _ := other.verify(t.Context(), phc, demoPassword); got {
		t.Error("the pepper does not count")
	}
	composed, err := h.hash(t.Context(), "gr\u00fcne wiesen bl\u00fchen")
	fine(t, err)
	if got, _ := h.verify(t.Context(), composed, "gru\u0308ne wiesen blu\u0308hen"); !got {
		t.Error("another keyboard's ü is another password")
	}
}

func TestHasher_hashesForNobodyToo(t *testing.T) {
	h := testHasher()
	hashed := 0
	h.pepper = func(string) []byte { hashed++; return nil }
	for _, stored := range []string{"", "garbage", "$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"} {
		if got, err := h.verify(t.Context(), stored, "anything"); got || err != nil {
			t.Errorf("%q: %t %v", stored, got, err)
		}
	}
	if got, _ := h.verify(t.Context(), h.decoy, "anything"); got {
		t.Error("the decoy opens")
	}
	if hashed != 4 {
		t.Errorf("hashed %d times", hashed)
	}
}

func TestDecode_refusesWhatWouldCostTooMuch(t *testing.T) {
	good := "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$" + strings.Repeat("A", 43)
	if _, _, _, ok := decode(good); !ok || !testHasher().needsRehash(good) {
		t.Error("an older cost is not read")
	}
	for _, bad := range []string{"", "$argon2i" + good[9:], strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "m=65536", "m=0", 1),
		strings.Replace(good, "m=65536", "m=1048576", 1), strings.Replace(good, "t=3", "t=99", 1), strings.Replace(good, "p=4", "p=0", 1), good + "$", good[:len(good)-4]} {
		if _, _, _, ok := decode(bad); ok {
			t.Errorf("read %s", bad)
		}
	}
}

func TestCheckPassword_refusesWhatIsEasyToGuess(t *testing.T) {
	const email = "nora.wijnants@payoke.example"
	for password, want := range map[string]string{
		demoPassword: "", "8f2-qz7-kd0-xw4": "", "een olifant fietst naar mars": "", "839201847561": "",
		"": "fault.field_required", "kort": "account.password_too_short", strings.Repeat("lang ", 50): "fault.field_too_long",
		"line\nbreak in it": "fault.field_control_characters", "nora.wijnants2026": "account.password_has_email",
		"xx-payoke-yy-zz": "account.password_has_email", "Welcome2026!!!": "account.password_common", "password1234": "account.password_common",
		"P@ssw0rdP@ssw0rd": "account.password_common", "qwertyuiop123": "account.password_common", "123456789012": "account.password_common",
		"aaaaaaaaaaaaaaaa": "account.password_common", "azertyuiopqsdf": "account.password_common", "Wachtwoord2026": "account.password_common",
	} {
		err := checkPassword("password", password, email)
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", password, err)
			}
			continue
		}
		f, _ := fault.As(err)
		if f == nil || f.Fields[0].Key != want {
			t.Errorf("%q: %+v, want %s", password, f, want)
		}
	}
}

func TestNetworkOf_isWhatOneCustomerHas(t *testing.T) {
	for address, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "nonsense": ""} {
		if got := NetworkOf(address); got != want {
			t.Errorf("NetworkOf(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestLocal_sendsNobodyElsewhere(t *testing.T) {
	for to, want := range map[string]string{"": "/", "/victims/1": "/victims/1", "/cases?after=x": "/cases?after=x", "//evil.example": "/",
		"/\\evil.example": "/", "https://evil.example": "/", "javascript:alert(1)": "/", "/a\r\nb": "/", "/sign-in": "/", "/sign-out": "/",
		"/invitation/x": "/", "/" + strings.Repeat("x", 600): "/"} {
		if got := local(to); got != want {
			t.Errorf("local(%q) = %q, want %q", to, got, want)
		}
	}
}

// TestArrive_agreesWithTheModelOfGCRA compares the one statement in SQL with the algorithm written out.
func TestArrive_agreesWithTheModelOfGCRA(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			p := pace{name: fmt.Sprint("test", round), every: time.Duration(rapid.IntRange(1, 60).Draw(rt, "every")) * time.Second, burst: rapid.IntRange(1, 5).Draw(rt, "burst")}
			var due moment.Time
			for range rapid.IntRange(1, 6).Draw(rt, "tries") {
				h.pass(time.Duration(rapid.IntRange(0, 90).Draw(rt, "later")) * time.Second)
				err := h.s.slow(t.Context(), try{p, "somebody"})
				start := max(due, h.now)
				wait := start.Sub(h.now) - p.every*time.Duration(p.burst-1)
				if wait <= 0 {
					due = start.Add(p.every)
					fine(t, err)
					continue
				}
				wants(t, err, fault.TooMany, "account.too_many")
				if f, _ := fault.As(err); f.Detail.(Wait).RetryAfter() != wait {
					rt.Fatalf("wait %v, want %v", f.Detail, wait)
				}
			}
		})
	})
}

func TestTokens_areLongAndSecretsAreHashed(t *testing.T) {
	h := onSQLite(t)
	token := newToken()
	if token == newToken() || !isToken(token) || isToken(token[1:]) || isToken("") {
		t.Errorf("token %q", token)
	}
	a, b := hex.EncodeToString(h.s.hashed(forSession, token)), hex.EncodeToString(h.s.hashed(forInvitation, token))
	if a == b || len(a) != 64 {
		t.Error("purposes mix")
	}
}

func TestPages_fitTheirTemplates(t *testing.T) { pagecheck.Slice(t, "account") }
