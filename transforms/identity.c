#include "identity.h"

#include <openssl/crypto.h>
#include <stdio.h>

#include "validate.h"

static int token_made(struct tokeniser *tokeniser, const char *label, const struct slice *fields,
                      size_t count, struct token *ret_token)
{
    int result = tokeniser_token(tokeniser, label, fields, count, ret_token);

    return result == 0 ? 1 : result;
}

bool identity_is_placeholder_birth(int32_t day)
{
    return day == calendar_day((struct calendar_date){1900, 1, 1}) ||
           day == calendar_day((struct calendar_date){1890, 1, 1}) ||
           day == calendar_day((struct calendar_date){1800, 1, 1});
}

int identity_postcode_token(struct tokeniser *tokeniser, struct secret postcode,
                            struct token *ret_token)
{
    char canonical[NORMALISE_POSTCODE_MAX];
    struct slice field;

    if (validate_postcode(postcode, canonical) != VALUE_VALID || postcode_is_pseudo(canonical))
        return 0;
    field = slice_of(canonical);
    return token_made(tokeniser, "postcode", &field, 1, ret_token);
}

static bool label_make(char *label, size_t size, const char *feed, const char *kind)
{
    int length = snprintf(label, size, "%s.%s", feed, kind);

    return length > 0 && (size_t)length < size;
}

bool identity_labels_init(struct identity_labels *labels, const char *feed)
{
    return label_make(labels->local, sizeof labels->local, feed, "patient") &&
           label_make(labels->nhs, sizeof labels->nhs, feed, "patient_by_nhs") &&
           label_make(labels->traits, sizeof labels->traits, feed, "patient_by_traits");
}

static int traits_token(struct tokeniser *tokeniser, const char *label, const char *sender,
                        const struct identity_parts *parts, struct token *ret_token)
{
    char birth[11], postcode[NORMALISE_POSTCODE_MAX];
    const char *sex = normalise_sex(parts->sex);

    if (sex == NULL || parts->birth == CALENDAR_NO_DAY ||
        identity_is_placeholder_birth(parts->birth) ||
        validate_postcode(parts->postcode, postcode) != VALUE_VALID || postcode_is_pseudo(postcode))
        return 0;
    calendar_text(parts->birth, birth);
    return token_made(
        tokeniser, label,
        (struct slice[]){slice_of(sender), slice_of(birth), slice_of(sex), slice_of(postcode)}, 4,
        ret_token);
}

int identity_patient_token(struct tokeniser *tokeniser, const struct identity_labels *labels,
                           const char *sender, const struct identity_parts *parts,
                           struct token *ret_token)
{
    struct slice local = normalise_trim(secret_open(parts->local_patient_id));
    char digits[NHS_NUMBER_LENGTH + 1];

    if (local.length > 0)
        return token_made(tokeniser, labels->local, (struct slice[]){slice_of(sender), local}, 2,
                          ret_token);
    if (validate_nhs_number(parts->nhs_number, digits) == VALUE_VALID)
        return token_made(tokeniser, labels->nhs,
                          (struct slice[]){slice_of(sender), slice_of(digits)}, 2, ret_token);
    return traits_token(tokeniser, labels->traits, sender, parts, ret_token);
}
