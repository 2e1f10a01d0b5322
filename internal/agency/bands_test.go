package agency

import "testing"

// TestBandOf walks both sides of each step: nothing between two steps is told apart.
func TestBandOf(t *testing.T) {
	for files, want := range map[int]int{0: 0, 1: 0, 4: 0, 5: 5, 6: 5, 19: 5, 20: 20, 99: 20, 100: 100, 103: 100, 100000: 100} {
		if got := bandOf(files); got != want {
			t.Errorf("%d files are told as %d, want %d", files, got, want)
		}
	}
}
