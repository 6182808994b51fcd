# weir: one Makefile, objects under build/. `make help` lists the targets.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
KERNEL ?= 6.1 6.12
DISTRO ?= trixie sid

# The machine that ctl is for. Another one than this needs a cross compiler and a root directory of
# that machine, with headers and libraries: scripts/arm64-root.
HERE := $(patsubst aarch64,arm64,$(patsubst x86_64,amd64,$(shell uname -m)))
ARCH ?= $(HERE)
CROSS := $(filter-out $(HERE),$(ARCH))

CLANG ?= clang
BPFTOOL ?= bpftool
PKG_CONFIG ?= pkg-config

# As many jobs as there are processors; `make -j1` has its way. Below, the jobs are shared.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
# For scripts that call make: the jobs of this one are out of their reach.
NO_JOBS := MAKEFLAGS=

# SANITIZE=1 builds apart, with ASan and UBSan, COVERAGE=1 with counts for gcov, and FUZZER=1 with
# clang for libFuzzer; another machine has a directory of its own, too.
O := build$(addprefix /,$(CROSS))$(if $(SANITIZE),/sanitize)$(if $(COVERAGE),/coverage)$\
	$(if $(FUZZER),/fuzzer)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

ifeq ($(CROSS),arm64)
ROOT := $(CURDIR)/build/vm/arm64/root
TRIPLET := aarch64-linux-gnu
CC := $(TRIPLET)-gcc --sysroot=$(ROOT)
AR := $(TRIPLET)-ar
PKG_CONFIG := PKG_CONFIG_SYSROOT_DIR=$(ROOT) \
	PKG_CONFIG_LIBDIR=$(ROOT)/usr/lib/$(TRIPLET)/pkgconfig:$(ROOT)/usr/share/pkgconfig $(PKG_CONFIG)
.DEFAULT_GOAL := all
# Made before anything that looks into it: make begins anew once this file is there.
include $(if $(filter clean distclean help deps,$(MAKECMDGOALS)),,$(ROOT)/.of)
$(ROOT)/.of: scripts/arm64-root scripts/deps
	$(Q)scripts/arm64-root
	$(Q)touch $@
else ifneq ($(CROSS),)
$(error ARCH=$(ARCH) cannot be built on $(HERE))
endif
CC ?= gcc
ifdef FUZZER
CC := $(CLANG)
endif

LIBS := libxdp libbpf libmnl libpcap jansson libelf zlib ncursesw libmicrohttpd gnutls libcap-ng \
	yaml-0.1 libcrypt
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(if $(CI)$(WERROR),-Werror)
comma := ,
SAN := $(if $(SANITIZE)$(FUZZER),-fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer) \
	$(if $(FUZZER),-fsanitize=fuzzer-no-link)
# Each line has code of its own without optimization; threads must not lose counts to each other.
COV := $(if $(COVERAGE),-O0 --coverage -fprofile-update=atomic)
override CFLAGS += -std=gnu11 -D_GNU_SOURCE -DWEIR_VERSION='"$(VERSION)"' $(WARN) $(SAN) $(COV) \
	-I. -I$(O) $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
LDLIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -pthread -lm
# Where the C compiler finds the kernel's asm/; one for BPF would not look there.
ASM_TYPES := $(shell $(CC) -M -include asm/types.h -x c /dev/null 2>/dev/null)
BPF_CFLAGS := -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -I. \
	-D__TARGET_ARCH_$(patsubst amd64,x86,$(ARCH)) $(addprefix --sysroot=,$(ROOT)) \
	$(patsubst %/asm/types.h,-I%,$(firstword $(filter %/asm/types.h,$(ASM_TYPES))))

# Sources of a hall, in all its rooms.
sources = $(sort $(shell find $(1) -name '*$(2)' -not -path '*/tests/*'))

BPF_OBJS := $(patsubst %.c,$(O)/%.o,$(call sources,bpf,.bpf.c))
SKELETONS := $(BPF_OBJS:.bpf.o=.skel.h)

# Every object by every clang that is installed, for the test that loads them all.
CLANGS ?= $(or $(sort $(notdir $(wildcard /usr/bin/clang-[1-9][0-9]))),$(CLANG))
# All except those that no kernel is to load.
BPF_SOURCES := $(call sources,bpf,.bpf.c) \
	$(filter-out bpf/tests/refused%,$(wildcard bpf/tests/*.bpf.c))
OBJECTS := $(foreach clang,$(CLANGS),$(BPF_SOURCES:%.bpf.c=$(O)/objects/$(clang)/%.bpf.o))
DATAPATH_OBJS := $(patsubst %.c,$(O)/%.o,$(call sources,datapath,.c))
CTL_OBJS := $(patsubst %.c,$(O)/%.o,$(call sources,ctl,.c))
LIB := $(O)/libweir.a
CTL := $(O)/bin/ctl

# Files that are part of ctl as they are; the symbol asset_NAME has the bytes, see ctl/serve/assets.h.
DYGRAPHS ?= /usr/share/javascript/dygraphs
ASSETS := $(wildcard ctl/serve/web/*) $(DYGRAPHS)/dygraph.min.js $(DYGRAPHS)/dygraph.min.css
ASSET_OBJS := $(foreach asset,$(ASSETS),$(O)/assets/$(notdir $(asset)).o)

UNIT_TESTS := $(patsubst %.c,$(O)/%,$(wildcard datapath/tests/test_*.c ctl/tests/test_*.c))
PACKET_TESTS := $(patsubst %.c,$(O)/%,$(wildcard bpf/tests/test_*.c))
BENCH := $(patsubst %.c,$(O)/%,$(wildcard bpf/tests/bench_*.c))
TESTS := $(UNIT_TESTS) $(PACKET_TESTS)
# Programs that only tests load.
TEST_SKELETONS := $(patsubst bpf/%.bpf.c,$(O)/bpf/%.skel.h,$(wildcard bpf/tests/refused*.bpf.c))
# A program each, but what rig is made of and what is preloaded.
RIG := $(patsubst %.c,$(O)/%,$(filter-out netns-tests/rig_% netns-tests/refuse.c, \
	$(wildcard netns-tests/*.c)))
PRELOADED := $(O)/netns-tests/refuse.so
RIG_PARTS := $(patsubst %.c,$(O)/%.o,$(wildcard netns-tests/rig_*.c))

# A target each, with main() of libFuzzer, or of a file that only runs the corpus.
FUZZ_TARGETS := $(patsubst %.c,$(O)/%,$(filter-out fuzz/replay.c,$(wildcard fuzz/*.c)))
FUZZ_MAIN := $(if $(FUZZER),-fsanitize=fuzzer,$(O)/fuzz/replay.o)
FUZZ_SECONDS ?= 60

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help install uninstall demo demo-web \
	check check-quick check-unit check-packet check-netns check-web check-kernels \
	check-arm64 check-distros bench lint coverage fuzz compile_commands clean distclean deps \
	tests unit-tests fuzz-targets rigs forget-objects

all: $(CTL)

help:
	@echo 'make [all]          build $(CTL)'
	@echo 'make demo           a tour on a veth pair, as root'
	@echo 'make demo-web       a rig with traffic, and its page, until Ctrl-C'
	@echo 'make check          all tests: check-unit check-packet check-netns check-web check-kernels'
	@echo 'make check-quick    unit tests, packets and the fastest rigs, in four minutes'
	@echo 'make check-kernels  packet and rig tests in VMs; KERNEL=6.1 for one'
	@echo 'make check-arm64    what is built by make ARCH=arm64, on emulators; no part of check'
	@echo 'make check-distros  build, unit tests, packets and some rigs in Debian 13 and unstable,'
	@echo '                    in roots made by debootstrap, as root; DISTRO=sid for one'
	@echo 'make bench          cost per packet beside peers'
	@echo 'make lint           formatters and static analysis'
	@echo 'make coverage       lines that unit tests run; COVERAGE_RIGS=1, as root: rigs, too'
	@echo 'make fuzz           parsers under libFuzzer, FUZZ_SECONDS=$(FUZZ_SECONDS) each; FUZZ=filter for one'
	@echo 'make compile_commands  $(O)/compile_commands.json for clangd and clang-tidy'
	@echo 'make install        to DESTDIR, PREFIX=$(PREFIX)'
	@echo 'V=1 shows commands, SANITIZE=1 builds with ASan and UBSan, ARCH=arm64 for that machine'

deps:
	$(Q)scripts/deps

# --- kernel programs ------------------------------------------------------------------------

$(O)/bpf/%.bpf.o: bpf/%.bpf.c Makefile
	$(call say,CLANG,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $@.d -MT $@ -c $< -o $@
	$(Q)llvm-strip -g $@ 2>/dev/null || llvm-strip-14 -g $@

define objects_of
$(O)/objects/$(1)/%.bpf.o: %.bpf.c Makefile
	$$(call say,CLANG,$$@)
	@mkdir -p $$(@D)
	$$(Q)$(1) $$(BPF_CFLAGS) -MMD -MP -MF $$@.d -MT $$@ -c $$< -o $$@
endef
$(foreach clang,$(CLANGS),$(eval $(call objects_of,$(clang))))

$(O)/bpf/%.skel.h: $(O)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(subst -,_,$(notdir $*))_bpf > $@

# --- user space ------------------------------------------------------------------------------

$(O)/%.o: %.c Makefile | $(SKELETONS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(PACKET_TESTS:=.o): | $(TEST_SKELETONS)

vpath %.html ctl/serve/web
vpath %.css ctl/serve/web $(DYGRAPHS)
vpath %.js ctl/serve/web $(DYGRAPHS)

$(O)/assets/%.o: % Makefile
	$(call say,ASSET,$<)
	@mkdir -p $(@D)
	$(Q)name=asset_$$(printf %s $* | tr -c a-z0-9 _); \
	printf '.section .rodata\n.global %s, %s_end\n%s:\n.incbin "%s"\n%s_end:\n%s\n' \
		$$name $$name $$name $< $$name '.section .note.GNU-stack,"",%progbits' | \
		$(CC) -c -x assembler - -o $@

# q appends whatever the name: rooms may have files of the same one.
$(LIB): $(DATAPATH_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(CTL): $(CTL_OBJS) $(ASSET_OBJS) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

# A unit test links all but main().
$(O)/datapath/tests/test_% $(O)/ctl/tests/test_% $(O)/bpf/tests/test_% $(O)/bpf/tests/bench_%: LDLIBS += -lcmocka
$(TESTS) $(BENCH): %: %.o $(filter-out $(O)/ctl/main.o,$(CTL_OBJS)) $(ASSET_OBJS) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(LIB) $(LDLIBS) -o $@

tests: $(TESTS) $(RIG) $(PRELOADED) $(OBJECTS) forget-objects

# test_load takes what is there; what is no source any more, or is by another compiler, is not meant.
forget-objects:
	@rm -f $(filter-out $(OBJECTS),$(shell find $(O)/objects -name '*.bpf.o' 2>/dev/null))

unit-tests: $(UNIT_TESTS)

$(FUZZ_TARGETS): LDLIBS += -lcmocka
$(FUZZ_TARGETS): %: %.o $(filter-out $(O)/ctl/main.o,$(CTL_OBJS)) $(ASSET_OBJS) $(LIB) \
		$(filter %.o,$(FUZZ_MAIN))
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(filter -f%,$(FUZZ_MAIN)) $(LIB) $(LDLIBS) -o $@

fuzz-targets: $(FUZZ_TARGETS)

rigs: $(RIG) $(PRELOADED)

# On arm64 gcc names variables of a file by labels of the assembler's, which nothing finds again.
$(O)/netns-tests/usdt.o: CFLAGS += $(if $(filter arm64,$(ARCH)),-fno-section-anchors)
$(O)/netns-tests/rig: $(RIG_PARTS)
$(RIG): %: %.o
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(PRELOADED): %.so: %.o
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared $^ -o $@

$(PRELOADED:.so=.o): override CFLAGS += -fPIC

-include $(shell find $(O) \( -path build/vm -o -path build/distros \) -prune -o \
	-name '*.d' -type f -print 2>/dev/null)

# --- tests -----------------------------------------------------------------------------------

check: deps
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)$(NO_JOBS) scripts/check unit packet netns web kernels

check-quick: deps
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)$(NO_JOBS) scripts/check unit packet quick

check-unit: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(NO_JOBS) scripts/check unit

check-packet: deps
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)scripts/check packet

check-netns: deps
	$(Q)$(MAKE) --no-print-directory all rigs
	$(Q)scripts/check netns

check-web: deps
	$(Q)$(MAKE) --no-print-directory all $(RIG)
	$(Q)scripts/check web

check-kernels: deps
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)KERNEL='$(KERNEL)' scripts/check kernels

check-arm64:
	$(Q)scripts/deps build tests arm64
	$(Q)$(MAKE) --no-print-directory ARCH=arm64 all tests
	$(Q)$(NO_JOBS) scripts/check arm64

check-distros:
	$(Q)scripts/deps distros
	$(Q)$(NO_JOBS) DISTRO='$(DISTRO)' scripts/distros $(if $(REFRESH),--refresh)

demo:
	$(Q)scripts/deps build rig
	$(Q)$(MAKE) --no-print-directory all
	$(Q)scripts/demo

demo-web:
	$(Q)scripts/deps build rig
	$(Q)$(MAKE) --no-print-directory all
	$(Q)scripts/demo-web

bench: deps
	$(Q)$(MAKE) --no-print-directory all $(BENCH)
	$(Q)scripts/bench

lint:
	$(Q)$(NO_JOBS) scripts/lint

coverage:
	$(Q)scripts/deps build tests
	$(Q)$(MAKE) --no-print-directory COVERAGE=1 all unit-tests $(if $(COVERAGE_RIGS),rigs)
	$(Q)scripts/coverage $(if $(COVERAGE_RIGS),unit netns,unit)

fuzz:
	$(Q)scripts/deps build tests
	$(Q)$(MAKE) --no-print-directory FUZZER=1 fuzz-targets
	$(Q)FUZZ_SECONDS='$(FUZZ_SECONDS)' scripts/fuzz $(FUZZ)

# For clangd, which looks for it in build/, and clang-tidy. The commands are those of the rules
# above, so nothing has to be built; skeletons are, since sources include them.
C_SOURCES := $(sort $(shell find ctl datapath bpf netns-tests fuzz -name '*.c'))
json = $(subst ",\",$(subst \,\\,$(1)))
define compile_command
  {"directory": "$(CURDIR)", "file": "$(1)", "command": "$(call json,$(2) -c $(1))"},

endef

compile_commands: $(SKELETONS) $(TEST_SKELETONS)
	$(file >$(O)/compile_commands.json,[)
	$(file >>$(O)/compile_commands.json,$(foreach source,$(C_SOURCES),$(call compile_command,$\
		$(source),$(if $(filter %.bpf.c,$(source)),$(CLANG) $(BPF_CFLAGS),$(CC) $(CFLAGS)))))
	@sed -i -e 's/^ *{/{/' -e '/^$$/d' $(O)/compile_commands.json
	@sed -i -e '$$s/,$$//' -e '$$a]' $(O)/compile_commands.json
	@echo '  JSON  $(O)/compile_commands.json'

# --- install ---------------------------------------------------------------------------------

install: all
	install -D -m 755 $(CTL) $(DESTDIR)$(PREFIX)/sbin/ctl
	install -D -m 644 docs/ctl.8 $(DESTDIR)$(PREFIX)/share/man/man8/ctl.8
	install -D -m 644 scripts/completion.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctl
	for file in docs/serve/*; do \
		install -D -m 644 $$file $(DESTDIR)$(PREFIX)/share/weir/$${file##*/}; done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/ctl $(DESTDIR)$(PREFIX)/share/man/man8/ctl.8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctl
	rm -rf $(DESTDIR)$(PREFIX)/share/weir

# The kernels of build/vm and the roots of build/distros take long to fetch: distclean has them.
clean:
	rm -rf $(filter-out build/vm build/distros,$(wildcard build/*))

distclean:
	rm -rf build
