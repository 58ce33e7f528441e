# claudeproxy: `make` builds ./claudeproxy, `make check` tests it. See README.md.

CC ?= cc
CFLAGS ?= -O2 -g
B ?= build

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/claudeproxy
UNITDIR ?= $(PREFIX)/lib/systemd/system
USERUNITDIR ?= $(PREFIX)/lib/systemd/user
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
CONFIG = $(SYSCONFDIR)/claudeproxy.conf

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wundef -Wvla -Wpointer-arith -Wwrite-strings \
	-Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wimplicit-fallthrough $(WERROR)
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
# Those that the compiler takes: each is tried on an empty file.
takes = $(shell $(CC) -Werror $1 -x c -c -o /dev/null /dev/null 2>/dev/null && echo $1)
HARDEN := -fstack-protector-strong -fPIE $(call takes,-fstack-clash-protection) \
	$(call takes,-fcf-protection) $(call takes,-ftrivial-auto-var-init=zero)
override CFLAGS := -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(FORTIFY) $(CFLAGS)
override LDFLAGS := -pie -Wl,-z,relro,-z,now $(LDFLAGS)
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# In the order of the pipeline.
CONVERT = buf js js_parse js_text failure note hash base64 names ids carry \
	provider/family provider/change provider/traits provider/model provider/endpoint \
	provider/thinking \
	request/request request/check request/parameters request/cache request/system \
	request/history request/reasoning request/user request/blocks request/parts \
	request/media request/tools request/builtin request/place \
	schema/schema schema/strict schema/merge schema/gemini \
	estimate/count estimate/count_text responses/body responses/events \
	refusal/wording refusal/error_body refusal/overflow refusal/refusal refusal/redact \
	refusal/heal refusal/named \
	answer/body answer/sse answer/stream answer/speech answer/think answer/call \
	answer/object answer/details answer/state answer/queue answer/event answer/usage
NET = log config setting envfile host http http_body intake cgi client reply \
	delivery upstream unreached remember watch confine
SERVE = exchange guard connection known access messages relay draft pages check memory
UNIT = $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
# These test net/; all others link without libcurl and without net.a.
UNIT_NET = config setting envfile host http http_body cgi client reply upstream unreached remember log \
	relay watch confine guard

convert_objects = $(CONVERT:%=$B/convert/%.o)
net_objects = $(NET:%=$B/net/%.o)
main_objects = $B/claudeproxy.o $(SERVE:%=$B/serve/%.o)
fuzz_objects = $(patsubst %.c,$B/%.o,$(wildcard tests/fuzz/fuzz*.c)) $B/tests/laws.o
generate_objects = $(patsubst %.c,$B/%.o,$(wildcard tests/generate/*.c)) \
	$B/tests/laws.o $B/tests/talk.o $B/tests/strict.o
unit_tests = $(UNIT:%=$B/unit/test_%)
# What the tests need besides the program: see tests/run.
PLAYERS = $(addprefix $B/tests/,stub client hang.so filter fuzz/replay generate/generate)

all: claudeproxy

claudeproxy: $B/claudeproxy
	cp $< $@

$B/claudeproxy: $(main_objects) $B/net.a $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcurl -ljson-c -lm

$B/convert.a: $(convert_objects)
	rm -f $@ && $(AR) rcs $@ $^

$B/net.a: $(net_objects)
	rm -f $@ && $(AR) rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Another path, and what holds it is built anew.
$B/claudeproxy.o $B/net/config.o: $B/config_file
$B/claudeproxy.o $B/net/config.o: override CPPFLAGS += -DCONFIG_FILE='"$(CONFIG)"'
$B/config_file: always
	@mkdir -p $B
	@echo '$(CONFIG)' | cmp -s - $@ || echo '$(CONFIG)' >$@

# ---- to install it ----

# Each file and where it goes. In texts, our paths become those of the installation.
TEXTS = claudeproxy.8:$(MANDIR)/man8/claudeproxy.8 \
	systemd/claudeproxy.socket:$(USERUNITDIR)/claudeproxy.socket \
	systemd/claudeproxy.slice:$(USERUNITDIR)/claudeproxy.slice \
	systemd/user/claudeproxy@.service:$(USERUNITDIR)/claudeproxy@.service
SYSTEM_TEXTS = systemd/claudeproxy.socket:$(UNITDIR)/claudeproxy.socket \
	systemd/claudeproxy.slice:$(UNITDIR)/claudeproxy.slice \
	systemd/claudeproxy@.service:$(UNITDIR)/claudeproxy@.service \
	systemd/claudeproxy.sysusers:$(SYSUSERSDIR)/claudeproxy.conf \
	README.md:$(DOCDIR)/README.md \
	$(foreach file,systemd/light.conf $(wildcard xinetd/* cgi/*),$(file):$(DOCDIR)/examples/$(file))
OURS = sed -e 's|/usr/local/bin/|$(BINDIR)/|g' -e 's|/etc/claudeproxy\.conf|$(CONFIG)|g'

# A configuration that is there already stays as it is. On the running system (no DESTDIR) root
# also makes the user that may read it.
install: claudeproxy
	install -D -m 755 claudeproxy '$(DESTDIR)$(BINDIR)/claudeproxy'
	@set -e; for text in $(TEXTS) $(SYSTEM_TEXTS); do \
		to="$(DESTDIR)$${text#*:}"; echo "install $$to"; mkdir -p "$${to%/*}"; \
		$(OURS) "$${text%%:*}" >"$$to"; chmod 644 "$$to"; \
	done
	[ -e '$(DESTDIR)$(CONFIG)' ] || install -D -m 600 claudeproxy.conf '$(DESTDIR)$(CONFIG)'
	@[ '$(DESTDIR)' ] || [ ! '$(SYSTEM_TEXTS)' ] || [ "$$(id -u)" != 0 ] || \
		! systemd-sysusers '$(SYSUSERSDIR)/claudeproxy.conf' || \
		{ chgrp claudeproxy '$(CONFIG)' && chmod 640 '$(CONFIG)'; }

# Keeps a configuration that was edited, and the user.
uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/claudeproxy'
	rm -f $(foreach text,$(TEXTS) $(SYSTEM_TEXTS),'$(DESTDIR)$(lastword $(subst :, ,$(text)))')
	! cmp -s claudeproxy.conf '$(DESTDIR)$(CONFIG)' || rm '$(DESTDIR)$(CONFIG)'
	[ ! -d '$(DESTDIR)$(DOCDIR)' ] || find '$(DESTDIR)$(DOCDIR)' -depth -type d -empty -delete

# For oneself, without root. Other users of the machine reach the socket as well, so a new
# configuration gets a key that clients must show; the lines for them are printed.
OWN = SYSTEM_TEXTS= PREFIX='$(HOME)/.local' SYSCONFDIR='$(dir $(OWN_CONFIG))' \
	USERUNITDIR='$(HOME)/.config/systemd/user'
OWN_CONFIG = $(HOME)/.config/claudeproxy/claudeproxy.conf
OWN_KEY = ANTHROPIC_API_KEY=\([A-Za-z0-9_-]\{32\}\)$$

install-user:
	@case '$(HOME)' in *[!A-Za-z0-9/._@+-]*) \
		echo 'HOME holds a character that make cannot quote' >&2; exit 1;; esac
	@[ -e '$(OWN_CONFIG)' ] || { umask 077 && mkdir -p '$(dir $(OWN_CONFIG))' && \
		key=$$(head -c 24 /dev/urandom | base64 | tr +/ -_) && \
		sed "s/^#ANTHROPIC_API_KEY=$$/ANTHROPIC_API_KEY=$$key/" claudeproxy.conf \
			>'$(OWN_CONFIG)'; }
	$(MAKE) install $(OWN)
	@key=$$(sed -n 's/^$(OWN_KEY)/\1/p' '$(OWN_CONFIG)' | tail -n 1); \
		echo; echo 'For the shell where you start claude:'; echo; \
		echo 'export ANTHROPIC_BASE_URL=http://127.0.0.1:8082'; \
		echo "export ANTHROPIC_AUTH_TOKEN=$${key:-any            # or your ANTHROPIC_API_KEY}"; \
		echo 'export CLAUDE_CODE_AUTO_COMPACT_WINDOW=128000' \
			"  # your model's context window in tokens"

# The key that was made is no edit.
uninstall-user:
	[ ! -e '$(OWN_CONFIG)' ] || \
		! sed 's/^$(OWN_KEY)/#ANTHROPIC_API_KEY=/' '$(OWN_CONFIG)' | cmp -s claudeproxy.conf - || \
		rm '$(OWN_CONFIG)'
	$(MAKE) uninstall $(OWN)

# ---- to try it ----

# The whole way once, on this machine alone: a request, a scripted upstream, the events.
demo: claudeproxy $B/tests/stub $B/tests/client
	B=$B tests/demo

# Serves on HOST:PORT with the settings of the environment, until it is interrupted.
run: claudeproxy
	tests/serve

# ---- to test it ----

check: $B/claudeproxy $(PLAYERS) $(unit_tests)
	B=$B tests/run $(TESTS)

# The same checks under the address and undefined behaviour sanitizers.
asan:
	$(MAKE) B=build/asan FORTIFY= CFLAGS='$(SANITIZE)' check

# The unit tests, and of each kind of end-to-end cases some: no error, and no block is lost.
# serve/memory.c has a malloc of its own, which valgrind must replace as well.
valgrind: $B/claudeproxy $(PLAYERS) $(unit_tests)
	B=$B UNDER='$(VALGRIND)' JOBS=4 PATIENCE=60 tests/run unit e2e/plain-tool e2e/plain-gzip \
		e2e/stream e2e/refused e2e/heal e2e/cut e2e/leave-while e2e/stopped e2e/tls-f e2e/cgi \
		e2e/state

VALGRIND = $(shell command -v valgrind) -q --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite --errors-for-leak-kinds=definite --soname-synonyms=somalloc=NONE

# Each way of starting it that is shipped, as it is shipped: real servers, installed when missing.
# Needs root. LANES chooses among `python3 tests/deploy/run.py --list`.
check-deploy: $B/claudeproxy
	PROGRAM=$B/claudeproxy python3 -B tests/deploy/run.py $(LANES)

# A path to upstream that dies without a word. Needs network namespaces, and waits for half a minute.
check-path: $B/claudeproxy
	tests/dead_path $B/claudeproxy

# What fails around it, and what its client then gets. Needs namespaces; FAULTS chooses by words.
check-faults: $B/claudeproxy $B/tests/faults/no_memory.so
	python3 -B tests/faults/run.py $B/claudeproxy $B/tests/faults/no_memory.so $(FAULTS)

# What an idle process keeps of its requests. Needs root.
check-memory: $B/claudeproxy
	tests/kept_memory $B/claudeproxy $(REQUESTS)

# How the processor time of a request grows with it, shape by shape: two minutes.
growth: $B/claudeproxy
	tests/growth $B/claudeproxy $(SHAPES)

# What people run, against the program: Claude Code, Anthropic's SDKs, llama.cpp's server. Installs
# them from npm and PyPI into the build folder; NAMES are beginnings of scenarios' names.
check-clients: $B/claudeproxy
	B=$B tests/clients/run $(NAMES)

# The README's two lines in systems that have nothing yet. Needs root, and mmdebstrap.
check-fresh:
	tests/fresh $(SUITES)

# What it costs, beside a trivial libcurl filter and claude-code-router (from npm). ROWS chooses rows
# by the beginnings of their names: tiny claude 1mb 20mb far long paced streams idle. Needs a quiet
# machine, and root for the memory.
bench: $B/claudeproxy $B/tests/bench/trivial $B/tests/bench/upstream
	B=$B tests/bench/run

# How far the estimate of tokens is from the truth. Needs node, npm and apt-get.
estimate: $B/tests/filter $B/tests/estimate/measure
	B=$B tests/estimate/run

# TARGET is one of FUZZERS; SECONDS how long. What it finds stays in the build folder, and of that the
# next run keeps the inputs that reach something of their own.
FUZZERS = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
TARGET = stream
SECONDS = 60
FOUND = build/fuzz/$(TARGET)
# Freed memory is held back for less long than usual, and fewer callers are noted: more runs.
FUZZ = TARGET=$(TARGET) ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=3 build/fuzz/fuzz \
	-artifact_prefix=$(FOUND). -timeout=20

fuzz:
	$(MAKE) B=build/fuzz CC=clang FORTIFY= \
		CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link -DFUZZING' build/fuzz/fuzz
	rm -rf $(FOUND).least && mkdir -p $(FOUND).least $(FOUND)
	$(FUZZ) -merge=1 $(FOUND).least tests/fuzz/corpus/$(TARGET) $(FOUND) 2>$(FOUND).log
	rm -rf $(FOUND) && mv $(FOUND).least $(FOUND)
	$(FUZZ) -max_total_time=$(SECONDS) -print_final_stats=1 $(FOUND)

# Each target in turn; what was found in earlier runs is where it begins.
fuzz-all:
	set -e; for target in $(FUZZERS); do $(MAKE) fuzz TARGET=$$target; done

lint:
	tests/lint
	mandoc -T lint -W warning claudeproxy.8
	cppcheck --quiet --enable=warning,portability --suppress=ctuuninitvar --error-exitcode=1 \
		-D_GNU_SOURCE -DCONFIG_FILE='""' claudeproxy.c convert net serve
	clang-tidy --quiet claudeproxy.c $(wildcard convert/*.c convert/*/*.c net/*.c serve/*.c) \
		-- -std=c11 -D_GNU_SOURCE -DCONFIG_FILE='""' 2>/dev/null

$(UNIT_NET:%=$B/unit/test_%): $B/unit/test_%: $B/tests/unit/test_%.o $B/net.a $B/convert.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lcurl -ljson-c -lm

$B/unit/test_memory: $B/serve/memory.o
$B/unit/test_known: $B/serve/known.o
$B/unit/test_guard: $(addprefix $B/serve/,guard.o exchange.o connection.o known.o)
$B/unit/test_relay: $(addprefix $B/serve/,relay.o draft.o exchange.o guard.o connection.o known.o)
$B/unit/test_session: $B/tests/talk.o $B/tests/strict.o

$B/unit/test_%: $B/tests/unit/test_%.o $B/convert.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -ljson-c -lm

$B/tests/stub: $(addprefix $B/tests/,stub.o stub_wire.o strict.o play.o) $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljson-c -lm

$B/tests/client: $(addprefix $B/tests/,client.o launch.o view.o play.o) $B/convert/buf.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$B/tests/%.so: tests/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -o $@ $<

$B/tests/filter: $(addprefix $B/tests/,filter.o assemble.o play.o) $(addprefix $B/serve/,draft.o guard.o known.o) $B/net.a \
		$B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcurl -ljson-c -lm

$B/tests/fuzz/replay: $B/tests/fuzz/replay.o $(fuzz_objects) $B/net.a $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcurl -ljson-c -lm

$B/tests/generate/generate: $(generate_objects) $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljson-c -lm

$B/fuzz: $(fuzz_objects) $B/net.a $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ -lcurl -ljson-c -lm

$B/tests/estimate/measure: $B/tests/estimate/measure.o $B/tests/play.o $B/convert.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljson-c -lm

$B/tests/bench/trivial: $B/tests/bench/trivial.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcurl

$B/tests/bench/upstream: $B/tests/bench/upstream.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

clean:
	rm -rf $B claudeproxy

-include $(shell find $B -name '*.d' -type f 2>/dev/null)

.PHONY: all install uninstall install-user uninstall-user always demo run check asan valgrind \
	check-deploy check-clients check-fresh check-path check-faults check-memory growth bench estimate fuzz fuzz-all lint clean
.SECONDARY:
