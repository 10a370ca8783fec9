#include "rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"

/* A form that rules may name. */
struct form {
    enum linkage_kind kind;
    const char *name;
    bool cold;
    uint16_t word;
};

static const struct form forms[] = {
    {LINKAGE_GIVEN_NAME, "whole", false, NAME_WHOLE},
    {LINKAGE_GIVEN_NAME, "first", false, NAME_FIRST},
    {LINKAGE_GIVEN_NAME, "sound", false, NAME_SOUND},
    {LINKAGE_GIVEN_NAME, "initial", true, NAME_INITIAL},
    {LINKAGE_GIVEN_NAME, "swapped", true, NAME_SWAPPED},
    {LINKAGE_FAMILY_NAME, "whole", false, NAME_WHOLE},
    {LINKAGE_FAMILY_NAME, "first", false, NAME_FIRST},
    {LINKAGE_FAMILY_NAME, "sound", false, NAME_SOUND},
    {LINKAGE_FAMILY_NAME, "start", true, NAME_START},
    {LINKAGE_FAMILY_NAME, "initial", true, NAME_INITIAL},
    {LINKAGE_DATE_OF_BIRTH, "whole", false, BIRTH_WHOLE},
    {LINKAGE_DATE_OF_BIRTH, "day", true, BIRTH_DAY},
    {LINKAGE_DATE_OF_BIRTH, "month", true, BIRTH_MONTH},
    {LINKAGE_DATE_OF_BIRTH, "year", true, BIRTH_YEAR},
    {LINKAGE_SEX, "whole", false, SEX_WHOLE},
    {LINKAGE_POSTCODE, "unit", false, POSTCODE_UNIT},
    {LINKAGE_POSTCODE, "sector", true, POSTCODE_SECTOR},
    {LINKAGE_POSTCODE, "district", true, POSTCODE_DISTRICT},
    {LINKAGE_NHS_NUMBER, "low", false, NHS_NUMBER_LOW},
    {LINKAGE_NHS_NUMBER, "high", false, NHS_NUMBER_HIGH},
    {LINKAGE_GP_PRACTICE, "whole", false, EXACT_WHOLE},
    {LINKAGE_EXACT, "whole", false, EXACT_WHOLE},
    {LINKAGE_TEXT, "whole", false, TEXT_WHOLE},
    {LINKAGE_TEXT, "start", true, TEXT_START},
    {LINKAGE_TEXT, "end", true, TEXT_END},
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

/* Rules for a person, best first: the first that finds a pair is the one that counts it. */
static const char *const person_rules[][LINKAGE_RULE_FORMS_MAX] = {
    {"nhs_number.low", "nhs_number.high"},
    {"given_name.sound", "date_of_birth.whole"},
    {"family_name.sound", "date_of_birth.whole"},
    {"postcode.unit", "date_of_birth.whole"},
    {"given_name.first", "family_name.whole", "date_of_birth.year"},
    {"given_name.first", "family_name.whole", "date_of_birth.day", "date_of_birth.month"},
    {"given_name.sound", "family_name.sound", "postcode.sector"},
    {"postcode.unit", "given_name.first"},
    {"postcode.unit", "family_name.sound", "date_of_birth.year"},
    {"postcode.unit", "family_name.sound", "given_name.initial"},
    {"given_name.initial", "date_of_birth.whole"},
    {"family_name.initial", "date_of_birth.whole"},
    {"given_name.sound", "family_name.sound", "gp_practice.whole"},
    {"given_name.sound", "family_name.sound", "date_of_birth.month", "date_of_birth.day"},
    {"given_name.sound", "family_name.sound", "date_of_birth.year", "date_of_birth.month"},
    {"postcode.sector", "given_name.sound", "date_of_birth.year"},
};

static uint16_t word_of(const struct linkage_schema *schema, size_t field, const struct form *form)
{
    const struct linkage_field *f = &schema->fields[field];

    return (uint16_t)((form->cold ? f->cold : f->hot) + form->word);
}

bool linkage_form_name(const struct linkage_schema *schema, uint8_t field, uint16_t word,
                       char *ret, size_t size)
{
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (forms[i].kind == schema->fields[field].kind &&
            word_of(schema, field, &forms[i]) == word) {
            snprintf(ret, size, "%s.%s", schema->fields[field].name, forms[i].name);
            return true;
        }
    return false;
}

bool linkage_form_by_name(const struct linkage_schema *schema, const char *name,
                          uint8_t *ret_field, uint16_t *ret_word)
{
    char own[LINKAGE_FIELD_NAME_MAX + 16];

    for (size_t field = 0; field < schema->field_count; field++)
        for (size_t i = 0; i < FORM_COUNT; i++) {
            if (forms[i].kind != schema->fields[field].kind)
                continue;
            snprintf(own, sizeof own, "%s.%s", schema->fields[field].name, forms[i].name);
            if (strcmp(own, name) == 0) {
                *ret_field = (uint8_t)field;
                *ret_word = word_of(schema, field, &forms[i]);
                return true;
            }
        }
    return false;
}

bool linkage_rule_make(const struct linkage_schema *schema, const char *const *names, size_t count,
                       struct linkage_rule *ret)
{
    *ret = (struct linkage_rule){0};
    for (size_t i = 0; i < count && names[i] != NULL; i++) {
        uint8_t field;
        uint16_t word;
        size_t used = strlen(ret->name);

        if (!linkage_form_by_name(schema, names[i], &field, &word))
            return false;
        ret->forms[ret->form_count].field = field;
        ret->forms[ret->form_count++].word = word;
        snprintf(ret->name + used, sizeof ret->name - used, "%s%s", i == 0 ? "" : " + ", names[i]);
    }
    return true;
}

static const char *main_form(enum linkage_kind kind)
{
    switch (kind) {
    case LINKAGE_GIVEN_NAME:
    case LINKAGE_FAMILY_NAME:
        return "sound";
    case LINKAGE_POSTCODE:
        return "unit";
    case LINKAGE_DATE_OF_BIRTH:
    case LINKAGE_GP_PRACTICE:
    case LINKAGE_EXACT:
    case LINKAGE_TEXT:
        return "whole";
    case LINKAGE_SEX:
    case LINKAGE_NHS_NUMBER:
    default:
        return NULL; /* too common, or a rule already */
    }
}

static bool is_open(enum linkage_kind kind)
{
    return kind == LINKAGE_EXACT || kind == LINKAGE_TEXT;
}

static void add_open_rule(const struct linkage_schema *schema, size_t one, size_t other,
                          struct linkage_rule *rules, size_t *count)
{
    const char *first = main_form(schema->fields[one].kind),
               *second = main_form(schema->fields[other].kind);
    char names[2][LINKAGE_FIELD_NAME_MAX + 16];
    const char *pointers[2] = {names[0], one == other ? NULL : names[1]};

    if (first == NULL || second == NULL || *count == LINKAGE_RULES_TRIED_MAX)
        return;
    snprintf(names[0], sizeof names[0], "%s.%s", schema->fields[one].name, first);
    snprintf(names[1], sizeof names[1], "%s.%s", schema->fields[other].name, second);
    if (linkage_rule_make(schema, pointers, 2, &rules[*count]))
        ++*count;
}

void linkage_rules_make(const struct linkage_schema *schema, struct linkage_rule *rules,
                        size_t *ret_count)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof person_rules / sizeof *person_rules; i++)
        if (linkage_rule_make(schema, person_rules[i], LINKAGE_RULE_FORMS_MAX, &rules[count]))
            count++;
    for (size_t one = 0; one < schema->field_count; one++)
        for (size_t other = one; other < schema->field_count; other++)
            if (is_open(schema->fields[one].kind) || is_open(schema->fields[other].kind))
                add_open_rule(schema, one, other, rules, &count);
    *ret_count = count;
}

/* ---- choosing ---- */

struct tried {
    uint64_t pairs;
    size_t rule;
};

static int by_pairs(const void *left, const void *right)
{
    const struct tried *l = left, *r = right;

    if (l->pairs != r->pairs)
        return l->pairs < r->pairs ? -1 : 1;
    return l->rule < r->rule ? -1 : 1;
}

static int by_rule(const void *left, const void *right)
{
    const struct tried *l = left, *r = right;

    return l->rule < r->rule ? -1 : l->rule > r->rule;
}

static int look_at_none(const struct linkage_batch *batch, void *context)
{
    (void)batch;
    (void)context;
    return 0;
}

int linkage_rules_choose(const struct linkage_set *set, double pairs_a_face, uint32_t block_cap,
                         struct linkage_rule *rules, size_t *count)
{
    struct linkage_block_options options = {.cap = block_cap, .pair_limit = 1};
    struct linkage_rule all[LINKAGE_RULES_TRIED_MAX];
    struct tried tried[LINKAGE_RULES_TRIED_MAX];
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        struct linkage_rule_count work;

        if (linkage_block_visit(set, &rules[i], NULL, 0, &options, look_at_none, NULL, &work) != 0)
            return ERROR_OUT_OF_MEMORY;
        all[i] = rules[i];
        tried[i] = (struct tried){.pairs = work.all, .rule = i};
    }
    qsort(tried, *count, sizeof *tried, by_pairs);
    while (kept < *count && kept < LINKAGE_RULES_MAX &&
           (double)tried[kept].pairs <= pairs_a_face * (double)set->face_count)
        kept++;
    qsort(tried, kept, sizeof *tried, by_rule);
    for (size_t i = 0; i < kept; i++)
        rules[i] = all[tried[i].rule];
    *count = kept;
    return 0;
}
