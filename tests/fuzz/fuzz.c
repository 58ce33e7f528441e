#include "fuzz.h"

#include "../../convert/provider/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*target)(const uint8_t *data, size_t size);
} targets[] = {
	{ "carry", fuzz_carry },
	{ "edges", fuzz_edges },
	{ "js", fuzz_js },
	{ "refusal", fuzz_refusal },
	{ "request", fuzz_request },
	{ "stream", fuzz_stream },
};

int (*fuzz_target(const char *name))(const uint8_t *data, size_t size)
{
	for (size_t i = 0; name && i < sizeof(targets) / sizeof(targets[0]); i++)
		if (!strcmp(name, targets[i].name))
			return targets[i].target;
	return NULL;
}

struct settings fuzz_settings(const char *family)
{
	return (struct settings){
		.openai_api_key = "test-key",
		.base = { .scheme = "http", .host = "127.0.0.1", .port = 80, .path = "/v1" },
		.family = family_by_name(family),
		.big_model = "big-model", .middle_model = "middle-model",
		.small_model = "small-model",
		.max_body_bytes = 32u << 20,
	};
}

void broken_law(const char *law)
{
	fprintf(stderr, "broken law: %s\n", law);
	abort();
}

bool fuzz_tries(const uint8_t *data, size_t size, size_t way, size_t ways)
{
#ifdef FUZZING
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 16777619;
	return hash / 64 % ways == way;
#else
	(void)data;
	(void)size;
	return way < ways;
#endif
}

#ifdef FUZZING	/* as libFuzzer wants it; TARGET in the environment says which */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*target)(const uint8_t *, size_t);

	if (!target)
		target = fuzz_target(getenv("TARGET"));
	if (!target)
		broken_law("TARGET is none of the targets");
	return target(data, size);
}
#endif
