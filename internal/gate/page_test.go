package gate_test

import (
	"slices"
	"testing"

	"relais/internal/gate"
	"relais/internal/moment"
)

func TestCut_leadsThroughAListRowByRowOnce(t *testing.T) {
	all := []int{1, 2, 3, 4, 5, 6}
	place := func(n *int) gate.Cursor { return gate.Cursor{At: moment.Time(*n), ID: "id"} }
	for limit := 1; limit <= 7; limit++ {
		var seen []int
		after := gate.Cursor{}
		for pages := 0; pages == 0 || after.ID != ""; pages++ {
			rows := all[after.At:]
			page, next := gate.Cut(rows[:min(limit+1, len(rows))], limit, place)
			if len(page) > limit || pages > len(all) {
				t.Fatalf("limit %d: a page of %d after %d pages", limit, len(page), pages)
			}
			seen, after = append(seen, page...), next
		}
		if !slices.Equal(seen, all) {
			t.Errorf("limit %d: %v", limit, seen)
		}
	}
	if page, next := gate.Cut(nil, 3, place); len(page) != 0 || next != (gate.Cursor{}) {
		t.Errorf("nothing at all: %v %v", page, next)
	}
}

func TestFromNewest_beginsAboveEverythingAndGoesOnWhereItWas(t *testing.T) {
	if top := (gate.Cursor{}).FromNewest(); top.At < moment.Time(1<<61) || top.ID <= "ffffffff-ffff-7fff-bfff-ffffffffffff" {
		t.Errorf("the top is %+v", top)
	}
	if at := (gate.Cursor{At: 7, ID: "x"}); at.FromNewest() != at {
		t.Errorf("a place moved: %+v", at.FromNewest())
	}
}
