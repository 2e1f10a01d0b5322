package exchange_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"relais/internal/exchange"
)

// BenchmarkImport reads 5,000 persons with twelve answers each into a fresh SQLite database.
func BenchmarkImport(b *testing.B) {
	for _, rows := range []int{500, 5000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			file := manyPersons(rows)
			for b.Loop() {
				b.StopTimer()
				s := newScene(b, "sqlite:"+filepath.Join(b.TempDir(), "relais.db"))
				b.StartTimer()
				if report := s.take("shelter", file, "persons.csv", exchange.Options{}); report.Victims != rows {
					b.Fatal(report.Victims)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkDryRun is what a person waits for who tries a file out.
func BenchmarkDryRun(b *testing.B) {
	file := manyPersons(5000)
	s := newScene(b, "sqlite:"+filepath.Join(b.TempDir(), "relais.db"))
	for b.Loop() {
		s.take("shelter", file, "persons.csv", exchange.Options{DryRun: true})
	}
}

func manyPersons(rows int) []byte {
	var file bytes.Buffer
	file.WriteString("prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_Citizenship,prs_PrimaryLanguage,prs_MobilePhone,con_Consent," +
		"vic_TraffickingStatus,vic_TypeOfExploitation,vic_ForcedLabourIndustry,vic_MethodsOfControl\n")
	for i := range rows {
		fmt.Fprintf(&file, "Ana%d,Popa%d,19%02d-%02d-%02d,Feminine,RO;MD,ron,+3247%07d,true,PossibleVictimOfTrafficking,ForcedLabour,Construction,DebtBondage;TakesEarnings\n",
			i, i%97, 50+i%50, 1+i%12, 1+i%28, i)
	}
	return file.Bytes()
}
