package database

/*
typedef struct sqlite3 sqlite3;
extern int sqlite3_auto_extension(void (*each)(void)) __attribute__((weak));
extern int sqlite3_db_config(sqlite3 *db, int op, ...) __attribute__((weak));
extern int sqlite3_config(int op, ...) __attribute__((weak));

enum { enable_qpsg = 1007, config_memstatus = 9 };

static int without_memory_figures(void) { return sqlite3_config(config_memstatus, 0); }

static int keep_plans(sqlite3 *db, char **error, const void *api) { return sqlite3_db_config(db, enable_qpsg, 1, (int *)0); }
static int keep_plans_everywhere(void) { return sqlite3_auto_extension((void (*)(void))keep_plans); }
*/
import "C"

import "fmt"

// init turns on SQLite's query planner stability guarantee for every connection. Without it SQLite prepares most statements
// anew each time that a parameter is bound, in the hope of a better plan: a read of a file then takes three times as long.
// The driver has no setting for it. The functions are the driver's own, found when the program is linked.
func init() {
	// Nobody reads SQLite's own count of its memory, and keeping it takes a lock common to all connections at each allocation.
	if code := C.without_memory_figures(); code != 0 {
		panic(fmt.Sprintf("database: SQLite refuses to leave its memory uncounted: %d", int(code)))
	}
	if code := C.keep_plans_everywhere(); code != 0 {
		panic(fmt.Sprintf("database: SQLite refuses to keep its plans: %d", int(code)))
	}
}
