#include "schema.h"

#include <string.h>

static const struct {
    const char *name;
    uint16_t hot, cold;
    bool frequency;
} kinds_known[] = {
    [LINKAGE_GIVEN_NAME] = {"given_name", NAME_HOT, NAME_COLD, true},
    [LINKAGE_FAMILY_NAME] = {"family_name", NAME_HOT, NAME_COLD, true},
    [LINKAGE_DATE_OF_BIRTH] = {"date_of_birth", BIRTH_HOT, BIRTH_COLD, true},
    [LINKAGE_SEX] = {"sex", SEX_HOT, 0, false},
    [LINKAGE_POSTCODE] = {"postcode", POSTCODE_HOT, POSTCODE_COLD, true},
    [LINKAGE_NHS_NUMBER] = {"nhs_number", NHS_NUMBER_HOT, 0, false},
    [LINKAGE_GP_PRACTICE] = {"gp_practice", EXACT_HOT, 0, true},
    [LINKAGE_EXACT] = {"exact", EXACT_HOT, 0, true},
    [LINKAGE_TEXT] = {"text", TEXT_HOT, TEXT_COLD, true},
};

enum { KIND_COUNT = sizeof kinds_known / sizeof kinds_known[0], LINE_WORDS = 16 };

const char *linkage_kind_name(enum linkage_kind kind)
{
    return kinds_known[kind].name;
}

int linkage_kind_by_name(const char *name)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (strcmp(kinds_known[kind].name, name) == 0)
            return kind;
    return -1;
}

uint16_t linkage_kind_hot(enum linkage_kind kind)
{
    return kinds_known[kind].hot;
}

uint16_t linkage_kind_cold(enum linkage_kind kind)
{
    return kinds_known[kind].cold;
}

static bool is_repeatable(enum linkage_kind kind)
{
    return kind == LINKAGE_EXACT || kind == LINKAGE_TEXT;
}

static int add_field(struct linkage_schema *schema, enum linkage_kind kind, const char *name,
                     struct error *error)
{
    struct linkage_field *field = &schema->fields[schema->field_count];

    if (name == NULL && is_repeatable(kind))
        return error_set(error, ERROR_USAGE, "a field compared as %s needs a name",
                         linkage_kind_name(kind));
    if (name == NULL)
        name = linkage_kind_name(kind);
    if (name[0] == '\0' || strlen(name) >= sizeof field->name)
        return error_set(error, ERROR_USAGE, "the name of a linkage field has %zu characters",
                         strlen(name));
    for (size_t i = 0; i < schema->field_count; i++)
        if ((schema->fields[i].kind == kind && !is_repeatable(kind)) ||
            strcmp(schema->fields[i].name, name) == 0)
            return error_set(error, ERROR_USAGE, "linkage field %s is named twice", name);
    field->kind = kind;
    strcpy(field->name, name);
    schema->field_count++;
    return 0;
}

/* Hot runs, frequency bytes, cold runs. */
static void lay_out(struct linkage_schema *schema)
{
    uint16_t word = 0;
    int8_t frequencies = 0;

    for (size_t i = 0; i < schema->field_count; i++) {
        struct linkage_field *field = &schema->fields[i];

        field->hot = word;
        word = (uint16_t)(word + kinds_known[field->kind].hot);
        field->frequency = kinds_known[field->kind].frequency ? frequencies++ : -1;
    }
    schema->frequency_words = word;
    word = (uint16_t)(word + (frequencies + 3) / 4);
    for (size_t i = 0; i < schema->field_count; i++) {
        schema->fields[i].cold = word;
        word = (uint16_t)(word + kinds_known[schema->fields[i].kind].cold);
    }
    schema->words = (word + (size_t)LINE_WORDS - 1) / LINE_WORDS * LINE_WORDS;
}

int linkage_schema_make(const enum linkage_kind *kinds, const char *const *names, size_t count,
                        struct linkage_schema *ret, struct error *error)
{
    struct linkage_schema schema;

    /* Zeroed with its padding, so that equal schemas have equal bytes. */
    memset(&schema, 0, sizeof schema);
    if (count == 0 || count > LINKAGE_FIELDS_MAX)
        return error_set(error, ERROR_USAGE, "a linkage compares 1 to %d fields, not %zu",
                         LINKAGE_FIELDS_MAX, count);
    for (size_t i = 0; i < count; i++) {
        int result = add_field(&schema, kinds[i], names == NULL ? NULL : names[i], error);

        if (result != 0)
            return result;
    }
    lay_out(&schema);
    *ret = schema;
    return 0;
}

/* Where the runs of the person schema begin; test_linkage_schema holds them against
 * linkage_schema_make. */
enum {
    GIVEN = 0,
    FAMILY = GIVEN + NAME_HOT,
    BIRTH = FAMILY + NAME_HOT,
    SEX = BIRTH + BIRTH_HOT,
    POSTCODE = SEX + SEX_HOT,
    NHS_NUMBER = POSTCODE + POSTCODE_HOT,
    PRACTICE = NHS_NUMBER + NHS_NUMBER_HOT,
    FREQUENCY = PRACTICE + EXACT_HOT,
    GIVEN_COLD = FREQUENCY + 2,
    FAMILY_COLD = GIVEN_COLD + NAME_COLD,
    BIRTHDAY_COLD = FAMILY_COLD + NAME_COLD,
    SEX_COLD = BIRTHDAY_COLD + BIRTH_COLD,
    ADDRESS_COLD = SEX_COLD,
    PERSON_END = ADDRESS_COLD + POSTCODE_COLD,
    PERSON_WORDS = (PERSON_END + LINE_WORDS - 1) / LINE_WORDS * LINE_WORDS
};

_Static_assert((int)GIVEN_COLD <= (int)LINKAGE_HOT_WORDS,
               "the hot words of a person fit one cache line");

static const struct linkage_schema person = {
    .fields = {{LINKAGE_GIVEN_NAME, "given_name", GIVEN, GIVEN_COLD, 0},
               {LINKAGE_FAMILY_NAME, "family_name", FAMILY, FAMILY_COLD, 1},
               {LINKAGE_DATE_OF_BIRTH, "date_of_birth", BIRTH, BIRTHDAY_COLD, 2},
               {LINKAGE_SEX, "sex", SEX, SEX_COLD, -1},
               {LINKAGE_POSTCODE, "postcode", POSTCODE, ADDRESS_COLD, 3},
               {LINKAGE_NHS_NUMBER, "nhs_number", NHS_NUMBER, PERSON_END, -1},
               {LINKAGE_GP_PRACTICE, "gp_practice", PRACTICE, PERSON_END, 4}},
    .field_count = 7,
    .words = PERSON_WORDS,
    .frequency_words = FREQUENCY,
};

const struct linkage_schema *linkage_schema_person(void)
{
    return &person;
}

int linkage_schema_find(const struct linkage_schema *schema, enum linkage_kind kind)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (schema->fields[i].kind == kind)
            return (int)i;
    return -1;
}
