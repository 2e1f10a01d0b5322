// Package model holds the program against the rules of sharing: random people of several agencies and countries share, refer,
// consent, exclude, seal, hand over and let time pass, and after every step everybody's view is compared with a model.
// The model is written from the rules and shares no code with the program; only tests stand here. What the program cannot do
// yet, the export of a file, is not compared.
package model
