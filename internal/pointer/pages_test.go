package pointer_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/pointer"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "pointer") }
