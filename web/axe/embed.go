// Package axe holds axe-core 4.14.1 for the accessibility tests. It is no part of the product: only tests import it.
package axe

import _ "embed"

// Script is axe-core, to be run in a page under test.
//
//go:embed axe.min.js
var Script string
