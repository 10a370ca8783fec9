#include "form.h"

#include <stdlib.h>

#include "derive.h"
#include "validate.h"

/* Values longer than that are rare and not remembered. */
enum { MEMO_VALUE_MAX = 64 };

static int make_sexes(struct linkage_deriver *deriver, struct error *error)
{
    struct form_key key = {LINKAGE_SEX, ONLY_KEY, NULL};

    if (form_token(deriver, key, slice_of("1"), &deriver->sexes[0]) != 0 ||
        form_token(deriver, key, slice_of("2"), &deriver->sexes[1]) != 0)
        return error_set(error, ERROR_INTERNAL, "tokens could not be made in OpenSSL");
    return 0;
}

static int make_memo(struct linkage_deriver *deriver, const unsigned char site_key[SITE_KEY_SIZE],
                     size_t bytes, struct error *error)
{
    unsigned char seed_key[32];
    uint64_t seed;
    int result = token_derive_key(site_key, "linkage/1/memo", seed_key, error);

    if (result == 0) {
        memcpy(&seed, seed_key, sizeof seed);
        deriver->memo = linkage_memo_new(bytes, seed);
    }
    OPENSSL_cleanse(seed_key, sizeof seed_key);
    return result;
}

int linkage_deriver_new(const unsigned char site_key[SITE_KEY_SIZE],
                        const struct linkage_nicknames *nicknames, size_t memo_bytes,
                        struct linkage_deriver **ret, struct error *error)
{
    struct linkage_deriver *deriver = calloc(1, sizeof *deriver);
    int result;

    if (deriver == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the keys of a linkage");
    deriver->nicknames = nicknames;
    result = derive_keys(deriver, site_key, error);
    if (result == 0)
        result = make_sexes(deriver, error);
    if (result == 0)
        result = make_memo(deriver, site_key, memo_bytes, error);
    if (result != 0) {
        linkage_deriver_free(deriver);
        return result;
    }
    *ret = deriver;
    return 0;
}

void linkage_deriver_free(struct linkage_deriver *deriver)
{
    if (deriver == NULL)
        return;
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t key = 0; key < KEYS_MAX; key++)
            tokeniser_free(deriver->keys[kind][key]);
    linkage_memo_free(deriver->memo);
    OPENSSL_cleanse(deriver, sizeof *deriver);
    free(deriver);
}

static int derive_nhs_number(struct linkage_deriver *deriver, struct secret value, uint32_t *hot)
{
    struct form_key key = {LINKAGE_NHS_NUMBER, ONLY_KEY, NULL};
    char digits[NHS_NUMBER_LENGTH + 1];
    struct token token;
    const unsigned char *bytes = token.bytes;
    int result;

    if (validate_nhs_number(value, digits) != VALUE_VALID)
        return 0;
    result = form_hash(deriver, key, slice_of(digits), &token);
    if (result == 0) {
        hot[NHS_NUMBER_HIGH] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                               (uint32_t)bytes[2] << 8 | bytes[3];
        hot[NHS_NUMBER_LOW] = (uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 |
                              (uint32_t)bytes[6] << 8 | bytes[7];
        if (hot[NHS_NUMBER_LOW] == 0)
            hot[NHS_NUMBER_LOW] = 1;
    }
    OPENSSL_cleanse(digits, sizeof digits);
    return result;
}

static void derive_sex(const struct linkage_deriver *deriver, struct secret value, uint32_t *hot)
{
    const char *sex = normalise_sex(value);

    if (sex != NULL)
        hot[SEX_WHOLE] = deriver->sexes[sex[0] - '1'];
}

/* V81997 no registered practice, V81998 not applicable, V81999 not known. Source: NHS Data
 * Dictionary, GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION). */
static int derive_practice(struct linkage_deriver *deriver, struct secret value, uint32_t *hot)
{
    enum { CODE_MAX = 16 };
    struct slice text = normalise_trim(secret_open(value));
    char code[CODE_MAX];

    if (text.length > CODE_MAX)
        return 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return 0;
        code[i] = c;
    }
    text.data = code;
    if (text.length == 6 && memcmp(code, "V8199", 5) == 0 && code[5] >= '7')
        return 0;
    return form_token(deriver, (struct form_key){LINKAGE_GP_PRACTICE, ONLY_KEY, NULL}, text,
                      &hot[EXACT_WHOLE]);
}

static int derive_kind(struct linkage_deriver *deriver, const struct linkage_field *field,
                       struct secret value, uint32_t *hot, uint32_t *cold)
{
    switch (field->kind) {
    case LINKAGE_GIVEN_NAME:
    case LINKAGE_FAMILY_NAME:
        return derive_name(deriver, field->kind, value, hot, cold);
    case LINKAGE_DATE_OF_BIRTH:
        return derive_birth(deriver, value, hot, cold);
    case LINKAGE_SEX:
        derive_sex(deriver, value, hot);
        return 0;
    case LINKAGE_POSTCODE:
        return derive_postcode(deriver, value, hot, cold);
    case LINKAGE_NHS_NUMBER:
        return derive_nhs_number(deriver, value, hot);
    case LINKAGE_GP_PRACTICE:
        return derive_practice(deriver, value, hot);
    case LINKAGE_EXACT:
        return derive_exact(deriver, field->name, value, hot);
    case LINKAGE_TEXT:
        return derive_text(deriver, field->name, value, hot, cold);
    }
    return ERROR_INTERNAL;
}

/* Kind, name of the column where it matters, value; 0 for values that are not remembered: those of
 * a sex are at hand, those of an NHS number hardly repeat. */
static size_t memo_key(const struct linkage_field *field, struct slice value,
                       char key[MEMO_KEY_MAX])
{
    size_t length = 0;

    if (value.length > MEMO_VALUE_MAX || field->kind == LINKAGE_SEX ||
        field->kind == LINKAGE_NHS_NUMBER)
        return 0;
    key[length++] = (char)field->kind;
    if (field->kind == LINKAGE_EXACT || field->kind == LINKAGE_TEXT) {
        size_t name = strlen(field->name) + 1;

        memcpy(key + length, field->name, name);
        length += name;
    }
    memcpy(key + length, value.data, value.length);
    return length + value.length;
}

static int derive_remembered(struct linkage_deriver *deriver, const struct linkage_field *field,
                             struct secret value, uint32_t *hot, uint32_t *cold)
{
    uint16_t hot_words = linkage_kind_hot(field->kind), cold_words = linkage_kind_cold(field->kind);
    uint32_t words[NAME_HOT + NAME_COLD + TEXT_HOT + TEXT_COLD];
    char key[MEMO_KEY_MAX];
    size_t length = deriver->memo == NULL ? 0 : memo_key(field, secret_open(value), key);
    const uint32_t *known = length == 0 ? NULL : linkage_memo_find(deriver->memo, key, length);
    int result = 0;

    if (known != NULL) {
        memcpy(hot, known, hot_words * sizeof *hot);
        memcpy(cold, known + hot_words, cold_words * sizeof *cold);
    } else {
        memset(hot, 0, hot_words * sizeof *hot);
        memset(cold, 0, cold_words * sizeof *cold);
        result = derive_kind(deriver, field, value, hot, cold);
        if (result == 0 && length > 0) {
            memcpy(words, hot, hot_words * sizeof *hot);
            memcpy(words + hot_words, cold, cold_words * sizeof *cold);
            linkage_memo_keep(deriver->memo, key, length, words, (size_t)hot_words + cold_words);
        }
    }
    OPENSSL_cleanse(key, length);
    return result;
}

static bool any(const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] != 0)
            return true;
    return false;
}

void linkage_derive_ahead(const struct linkage_deriver *deriver, const struct linkage_field *field,
                          struct secret value, bool nearer)
{
    char key[MEMO_KEY_MAX];
    size_t length = deriver->memo == NULL ? 0 : memo_key(field, secret_open(value), key);

    if (length > 0)
        linkage_memo_ahead(deriver->memo, key, length, nearer);
    OPENSSL_cleanse(key, length);
}

int linkage_derive(struct linkage_deriver *deriver, const struct linkage_field *field,
                   struct secret value, uint32_t *face)
{
    uint32_t *hot = face + field->hot, *cold = face + field->cold;
    int result;

    if (secret_open(value).length == 0) {
        memset(hot, 0, linkage_kind_hot(field->kind) * sizeof *hot);
        memset(cold, 0, linkage_kind_cold(field->kind) * sizeof *cold);
        return 0;
    }
    result = derive_remembered(deriver, field, value, hot, cold);

    if (result != 0)
        return result;
    return any(hot, linkage_kind_hot(field->kind)) || any(cold, linkage_kind_cold(field->kind));
}
