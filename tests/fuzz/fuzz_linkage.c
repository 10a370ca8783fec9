/*
 * fuzz_linkage.c: what linkage reads from files and from strangers. First byte: 0 = a model, 1 =
 * stored frequencies, 2 = nicknames, 3 = two made-up faces, else a value of each kind. Beyond not
 * crashing, what must hold is checked with abort().
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "linkage/compare.h"
#include "linkage/form.h"
#include "linkage/frequency.h"
#include "linkage/model.h"
#include "linkage/nickname.h"
#include "linkage/weigh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* A model that is taken can be written, and what is written says the same. */
static void check_model(const char *text, size_t length)
{
    static struct linkage_model model, again;
    struct linkage_weights weights;
    struct error error;
    bool edited;
    char *written = NULL;

    if (linkage_model_read(text, length, &model, &edited, &error) != 0)
        return;
    must(linkage_model_write(&model, &written, &error) == 0);
    must(linkage_model_read(written, strlen(written), &again, &edited, &error) == 0);
    must(!edited && strcmp(model.version, again.version) == 0);
    linkage_weights_make(&model, -1, &weights);
    free(written);
}

static void check_frequencies(const unsigned char *bytes, size_t length)
{
    struct linkage_frequencies frequencies;
    unsigned char *written = NULL;
    size_t written_length = 0;
    struct error error;

    if (linkage_frequencies_read(bytes, length, &frequencies, &error) != 0)
        return;
    must(linkage_frequencies_write(&frequencies, &written, &written_length, &error) == 0);
    must(written_length == length && memcmp(written, bytes, length) == 0);
    free(written);
    linkage_frequencies_release(&frequencies);
}

static void check_pattern(const struct linkage_schema *schema, const uint32_t *left,
                          const uint32_t *right)
{
    uint64_t pattern = linkage_compare(schema, left, right);

    for (size_t field = 0; field < schema->field_count; field++)
        must(linkage_level_of(pattern, field) < linkage_level_count(schema->fields[field].kind));
}

static void check_faces(const uint8_t *data, size_t size)
{
    const struct linkage_schema *schema = linkage_schema_person();
    uint32_t faces[2][64] = {{0}};
    size_t each = schema->words * sizeof(uint32_t);

    memcpy(faces[0], data, size < each ? size : each);
    if (size > each)
        memcpy(faces[1], data + each, size - each < each ? size - each : each);
    check_pattern(schema, faces[0], faces[1]);
}

static struct linkage_deriver *with_memo, *without;

/* A value gives the same forms remembered or not, and agrees with itself or tells nothing. */
static void check_value(struct slice value)
{
    static const enum linkage_kind kinds[] = {
        LINKAGE_GIVEN_NAME,  LINKAGE_FAMILY_NAME, LINKAGE_DATE_OF_BIRTH,
        LINKAGE_SEX,         LINKAGE_POSTCODE,    LINKAGE_NHS_NUMBER,
        LINKAGE_GP_PRACTICE, LINKAGE_EXACT,       LINKAGE_TEXT};
    static const char *const names[] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, "code", "street"};
    static struct linkage_schema schema;
    uint32_t one[128] = {0}, other[128] = {0};
    struct secret given, family;
    struct error error;

    if (schema.words == 0)
        must(linkage_schema_make(kinds, names, 9, &schema, &error) == 0);
    must(schema.words <= 128);
    for (size_t i = 0; i < schema.field_count; i++) {
        int told = linkage_derive(with_memo, &schema.fields[i], secret_of(value), one);

        must(told == 0 || told == 1);
        must(told == linkage_derive(with_memo, &schema.fields[i], secret_of(value), one));
        must(told == linkage_derive(without, &schema.fields[i], secret_of(value), other));
    }
    must(memcmp(one, other, sizeof one) == 0);
    must(linkage_compare(&schema, one, other) == linkage_compare(&schema, other, one));
    check_pattern(&schema, one, other);
    linkage_split_name(secret_of(value), &given, &family);
    (void)linkage_derive(without, &schema.fields[0], given, one);
    (void)linkage_derive(without, &schema.fields[1], family, one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char site_key[SITE_KEY_SIZE] = "fuzz";
    struct error error;

    if (size == 0)
        return 0;
    if (without == NULL) {
        must(linkage_deriver_new(site_key, NULL, 0, &without, &error) == 0);
        must(linkage_deriver_new(site_key, NULL, 1 << 16, &with_memo, &error) == 0);
    }
    data++;
    size--;
    if (data[-1] == 0) {
        check_model((const char *)data, size);
    } else if (data[-1] == 1) {
        check_frequencies(data, size);
    } else if (data[-1] == 2) {
        struct linkage_nicknames *nicknames;

        if (linkage_nicknames_parse((const char *)data, size, &nicknames, &error) == 0)
            linkage_nicknames_free(nicknames);
    } else if (data[-1] == 3) {
        check_faces(data, size);
    } else {
        check_value((struct slice){(const char *)data, size});
    }
    return 0;
}
