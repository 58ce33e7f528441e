#include "turn.h"

#include "js.h"

#include <stdlib.h>

void turn_free(struct turn *turn)
{
	free(turn->model);
	free(turn->upstream_model);
	names_free(&turn->names);
	taken_free(&turn->taken);
	js_free(turn->stops);
	turn->model = turn->upstream_model = NULL;
	turn->stops = NULL;
}
