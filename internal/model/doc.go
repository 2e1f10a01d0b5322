// Package model holds the program against the rules of sharing: random people of several agencies and countries share, refer, ask,
// consent, exclude, seal, hand over and let time pass, and after every step everybody's view is compared with a model.
// The model is written from the rules and shares no code with the program; only tests stand here. Compared is what somebody opens,
// lists, searches, counts and takes out as a copy.
package model
