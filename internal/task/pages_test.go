package task_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	_ "relais/internal/task"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "task") }
