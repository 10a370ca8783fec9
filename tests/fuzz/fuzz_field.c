/*
 * fuzz_field.c: field validators and the row engine on hostile values. First byte: 0 = validators
 * on the rest; else rows for a small feed, fields between '|', rows between line ends, a row's
 * first character telling its table. Beyond not crashing, what must hold is checked with abort().
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/small_feed.h"
#include "identity.h"
#include "row_engine.h"
#include "validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_dates(struct slice value)
{
    const unsigned formats = DATE_ISO | DATE_DMY | DATE_COMPACT;
    const int32_t first = calendar_day((struct calendar_date){CALENDAR_YEAR_FIRST, 1, 1});
    const int32_t last = calendar_day((struct calendar_date){CALENDAR_YEAR_LAST, 12, 31});
    const int64_t whole_day = 86400000000;
    struct moment moment;
    int64_t clock;
    int32_t day;

    if (validate_date(value, formats, &day) == VALUE_VALID)
        must(day >= first && day <= last);
    if (validate_time(value, formats, &clock) == VALUE_VALID)
        must(clock >= 0 && clock < whole_day);
    if (validate_datetime(value, formats, &moment) == VALUE_VALID)
        must(moment.day >= first && moment.day <= last && moment.microseconds < whole_day);
    if (validate_timestamp(value, &moment) == VALUE_VALID)
        must(moment.day >= first && moment.day <= last && moment.microseconds < whole_day);
}

static void check_identifiers(struct slice value)
{
    char digits[NHS_NUMBER_LENGTH + 1], again[NHS_NUMBER_LENGTH + 1];
    char postcode[NORMALISE_POSTCODE_MAX], same[NORMALISE_POSTCODE_MAX];
    char name[NORMALISE_NAME_MAX];
    struct secret secret = secret_of(value);

    /* A canonical form is valid and canonical itself. */
    if (validate_nhs_number(secret, digits) == VALUE_VALID)
        must(validate_nhs_number(secret_of(slice_of(digits)), again) == VALUE_VALID &&
             strcmp(digits, again) == 0);
    if (validate_postcode(secret, postcode) == VALUE_VALID)
        must(validate_postcode(secret_of(slice_of(postcode)), same) == VALUE_VALID &&
             strcmp(postcode, same) == 0);
    must(normalise_person_name(secret, name) < NORMALISE_NAME_MAX);
}

static void check_values(struct slice value)
{
    char key[NORMALISE_KEY_MAX], mask[NORMALISE_MASK_MAX];
    double number;
    bool answer;

    must(normalise_key(value, key) == strlen(key));
    normalise_mask(value, mask);
    for (const char *at = mask; *at != '\0'; at++)
        must(*at >= ' ' && *at < 0x7F && (*at < '0' || *at > '8'));
    if (validate_alnum(value) == VALUE_VALID)
        must(validate_text(value) == VALUE_VALID);
    if (validate_digits(value) == VALUE_VALID)
        must(validate_alnum(value) == VALUE_VALID);
    (void)validate_decimal(value, &number);
    (void)validate_yes_no(value, &answer);
    check_dates(value);
    check_identifiers(value);
}

/* One feed, one tokeniser, for the whole fuzzing run. */
static struct small_feed small;
static struct tokeniser *tokeniser;
static struct linkage_deriver *deriver;
static struct linkage_sealer *sealer;

static void start(void)
{
    static const unsigned char site_key[SITE_KEY_SIZE] = "fuzz";
    struct error error;

    small_feed_init(&small);
    must(tokeniser_new(site_key, &tokeniser, &error) == 0);
    must(linkage_deriver_new(site_key, NULL, 0, &deriver, &error) == 0);
    must(linkage_sealer_new(site_key, &sealer, &error) == 0);
}

static void check_result(int table, const struct row_result *result)
{
    bool refused = false;

    must(result->finding_count <= ROW_FINDINGS_MAX);
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct row_finding *finding = &result->findings[i];

        refused |= !finding->warning;
        must(finding->field >= FIELD_NONE && finding->field < (int)small.tables[table].field_count);
        if (finding->field != FIELD_NONE &&
            small.fields[table][finding->field].identifier != IDENTIFIER_NONE)
            must(finding->mask[0] == '\0');
    }
    must(refused == (result->outcome != ROW_STAGED));
}

static void feed_row(struct row_engine *engine, int table, struct slice line)
{
    struct slice raw[SMALL_FIELDS_MAX] = {{"", 0}};
    int positions[SMALL_FIELDS_MAX];
    size_t count = small.tables[table].input_count;
    struct row_result *result;
    struct error error;

    for (size_t i = 0; i < count; i++) {
        const char *bar = line.length == 0 ? NULL : memchr(line.data, '|', line.length);
        size_t length = bar == NULL ? line.length : (size_t)(bar - line.data);
        size_t taken = bar == NULL ? length : length + 1;

        positions[i] = (int)i;
        raw[i] = (struct slice){line.data, length};
        line = (struct slice){line.data + taken, line.length - taken};
    }
    must(row_engine_begin_table(engine, table, positions, count, &error) == 0);
    must(row_engine_row(engine, 1, raw, &result, &error) == 0);
    check_result(table, result);
}

static void check_rows(struct slice text, unsigned policy)
{
    struct delivery_facts facts = {.sender = "RAT"};
    struct row_engine *engine;
    struct error error;

    small.feed.bad_nhs_number = (enum bad_nhs_number)(policy % 3);
    must(row_engine_new(&small.feed, tokeniser, &facts, &engine, &error) == 0);
    row_engine_seal_with(engine, deriver, sealer);
    while (text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        size_t length = end == NULL ? text.length : (size_t)(end - text.data);
        size_t taken = end == NULL ? length : length + 1;

        if (length > 0)
            feed_row(engine, (unsigned char)text.data[0] % SMALL_TABLES,
                     (struct slice){text.data + 1, length - 1});
        text = (struct slice){text.data + taken, text.length - taken};
    }
    row_engine_free(engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest;

    if (size == 0)
        return 0;
    if (tokeniser == NULL)
        start();
    rest = (struct slice){(const char *)data + 1, size - 1};
    if (data[0] == 0)
        check_values(rest);
    else
        check_rows(rest, data[0]);
    return 0;
}
