package directory

import (
	"fmt"
	"testing"
)

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

func TestPageOf_givesEveryDeskOnce(t *testing.T) {
	var all []Listing
	for i := range 2*PageSize + 7 {
		all = append(all, Listing{DeskID: fmt.Sprint(i), Version: 2, Services: "housing"})
		all = append(all, Listing{DeskID: fmt.Sprint("silent", i), Version: unwritten})
	}
	seen := map[string]int{}
	after, pages := "", 0
	for {
		page := pageOf(all, Filter{Service: "housing"}, after, 0)
		for _, l := range page.Desks {
			seen[l.DeskID]++
		}
		if pages++; page.Next == "" || pages > 9 {
			break
		}
		after = page.Next
	}
	if len(seen) != 2*PageSize+7 || pages != 3 {
		t.Errorf("%d desks on %d pages", len(seen), pages)
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("desk %s %d times", id, times)
		}
	}
}
