package request_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/request"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "request") }
