#include "recent_token.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum { PLACES = 2048, VALUE_MAX = 23 };

struct place {
    const char *label; /* NULL = free */
    struct token token;
    unsigned char length;
    char value[VALUE_MAX];
};

struct recent_tokens {
    struct place places[PLACES];
};

struct recent_tokens *recent_tokens_new(void)
{
    return calloc(1, sizeof(struct recent_tokens));
}

void recent_tokens_clear(struct recent_tokens *recent)
{
    OPENSSL_cleanse(recent, sizeof *recent);
}

void recent_tokens_free(struct recent_tokens *recent)
{
    if (recent == NULL)
        return;
    recent_tokens_clear(recent);
    free(recent);
}

static struct place *place_of(struct recent_tokens *recent, const char *label, struct slice value)
{
    uint64_t hash = (uint64_t)(uintptr_t)label * 0x9E3779B97F4A7C15u;

    for (size_t i = 0; i < value.length; i++)
        hash = (hash ^ (unsigned char)value.data[i]) * 1099511628211u;
    return &recent->places[(hash ^ hash >> 29) % PLACES];
}

int recent_tokens_get(struct recent_tokens *recent, struct tokeniser *tokeniser, const char *label,
                      const char *sender, struct slice value, struct token *ret_token)
{
    struct slice fields[2] = {slice_of(sender), value};
    struct place *place;
    int result;

    if (value.length > VALUE_MAX)
        return tokeniser_token(tokeniser, label, fields, 2, ret_token);
    place = place_of(recent, label, value);
    if (place->label == label && slice_equal((struct slice){place->value, place->length}, value)) {
        *ret_token = place->token;
        return 0;
    }
    result = tokeniser_token(tokeniser, label, fields, 2, ret_token);
    if (result != 0)
        return result;
    place->label = label;
    place->token = *ret_token;
    place->length = (unsigned char)value.length;
    memcpy(place->value, value.data, value.length);
    return 0;
}
