package sharing

// Becomes lets the tests walk every pair of states.
func Becomes(from, to State) bool { return from.becomes(to) }
