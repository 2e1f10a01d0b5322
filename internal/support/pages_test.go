package support_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/support"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "support") }
