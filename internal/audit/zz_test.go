package audit
import ("testing";"context";"fmt")
func BenchmarkZZ(b *testing.B) {
	h := newHouse(b, emptySQLite(b))
	for _, c := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(c), func(b *testing.B) {
			zzCommits = 0
			share(b, c, func(n int) error { return h.Append(context.Background(), example(n)) })
			b.ReportMetric(float64(b.N)/float64(zzCommits), "rows/commit")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(zzCommits), "us/commit")
		})
		_ = 0
	}
}
