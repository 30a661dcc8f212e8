#include "common/form/form_cond.h"

#include <math.h>

#define METRES_PER_DEGREE 111319.49 /* of latitude, WGS84 equator */
#define POINTS_MAX 5000

struct point {
	double x, y; /* metres from the position, east and north */
};

int64_t
form_position_pack(int32_t lat, int32_t lon)
{
	return (int64_t)(((uint64_t)(uint32_t)lat << 32) | (uint32_t)lon);
}

int32_t
form_position_lat(int64_t position)
{
	return (int32_t)(uint32_t)((uint64_t)position >> 32);
}

int32_t
form_position_lon(int64_t position)
{
	return (int32_t)(uint32_t)((uint64_t)position & 0xffffffff);
}

/* A pair of numbers as metres from lat, lon: flat enough for a town. */
static bool
point_of(const cJSON *pair, double lat, double lon, struct point *out)
{
	const cJSON *first = pair == NULL ? NULL : pair->child;

	if (!cJSON_IsArray(pair) || !cJSON_IsNumber(first) ||
	    !cJSON_IsNumber(first->next))
		return false;
	out->y = (first->valuedouble - lat) * METRES_PER_DEGREE;
	out->x = (first->next->valuedouble - lon) * METRES_PER_DEGREE *
	    cos(lat * M_PI / 180);
	return true;
}

/* Distance of the origin from the line between p and q. */
static double
distance(const struct point *p, const struct point *q)
{
	double dx = q->x - p->x, dy = q->y - p->y;
	double length = dx * dx + dy * dy, along = 0;

	if (length > 0)
		along = -(p->x * dx + p->y * dy) / length;
	along = fmin(1, fmax(0, along));
	return hypot(p->x + along * dx, p->y + along * dy);
}

bool
form_area_holds(const cJSON *area, int64_t position)
{
	const cJSON *polygon =
	    cJSON_GetObjectItemCaseSensitive(area, "polygon");
	const cJSON *tolerance =
	    cJSON_GetObjectItemCaseSensitive(area, "tolerance_m");
	double lat = form_position_lat(position) / 1e6;
	double lon = form_position_lon(position) / 1e6;
	double nearest = INFINITY;
	struct point p, q;
	const cJSON *at, *last;
	bool is_inside = false;
	int n = 0;

	if (!cJSON_IsArray(polygon) || polygon->child == NULL)
		return false;
	last = polygon->child->prev; /* cJSON: the first's prev is the last */
	if (!point_of(last, lat, lon, &p))
		return false;
	cJSON_ArrayForEach (at, polygon) {
		if (!point_of(at, lat, lon, &q) || ++n > POINTS_MAX)
			return false;
		if ((q.y > 0) != (p.y > 0) &&
		    0 < (p.x - q.x) * (0 - q.y) / (p.y - q.y) + q.x)
			is_inside = !is_inside;
		nearest = fmin(nearest, distance(&p, &q));
		p = q;
	}
	return is_inside ||
	    (cJSON_IsNumber(tolerance) && nearest <= tolerance->valuedouble);
}
