/*
 * measure FILE...: the estimate of each file's text, one a line, as "tokens FILE"; then how long
 * 200 kB of them took.
 */
#include "../../convert/estimate/count.h"
#include "../play.h"

#include <stdio.h>
#include <time.h>

#define PIECE 200e3

int main(int argc, char **argv)
{
	double bytes = 0, seconds = 0;

	for (int i = 1; i < argc; i++) {
		struct buf text = { 0 };
		clock_t start;
		double tokens;

		play_file(argv[i], &text);
		start = clock();
		tokens = count_text(buf_slice(&text));
		seconds += (double)(clock() - start) / CLOCKS_PER_SEC;
		bytes += (double)text.len;
		printf("%.0f %s\n", tokens, argv[i]);
		buf_free(&text);
	}
	fprintf(stderr, "200 kB take %.2f ms\n", seconds / bytes * PIECE * 1e3);
	return 0;
}
