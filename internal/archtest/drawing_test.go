package archtest

import (
	"slices"
	"strings"
)

// The ground that every slice stands on, lowest first.
var ground = list("moment fault mail locale seal romanise section authz rulepack audit gate database httpkit")

// The trade: the slices in the order of the trade: each may use those before it. What it needs of a later one is handed to it by
// server as a plain function.
var trade = list("agency account notice task entry casefile victim consent restriction sharing request pointer emergency circle consultation directory outside question review breach signal clock track screening support minor checklist journal closing worklist report trail exchange demo")

// drawing says which packages of ours a package may import; a package below another (httpkit/pagecheck) stands with
// it. A new package is drawn here before it is written.
var drawing = draw()

func draw() map[string][]string {
	d := map[string][]string{
		"moment":          nil,
		"fault":           nil,
		"romanise":        nil,
		"config":          nil,
		"migrations":      nil,
		"policies":        nil,
		"web":             nil,
		"seal":            nil,
		"backup":          nil,
		"mail":            list("moment fault"),
		"rulepack":        list("moment authz policies"),
		"locale":          list("moment fault web"),
		"database":        list("moment fault migrations"),
		"authz":           list("moment fault policies"),
		"section":         list("moment fault romanise seal authz"),
		"audit":           list("moment fault database authz"),
		"gate":            list("moment fault database authz section seal audit"),
		"httpkit":         list("moment fault locale authz section audit gate web"),
		"archtest":        nil,
		"testkit/servers": nil,
		"bench":           nil,
		"mainjob":         nil,
		"model":           nil,
		"pathways":        nil,
		"testkit":         slices.Concat(list("config server web migrations policies testkit/servers"), ground, trade),
		"server":          slices.Concat(list("backup web policies migrations"), ground, trade),
		"cmd/relais":      slices.Concat(list("config server web policies migrations"), ground, trade),
	}
	for i, slice := range trade {
		d[slice] = slices.Concat(ground, trade[:i])
	}
	return d
}

func list(names string) []string { return strings.Fields(names) }

// drawn returns the row of the drawing that holds for a package: its own or that of the package it lies in.
func drawn(pkg string) (row string, allowed []string, ok bool) {
	for row = pkg; row != ""; {
		if allowed, ok = drawing[row]; ok {
			return row, allowed, true
		}
		cut := strings.LastIndex(row, "/")
		row = row[:max(cut, 0)]
	}
	return "", nil, false
}
