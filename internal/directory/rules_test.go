package directory

import "testing"

func TestBearsName_knowsTheNameHoweverItIsWritten(t *testing.T) {
	for _, c := range []struct {
		email, name string
		want        bool
	}{
		{"jose.munoz@agency.example", "José Muñoz", true},
		{"munozjose@agency.example", "José Muñoz", true},
		{"intake@agency.example", "José Muñoz", false},
		{"jose@agency.example", "José Muñoz", false},
		{"x@jose-munoz.example", "José Muñoz", false},
		{"x@agency.example", "", false},
	} {
		if got := bearsName(c.email, c.name); got != c.want {
			t.Errorf("%s and %s: %v", c.email, c.name, got)
		}
	}
}
