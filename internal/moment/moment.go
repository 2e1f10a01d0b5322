// Package moment holds the two kinds of time that Relais stores: an instant in whole microseconds UTC and a civil date.
// It does no calendar arithmetic of the law; legal clocks are another package's matter.
package moment

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"
)

// Time is an instant in microseconds since 1970-01-01 UTC; zero means "none". Both engines store it as an integer,
// because SQLite compares text times lexically and PostgreSQL drops nanoseconds, which would break hashes.
type Time int64

// Clock tells the present; programs hand in Now, tests a fixed one.
type Clock func() Time

// layout is RFC 3339 in UTC to the microsecond.
const layout = "2006-01-02T15:04:05.000000Z"

// Now is the machine's clock.
func Now() Time { return Of(time.Now()) }

// Of cuts t to whole microseconds.
func Of(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Time gives the instant as a time.Time in UTC.
func (t Time) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// Add moves the instant by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d/time.Microsecond) }

// Sub is the span from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Microsecond }

// Before says whether t comes before u.
func (t Time) Before(u Time) bool { return t < u }

// IsZero says whether there is no instant.
func (t Time) IsZero() bool { return t == 0 }

// String writes RFC 3339 in UTC, or nothing for the zero instant.
func (t Time) String() string {
	if t == 0 {
		return ""
	}
	return t.Time().Format(layout)
}

// MarshalJSON writes the instant as an RFC 3339 string, the zero instant as null.
func (t Time) MarshalJSON() ([]byte, error) {
	return t.AppendJSON(make([]byte, 0, 32)), nil
}

// AppendJSON is MarshalJSON at the end of something.
func (t Time) AppendJSON(to []byte) []byte {
	if t == 0 {
		return append(to, "null"...)
	}
	return append(t.Time().AppendFormat(append(to, '"'), layout), '"')
}

// UnmarshalJSON reads an RFC 3339 string or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = 0
		return nil
	}
	text, err := strconv.Unquote(string(b))
	if err != nil {
		return fmt.Errorf("moment: not a string")
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return fmt.Errorf("moment: not an RFC 3339 instant")
	}
	*t = Of(at)
	return nil
}

// Value stores the integer.
func (t Time) Value() (driver.Value, error) { return int64(t), nil }

// Scan reads the integer; NULL is the zero instant.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = 0
	case int64:
		*t = Time(v)
	default:
		return fmt.Errorf("moment: cannot read a %T as an instant", src)
	}
	return nil
}
