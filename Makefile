# Relais. make alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test bench build fmt lint clean

# No loadable SQLite extensions, deleted rows are overwritten, Gin without msgpack, name and user look-ups in Go.
TAGS := sqlite_omit_load_extension,sqlite_secure_delete,nomsgpack,netgo,osusergo
export GOFLAGS := -buildvcs=false -tags=$(TAGS)

PACKAGES ?= ./...
export PACKAGES TEST RACED RACE ALONE

# Pictures of pages: the tests run each in its own directory, so a relative path is made absolute here.
export RELAIS_SHOTS := $(if $(RELAIS_SHOTS),$(abspath $(RELAIS_SHOTS)))

# Without debugging tables a test program links in half the time; traces of panics have their lines all the same. Go keeps the
# result of a package whose code and data have not changed, nor what scripts/test.sh says of its surroundings; FRESH=1 runs all.
TEST := go test $(if $(FRESH),-count=1) -p 2 -timeout 20m -ldflags=-w

# Packages in which several goroutines share something run under the race detector: locks, caches, group commit, pools, the
# session look-up, the middleware. The others, mostly stories in a browser, run once without it, which is four times as fast.
# RACE=1 runs everything under it.
RACED := $(addprefix ./internal/,account agency audit authz database gate httpkit locale romanise seal section)

# Tests of those packages that go through a whole domain by themselves run without the detector; what they call, others of
# the same package call under it.
ALONE := ^(TestSnapshot_equalsTheEnforcer|TestCompile_|TestVerify_goesOverSeveralPages|TestVerify_namesWhat)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 14

run: build ## build, make keys and demo data under ./data, serve on http://127.0.0.1:8080
	@scripts/run.sh

test: ## everything: both engines, race detector, browser, drawing; installs what it lacks if it may
	@scripts/needs.sh
	@$(MAKE) --no-print-directory lint
	@scripts/test.sh

bench: ## all benchmarks, with a table of ratios in build/bench.txt
	@scripts/bench.sh

build: ## bin/relais
	@CGO_ENABLED=1 go build -trimpath -ldflags '-s -w' -o bin/relais ./cmd/relais

fmt: ## format the Go code
	@gofmt -w cmd internal migrations policies web

lint: ## formatting, go vet, syntax of the scripts
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted, make fmt: $$unformatted" >&2; exit 1; }
	@for script in .ci/run scripts/*.sh; do bash -n "$$script"; done
	@go vet -race $(PACKAGES)

clean: ## remove what was built, keep ./data
	@rm -rf bin build
