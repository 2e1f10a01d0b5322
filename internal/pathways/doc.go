// Package pathways walks the ways of the law with invented people: five years in Belgium, the Netherlands and Luxembourg, an adult
// and a child each, and somebody with clocks of two countries. Each story is a table in testdata whose days were worked out apart
// from the program. It holds no rule of its own; only tests stand in it.
package pathways
