/* postcode_form.c: the forms of a postcode, whole or in part. */
#include "derive.h"
#include "validate.h"

enum { INWARD = 3, OUTWARD_MAX = 4, MARKS = 8 };

static int token_of(struct linkage_deriver *deriver, int key, const char *text, size_t length,
                    uint32_t *ret)
{
    return form_token(deriver, (struct form_key){LINKAGE_POSTCODE, key, NULL},
                      (struct slice){text, length}, ret);
}

static int derive_unit(struct linkage_deriver *deriver, const char *unit, uint32_t *hot,
                       uint32_t *cold)
{
    size_t length = strlen(unit), outward = length - INWARD;
    int result = token_of(deriver, POSTCODE_KEY_UNIT, unit, length, &hot[POSTCODE_UNIT]);

    if (result == 0)
        result = token_of(deriver, POSTCODE_KEY_SECTOR, unit, outward + 1, &cold[POSTCODE_SECTOR]);
    if (result == 0)
        result = token_of(deriver, POSTCODE_KEY_DISTRICT, unit, outward, &cold[POSTCODE_DISTRICT]);
    if (result == 0)
        result =
            token_of(deriver, POSTCODE_KEY_INWARD, unit + outward, INWARD, &cold[POSTCODE_INWARD]);
    if (result == 0)
        result = form_marks(deriver, (struct form_key){LINKAGE_POSTCODE, POSTCODE_KEY_MARK, NULL},
                            (struct slice){unit, length}, MARKS, &cold[POSTCODE_MARKS]);
    return result;
}

/* Is what is known of a postcode, with ending put behind it, the shape of one? */
static bool fits(struct slice known, const char *ending, char canonical[NORMALISE_POSTCODE_MAX])
{
    char text[NORMALISE_POSTCODE_MAX];
    size_t length = strlen(ending);

    if (known.length + length >= sizeof text)
        return false;
    memcpy(text, known.data, known.length);
    memcpy(text + known.length, ending, length);
    return validate_postcode(secret_of((struct slice){text, known.length + length}), canonical) ==
           VALUE_VALID;
}

/* "SE13", "SE13 7" and "SE137": district and sector. Without a blank the longer district wins. */
static int derive_part(struct linkage_deriver *deriver, struct slice text, uint32_t *cold)
{
    enum { UNKNOWN, DISTRICT, SECTOR } known = UNKNOWN;
    char room[OUTWARD_MAX + 1], canonical[NORMALISE_POSTCODE_MAX];
    const char *blank = memchr(text.data, ' ', text.length);
    struct slice part = {room, 0};
    int result = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == ' ')
            continue;
        if (part.length == sizeof room)
            return 0;
        room[part.length++] = text.data[i];
    }
    if (blank == NULL && fits(part, "1AA", canonical))
        known = DISTRICT;
    else if ((blank == NULL || blank == text.data + part.length - 1) && fits(part, "AA", canonical))
        known = SECTOR;
    if (known == UNKNOWN || postcode_is_pseudo(canonical))
        return 0;
    if (known == SECTOR)
        result =
            token_of(deriver, POSTCODE_KEY_SECTOR, canonical, part.length, &cold[POSTCODE_SECTOR]);
    if (result == 0)
        result = token_of(deriver, POSTCODE_KEY_DISTRICT, canonical,
                          part.length - (known == SECTOR), &cold[POSTCODE_DISTRICT]);
    OPENSSL_cleanse(canonical, sizeof canonical);
    return result;
}

/* Letters O and I where only the digits 0 and 1 can stand: "N1 OAB", "SEI3 7AB". */
static enum value_state validate_mended(struct secret value, char canonical[NORMALISE_POSTCODE_MAX])
{
    char text[NORMALISE_POSTCODE_MAX];
    enum value_state state = VALUE_INVALID;
    size_t outward;

    if (normalise_postcode(value, text)) {
        outward = strlen(text) - INWARD;
        /* The first two places are letters in most postcodes: left as they are. */
        for (size_t i = 2; i <= outward; i++) {
            if (text[i] == 'O')
                text[i] = '0';
            else if (text[i] == 'I')
                text[i] = '1';
        }
        state = validate_postcode(secret_of(slice_of(text)), canonical);
    }
    OPENSSL_cleanse(text, sizeof text);
    return state;
}

int derive_postcode(struct linkage_deriver *deriver, struct secret value, uint32_t *hot,
                    uint32_t *cold)
{
    char canonical[NORMALISE_POSTCODE_MAX];
    enum value_state state = validate_postcode(value, canonical);
    int result;

    if (state == VALUE_BLANK)
        return 0;
    if (state == VALUE_INVALID)
        state = validate_mended(value, canonical);
    if (state == VALUE_INVALID)
        return derive_part(deriver, normalise_trim(secret_open(value)), cold);
    result = postcode_is_pseudo(canonical) ? 0 : derive_unit(deriver, canonical, hot, cold);
    OPENSSL_cleanse(canonical, sizeof canonical);
    return result;
}
