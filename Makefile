# weir: one Makefile, objects under build/. `make help` lists the targets.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
KERNEL ?= 6.1 6.12
DISTRO ?= trixie sid

# The machine that ctl is built for. If it is not this one, the build needs a cross compiler and a
# root directory with headers and libraries of that machine: scripts/arm64-root.
HERE := $(patsubst aarch64,arm64,$(patsubst x86_64,amd64,$(shell uname -m)))
ARCH ?= $(HERE)
CROSS := $(filter-out $(HERE),$(ARCH))

CLANG ?= clang
BPFTOOL ?= bpftool
PKG_CONFIG ?= pkg-config

# Use as many jobs as processors, unless the command line has -j. Makes below this one share them.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
# For scripts that call make, which cannot use the jobs of this one.
NO_JOBS := MAKEFLAGS=

# SANITIZE=1 builds with ASan and UBSan, COVERAGE=1 with counts for gcov, and FUZZER=1 with clang for
# libFuzzer. Each has its own directory, and so has another machine.
O := build$(addprefix /,$(CROSS))$(if $(SANITIZE),/sanitize)$(if $(COVERAGE),/coverage)$\
	$(if $(FUZZER),/fuzzer)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

ifeq ($(CROSS),arm64)
ROOT := $(CURDIR)/build/vm/arm64/root
TRIPLET := aarch64-linux-gnu
CC := $(TRIPLET)-gcc --sysroot=$(ROOT)
AR := $(TRIPLET)-ar
OBJCOPY := $(TRIPLET)-objcopy
PKG_CONFIG := PKG_CONFIG_SYSROOT_DIR=$(ROOT) \
	PKG_CONFIG_LIBDIR=$(ROOT)/usr/lib/$(TRIPLET)/pkgconfig:$(ROOT)/usr/share/pkgconfig $(PKG_CONFIG)
.DEFAULT_GOAL := all
# The root directory must exist first: make restarts once it has made this file.
include $(if $(filter clean distclean help deps,$(MAKECMDGOALS)),,$(ROOT)/.of)
$(ROOT)/.of: scripts/arm64-root scripts/deps
	$(Q)scripts/arm64-root
	$(Q)touch $@
else ifneq ($(CROSS),)
$(error ARCH=$(ARCH) cannot be built on $(HERE))
endif
CC ?= gcc
OBJCOPY ?= objcopy
ifdef FUZZER
CC := $(CLANG)
endif

LIBS := libxdp libbpf libmnl libpcap libelf zlib ncursesw
# Only weir-serve links these, so that ctl neither loads nor exposes them.
SERVE_LIBS := libmicrohttpd gnutls libcap-ng yaml-0.1 libcrypt
CFLAGS ?= -O2 -g
# A row of a table may leave out its last fields, which are 0 then.
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wno-missing-field-initializers $(if $(CI)$(WERROR),-Werror)
comma := ,
SAN := $(if $(SANITIZE)$(FUZZER),-fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer) \
	$(if $(FUZZER),-fsanitize=fuzzer-no-link)
# Without optimization each line has its own code. Atomic counts do not get lost between threads.
COV := $(if $(COVERAGE),-O0 --coverage -fprofile-update=atomic)
override CFLAGS += -std=gnu11 -D_GNU_SOURCE -DWEIR_VERSION='"$(VERSION)"' $(WARN) $(SAN) $(COV) \
	-I. -I$(O) $(shell $(PKG_CONFIG) --cflags $(LIBS) $(SERVE_LIBS) 2>/dev/null)
# A program loads only the libraries that it uses. Not with ASan: its crypt_r() calls that of libcrypt,
# which would be left out.
override LDFLAGS += $(if $(SANITIZE)$(FUZZER),,-Wl$(comma)--as-needed)
LDLIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -pthread -lm
SERVE_LDLIBS := $(shell $(PKG_CONFIG) --libs $(SERVE_LIBS) 2>/dev/null)
# Finds the kernel's asm/ with the C compiler; the compiler for BPF would not look there.
ASM_TYPES := $(shell $(CC) -M -include asm/types.h -x c /dev/null 2>/dev/null)
BPF_CFLAGS := -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -I. \
	-D__TARGET_ARCH_$(patsubst amd64,x86,$(ARCH)) $(addprefix --sysroot=,$(ROOT)) \
	$(patsubst %/asm/types.h,-I%,$(firstword $(filter %/asm/types.h,$(ASM_TYPES))))

# Sources of a hall, in all its rooms.
sources = $(sort $(shell find $(1) -name '*$(2)' -not -path '*/tests/*'))

BPF_OBJS := $(patsubst %.c,$(O)/%.o,$(call sources,bpf,.bpf.c))
SKELETONS := $(BPF_OBJS:.bpf.o=.skel.h)

# Every installed clang builds every object, for the test that loads them all.
CLANGS ?= $(or $(sort $(notdir $(wildcard /usr/bin/clang-[1-9][0-9]))),$(CLANG))
# All programs, except those that the kernel must refuse.
BPF_SOURCES := $(call sources,bpf,.bpf.c) \
	$(filter-out bpf/tests/refused%,$(wildcard bpf/tests/*.bpf.c))
OBJECTS := $(foreach clang,$(CLANGS),$(BPF_SOURCES:%.bpf.c=$(O)/objects/$(clang)/%.bpf.o))
DATAPATH_OBJS := $(patsubst %.c,$(O)/%.o,$(call sources,datapath,.c))
MAINS := $(O)/ctl/main.o $(O)/ctl/serve/main.o
CTL_OBJS := $(filter-out $(MAINS),$(patsubst %.c,$(O)/%.o,$(call sources,ctl,.c)))
LIB := $(O)/libweir.a
# All but main(): of it each program takes what it needs.
CTL_LIB := $(O)/libctl.a
CTL := $(O)/bin/ctl
# Executed by `ctl serve`, which finds it beside itself or in PREFIX/libexec/weir.
SERVE := $(O)/bin/weir-serve

# Files that are embedded in weir-serve; the symbol asset_NAME has the bytes, see ctl/serve/assets.h.
DYGRAPHS ?= /usr/share/javascript/dygraphs
ASSETS := $(wildcard ctl/serve/web/*) $(DYGRAPHS)/dygraph.min.js $(DYGRAPHS)/dygraph.min.css
ASSET_OBJS := $(foreach asset,$(ASSETS),$(O)/assets/$(notdir $(asset)).o)

UNIT_TESTS := $(patsubst %.c,$(O)/%,$(wildcard datapath/tests/test_*.c ctl/tests/test_*.c))
PACKET_TESTS := $(patsubst %.c,$(O)/%,$(wildcard bpf/tests/test_*.c))
BENCH := $(patsubst %.c,$(O)/%,$(wildcard bpf/tests/bench_*.c))
TESTS := $(UNIT_TESTS) $(PACKET_TESTS)
# Programs that only tests load.
TEST_SKELETONS := $(patsubst bpf/%.bpf.c,$(O)/bpf/%.skel.h,$(wildcard bpf/tests/refused*.bpf.c))
# Each source is a program, except the parts of rig and the preload library.
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

all: $(CTL) $(SERVE)

help:
	@echo 'make [all]          build $(CTL) and $(SERVE)'
	@echo 'make demo           give a tour on a veth pair, as root'
	@echo 'make demo-web       serve a page with traffic until Ctrl-C, as root'
	@echo 'make check          run all tests: check-unit check-packet check-netns check-web check-kernels'
	@echo 'make check-quick    run unit tests, packets and the fastest rigs, in four minutes'
	@echo 'make check-kernels  run packet and rig tests in VMs; KERNEL=6.1 for one'
	@echo 'make check-arm64    test the build of ARCH=arm64 on emulators; not part of check'
	@echo 'make check-distros  build and test on Debian 13 and unstable, as root, in roots made by'
	@echo '                    debootstrap; DISTRO=sid for one; not part of check'
	@echo 'make bench          measure the cost of a packet beside peers, as root'
	@echo 'make lint           run formatters and static analysis'
	@echo 'make coverage       count the lines that unit tests run; with COVERAGE_RIGS=1, as root,'
	@echo '                    rigs too'
	@echo 'make fuzz           fuzz the parsers, FUZZ_SECONDS=$(FUZZ_SECONDS) each; FUZZ=filter for one'
	@echo 'make compile_commands  write $(O)/compile_commands.json for clangd and clang-tidy'
	@echo 'make install        install to DESTDIR, PREFIX=$(PREFIX)'
	@echo 'V=1 shows commands, SANITIZE=1 builds with ASan and UBSan, ARCH=arm64 builds for arm64'

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

# q appends every object, because files of two rooms may have the same name.
$(LIB): $(DATAPATH_OBJS)
$(CTL_LIB): $(CTL_OBJS) $(ASSET_OBJS)
$(LIB) $(CTL_LIB):
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(CTL): $(O)/ctl/main.o $(CTL_LIB) $(LIB)
$(SERVE): $(O)/ctl/serve/main.o $(CTL_LIB) $(LIB)
$(SERVE): LDLIBS += $(SERVE_LDLIBS)
$(CTL) $(SERVE):
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(TESTS) $(BENCH): LDLIBS += $(SERVE_LDLIBS) -lcmocka
# Tests parse the JSON that ctl writes with another library than ctl's own writer.
$(O)/ctl/tests/test_%: LDLIBS += -ljansson
# The library of that test fails on purpose: what it calls FAKE stands in place of the real thing.
FAKES = $(shell sed -n 's/^FAKE.[a-z0-9_]*, \([a-z_]*\),.*/\1/p' ctl/tests/test_json_failures.c)
$(O)/ctl/tests/test_json_failures: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,$(FAKES))
$(TESTS) $(BENCH): %: %.o $(CTL_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

tests: $(TESTS) $(RIG) $(PRELOADED) $(OBJECTS) forget-objects

# test_load loads every object in the directory, so remove those of old sources and other compilers.
forget-objects:
	@rm -f $(filter-out $(OBJECTS),$(shell find $(O)/objects -name '*.bpf.o' 2>/dev/null))

unit-tests: $(UNIT_TESTS)

$(FUZZ_TARGETS): LDLIBS += $(SERVE_LDLIBS) -lcmocka
$(FUZZ_TARGETS): %: %.o $(filter %.o,$(FUZZ_MAIN)) $(CTL_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(filter -f%,$(FUZZ_MAIN)) $(CTL_LIB) $(LIB) \
		$(LDLIBS) -o $@

fuzz-targets: $(FUZZ_TARGETS)

rigs: $(RIG) $(PRELOADED)

# On arm64 gcc names variables of a file by labels of the assembler, which ctl cannot find.
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

# For clang-tidy and clangd, which looks for the file in build/. The commands are those of the rules
# above, so only skeletons have to be built, because sources include them.
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

LIBEXEC := $(PREFIX)/libexec/weir
# A debugger follows .gnu_debuglink to here if PREFIX is /usr; for another PREFIX, it has to be told
# this directory. Unlike a path by build-id, the name stays the same with each build, so that
# installing replaces the file and uninstalling finds it.
DEBUG := $(PREFIX)/lib/debug
STRIPPED := $(patsubst $(O)/bin/%,$(O)/stripped/%,$(CTL) $(SERVE))

$(O)/stripped/%: $(O)/bin/%
	$(call say,STRIP,$@)
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --only-keep-debug $< $@.debug
	$(Q)$(OBJCOPY) --strip-unneeded --add-gnu-debuglink=$@.debug $< $@

# install_program NAME,FOLDER
define install_program
	install -D -m 755 $(O)/stripped/$(1) $(DESTDIR)$(2)/$(1)
	install -D -m 644 $(O)/stripped/$(1).debug $(DESTDIR)$(DEBUG)$(2)/$(1).debug
endef

install: all $(STRIPPED)
	$(call install_program,ctl,$(PREFIX)/sbin)
	$(call install_program,weir-serve,$(LIBEXEC))
	install -D -m 644 docs/ctl.8 $(DESTDIR)$(PREFIX)/share/man/man8/ctl.8
	install -D -m 644 scripts/completion.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctl
	for file in docs/serve/*; do \
		install -D -m 644 $$file $(DESTDIR)$(PREFIX)/share/weir/$${file##*/}; done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/ctl $(DESTDIR)$(PREFIX)/share/man/man8/ctl.8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctl \
		$(DESTDIR)$(DEBUG)$(PREFIX)/sbin/ctl.debug
	rm -rf $(DESTDIR)$(PREFIX)/share/weir $(DESTDIR)$(LIBEXEC) $(DESTDIR)$(DEBUG)$(LIBEXEC)

# The kernels of build/vm and the roots of build/distros take long to fetch; only distclean removes
# them.
clean:
	rm -rf $(filter-out build/vm build/distros,$(wildcard build/*))

distclean:
	rm -rf build
