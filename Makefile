# joinedup: build, demo, check. See README.md.
# Every .c file of a room is part of it; nothing has to be listed here.

CC        ?= cc
BUILD     ?= build
PREFIX    ?= /usr/local
DESTDIR   ?=
VERSION   := 0.1.0

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fPIE \
          -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing \
          -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion
OPTIMISE ?= -O2 -D_FORTIFY_SOURCE=2
EXTRA    ?=
CFLAGS   ?= -g
INCLUDE := -Itransforms -Iconnectors -Ipipeline -I$(BUILD)/gen $(shell pkg-config --cflags libxml-2.0 libpq 2>/dev/null)
# Libraries' own headers are not ours to warn about.
INCLUDE := $(patsubst -I/usr/include/%,-isystem /usr/include/%,$(INCLUDE))
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(OPTIMISE) $(CFLAGS) $(EXTRA) $(INCLUDE) \
             -DJOINEDUP_VERSION='"$(VERSION)"' -DJOINEDUP_PREFIX='"$(PREFIX)"' -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen -Wl,--as-needed $(LDFLAGS) $(EXTRA)
LIBS_PARSER := -lcsv -lxml2 -lzip -lz -lseccomp
LIBS := -lpq -lcsv -lxml2 -lzip -lz -lcrypto -lyaml -ljansson -lutf8proc -lseccomp -lm -lpthread

BASE_C       := $(wildcard transforms/base/*.c)
TRANSFORMS_C := $(wildcard transforms/*.c transforms/linkage/*.c)
CONNECTORS_C := $(filter-out connectors/parser_main.c,$(wildcard connectors/*.c))
PIPELINE_C   := $(filter-out pipeline/main.c,$(wildcard pipeline/*.c))
SYNTH_C      := $(wildcard tests/synth/*.c)
SYNTH_LINK_C := $(wildcard tests/synth/link/*.c) tests/synth/stream.c tests/synth/day.c
object = $(patsubst %.c,$(BUILD)/%.o,$(1))

GENERATED := $(BUILD)/gen/error_codes.h

# The first target. Packages that are missing are only installed by demo, check, bench and fault.
all: $(BUILD)/joinedup $(BUILD)/joinedup-parser $(BUILD)/joinedup.1

$(BUILD)/gen/error_codes.h: config/errors.csv config/generate_errors.awk
	@mkdir -p $(@D)
	@awk -v out=header -f config/generate_errors.awk $< > $@
$(BUILD)/gen/error_table.c: config/errors.csv config/generate_errors.awk
	@mkdir -p $(@D)
	@awk -v out=table -f config/generate_errors.awk $< > $@
$(BUILD)/gen/option_table.c: config/options.csv config/generate_options.awk
	@mkdir -p $(@D)
	@awk -f config/generate_options.awk $< > $@
SQL_FILES := $(sort $(wildcard sql/*/*.sql sql/*/*/*.sql))
$(BUILD)/gen/sql_table.c: $(SQL_FILES) sql/embed.awk
	@mkdir -p $(@D)
	@awk -f sql/embed.awk $(SQL_FILES) > $@

$(BUILD)/%.o: %.c $(GENERATED)
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(ALL_CFLAGS) -c $< -o $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(GENERATED)
	@echo "  cc    $<"
	@$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/libbase.a: $(call object,$(BASE_C)) $(BUILD)/gen/error_table.o
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/libtransforms.a: $(call object,$(TRANSFORMS_C))
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/libconnectors.a: $(call object,$(CONNECTORS_C))
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/libpipeline.a: $(call object,$(PIPELINE_C)) $(BUILD)/gen/option_table.o $(BUILD)/gen/sql_table.o
	@rm -f $@ && ar rcs $@ $^
ROOMS := $(BUILD)/libpipeline.a $(BUILD)/libtransforms.a $(BUILD)/libconnectors.a $(BUILD)/libbase.a

$(BUILD)/joinedup: $(BUILD)/pipeline/main.o $(ROOMS)
	@echo "  link  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $< $(ROOMS) $(LIBS)
$(BUILD)/joinedup-parser: $(BUILD)/connectors/parser_main.o $(BUILD)/libconnectors.a $(BUILD)/libbase.a
	@echo "  link  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_PARSER)
$(BUILD)/synth: $(call object,$(SYNTH_C)) $(BUILD)/libbase.a
	@echo "  link  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ -lzip -lz -lm
$(BUILD)/synth_link: $(call object,$(SYNTH_LINK_C)) $(BUILD)/libbase.a
	@echo "  link  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^
# The names are taken in by the assembler, which tells make nothing of them.
$(BUILD)/tests/synth/link/names.o: $(wildcard tests/synth/link/data/*.csv)

# One test program a file; unit tests need no database.
$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libtransforms.a $(BUILD)/libconnectors.a $(BUILD)/libbase.a
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(filter %.a,$(wildcard $(BUILD)/libpipeline.a)) \
	    $(BUILD)/libtransforms.a $(BUILD)/libconnectors.a $(BUILD)/libbase.a -lcmocka $(LIBS)

$(BUILD)/joinedup.1: config/generate_man.awk config/options.csv config/errors.csv
	@awk -v version=$(VERSION) -f config/generate_man.awk config/options.csv config/errors.csv > $@

# A fuzz target each: clang's libFuzzer with the sanitizers; BUILD is a folder of its own, so that the
# rooms are built once for all targets (tests/fuzz/run.sh).
$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c $(ROOMS)
	@clang $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $< $(ROOMS) $(EXTRA) $(LIBS)

# The targets for people. Each installs what is missing first, so that they work on a bare machine.
demo:
	@config/packages.sh build run
	@$(MAKE) --no-print-directory -s -j2 all $(BUILD)/synth
	@BUILD=$(BUILD) tests/synth/demo.sh

check:
	@config/packages.sh build run check
	@BUILD=$(BUILD) tests/check.sh

bench:
	@config/packages.sh build run check
	@$(MAKE) --no-print-directory -s -j2 all $(BUILD)/synth
	@BUILD=$(BUILD) tests/bench/run.sh

fault:
	@config/packages.sh build run check
	@$(MAKE) --no-print-directory -s -j2 all $(BUILD)/synth
	@BUILD=$(BUILD) tests/fault/kill.sh
	@BUILD=$(BUILD) FAULT_POINTS=100 tests/fault/link.sh
	@BUILD=$(BUILD) tests/fault/rotate.sh

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/joinedup \
	    $(DESTDIR)$(PREFIX)/share/joinedup $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/joinedup $(DESTDIR)$(PREFIX)/bin/joinedup
	install -m 755 $(BUILD)/joinedup-parser $(DESTDIR)$(PREFIX)/libexec/joinedup/joinedup-parser
	cp -R config $(DESTDIR)$(PREFIX)/share/joinedup/
	install -m 644 $(BUILD)/joinedup.1 $(DESTDIR)$(PREFIX)/share/man/man1/joinedup.1

# The demo's server first: one that outlives its folder would take the next one's socket with it.
clean:
	@[ ! -d $(BUILD)/demo/site/postgres ] || $(BUILD)/joinedup cluster stop --quiet --site $(BUILD)/demo/site || true
	rm -rf $(BUILD)

.PHONY: all demo check bench fault install clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
