package authz

import (
	"errors"
	"testing"

	"relais/internal/fault"
)

func TestStore_keepsTheNewest(t *testing.T) {
	var store Store
	if s, generation := store.Load(); s != nil || generation != 0 {
		t.Fatalf("an empty store holds %v of %d", s, generation)
	}
	if err := store.Swap(shipped(t), 7); err != nil {
		t.Fatal(err)
	}
	other, err := build(shipped(t).lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Swap(other, 6); !errors.Is(err, fault.Conflict) {
		t.Errorf("an older snapshot: %v", err)
	}
	if s, generation := store.Load(); s != shipped(t) || generation != 7 {
		t.Errorf("generation %d", generation)
	}
	if err := store.Swap(other, 8); err != nil {
		t.Error(err)
	}
	if s, generation := store.Load(); s != other || generation != 8 {
		t.Errorf("generation %d", generation)
	}
}

func TestStore_refusesASnapshotWithoutRules(t *testing.T) {
	var store Store
	for _, s := range []*Snapshot{nil, {}} {
		if err := store.Swap(s, 1); !errors.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
	}
	if s, _ := store.Load(); s.Decide(worker(RolePolice), Question{Identity, Read, AllRelations(), AllNeeds()}).Allowed() {
		t.Error("open before the first policy")
	}
}
