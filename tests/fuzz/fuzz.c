#include "fuzz.h"

#include "../../convert/provider/family.h"

#include <stdio.h>
#include <stdlib.h>

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

#ifdef FUZZ_TARGET	/* one of them, as libFuzzer wants it */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return FUZZ_TARGET(data, size);
}
#endif
