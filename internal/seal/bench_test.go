package seal

import (
	"bytes"
	"context"
	"testing"
)

func BenchmarkSeal(b *testing.B) {
	_, key := newFileKey(b, openVault(b), "file-1", General)
	plain := bytes.Repeat([]byte("0123456789abcdef"), 192) // 3 KB: a section's payload
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Seal(plain, here); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	_, key := newFileKey(b, openVault(b), "file-1", General)
	box := sealed(b, key, string(bytes.Repeat([]byte("0123456789abcdef"), 192)))
	b.SetBytes(int64(len(box)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Open(box, here); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenKey(b *testing.B) {
	v := openVault(b)
	wrapped, _ := newFileKey(b, v, "0197-file", General)
	open := func(b *testing.B) {
		if _, err := v.OpenKey(context.Background(), wrapped, "0197-file", General); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("in memory", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			open(b)
		}
	})
	b.Run("unwrapped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.Forget("0197-file")
			open(b)
		}
	})
}

func BenchmarkNewKey(b *testing.B) {
	v := openVault(b)
	b.ReportAllocs()
	for b.Loop() {
		newFileKey(b, v, "0197-file", General)
	}
}

func BenchmarkToken(b *testing.B) {
	v := openVault(b)
	b.ReportAllocs()
	for b.Loop() {
		v.Token("name", "", "w:shcherbakova")
	}
}
