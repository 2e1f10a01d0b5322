// Package bench measures the whole program over HTTP beside the least that any program could do with the same bytes.
// It holds benchmarks and nothing else: no claim of the trade, and no test that fails because of time.
package bench
