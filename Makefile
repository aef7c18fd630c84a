# Tessuto. `make help` lists what there is; CONTRIBUTING.md says when to use it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What `make run` serves, and where.
DATA   ?= ./data
LISTEN ?= 127.0.0.1:8080

# How long all the tests of one package may take, and which packages to test:
# those that take longest begin first.
TIMEOUT ?= 14m
PKG     ?= ./test/story ./internal/app ./...

# How hard `make soak` tries: kills on each database, time for each fuzz test.
ROUNDS   ?= 100
FUZZTIME ?= 10m

# A clone made by another account has no readable history: the stamp of the
# revision is not worth a build that fails.
GO_BUILD := go build -buildvcs=false -trimpath

# The steps of a target depend on each other from left to right.
.NOTPARALLEL:
.PHONY: help run build test gotest check deps deps-run assets generate openapi bench bench-linkage soak manual clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: deps-run assets build ## build everything and serve the demo on http://127.0.0.1:8080
	bin/tessuto demo --data $(DATA) --listen $(LISTEN)

build: ## compile bin/tessuto
	$(GO_BUILD) -o bin/tessuto ./cmd/tessuto

test: deps assets check gotest ## install what tests need, then run all checks and all tests

# go vet ran over all of it in check; memory is there, and seldom collecting it saves time.
gotest: ## run the tests only, on SQLite and PostgreSQL (PKG=./internal/... for some)
	$(GO_BUILD) -o bin/pgrun ./test/pgrun
	GOGC=300 bin/pgrun -- go test -vet=off -timeout $(TIMEOUT) $(PKG)

check: ## format, vet, and generated files that match their sources
	@scripts/check.sh

deps: ## install what tests need: Node, PostgreSQL, Chromium, fonts, npm packages
	@scripts/deps.sh test

deps-run:
	@scripts/deps.sh run

assets: ## build the style sheets and scripts of web/ into assets/dist, when they changed
	@scripts/assets.sh

generate: ## write the files that are generated: templ components and docs/openapi.yaml
	go tool templ generate
	$(MAKE) openapi

openapi: ## write docs/openapi.yaml from the code
	go run -buildvcs=false ./cmd/tessuto openapi > docs/openapi.yaml.new
	mv docs/openapi.yaml.new docs/openapi.yaml

bench: ## run the benchmarks; the last fills a region on each database, which takes long
	$(GO_BUILD) -o bin/pgrun ./test/pgrun
	bin/pgrun -durable -- go test -run '^$$' -bench . -benchmem ./internal/...
	bin/pgrun -durable -- go test -run '^$$' -bench . -benchtime 1x -timeout 90m ./test/region

bench-linkage: ## measure how well names and records are matched, on public sets and 1 000 000 invented records
	$(GO_BUILD) -o bin/bench-linkage ./test/linkage
	bin/bench-linkage

soak: ## kill the program ROUNDS times while it writes, then fuzz each parser for FUZZTIME
	$(GO_BUILD) -o bin/pgrun ./test/pgrun
	SOAK_ROUNDS=$(ROUNDS) bin/pgrun -- go test -count=1 -v -timeout 60m -run TestKilled ./test/soak
	scripts/fuzz.sh $(FUZZTIME)

manual: ## take the pictures of the manual again, from the demo
	MANUAL=write go test -count=1 ./test/manual

clean: ## remove what was built (never the data)
	rm -rf bin test/out web/node_modules
	find assets/dist -mindepth 1 ! -name .keep -delete
