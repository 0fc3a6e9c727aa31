# SPDX-License-Identifier: MIT
#
#	make run	install what is missing, build, run a demo office
#	make test	install what is missing, build, run the tests
#	make		build only
#	make help	everything else
#
#	make install	onto this machine, as root: docs/reliability.md, "Process"
#
# B is where everything built goes; CC, CFLAGS and SAN=1 (address and undefined
# behaviour sanitizers) are yours to set.

B ?= build
VERSION := 0.1.0
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
PYTHON ?= /usr/bin/python3
PORT ?= 8080

# As many jobs as there are cores, unless the caller said how many.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

# ---- Debian packages: what each goal needs; make installs what is missing ----

# libcurl's headers come in flavours that exclude one another: who has one
# already keeps it.
LIBCURL := $(if $(shell pkg-config --exists libcurl 2>/dev/null && echo yes),,libcurl4-gnutls-dev)
PACKAGES_BUILD := gcc libc6-dev make pkg-config libsystemd-dev libgpiod-dev \
	libevdev-dev libsqlite3-dev libmicrohttpd-dev libjansson-dev \
	libconfig-dev libfreetype-dev libharfbuzz-dev libfontconfig-dev \
	libsodium-dev libgnutls28-dev $(LIBCURL) libpq-dev libpng-dev \
	libjpeg62-turbo-dev \
	libqrencode-dev libsdl2-dev libsdl2-ttf-dev fonts-noto-core tzdata \
	espeak-ng
PACKAGES_TEST := git libcmocka-dev python3 postgresql openssl systemd
PACKAGES_SOAK := $(if $(SOAK_VALGRIND),valgrind)
PACKAGES_CHECK := git clang clang-format clang-tidy cppcheck
# Debian 12 has 6.1, Debian 13 has 6.12; who has either keeps it.
LINUX_SOURCE := $(firstword $(patsubst /usr/src/%.tar.xz,%,$(wildcard \
	/usr/src/linux-source-6.1.tar.xz /usr/src/linux-source-6.12.tar.xz)) \
	$(shell . /etc/os-release; [ "$${VERSION_ID:-12}" -lt 13 ] && \
	echo linux-source-6.1 || echo linux-source-6.12))
PACKAGES_GPIO := $(LINUX_SOURCE) flex bison bc xz-utils libelf-dev \
	libssl-dev gpiod tesseract-ocr e2fsprogs

PACKAGES_POWER := $(filter-out gpiod tesseract-ocr,$(PACKAGES_GPIO))

# Who has a Node.js from elsewhere keeps it: Debian's npm would clash with it.
PACKAGES_WEB := chromium fonts-noto-core python3 \
	$(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)

PACKAGES_SLIP := zbar-tools tesseract-ocr tesseract-ocr-vie fonts-noto-core \
	$(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)

PACKAGES_CENTRAL := postgresql pgbouncer openssl
PACKAGES_FLEET := haproxy

PACKAGES_HALL := xvfb xdotool python3

# CBMC itself is Debian 13's: tests/proof/get-cbmc unpacks it.
PACKAGES_PROOF := debian-archive-keyring python3
# clang only recommends its runtime, which has libFuzzer and the sanitizers; llvm
# has what names the lines of a stack.
PACKAGES_FUZZ := clang libclang-rt-dev llvm python3
PACKAGES_TRIXIE := mmdebstrap util-linux
# In the Debian 13 tree.
PACKAGES_IN_TRIXIE := $(filter-out $(LIBCURL),$(PACKAGES_BUILD)) \
	libcurl4-gnutls-dev git libcmocka-dev mount python3 gpiod

# Libraries by their pkg-config names.
MODULES := libsystemd libgpiod libevdev sqlite3 libmicrohttpd jansson libconfig \
	freetype2 harfbuzz fontconfig libsodium gnutls libcurl libpq libpng libjpeg \
	libqrencode sdl2 SDL2_ttf

# $(call install_missing,PACKAGES)
define install_missing
	@missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Abbrev}\n' $(1) \
		2>/dev/null | awk -v want='$(1)' \
		'$$2 == "ii" { have[$$1] = 1 } END { n = split(want, w, " "); \
		for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }'); \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then as=; \
		elif command -v sudo >/dev/null; then as=sudo; \
		else echo "missing packages:" $$missing >&2; \
			echo "become root, or install sudo, and try again" >&2; \
			exit 1; fi; \
		echo "installing:" $$missing >&2; \
		$$as apt-get update -qq </dev/null >&2 && \
		$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends $$missing </dev/null >&2; \
	fi
endef

# ---- flags ----

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef
CFLAGS ?= -O2 -g
SAN_FLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-omit-frame-pointer -fno-sanitize-recover=undefined)
ALL_CFLAGS = -std=c17 $(WARNINGS) $(WERROR) $(CFLAGS) $(SAN_FLAGS) \
	-ffunction-sections -fdata-sections -fstack-protector-strong \
	-D_GNU_SOURCE -DKIOSK_VERSION='"$(VERSION)"' -Ifirmware -I. \
	$(PKG_CFLAGS)
ALL_LDFLAGS = $(SAN_FLAGS) -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro,-z,now \
	$(LDFLAGS)

# V=1 shows each command whole.
say = $(if $(V),,@echo "  $(1)	$@";)

# flags.mk holds what pkg-config says; make reads it after making it.
QUIET_GOALS := clean help uninstall
ifneq ($(filter-out $(QUIET_GOALS),$(or $(MAKECMDGOALS),all)),)
include $(B)/flags.mk
endif

.PHONY: all
all: $(B)/kioskd $(B)/kiosk-display $(B)/kiosk-sync $(B)/kiosk-report $(B)/kioskctl

.PHONY: packages-build packages-test packages-check packages-gpio packages-trixie \
	packages-power packages-web packages-slip packages-central packages-fleet \
	packages-hall packages-soak packages-proof packages-fuzz
packages-build:
	$(call install_missing,$(PACKAGES_BUILD))
packages-test:
	$(call install_missing,$(PACKAGES_TEST))
packages-check:
	$(call install_missing,$(PACKAGES_CHECK))
packages-gpio:
	$(call install_missing,$(PACKAGES_GPIO))
packages-power:
	$(call install_missing,$(PACKAGES_POWER))
packages-trixie:
	$(call install_missing,$(PACKAGES_TRIXIE))
packages-web:
	$(call install_missing,$(PACKAGES_WEB))
packages-slip:
	$(call install_missing,$(PACKAGES_SLIP))
packages-proof:
	$(call install_missing,$(PACKAGES_PROOF))
packages-fuzz:
	$(call install_missing,$(PACKAGES_FUZZ))
packages-soak:
	$(call install_missing,$(PACKAGES_SOAK))
packages-hall:
	$(call install_missing,$(PACKAGES_HALL))
packages-central:
	$(call install_missing,$(PACKAGES_CENTRAL))
packages-fleet:
	$(call install_missing,$(PACKAGES_FLEET))

$(B)/flags.mk: Makefile | packages-build
	@mkdir -p $(@D)
	@pkg-config --print-errors --exists $(MODULES)
	@{ echo "PKG_CFLAGS := $$(pkg-config --cflags $(MODULES) | sed 's/-I/-isystem /g')"; \
	echo "PKG_LIBS := $$(pkg-config --libs $(MODULES))"; \
	echo "GPIOD_MAJOR := $$(pkg-config --modversion libgpiod | cut -d. -f1)"; \
	} > $@.new && mv $@.new $@

# ---- what is built of what ----

GPIO_OTHER = $(if $(filter 1,$(GPIOD_MAJOR)),firmware/panel/gpio_v2.c,firmware/panel/gpio_v1.c)
MAINS := firmware/main.c firmware/sync/main.c firmware/sync/report_main.c firmware/ctl/main.c display/main.c
FIRMWARE_SOURCES = $(filter-out $(MAINS) $(GPIO_OTHER), \
	$(wildcard firmware/*.c firmware/*/*.c))
DISPLAY_SOURCES = $(filter-out $(MAINS),$(wildcard display/*.c))
UNIT_SOURCES = $(wildcard tests/unit/*/test_*.c)
UNIT_SUPPORT = $(wildcard tests/unit/support/*.c)
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))
UNIT_TESTS = $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT_SOURCES))

$(B)/obj/%.o: %.c Makefile $(B)/flags.mk
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/libkiosk.a: $(call objects,$(FIRMWARE_SOURCES))
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
$(B)/libdisplay.a: $(call objects,$(DISPLAY_SOURCES))
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

link = $(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS) -lm
$(B)/kioskd: $(call objects,firmware/main.c) $(B)/libkiosk.a
	$(link)
$(B)/kiosk-sync: $(call objects,firmware/sync/main.c) $(B)/libkiosk.a
	$(link)
$(B)/kiosk-report: $(call objects,firmware/sync/report_main.c) $(B)/libkiosk.a
	$(link)
$(B)/kioskctl: $(call objects,firmware/ctl/main.c) $(B)/libkiosk.a
	$(link)
$(B)/kiosk-display: $(call objects,display/main.c) $(B)/libdisplay.a $(B)/libkiosk.a
	$(link)

# Files taken into the binary by .incbin, which the compiler's -MMD cannot see.
$(call objects,firmware/console/assets.c): $(wildcard firmware/console/page/*)
$(call objects,$(wildcard firmware/sync/*.c)): $(wildcard firmware/sync/central/*.sql firmware/sync/*.css)

$(B)/tests/%: $(B)/obj/tests/unit/%.o $(call objects,$(UNIT_SUPPORT)) \
		$(B)/libdisplay.a $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link) -lcmocka

# Days of an office, with the real queue; a test looks at a few of them.
SIMULATE := $(filter-out %/main.c,$(wildcard tests/bench/simulate/*.c))
$(B)/tests/queue/test_simulate: $(call objects,$(SIMULATE))
$(B)/bench/simulate: $(call objects,tests/bench/simulate/main.c $(SIMULATE)) \
		$(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(call objects,tests/bench/simulate/main.c $(SIMULATE)))

-include $(patsubst %.o,%.d,$(call objects,$(MAINS) $(FIRMWARE_SOURCES) \
	$(DISPLAY_SOURCES) $(UNIT_SOURCES) $(UNIT_SUPPORT)))

# ---- run ----

.PHONY: run
run: all
	@firmware/system/demo $(B) $(PORT)

# ---- install ----

# With DESTDIR for a package; SYSTEMD=254 says for which systemd it is.
PREFIX ?= /usr
.PHONY: install uninstall
install: all
	@SYSTEMD=$(SYSTEMD) firmware/system/install $(B) $(PREFIX) $(DESTDIR)
uninstall:
	@firmware/system/install --remove $(PREFIX) $(DESTDIR)

# ---- tests ----

# Objects of tests are kept for the next time.
.SECONDARY:

# Everything that `make test` runs; the other builds (sanitizers, clang) too.
.PHONY: programs tests-only
programs: all $(UNIT_TESTS)
tests-only: programs
	@KIOSK_BIN=$(B) $(PYTHON) tests/run $(UNIT_TESTS) $(END_TO_END)

END_TO_END := $(wildcard tests/e2e/test_*.py)

.PHONY: test
test: packages-test
	@$(MAKE) --no-print-directory tests-only

.PHONY: check-source
check-source: packages-check
	tests/check-source $(B)

# Address and undefined behaviour sanitizers, the same tests.
.PHONY: test-san
test-san: packages-test
	@KIOSK_KILLS=15 KIOSK_SLIPS=100 $(MAKE) --no-print-directory B=$(B)/san SAN=1 \
		CFLAGS="-O1 -g" tests-only

# Both compilers, every warning an error.
.PHONY: test-builds
test-builds: packages-test packages-check
	@$(MAKE) --no-print-directory B=$(B)/gcc CC=gcc WERROR=-Werror programs
	@$(MAKE) --no-print-directory B=$(B)/clang CC=clang WERROR=-Werror \
		programs

# One rule of the queue broken at a time: a test must see each.
.PHONY: test-mutants
test-mutants: packages-test
	@CC="$(CC)" tests/mutants/test-mutants $(B)

# The queue's rules proved within bounds: docs/proof.md. PROOF_TICKETS=4 is
# quicker.
.PHONY: proof
proof: packages-proof
	tests/proof/test-proof $(B) $(PROOF)

# The whole panel on a real kernel's GPIO and input devices, in a User-Mode
# Linux guest.
.PHONY: test-gpio
test-gpio: packages-test packages-gpio all
	tests/gpio/test-gpio $(B)

# Power cuts: kioskd in User-Mode Linux guests that are killed, and a disk that
# loses what was not flushed.
POWER_GUEST := $(wildcard tests/power/guest*.c) tests/power/client.c \
	tests/power/tell.c
POWER_LIBRARIES := $(B)/power/disk_log.so $(B)/power/no_sync.so
$(B)/power/guest: $(call objects,$(POWER_GUEST)) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
$(POWER_LIBRARIES): $(B)/power/%.so: tests/power/%.c Makefile $(B)/flags.mk
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -fPIC -shared -Wl,-z,now -o $@ $<
-include $(patsubst %.o,%.d,$(call objects,$(POWER_GUEST)))

.PHONY: test-power
test-power: packages-test packages-power all $(B)/power/guest $(POWER_LIBRARIES)
	tests/power/test-power $(B)

# The project on Debian 13, with libgpiod 2.
.PHONY: test-trixie
test-trixie: packages-test packages-gpio packages-trixie
	tests/trixie/test-trixie $(B) $(PACKAGES_IN_TRIXIE)

# The staff's page in a real browser.
.PHONY: test-web
test-web: packages-build packages-web $(B)/kioskd $(B)/kioskctl $(B)/kiosk-display
	tests/web/test-web $(B)

# The touch panel and a counter's screen as windows, with xdotool for a finger.
.PHONY: test-hall
test-hall: packages-build packages-hall all
	@$(PYTHON) tests/hall/test-hall $(B)

# Slips as the printer gets them, read by programs that we did not write.
$(B)/slip/make-slips: $(call objects,tests/slip/make-slips.c) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(call objects,tests/slip/make-slips.c))

.PHONY: test-slip
test-slip: packages-build packages-slip $(B)/slip/make-slips
	tests/slip/test-slip $(B)

# The central log against real servers: PostgreSQL, pgbouncer, a link that fails.
$(B)/central/make-rows: $(call objects,tests/central/make-rows.c \
		tests/unit/support/rows.c) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
$(B)/central/make-days: $(call objects,tests/central/make-days.c \
		tests/bench/fleet/office_day.c) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
# Of no program of ours, so never with sanitizers.
$(B)/central/full-disk.so: tests/central/full-disk.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c17 $(WARNINGS) $(WERROR) -O2 -D_GNU_SOURCE \
		-fPIC -shared -o $@ $<
-include $(patsubst %.o,%.d,$(call objects,tests/central/make-rows.c \
	tests/central/make-days.c tests/bench/fleet/office_day.c))

.PHONY: test-central
test-central: packages-test packages-central all $(B)/central/make-rows \
		$(B)/central/make-days $(B)/central/full-disk.so
	@KIOSK_BIN=$(B) $(PYTHON) tests/run $(wildcard tests/central/test_*.py)

# Rubbish for every reader of outside bytes: docs/reliability.md. FUZZ_SECONDS
# each; FUZZ="http config" for some of them; FUZZ_SEED=0 is another each time;
# FUZZ_REPLAY="damage": of these only the corpus.
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 0
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SUPPORT := tests/fuzz/fuzz.c tests/fuzz/office.c tests/fuzz/rows.c
$(B)/fuzz-%: $(B)/obj/tests/fuzz/fuzz_%.o $(call objects,$(FUZZ_SUPPORT)) \
		$(B)/libdisplay.a $(B)/libkiosk.a
	$(link) -fsanitize=fuzzer
# With a mistake in it, which must be found.
$(B)/obj/tests/fuzz/fuzz_planted.o: tests/fuzz/fuzz_text.c Makefile \
		$(B)/flags.mk
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -DFUZZ_PLANTED -MMD -MP -c -o $@ $<
-include $(patsubst %.o,%.d,$(call objects,$(FUZZ_SUPPORT) \
	$(FUZZ_NAMES:%=tests/fuzz/fuzz_%.c) tests/fuzz/fuzz_planted.c))

.PHONY: fuzzers test-fuzz
fuzzers: $(FUZZ_NAMES:%=$(B)/fuzz-%) $(B)/fuzz-planted
test-fuzz: packages-build packages-fuzz
	@$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang SAN=1 WERROR=-Werror \
		CFLAGS="-O1 -g -fsanitize=fuzzer-no-link" fuzzers
	@$(PYTHON) tests/fuzz/test-fuzz --seconds $(FUZZ_SECONDS) \
		--seed $(FUZZ_SEED) $(FUZZ_REPLAY:%=--replay %) $(B)/fuzz $(FUZZ)

# The units under a real systemd in namespaces; root only, and no gate.
.PHONY: test-units
test-units: packages-test all
	tests/system/boot-units $(B)

# ---- soak and load ----

# The real programs, with a clock that the tests move: tests/soak/soak_clock.h.
SOAK_PROGRAMS := $(B)/soak/kioskd $(B)/soak/kiosk-sync $(B)/soak/kiosk-display
SOAK_CLOCK := $(call objects,tests/soak/soak_clock.c)
WRAP := -Wl,--wrap=clock_wall_ms -Wl,--wrap=clock_mono_ms \
	-Wl,--wrap=clock_mono_us -Wl,--wrap=clock_synced
$(B)/soak/kioskd: $(call objects,firmware/main.c) $(SOAK_CLOCK) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link) $(WRAP)
$(B)/soak/kiosk-sync: $(call objects,firmware/sync/main.c) $(SOAK_CLOCK) \
		$(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link) $(WRAP)
$(B)/soak/kiosk-display: $(call objects,display/main.c) $(SOAK_CLOCK) \
		$(B)/libdisplay.a $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link) $(WRAP)
$(B)/soak/load: $(call objects,tests/soak/load.c) $(SOAK_CLOCK) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link) $(WRAP)
$(B)/soak/printer: $(call objects,tests/soak/printer.c \
		tests/unit/support/bad_printer.c) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(SOAK_CLOCK) $(call objects,tests/soak/load.c \
	tests/soak/printer.c))

# 64 clients that take numbers, 32 that call them, as fast as they can;
# 1,000 that follow the state. LOAD_SECONDS=6 is a check, not a figure.
.PHONY: load
load: packages-test $(SOAK_PROGRAMS) $(B)/soak/load $(B)/kioskctl
	@KIOSK_BIN=$(B)/soak LOAD_SECONDS=$(or $(LOAD_SECONDS),60) $(PYTHON) \
		tests/soak/test_load.py

# A week of an office in SOAK_MINUTES=20; SAN=1 B=build/san with sanitizers.
.PHONY: soak
soak: packages-test packages-soak $(SOAK_PROGRAMS) $(B)/soak/printer $(B)/kioskctl
	@KIOSK_BIN=$(B)/soak KIOSK_CTL=$(B) SOAK_SAN=$(SAN) $(PYTHON) \
		tests/soak/test_soak.py

# ---- bench ----

BENCH_SOURCES := $(wildcard tests/bench/*.c)
$(B)/bench/bench: $(call objects,$(BENCH_SOURCES) \
		tests/unit/support/sample_state.c) $(B)/libdisplay.a $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(call objects,$(BENCH_SOURCES)))

# The central log under many kiosks.
FLEET_SOURCES := $(wildcard tests/bench/fleet/*.c)
$(B)/bench/fleet-worker: $(call objects,$(FLEET_SOURCES)) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(call objects,$(FLEET_SOURCES)))

# The tables of docs/queue-rules.md.
.PHONY: simulate
simulate: $(B)/bench/simulate
	$(B)/bench/simulate $(SIMULATE_ARGS)

.PHONY: bench
bench: all $(B)/bench/bench bench-fleet
	$(B)/bench/bench $(BENCH_ARGS) $(B)
	@$(MAKE) --no-print-directory bench-panel
	@$(MAKE) --no-print-directory load

# From a pressed button to a durable ticket, on a real kernel's GPIO.
PANEL_BENCH := tests/bench/panel/main.c tests/bench/common.c \
	tests/bench/floor.c tests/bench/stats.c tests/bench/table.c \
	tests/unit/support/bad_printer.c
$(B)/bench/panel-bench: $(call objects,$(PANEL_BENCH)) $(B)/libkiosk.a
	@mkdir -p $(@D)
	$(link)
-include $(patsubst %.o,%.d,$(call objects,$(PANEL_BENCH)))
.PHONY: bench-panel
bench-panel: packages-build packages-gpio $(B)/bench/panel-bench
	tests/gpio/bench $(B)

# A small fleet, as a part of make bench; for all of docs/central-log.md:
# make bench-fleet FLEET_ARGS="--kiosks 3321".
.PHONY: bench-fleet
bench-fleet: packages-test packages-central packages-fleet all $(B)/bench/fleet-worker \
		$(B)/central/make-days
	$(PYTHON) tests/bench/fleet/fleet $(or $(FLEET_ARGS),--kiosks 120) $(B)

.PHONY: clean
clean:
	rm -rf $(B)

.PHONY: help
help:
	@echo "make run [PORT=8080]  a demo office on this machine"
	@echo "make install          onto this machine; DESTDIR=…, PREFIX=/usr"
	@echo "make uninstall        all but /etc/kiosk and the journal"
	@echo "make test             unit and end-to-end tests"
	@echo "make check-source     format, banned calls, cppcheck, clang-tidy"
	@echo "make test-san         the tests under ASan and UBSan"
	@echo "make test-builds      gcc and clang, every warning an error"
	@echo "make test-mutants     the queue's rules broken one at a time"
	@echo "make proof            the queue's rules proved within bounds, by CBMC"
	@echo "make test-gpio        the panel on a real kernel's GPIO and keypads"
	@echo "make test-power       power cuts, on a disk that loses what it can"
	@echo "make test-trixie      the build and the panel on Debian 13"
	@echo "make test-web         the staff's page in a real browser"
	@echo "make test-hall        the touch panel as a window, pressed by xdotool"
	@echo "make test-slip        slips read by others: npos, QR readers, OCR"
	@echo "make test-central     the central log: real servers, links that fail"
	@echo "make test-fuzz        rubbish for every reader, FUZZ_SECONDS=60 each"

	@echo "make test-units       the units under a real systemd, as root"
	@echo "make soak             a week in 20 minutes; SOAK_MINUTES, SOAK_DAYS"
	@echo "make bench            figures, as ratios to a floor"
	@echo "make load             of it, 64 issue and 32 call for a minute; 1,000 streams"
	@echo "make bench-panel      of it, a button's way to ticket and printer"
	@echo "make bench-fleet      the central log under many kiosks"
	@echo "make simulate         waits and estimates on simulated days"
	@echo "make clean            removes $(B)"
