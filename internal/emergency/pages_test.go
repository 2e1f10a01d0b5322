package emergency_test

import (
	"testing"

	_ "relais/internal/emergency"
	"relais/internal/httpkit/pagecheck"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "emergency") }
