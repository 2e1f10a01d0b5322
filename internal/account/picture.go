package account

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the white border that readers need, in squares.
const quiet = 4

// Picture is a QR code as one SVG path; Size is the side of its square.
type Picture struct {
	Path string
	Size int
}

// picture draws a text. It is drawn into the page: a picture by address would be a secret in a log.
func picture(text string) (Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return Picture{}, fmt.Errorf("account: qr: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return Picture{Path: path.String(), Size: code.Size + 2*quiet}, nil
}
