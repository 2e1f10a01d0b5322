package agency

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// What the forms of other slices ask about desks.

// DeskOptions are the desks of some agencies to choose from, with the country, because three of them share a list.
func DeskOptions(w *locale.Words, agencies []Listing) (options []httpkit.Option) {
	for _, a := range agencies {
		for _, d := range a.Desks {
			options = append(options, httpkit.Option{Value: d.ID, Label: a.Country + " · " + a.Name + " · " + d.Name + " (" + w.T(a.Kind.Key()) + ")"})
		}
	}
	return options
}

// OwnDesk asks for which of their desks somebody acts; the only one is chosen already.
func OwnDesk(label string, own []DeskListing) httpkit.Field {
	f := httpkit.Field{Kind: httpkit.Select, Name: "desk", Label: label, Required: true}
	for _, d := range own {
		f.Options = append(f.Options, httpkit.Option{Value: d.ID, Label: d.Name})
	}
	if len(own) == 1 {
		f.Value = own[0].ID
	}
	return f
}
