package gate

// FromNewest is where a list begins that goes from the newest to the oldest, unless it goes on from somewhere.
func (c Cursor) FromNewest() Cursor {
	if c.ID == "" {
		return Cursor{At: 1 << 62, ID: "~"}
	}
	return c
}

// Cut takes a page off rows that were read one longer than it, and gives the place where the next page begins: the zero cursor
// on the last one. place is a row's place in its list.
func Cut[T any](rows []T, limit int, place func(*T) Cursor) (page []T, next Cursor) {
	if len(rows) <= limit {
		return rows, Cursor{}
	}
	return rows[:limit], place(&rows[limit-1])
}
