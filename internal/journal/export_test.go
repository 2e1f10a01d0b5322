package journal

// Tidy is what a note's text becomes, and whether it may be kept.
func Tidy(text string) (string, bool) {
	wrong := invalid()
	text = checkText(wrong, text)
	return text, len(wrong.Fields) == 0
}
