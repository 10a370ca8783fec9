/* derive.c: from text to tokens and marks. */
#include "derive.h"

#define FORM(kind, form) "linkage/1/" kind "/" form

/* Purpose of each key, and label of its tokens. */
static const char *const labels[KINDS][KEYS_MAX] = {
    [LINKAGE_GIVEN_NAME] = {FORM("given_name", "whole"), FORM("given_name", "part"),
                            FORM("given_name", "sound"), FORM("given_name", "start"),
                            FORM("given_name", "end"), FORM("given_name", "initial"),
                            FORM("given_name", "mark")},
    [LINKAGE_FAMILY_NAME] = {FORM("family_name", "whole"), FORM("family_name", "part"),
                             FORM("family_name", "sound"), FORM("family_name", "start"),
                             FORM("family_name", "end"), FORM("family_name", "initial"),
                             FORM("family_name", "mark")},
    [LINKAGE_DATE_OF_BIRTH] = {FORM("date_of_birth", "whole"),
                               FORM("date_of_birth", "day or month"), FORM("date_of_birth", "year"),
                               FORM("date_of_birth", "mark")},
    [LINKAGE_SEX] = {FORM("sex", "whole")},
    [LINKAGE_POSTCODE] = {FORM("postcode", "unit"), FORM("postcode", "sector"),
                          FORM("postcode", "district"), FORM("postcode", "inward"),
                          FORM("postcode", "mark")},
    [LINKAGE_NHS_NUMBER] = {FORM("nhs_number", "whole")},
    [LINKAGE_GP_PRACTICE] = {FORM("gp_practice", "whole")},
    [LINKAGE_EXACT] = {FORM("exact", "whole")},
    [LINKAGE_TEXT] = {FORM("text", "whole"), FORM("text", "start"), FORM("text", "end"),
                      FORM("text", "mark"), FORM("text", "word")},
};

int derive_keys(struct linkage_deriver *deriver, const unsigned char site_key[SITE_KEY_SIZE],
                struct error *error)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t key = 0; key < KEYS_MAX && labels[kind][key] != NULL; key++) {
            int result =
                tokeniser_new_for(site_key, labels[kind][key], &deriver->keys[kind][key], error);

            if (result != 0)
                return result;
        }
    return 0;
}

int form_hash(struct linkage_deriver *deriver, struct form_key key, struct slice text,
              struct token *ret)
{
    struct slice fields[2] = {text};
    size_t count = 1;

    if (key.column != NULL) {
        fields[0] = slice_of(key.column);
        fields[1] = text;
        count = 2;
    }
    return tokeniser_token(deriver->keys[key.kind][key.key], labels[key.kind][key.key], fields,
                           count, ret);
}

int form_token(struct linkage_deriver *deriver, struct form_key key, struct slice text,
               uint32_t *ret)
{
    struct token token;
    const unsigned char *bytes = token.bytes;
    int result = 0;

    *ret = 0;
    if (text.length == 0)
        return 0;
    result = form_hash(deriver, key, text, &token);
    if (result != 0)
        return result;
    *ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    if (*ret == 0)
        *ret = 1;
    return 0;
}

int form_mark(struct linkage_deriver *deriver, struct form_key key, struct slice text,
              uint16_t *ret)
{
    struct token token;
    int result = form_hash(deriver, key, text, &token);

    if (result != 0)
        return result;
    *ret = (uint16_t)(token.bytes[0] << 8 | token.bytes[1]);
    if (*ret == 0)
        *ret = 1;
    return 0;
}

void form_put_mark(uint32_t *words, size_t at, uint16_t mark)
{
    words[at / 2] |= (uint32_t)mark << (at % 2 * 16);
}

static size_t letter_count(struct slice text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.length; count++)
        at += fold_letter_size(text.data + at);
    return count;
}

int form_marks(struct linkage_deriver *deriver, struct form_key key, struct slice text,
               size_t limit, uint32_t *words)
{
    enum { LETTERS_MIN = 4 };
    char without[4 * FOLD_POINTS_MAX];
    size_t count = 0, at, size, before = 0;
    uint16_t mark;
    int result;

    if (text.length == 0 || text.length > sizeof without)
        return 0;
    result = form_mark(deriver, key, text, &mark);
    if (result != 0)
        return result;
    form_put_mark(words, count++, mark);
    if (letter_count(text) < LETTERS_MIN)
        return 0;
    for (at = 0; at < text.length && count < limit && result == 0; at += size) {
        size = fold_letter_size(text.data + at);
        /* Either of two equal neighbours left out gives the same text. */
        bool same = before == size && memcmp(text.data + at - before, text.data + at, size) == 0;

        before = size;
        if (same)
            continue;
        memcpy(without, text.data, at);
        memcpy(without + at, text.data + at + size, text.length - at - size);
        result = form_mark(deriver, key, (struct slice){without, text.length - size}, &mark);
        if (result == 0)
            form_put_mark(words, count++, mark);
    }
    OPENSSL_cleanse(without, text.length);
    return result;
}

struct slice form_start(struct slice text, size_t count)
{
    size_t at = 0;

    while (count-- > 0 && at < text.length)
        at += fold_letter_size(text.data + at);
    return (struct slice){text.data, at};
}

struct slice form_end(struct slice text, size_t count)
{
    size_t letters = letter_count(text), at = 0;

    for (; letters > count; letters--)
        at += fold_letter_size(text.data + at);
    return (struct slice){text.data + at, text.length - at};
}
