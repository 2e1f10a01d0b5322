package moment

import (
	"time"
	_ "time/tzdata" // the zone has to exist on a machine without a zone database
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("moment: " + name + " is missing from the embedded zone data")
	}
	return zone
}
