/* The size of an image, for the estimate of tokens. doc/answer.md §4.2 */
#include "../../convert/estimate/image.h"

#include "../../convert/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A file's bytes as a literal, with its NULs. */
#define FILE_OF(bytes) (const unsigned char *)(bytes), sizeof(bytes) - 1

static char *encode(const unsigned char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc(len * 2 + 5), *p = text;

	for (size_t i = 0; i < len; i += 3) {
		unsigned bits = (unsigned)bytes[i] << 16;

		bits |= i + 1 < len ? (unsigned)bytes[i + 1] << 8 : 0;
		bits |= i + 2 < len ? bytes[i + 2] : 0;
		*p++ = digits[bits >> 18];
		*p++ = digits[bits >> 12 & 63];
		*p++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		*p++ = i + 2 < len ? digits[bits & 63] : '=';
	}
	*p = '\0';
	return text;
}

static bool size_of(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height)
{
	char *text = encode(bytes, len);
	bool known = image_size(text, strlen(text), width, height);

	free(text);
	return known;
}

static void is(const unsigned char *bytes, size_t len, unsigned width, unsigned height)
{
	unsigned w = 0, h = 0;

	assert_true(size_of(bytes, len, &w, &h));
	assert_int_equal(w, width);
	assert_int_equal(h, height);
}

static void is_unknown(const unsigned char *bytes, size_t len)
{
	unsigned w = 7, h = 7;

	assert_false(size_of(bytes, len, &w, &h));
	assert_int_equal(w, 7);
	assert_int_equal(h, 7);
}

#define PNG "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"
#define WEBP(chunk) "RIFF\x40\0\0\0WEBP" chunk "\x20\0\0\0"
#define EXIF "\xFF\xE1\0\x06" "Exif"
#define FRAME(marker) "\xFF" marker "\0\x11\x08\x02\x58\x03\x20\x03"

static void png_has_its_size_in_the_first_chunk(void **state)
{
	(void)state;
	is(FILE_OF(PNG "\0\0\x05\0\0\0\x02\xD0\x08\x06"), 1280, 720);
	is_unknown(FILE_OF(PNG "\0\0\x05\0\0\0\x02"));
	is_unknown(FILE_OF(PNG "\0\0\0\0\0\0\0\x01"));
	is_unknown(FILE_OF("\x89PNG\r\n\x1A\n\0\0\0\x0D" "CgBI\0\0\x05\0\0\0\x02\xD0"));
}

static void gif_has_its_size_behind_the_magic(void **state)
{
	(void)state;
	is(FILE_OF("GIF89a\x40\x01\xF0\0\xF7"), 320, 240);
	is(FILE_OF("GIF87a\x01\0\x02\0"), 1, 2);
	is_unknown(FILE_OF("GIF89a\x40\x01\xF0"));
}

static void webp_has_three_kinds(void **state)
{
	(void)state;
	is(FILE_OF(WEBP("VP8 ") "\x30\x01\0\x9D\x01\x2A\x90\x41\x2C\x81"), 400, 300);
	/* 14 bits each, less one: 399 and 299 << 14. */
	is(FILE_OF(WEBP("VP8L") "\x2F\x8F\xC1\x4A\0\0\0\0\0\0"), 400, 300);
	is(FILE_OF(WEBP("VP8X") "\x10\0\0\0\xFF\x0F\x01\x37\x04\0"), 69632, 1080);
	is_unknown(FILE_OF(WEBP("VP8 ") "\x30\x01\0\0\0\0\x90\x01\x2C\x01"));
	is_unknown(FILE_OF(WEBP("ICCP") "\x30\x01\0\x9D\x01\x2A\x90\x01\x2C\x01"));
	is_unknown(FILE_OF(WEBP("VP8X") "\x10\0"));
}

static void jpeg_has_its_size_in_the_first_frame(void **state)
{
	(void)state;
	is(FILE_OF("\xFF\xD8" FRAME("\xC0")), 800, 600);
	is(FILE_OF("\xFF\xD8" EXIF "\xFF\xFF\xFF\xDB\0\x03\x01" FRAME("\xC2")), 800, 600);
	/* a Huffman table is no frame, though its marker lies among theirs */
	is(FILE_OF("\xFF\xD8\xFF\xC4\0\x09\0\0\0\0\0\0\0" FRAME("\xC1")), 800, 600);
	is_unknown(FILE_OF("\xFF\xD8" EXIF));
	is_unknown(FILE_OF("\xFF\xD8\xFF\xE1\0\0\xFF\xE1\0\0\xFF\xE1\0\0"));
	is_unknown(FILE_OF("\xFF\xD8\xFF\xE1\xFF\xFF" FRAME("\xC0")));
	is_unknown(FILE_OF("\xFF\xD8\xFF\xE0\0\x02lost the track"));
}

static void other_files_are_unknown(void **state)
{
	(void)state;
	is_unknown(FILE_OF(""));
	is_unknown(FILE_OF("BM"));
	is_unknown(FILE_OF("RIFF\x40\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xAC\0\0"));
	is_unknown(FILE_OF("<svg width=\"10\" height=\"10\"/>"));
}

static void garbage_does_no_harm(void **state)
{
	static const char *const texts[] = { "", "=", "====", "!!!!", "A", "/9j/", "/9j//8A" };
	unsigned w, h;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(image_size(texts[i], strlen(texts[i]), &w, &h));
	/* A right file cut at every byte, and with every byte changed. */
	for (size_t i = 0; i < 29; i++) {
		unsigned char jpeg[] = "\xFF\xD8" EXIF "\xFF\xDB\0\x03\x01" FRAME("\xC2");

		size_of(jpeg, i < sizeof(jpeg) ? i : sizeof(jpeg), &w, &h);
		for (unsigned value = 0; value < 256; value++) {
			jpeg[i % (sizeof(jpeg) - 1)] = (unsigned char)value;
			size_of(jpeg, sizeof(jpeg) - 1, &w, &h);
		}
	}
}

static void only_the_head_is_looked_at(void **state)
{
	size_t len = 200000;
	unsigned char *bytes = calloc(1, len);

	(void)state;
	memcpy(bytes, "\xFF\xD8\xFF\xE1\xFF\x00", 6);
	memcpy(bytes + 4 + 0xFF00, FRAME("\xC0"), 10);
	is(bytes, len, 800, 600);
	memcpy(bytes + 4 + 0xFF00, "\xFF\xE1\x01\0", 4);
	memcpy(bytes + 4 + 0xFF00 + 2 + 0x100, FRAME("\xC0"), 10);
	is_unknown(bytes, len);
	free(bytes);
}

static void base64_is_read_to_its_end(void **state)
{
	static const struct { const char *text, *bytes; } pairs[] = {
		{ "", "" }, { "TQ==", "M" }, { "TWE=", "Ma" }, { "TWFu", "Man" },
		{ "TWFuTQ", "ManM" },
		{ "TW\nFu\r\n TWFu", "ManMan" }, { "TWFu*TWFu", "Man" }, { "_-A", "\xFF\xE0" },
		{ "/+A", "\xFF\xE0" }, { "TQ==TWFu", "M" },
	};
	unsigned char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t len = base64_decode(pairs[i].text, strlen(pairs[i].text), out, sizeof(out));

		assert_int_equal(len, strlen(pairs[i].bytes));
		assert_memory_equal(out, pairs[i].bytes, len);
	}
	assert_int_equal(base64_decode("TWFuTWFu", 8, out, 4), 4);
	assert_int_equal(base64_decode("TWFuTWFu", 8, out, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_has_its_size_in_the_first_chunk),
		cmocka_unit_test(gif_has_its_size_behind_the_magic),
		cmocka_unit_test(webp_has_three_kinds),
		cmocka_unit_test(jpeg_has_its_size_in_the_first_frame),
		cmocka_unit_test(other_files_are_unknown),
		cmocka_unit_test(garbage_does_no_harm),
		cmocka_unit_test(only_the_head_is_looked_at),
		cmocka_unit_test(base64_is_read_to_its_end),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
