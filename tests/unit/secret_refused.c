/*
 * secret_refused.c: never part of a program. check_secret.sh compiles it once for each CASE: CASE 0
 * must compile, and every other must be refused, because it hands a struct secret to something that
 * prints, copies or keeps values.
 */
#include <stdio.h>

#include "base/error.h"
#include "row_engine.h"
#include "secret.h"
#include "validate.h"
#ifdef WITH_DATABASE
#include "database.h"
#endif

int refused(struct secret secret, struct error *error, struct staging_value *value);

int refused(struct secret secret, struct error *error, struct staging_value *value)
{
    char canonical[NORMALISE_POSTCODE_MAX];

    (void)error;
    (void)value;
#if CASE == 0
    return validate_postcode(secret, canonical) == VALUE_VALID; /* what it is for */
#elif CASE == 1
    return printf("%s\n", secret);
#elif CASE == 2
    return error_set(error, ERROR_INTERNAL, "value %s", secret);
#elif CASE == 3
    error_detail(error, "found %s", secret);
#elif CASE == 4
    value->text = secret;
#elif CASE == 5
    return (int)normalise_key(secret, canonical);
#elif CASE == 6
    return snprintf(canonical, sizeof canonical, "%.*s", 3, secret);
#elif CASE == 7
    const char *text = secret;
    return text[0];
#elif CASE == 8
    return validate_text(secret);
#elif CASE == 9
    return (int)secret.length;
#elif CASE == 10
    return database_copy_bytes(NULL, secret, 4, error);
#else
#error "no such case"
#endif
    return canonical[0];
}
