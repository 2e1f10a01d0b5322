package worklist_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/worklist"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "worklist") }
