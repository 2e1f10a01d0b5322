package notice_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/notice"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "notice") }
