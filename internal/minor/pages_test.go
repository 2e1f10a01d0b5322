package minor_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/minor"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "minor") }
