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
    bool either; /* and the family name as a given name is added */
};

static const struct form forms[] = {
    {LINKAGE_GIVEN_NAME, "whole", false, NAME_WHOLE, false},
    {LINKAGE_GIVEN_NAME, "first", false, NAME_FIRST, false},
    {LINKAGE_GIVEN_NAME, "sound", false, NAME_SOUND, false},
    {LINKAGE_GIVEN_NAME, "initial", true, NAME_INITIAL, false},
    {LINKAGE_GIVEN_NAME, "either order", false, NAME_WHOLE, true},
    {LINKAGE_FAMILY_NAME, "whole", false, NAME_WHOLE, false},
    {LINKAGE_FAMILY_NAME, "first", false, NAME_FIRST, false},
    {LINKAGE_FAMILY_NAME, "sound", false, NAME_SOUND, false},
    {LINKAGE_FAMILY_NAME, "initial", true, NAME_INITIAL, false},
    {LINKAGE_DATE_OF_BIRTH, "whole", false, BIRTH_WHOLE, false},
    {LINKAGE_DATE_OF_BIRTH, "day", true, BIRTH_DAY, false},
    {LINKAGE_DATE_OF_BIRTH, "month", true, BIRTH_MONTH, false},
    {LINKAGE_DATE_OF_BIRTH, "year", true, BIRTH_YEAR, false},
    {LINKAGE_SEX, "whole", false, SEX_WHOLE, false},
    {LINKAGE_POSTCODE, "unit", false, POSTCODE_UNIT, false},
    {LINKAGE_POSTCODE, "sector", true, POSTCODE_SECTOR, false},
    {LINKAGE_POSTCODE, "district", true, POSTCODE_DISTRICT, false},
    {LINKAGE_NHS_NUMBER, "low", false, NHS_NUMBER_LOW, false},
    {LINKAGE_NHS_NUMBER, "high", false, NHS_NUMBER_HIGH, false},
    {LINKAGE_GP_PRACTICE, "whole", false, EXACT_WHOLE, false},
    {LINKAGE_EXACT, "whole", false, EXACT_WHOLE, false},
    {LINKAGE_TEXT, "whole", false, TEXT_WHOLE, false},
    {LINKAGE_TEXT, "start", true, TEXT_START, false},
    {LINKAGE_TEXT, "end", true, TEXT_END, false},
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

/* Rules for a person, best first: the first that finds a pair is the one that counts it. */
static const char *const person_rules[][LINKAGE_RULE_FORMS_MAX] = {
    {"nhs_number.low", "nhs_number.high"},
    {"postcode.unit", "date_of_birth.whole"},
    {"given_name.initial", "date_of_birth.whole"},
    {"family_name.initial", "date_of_birth.whole"},
    {"given_name.sound", "date_of_birth.whole"},
    {"family_name.sound", "date_of_birth.whole"},
    {"given_name.first", "family_name.whole", "date_of_birth.year"},
    {"given_name.either order", "date_of_birth.year"},
    {"given_name.either order", "postcode.sector"},
    {"given_name.sound", "family_name.sound", "postcode.sector"},
    {"postcode.unit", "given_name.first"},
    {"postcode.unit", "family_name.sound", "date_of_birth.year"},
    {"postcode.unit", "family_name.sound", "given_name.initial"},
    {"given_name.sound", "family_name.sound", "gp_practice.whole"},
    {"postcode.sector", "given_name.sound", "date_of_birth.year"},
};

/* False when the schema lacks what the form is made of. */
static bool form_of(const struct linkage_schema *schema, size_t field, const struct form *form,
                    struct linkage_rule_form *ret)
{
    const struct linkage_field *f = &schema->fields[field];
    int family = linkage_schema_find(schema, LINKAGE_FAMILY_NAME);

    if (form->kind != f->kind || (form->either && family < 0))
        return false;
    ret->field = (uint8_t)field;
    ret->word = (uint16_t)((form->cold ? f->cold : f->hot) + form->word);
    ret->plus = form->either ? (uint16_t)(schema->fields[family].cold + NAME_SWAPPED)
                             : (uint16_t)LINKAGE_NO_WORD;
    return true;
}

bool linkage_form_name(const struct linkage_schema *schema, const struct linkage_rule_form *form,
                       char *ret, size_t size)
{
    struct linkage_rule_form own;

    for (size_t i = 0; i < FORM_COUNT; i++)
        if (form_of(schema, form->field, &forms[i], &own) && own.word == form->word &&
            own.plus == form->plus) {
            snprintf(ret, size, "%s.%s", schema->fields[form->field].name, forms[i].name);
            return true;
        }
    return false;
}

bool linkage_form_by_name(const struct linkage_schema *schema, const char *name,
                          struct linkage_rule_form *ret)
{
    char own[LINKAGE_FIELD_NAME_MAX + 16];

    for (size_t field = 0; field < schema->field_count; field++)
        for (size_t i = 0; i < FORM_COUNT; i++) {
            if (!form_of(schema, field, &forms[i], ret))
                continue;
            snprintf(own, sizeof own, "%s.%s", schema->fields[field].name, forms[i].name);
            if (strcmp(own, name) == 0)
                return true;
        }
    return false;
}

bool linkage_rule_make(const struct linkage_schema *schema, const char *const *names, size_t count,
                       struct linkage_rule *ret)
{
    *ret = (struct linkage_rule){0};
    if (count == 0)
        strcpy(ret->name, "every pair");
    for (size_t i = 0; i < count && names[i] != NULL; i++) {
        size_t used = strlen(ret->name);

        if (!linkage_form_by_name(schema, names[i], &ret->forms[ret->form_count]))
            return false;
        ret->form_count++;
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

void linkage_rules_drop_every_pair(struct linkage_model *model)
{
    size_t kept = 0;

    for (size_t i = 0; i < model->rule_count; i++)
        if (model->rules[i].form_count > 0)
            model->rules[kept++] = model->rules[i];
    model->rule_count = kept;
}

/* ---- choosing ---- */

struct tried {
    struct linkage_rule rule;
    uint64_t pairs;
    size_t place; /* in the list that was made */
};

static int most_pairs_first(const void *left, const void *right)
{
    const struct tried *l = left, *r = right;

    if (l->pairs != r->pairs)
        return l->pairs > r->pairs ? -1 : 1;
    return l->place < r->place ? -1 : 1;
}

static int by_place(const void *left, const void *right)
{
    const struct tried *l = left, *r = right;

    return l->place < r->place ? -1 : l->place > r->place;
}

/* Names that sound alike nearly always begin alike. */
static bool is_coarser(const struct linkage_schema *schema, const struct linkage_rule_form *coarse,
                       const struct linkage_rule_form *fine)
{
    const struct linkage_field *field = &schema->fields[coarse->field];
    bool name = field->kind == LINKAGE_GIVEN_NAME || field->kind == LINKAGE_FAMILY_NAME;

    return name && coarse->field == fine->field && coarse->word == field->cold + NAME_INITIAL &&
           fine->word == field->hot + NAME_SOUND;
}

/* Does (nearly) every pair that one finds come from the other too, whose forms are some of its own
 * or coarser? */
static bool is_part_of(const struct linkage_schema *schema, const struct linkage_rule *fewer,
                       const struct linkage_rule *more)
{
    for (unsigned i = 0; i < fewer->form_count; i++) {
        bool found = false;

        for (unsigned j = 0; j < more->form_count; j++)
            found = found || is_coarser(schema, &fewer->forms[i], &more->forms[j]) ||
                    (fewer->forms[i].word == more->forms[j].word &&
                     fewer->forms[i].plus == more->forms[j].plus);
        if (!found)
            return false;
    }
    return true;
}

static bool is_same(const struct linkage_rule *one, const struct linkage_rule *other)
{
    if (one->form_count != other->form_count)
        return false;
    for (unsigned i = 0; i < one->form_count; i++)
        if (one->forms[i].word != other->forms[i].word ||
            one->forms[i].plus != other->forms[i].plus)
            return false;
    return true;
}

static bool is_covered(const struct linkage_schema *schema, const struct linkage_rule *rules,
                       size_t count, const struct linkage_rule *which)
{
    for (size_t i = 0; i < count; i++)
        if (!is_same(&rules[i], which) && rules[i].form_count <= which->form_count &&
            is_part_of(schema, &rules[i], which))
            return true;
    return false;
}

int linkage_rules_drop_covered(const struct linkage_schema *schema, struct linkage_rule *rules,
                               size_t *count)
{
    struct linkage_rule *all = malloc((*count + 1) * sizeof *all);
    size_t kept = 0;

    if (all == NULL)
        return ERROR_OUT_OF_MEMORY;
    memcpy(all, rules, *count * sizeof *all);
    for (size_t i = 0; i < *count; i++)
        if (!is_covered(schema, all, *count, &all[i]))
            rules[kept++] = all[i];
    *count = kept;
    free(all);
    return 0;
}

static int try_rules(const struct linkage_set *set, double most, uint32_t block_cap,
                     const struct linkage_rule *rules, size_t count, struct tried *tried,
                     size_t *ret_count)
{
    struct linkage_block_options options = {.cap = block_cap};
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct linkage_rule_count work;

        if (linkage_block_visit(set, &rules[i], NULL, 0, &options, NULL, NULL, &work) != 0)
            return ERROR_OUT_OF_MEMORY;
        if (work.dropped == 0 && (double)work.all <= most)
            tried[kept++] = (struct tried){.rule = rules[i], .pairs = work.all, .place = i};
    }
    *ret_count = kept;
    return 0;
}

int linkage_rules_choose(const struct linkage_set *set, double pairs_a_face, uint32_t block_cap,
                         struct linkage_rule *rules, size_t *count)
{
    struct tried *tried = calloc(*count + 1, sizeof *tried);
    size_t kept = 0, alone = 0;

    if (tried == NULL || try_rules(set, pairs_a_face * (double)set->face_count, block_cap, rules,
                                   *count, tried, &kept) != 0) {
        free(tried);
        return ERROR_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < kept; i++)
        rules[i] = tried[i].rule;
    alone = kept;
    if (linkage_rules_drop_covered(set->schema, rules, &alone) != 0) {
        free(tried);
        return ERROR_OUT_OF_MEMORY;
    }
    for (size_t i = 0, next = 0; i < kept && next < alone; i++)
        if (is_same(&tried[i].rule, &rules[next]))
            tried[next++] = tried[i];
    if (alone > LINKAGE_RULES_MAX) {
        qsort(tried, alone, sizeof *tried, most_pairs_first);
        alone = LINKAGE_RULES_MAX;
        qsort(tried, alone, sizeof *tried, by_place);
    }
    for (size_t i = 0; i < alone; i++)
        rules[i] = tried[i].rule;
    *count = alone;
    free(tried);
    return 0;
}
