/*
 * Width and height of a picture from the head of its file: PNG, GIF, WebP, JPEG.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* At most the first 64 kB are decoded. False: unknown or broken; then neither size is set. */
bool image_size(const char *base64, size_t len, unsigned *width, unsigned *height);

#endif
