# `make` lists the targets. Everything installs what it needs, or says what to
# install; see scripts/setup.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null | sed 's/^v//')
LDFLAGS   := -s -w -X jump/internal/version.Number=$(if $(filter v%,$(shell git tag --points-at HEAD 2>/dev/null)),$(VERSION),0.1.0)
GOBUILD   := CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)'
THRIFTY   := $(foreach p,$(shell grep -v '^\#' packaging/thrifty.txt),-gcflags=$(p)=-l) # the client is small, the others fast
TARGETS   := linux/amd64 linux/arm64 windows/amd64 windows/arm64 darwin/amd64 darwin/arm64
FUZZTIME  ?= 20s
DEMO_DATA ?= .data/demo
# Packages of test/ that run beside each other: they wait for other programs most
# of the time, and for as long as it takes. Others have limits in seconds.
BESIDE    := linux|service|windows
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The product has no cgo, and neither have its tests: what was compiled for one
# serves the other.
export CGO_ENABLED := 0

# A Node of our own where the system's is too old (scripts/setup fetches it).
export PATH := $(CURDIR)/.tools/node_modules/.bin:$(PATH)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## install everything that building, testing and checking needs
	@scripts/setup run test

.PHONY: build
build: ## build jumpclient, jumpsite and jump into bin/ (Go alone is enough)
	@mkdir -p bin
	@echo "building jumpclient, jumpsite and jump into bin/"
	@$(GOBUILD) $(THRIFTY) -o bin/ ./cmd/jumpclient
	@$(GOBUILD) -o bin/ ./cmd/jumpsite ./cmd/jump

.PHONY: packages
packages: ## make the installer files of every platform in bin/packages
	@scripts/setup packages
	@scripts/packages

.PHONY: run
run: ## a site, an account and a client on this very computer; Ctrl-C ends all
	@scripts/setup run
	@$(MAKE) --no-print-directory build
	@scripts/packages --host
	@exec bin/jumpsite demo --data $(DEMO_DATA)

# `make check` vets everything, and more thoroughly than go test would. A machine
# that has never run test/linux and test/service makes their Debian trees first.
.PHONY: test
test: ## run every test: Go, console, end to end
	@scripts/setup run test
	go test -vet=off $$(go list ./... | grep -v /test/)
	go test -vet=off -p 3 -timeout 20m $$(go list ./test/... | grep -E '/test/($(BESIDE))$$')
	go test -vet=off -p 1 $$(go list ./test/... | grep -Ev '/test/($(BESIDE))$$')
	cd web && npm test --silent

.PHONY: e2e
e2e: ## run the end-to-end tests alone, with their steps shown
	@scripts/setup run test
	go test -count=1 -v ./test/...

.PHONY: check
check: ## what CI demands beyond the tests: format, vet, lint, policy, generated files, cross-builds
	@scripts/setup run test
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt: $$(gofmt -l $$(git ls-files '*.go'))"; exit 1; }
	go mod tidy -diff
	go vet ./...
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	$(STATICCHECK) ./...
	go test ./internal/archtest
	cd web && npm run --silent check
	scripts/generated
	@$(MAKE) --no-print-directory cross

.PHONY: generate
generate: ## write the generated files again: API description, its types, the console
	go generate ./...
	cd web && npm run --silent schema && npm run --silent build

.PHONY: cross
cross: ## build every command for every system, without cgo
	@for t in $(TARGETS); do echo "cross $$t"; \
	  GOOS=$${t%/*} GOARCH=$${t#*/} CGO_ENABLED=0 go build ./... || exit 1; done

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (20s; 1000000x: a million executions)
	@scripts/fuzz $(FUZZTIME)

.PHONY: bench
bench: ## run the benchmarks, print the sizes of programs and installers, compare the screen with VNC servers
	@scripts/setup run test bench packages
	@$(MAKE) --no-print-directory build
	@wc -c bin/jumpclient bin/jumpsite bin/jump
	@scripts/packages
	go test -run '^$$' -bench . -benchmem ./...
	@$(MAKE) --no-print-directory bench-idle
	@$(MAKE) --no-print-directory bench-fleet
	@$(MAKE) --no-print-directory bench-screen

.PHONY: bench-fleet
bench-fleet: build ## what a fleet costs its site and how it comes back (test/fleet/README.md); FLEET="-agents 5000 -outage 5m"
	go build -o bin/ ./test/fleet
	bin/fleet $(FLEET)
	bin/fleet -way tls -flood 0 $(FLEET)

.PHONY: bench-idle
bench-idle: ## what an idle client costs, for half an hour over QUIC and over TLS, and what is left of 100 outages (root)
	JUMP_IDLE=30m JUMP_OUTAGES=100 go test -count=1 -run '^$$' -bench 'Idle|Outages' -benchtime 1x -timeout 3h ./test/network

.PHONY: bench-screen
bench-screen: build ## the screen beside TigerVNC and x11vnc (test/bench/README.md); BENCH="-scenes page -rounds 3"
	@scripts/setup bench
	go build -o bin/ ./test/bench
	bin/bench $(BENCH)

.PHONY: soak
soak: build ## what `make test` samples, in full: kill -9 at every system call, cut lines, 100,000 hours of agents, random drawings and input, a fleet of 2,000 under attack, an hour of one session
	@scripts/setup run test bench
	JUMP_SOAK=1 go test -count=1 -timeout 3h -p 1 -run Kill -v ./test/linux ./test/service
	JUMP_SOAK=1 go test -count=1 -timeout 1h -p 1 -run 'Exact|TestInput$$' ./capture/encode ./agent/session
	JUMP_SOAK=1 go test -count=1 -timeout 1h -v ./test/fleet
	JUMP_SOAK=1 go test -count=1 -timeout 1h -run 'Outlasts|BlackHole|Loss|Rebinding' -v ./test/network
	JUMP_SOAK=1 go test -count=1 -timeout 3h -v ./test/simulation
	JUMP_SOAK=1 go test -count=1 -run 'Film|Firefox' -v ./test/e2e
	go build -o bin/ ./test/bench
	bin/bench -soak 1h -scenes idle,typing,terminal,page,smooth,drag,switch,photos,video

.PHONY: race
race: ## run the Go tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race $$(go list ./... | grep -v /test/)

.PHONY: clean
clean: ## remove what was built, and the demo's data
	rm -rf bin out .data
