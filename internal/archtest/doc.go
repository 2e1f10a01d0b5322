// Package archtest holds the drawing of the program as tests: who may import whom, where SQL, Casbin, templates and
// the web libraries may stand, and how large a file or a function may be. It is no linter of taste and no code of the
// program; a rule here has a sentence in architecture.md or internal/README.md behind it.
package archtest
