package server

import (
	"os"
	"runtime/debug"
)

const (
	heapGrowth = 800     // percent over what is live
	heapLimit  = 1 << 30 // bytes; near it the collector works as often as it must
)

// roomyHeap lets the heap grow ninefold before it is collected. What is live are some 35 MB of words, templates and tables that
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
