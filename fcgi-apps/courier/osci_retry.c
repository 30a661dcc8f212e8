#include "courier/osci.h"

#define FIRST_WAIT_MS 2000
#define LONGEST_WAIT_MS (6 * 3600 * 1000)

int64_t
osci_wait_ms(uint32_t attempts)
{
	int64_t wait = FIRST_WAIT_MS;

	for (uint32_t i = 1; i < attempts && wait < LONGEST_WAIT_MS; i++)
		wait *= 4;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/*
 * What the same message will never get through with: it is wrong, its
 * certificates are, or the recipient does not want it. Everything else is
 * somebody's trouble of the moment.
 */
static const char *const never[] = { "9300", "9500", "9501", "9502", "9600",
	"9601", "9602", "9700", "9701", "9704", "9705", "9706", "9707", "9708",
	"9709", "9711", "9712", "9800", "9805", "9902", "9903", "9904" };

bool
osci_is_final(const char *code)
{
	for (size_t i = 0; i < nitems(never); i++)
		if (strcmp(never[i], code) == 0)
			return true;
	return false;
}
