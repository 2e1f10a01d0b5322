package server

import (
	"os"
	"runtime/debug"
)

const (
	heapGrowth = 400     // percent over what is live
	heapLimit  = 1 << 30 // bytes; near it the collector works as often as it must
)

// roomyHeap lets the heap grow fivefold before it is collected. What is live are some 70 MB of templates, words and tables that
// never change, and marking them after every few hundred answers took a fifth of the program's time. An operator who sets
// Go's own GOGC or GOMEMLIMIT decides otherwise.
func roomyHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapLimit)
	}
}
