# Torhaus. `make help` lists the targets; everything made goes to build/.
.DEFAULT_GOAL := help
SHELL   := /bin/bash
PROFILE ?= release
BUILD   ?= build
OUT     := $(BUILD)/$(PROFILE)
VERSION := 0.1.0
PREFIX  ?= /usr

# A program counts from the day it has a main.c.
PROGRAMS := $(foreach p,forms documents status osci handover courier receipt photoclean torhaus,\
	$(if $(wildcard fcgi-apps/$(p)/main.c),$(p)))

# One row a program: what it links beyond the library.
PKGS_COMMON     := libmariadb libxml-2.0 libcjson libcrypto libutf8proc libpcre2-8
PKGS_receipt    := pangocairo libqrencode
PKGS_photoclean := libheif libjpeg
PKGS_courier    := libcurl
PKGS_torhaus    := libcurl libarchive
PKGS_osci       := libcurl
LIBS_documents  := -lmagic
LIBS_COMMON     := -lfcgi -lpthread -lm

PKGS := $(PKGS_COMMON) $(foreach p,$(PROGRAMS),$(PKGS_$(p)))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings
ifdef WERROR
WARN += -Werror
endif
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
CFLAGS_release  := -O2 -g $(HARDEN)
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
# Of debug information the sanitizers print functions and lines only; and a
# hundred test programs link three times as fast with another linker.
FAST_LD := $(firstword $(foreach l,lld gold,\
	$(if $(shell command -v ld.$(l)),-fuse-ld=$(l))))
CFLAGS_san      := -O1 -g1 -fno-omit-frame-pointer -fPIE \
	-fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS_san     := -pie $(FAST_LD) -fsanitize=address,undefined
CFLAGS_fuzz     := -O1 -g1 -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# Tests of the sanitizers' build are not optimized, what they test is.
CFLAGS_unit_san := -O0
LDFLAGS_fuzz    := $(FAST_LD) -fsanitize=fuzzer,address,undefined
CFLAGS_analyze  := -O2 -fanalyzer
ifeq ($(PROFILE),fuzz)
CC := clang
endif

# pkg-config is asked only by targets that compile, never by `make help`.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
CPPFLAGS += -D_DEFAULT_SOURCE -D_GNU_SOURCE -DTORHAUS_VERSION='"$(VERSION)"' \
	-DTORHAUS_SHARE='"$(PREFIX)/share/torhaus"' \
	-Ifcgi-apps -include fcgi-apps/common/banned.h
CFLAGS += -std=c17 $(WARN) $(CFLAGS_$(PROFILE))
LDFLAGS += $(LDFLAGS_$(PROFILE))
pkg-libs = $(if $(1),$(shell pkg-config --libs $(1)))

COMMON_SRC := $(wildcard fcgi-apps/common/*.c fcgi-apps/common/*/*.c)
COMMON_OBJ := $(COMMON_SRC:%.c=$(OUT)/%.o)
LIB        := $(OUT)/libtorhaus.a
BINARIES   := $(PROGRAMS:%=$(OUT)/bin/%)

.PHONY: all
all: $(LIB) $(BINARIES) ## build every program (PROFILE=release|san)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(COMMON_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

define program
$(OUT)/bin/$(1): $$(patsubst %.c,$(OUT)/%.o,$$(wildcard fcgi-apps/$(1)/*.c)) $(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(1)) $$(call pkg-libs,$$(PKGS_$(1))) \
	    $(LIBS_COMMON) $$(call pkg-libs,$(PKGS_COMMON))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# The description of an API is a part of its program (.incbin).
$(OUT)/fcgi-apps/handover/openapi.o: fcgi-apps/handover/openapi.json

# Unit tests: tests/unit/test_X.c becomes one program, linked with the library
# and with the objects that its first line may name:  /* links: forms/form_view */
TESTS_UNIT := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(wildcard tests/unit/test_*.c))
unit-links = $(shell sed -n '1s@^/\* links: \(.*\) \*/@\1@p' $(1))

.SECONDEXPANSION:
$(OUT)/unit/%: tests/unit/%.c $$(addprefix $(OUT)/fcgi-apps/,$$(addsuffix .o,$$(call unit-links,tests/unit/$$*.c))) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) $(CFLAGS_unit_$(PROFILE)) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) \
	    -lcmocka -lm $(LIBS_COMMON) $(call pkg-libs,$(PKGS_COMMON) libcurl) -lmagic -larchive

FUZZERS := $(patsubst tests/fuzz/%.c,$(OUT)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
$(OUT)/fuzz/%: tests/fuzz/%.c $$(addprefix $(OUT)/fcgi-apps/,$$(addsuffix .o,$$(call unit-links,tests/fuzz/$$*.c))) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) \
	    -lm $(LIBS_COMMON) $(call pkg-libs,$(PKGS_COMMON)) -lmagic

# Simulators of foreign systems: all C files of tests/<name>, and what all of
# them share, are one program.
SIMULATORS := $(foreach s,register producer fachverfahren,$(OUT)/simulators/$(s))
.PHONY: simulators
simulators: $(SIMULATORS)
$(OUT)/simulators/%: $$(wildcard tests/%/*.c tests/authority/*.[ch]) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/authority $(PKG_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.a,$^) \
	    -lm $(LIBS_COMMON) $(call pkg-libs,$(PKGS_COMMON) libcurl)

# The benchmark's own programs.
BENCHERS := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(wildcard tests/bench/*.c))
$(OUT)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $(filter %.c %.a,$^) \
	    $(LIBS_COMMON) $(call pkg-libs,$(PKGS_COMMON) libcurl)

.PHONY: benchers
benchers: $(BENCHERS)

.PHONY: unit fuzzers
unit: $(TESTS_UNIT) $(OSCI_TOOLS) ## build the unit tests of this PROFILE
fuzzers: $(FUZZERS)

# Foreign systems of OSCI, for tests.
OSCI_TOOLS := $(patsubst tests/osci/%.c,$(OUT)/osci/%,$(wildcard tests/osci/*.c))
$(OUT)/osci/%: tests/osci/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $(filter %.c %.a,$^) \
	    $(LIBS_COMMON) $(call pkg-libs,$(PKGS_COMMON) libcurl)

.PHONY: osci-tools
osci-tools: $(OSCI_TOOLS)

# What a fresh machine lacks is installed by package name; see the scripts.
.PHONY: deps
deps: ## install the Debian and npm packages that `make run` needs
	@tests/stack/install.sh run
	@tests/stack/assets.sh

# The demo. Options are handed on: PORT=8090 MAIL_PORT=8035 RESET=1.
.PHONY: run
run: deps ## the demo on http://quellstadt.localhost:8080/ (PORT=, MAIL_PORT=, RESET=1)
	@tests/stack/build.sh all simulators
	@exec tests/stack/stack.sh run $(if $(PORT),--port $(PORT)) \
	    $(if $(MAIL_PORT),--mail-port $(MAIL_PORT)) $(if $(RESET),--reset)

.PHONY: osci-endpoint
osci-endpoint: deps ## an OSCI intermediary with the keys of KEYS=DIR (PORT=, LENIENT=1)
	@tests/stack/build.sh all
	@exec tests/osci/endpoint.sh run $(if $(KEYS),--keys "$(KEYS)") \
	    $(if $(PORT),--port $(PORT)) $(if $(LENIENT),--lenient)

.PHONY: test
test: ## every test; ends with "N passed, N failed"
	@tests/stack/install.sh test
	@tests/stack/assets.sh
	@tests/run.sh

.PHONY: lint lint-deep flags
lint: ## the rules of the house that a compiler does not know
	@tests/lint.sh
lint-deep: ## the same, with gcc's analyzer and clang-tidy
	@tests/lint.sh deep
flags:
	$(info $(CPPFLAGS) $(PKG_CFLAGS) -std=c17) @:

.PHONY: bench
bench: ## speed and memory against a PHP twin, to build/bench.tsv (BENCH_QUICK=1)
	@tests/stack/install.sh bench
	@tests/stack/assets.sh
	@tests/stack/build.sh all benchers simulators
	@tests/bench/run.sh

.PHONY: fuzz
fuzz: ## run each fuzz target for a minute (FUZZ_SECONDS=)
	@tests/stack/install.sh test
	@tests/fuzz/run.sh $(or $(FUZZ_SECONDS),60) | tee $(BUILD)/fuzz.txt
	@! grep -q '^not ok' $(BUILD)/fuzz.txt

.PHONY: faults
faults: ## 10,000 applications while every process is killed in turn
	@tests/stack/install.sh test
	@tests/stack/assets.sh
	@tests/stack/build.sh all simulators
	@CHAIN_N=$${CHAIN_N:-300} CHAIN_KILLS=$${CHAIN_KILLS:-60} \
	    CHAIN_LANES=$${CHAIN_LANES:-8} CHAIN_WAIT_S=$${CHAIN_WAIT_S:-900} \
	    tests/faults/run.sh

.PHONY: pages
pages: deps ## styles, fonts and scripts to build/assets
	@echo "build/assets and build/layout are up to date"

# Installs below DESTDIR; docs/operations.md says what to do next.
LIBEXEC := $(PREFIX)/lib/torhaus
SHARE   := $(PREFIX)/share/torhaus
.PHONY: install
install: all ## install programs, units and nginx files (DESTDIR=, PREFIX=/usr)
	@tests/stack/assets.sh
	@VERSION=$(VERSION) PREFIX=$(PREFIX) LIBEXEC=$(LIBEXEC) SHARE=$(SHARE) \
	    BUILD=$(BUILD) BIN=$(OUT)/bin fcgi-apps/install.sh "$(DESTDIR)"

.PHONY: clean
clean: ## remove build/ (demo data included)
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
