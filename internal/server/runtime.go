package server

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"relais/internal/database"
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

// spareProcessors are the processors of Go's scheduler beyond those of the machine. SQLite's commit waits for the disk inside C and
// holds one of them until the runtime takes notice; on a machine with two, every commit stopped half of the program.
const spareProcessors = 2

var spare sync.Once // the number is the process's, and a test runs several programs in one

// keepProcessors lets what is ready run while a commit waits for the disk. An operator who sets Go's own GOMAXPROCS decides otherwise.
func keepProcessors(engine database.Engine) {
	if engine == database.SQLite && os.Getenv("GOMAXPROCS") == "" {
		spare.Do(func() { runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spareProcessors) })
	}
}
