#include "torhaus/service_settings.h"

#include "common/file.h"
#include "common/json.h"

#define SETTINGS_MAX (1024 * 1024)

int
service_settings_read(struct arena *a, const char *path, const char *slug,
    const char **out, struct err *err)
{
	const cJSON *services, *own;
	struct err why = {0};
	cJSON *json;
	char *text;
	size_t len;

	*out = "{}";
	if (path == NULL)
		return 0;
	if (file_read(a, path, SETTINGS_MAX, &text, &len, err) == -1)
		return -1;
	if (json_parse(a, text, len, &json_limits_package, &json,
		&why) == -1 ||
	    !cJSON_IsObject(json))
		return err_set(err, ERR_BAD_REQUEST, "%s: %s", path,
		    why.msg[0] == '\0' ? "an object is expected" : why.msg);
	own = json;
	if ((services = json_object(json, "services")) != NULL) {
		own = json_object(services, slug);
		own = own == NULL ? NULL : json_object(own, "settings");
	}
	if (own != NULL)
		*out = json_print(a, own);
	return 0;
}
