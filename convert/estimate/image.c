#include "image.h"

#include "../base64.h"

#include <string.h>

#define HEAD_SIZE 65536

struct head {
	const unsigned char *at;
	size_t len;
};

struct size {
	unsigned width, height;
};

static bool holds(struct head head, size_t offset, const char *bytes, size_t len)
{
	return head.len >= offset + len && !memcmp(head.at + offset, bytes, len);
}

static unsigned big16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static unsigned big32(const unsigned char *p)
{
	return big16(p) << 16 | big16(p + 2);
}

static unsigned little16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static unsigned little24(const unsigned char *p)
{
	return little16(p) | (unsigned)p[2] << 16;
}

static struct size png_size(struct head head)
{
	if (head.len < 24 || !holds(head, 12, "IHDR", 4))
		return (struct size){ 0 };
	return (struct size){ big32(head.at + 16), big32(head.at + 20) };
}

static struct size gif_size(struct head head)
{
	if (head.len < 10)
		return (struct size){ 0 };
	return (struct size){ little16(head.at + 6), little16(head.at + 8) };
}

/* The first chunk tells which of the three kinds of WebP it is. */
static struct size webp_size(struct head head)
{
	const unsigned char *data = head.at + 20;

	if (head.len < 30 || !holds(head, 8, "WEBP", 4))
		return (struct size){ 0 };
	if (holds(head, 12, "VP8X", 4))
		return (struct size){ little24(data + 4) + 1, little24(data + 7) + 1 };
	if (holds(head, 12, "VP8 ", 4) && holds(head, 23, "\x9D\x01\x2A", 3))
		return (struct size){ little16(data + 6) & 0x3FFF, little16(data + 8) & 0x3FFF };
	if (holds(head, 12, "VP8L", 4) && data[0] == 0x2F)
		return (struct size){ (little16(data + 1) & 0x3FFF) + 1,
			(little24(data + 2) >> 6 & 0x3FFF) + 1 };
	return (struct size){ 0 };
}

/* SOF0 to SOF15, without the three numbers among them that mean tables. */
static bool starts_frame(unsigned char marker)
{
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
		marker != 0xCC;
}

static struct size jpeg_size(struct head head)
{
	size_t at = 2;

	while (at + 9 <= head.len && head.at[at] == 0xFF) {
		const unsigned char *marker = head.at + at;

		if (marker[1] == 0xFF)		/* fill byte */
			at++;
		else if (starts_frame(marker[1]))
			return (struct size){ big16(marker + 7), big16(marker + 5) };
		else
			at += 2 + big16(marker + 2);
	}
	return (struct size){ 0 };
}

static const struct {
	const char *magic;
	size_t len;
	struct size (*size)(struct head head);
} formats[] = {
	{ "\x89PNG\r\n\x1A\n", 8, png_size },
	{ "GIF87a", 6, gif_size },
	{ "GIF89a", 6, gif_size },
	{ "RIFF", 4, webp_size },
	{ "\xFF\xD8\xFF", 3, jpeg_size },
};

bool image_size(const char *base64, size_t len, unsigned *width, unsigned *height)
{
	unsigned char bytes[HEAD_SIZE];
	struct head head = { bytes, base64_decode(base64, len, bytes, sizeof(bytes)) };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct size size;

		if (!holds(head, 0, formats[i].magic, formats[i].len))
			continue;
		size = formats[i].size(head);
		if (size.width == 0 || size.height == 0)
			return false;
		*width = size.width;
		*height = size.height;
		return true;
	}
	return false;
}
