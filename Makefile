# claudeproxy: `make` builds ./claudeproxy, `make check` tests it. See README.md.

CC ?= cc
CFLAGS ?= -O2 -g
B ?= build

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wundef -Wvla -Wpointer-arith -Wwrite-strings \
	-Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wimplicit-fallthrough $(WERROR)
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
HARDEN = -fstack-protector-strong -fPIE $(FORTIFY)
override CFLAGS := -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(CFLAGS)
override LDFLAGS := -pie -Wl,-z,relro,-z,now $(LDFLAGS)
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# In the order of the pipeline.
CONVERT = buf js failure note hash names ids turn provider/family provider/traits \
	provider/model provider/endpoint provider/thinking request/request request/wanted \
	request/cache request/system request/history request/user request/results request/blocks \
	request/parts request/media request/base64 request/image request/tools request/offer \
	request/builtin request/schema request/subschemas request/merge request/gemini request/count \
	answer/body answer/sse answer/stream answer/speech answer/think answer/call answer/object \
	answer/arguments answer/finish answer/queue answer/event answer/fold answer/usage \
	answer/refusal answer/error_body answer/html answer/wording answer/overflow answer/redact
NET = log config setting envfile text http http_body intake cgi client status reply upstream \
	trust unreached
UNIT = $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
# These test net/; all others link without libcurl and without net.a.
UNIT_NET = config setting envfile http http_body cgi client reply upstream unreached log

convert_objects = $(CONVERT:%=$B/convert/%.o)
net_objects = $(NET:%=$B/net/%.o)
unit_tests = $(UNIT:%=$B/unit/test_%)

all: $B/convert.a $B/net.a

$B/convert.a: $(convert_objects)
	rm -f $@ && $(AR) rcs $@ $^

$B/net.a: $(net_objects)
	rm -f $@ && $(AR) rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

check: $(unit_tests)
	@for test in $(unit_tests); do $$test || exit 1; done

# The same checks under the address and undefined behaviour sanitizers.
asan:
	$(MAKE) B=build/asan FORTIFY= CFLAGS='$(SANITIZE)' check

$(UNIT_NET:%=$B/unit/test_%): $B/unit/test_%: $B/tests/unit/test_%.o $B/net.a $B/convert.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -lcurl -ljson-c -lm

$B/unit/test_memory: $B/serve/memory.o

$B/unit/test_%: $B/tests/unit/test_%.o $B/convert.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -ljson-c -lm

clean:
	rm -rf $B claudeproxy

-include $(shell find $B -name '*.d' 2>/dev/null)

.PHONY: all check asan clean
.SECONDARY:
