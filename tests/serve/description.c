/* The table of routes and docs/openapi.yaml say the same, both ways: paths, methods, who may. */
#include <cjson/cJSON.h>

#include "routes.h"
#include "unit.h"

extern const unsigned char serve_description[];
extern const size_t serve_description_size;

static cJSON *doc;

static const cJSON *member(const cJSON *of, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *method_name(enum method m)
{
    static const char *const NAMES[] = { "get", "head", "post", "delete", "patch" };

    return NAMES[m];
}

static bool lists(const cJSON *roles, const char *name)
{
    const cJSON *r;

    cJSON_ArrayForEach(r, roles) if (strcmp(r->valuestring, name) == 0) return true;
    return false;
}

static void same_roles(const struct route *r, const cJSON *operation)
{
    const cJSON *roles = member(operation, "x-roles");
    size_t told = 0;

    if (!cJSON_IsArray(roles))
        fail_msg("%s %s: no x-roles", method_name(r->method), r->pattern);
    for (int i = ROLE_NOBODY; i < ROLE_COUNT; i++) {
        bool may = (r->roles & ROLE_BIT(i)) != 0;
        told += may;
        if (may != lists(roles, role_name((enum role)i)))
            fail_msg("%s %s: %s", method_name(r->method), r->pattern, role_name((enum role)i));
    }
    told += (r->roles & AT_OPERATIONS) != 0;
    assert_int_equal((r->roles & AT_OPERATIONS) != 0, lists(roles, "operations"));
    assert_int_equal(cJSON_GetArraySize(roles), told);
    /* Open, and nothing else is. */
    assert_int_equal((r->roles & ROLES_OPEN) != 0, member(operation, "security") != NULL);
}

static void every_route_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const cJSON *operation =
            member(member(member(doc, "paths"), ROUTES[i].pattern), method_name(ROUTES[i].method));
        if (operation == NULL)
            fail_msg("not described: %s %s", method_name(ROUTES[i].method), ROUTES[i].pattern);
        same_roles(&ROUTES[i], operation);
    }
}

static bool is_route(const char *path, const char *method)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (strcmp(ROUTES[i].pattern, path) == 0 && strcmp(method_name(ROUTES[i].method), method) == 0)
            return true;
    return false;
}

static void everything_described_is_a_route(void **state)
{
    const cJSON *path, *operation;

    (void)state;
    cJSON_ArrayForEach(path, member(doc, "paths")) cJSON_ArrayForEach(
        operation, path) if (cJSON_IsObject(operation) && !is_route(path->string, operation->string))
        fail_msg("described, but no route: %s %s", operation->string, path->string);
}

/* What the router lets through as a parameter is described as one. */
static void every_parameter_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const cJSON *operation =
            member(member(member(doc, "paths"), ROUTES[i].pattern), method_name(ROUTES[i].method));
        for (const char *const *name = ROUTES[i].parameters; *name != NULL; name++) {
            const cJSON *p;
            bool found = false;
            cJSON_ArrayForEach(p, member(operation, "parameters"))
            {
                const cJSON *ref = member(p, "$ref");
                const char *last = ref == NULL ? NULL : strrchr(ref->valuestring, '/') + 1;
                const cJSON *is =
                    ref == NULL ? p : member(member(member(doc, "components"), "parameters"), last);
                found = found || strcmp(member(is, "name")->valuestring, *name) == 0;
            }
            if (!found)
                fail_msg("%s %s: %s", method_name(ROUTES[i].method), ROUTES[i].pattern, *name);
        }
    }
}

static int open_description(void **state)
{
    (void)state;
    doc = cJSON_ParseWithLength((const char *)serve_description, serve_description_size);
    return doc == NULL ? -1 : 0;
}

static int close_description(void **state)
{
    (void)state;
    cJSON_Delete(doc);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described),
        cmocka_unit_test(everything_described_is_a_route),
        cmocka_unit_test(every_parameter_is_described),
    };

    return cmocka_run_group_tests(tests, open_description, close_description);
}
