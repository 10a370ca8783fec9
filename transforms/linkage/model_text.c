/* model_text.c: a model as JSON, and back. */
#include <jansson.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "model.h"
#include "rule.h"
#include "weigh.h"

enum { MODEL_FORMAT = 1, MODEL_DIGITS = 9 };

/* ---- numbers ---- */

static double rounded(double value)
{
    char text[40];

    snprintf(text, sizeof text, "%.*g", MODEL_DIGITS, value);
    return strtod(text, NULL);
}

void linkage_model_round(struct linkage_model *model)
{
    double *numbers[] = {&model->household_rate, &model->prior, &model->threshold,
                         &model->review,         &model->lead,  &model->floor};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = rounded(*numbers[i]);
    for (size_t field = 0; field < LINKAGE_FIELDS_MAX; field++)
        for (size_t level = 0; level < LINKAGE_LEVELS_MAX; level++) {
            struct linkage_level *l = &model->levels[field][level];

            l->m = rounded(l->m);
            l->u = rounded(l->u);
            l->h = rounded(l->h);
            for (size_t i = 0; i < model->source_pair_count; i++)
                model->sources[i].m[field][level] = rounded(model->sources[i].m[field][level]);
        }
    for (size_t i = 0; i < model->source_pair_count; i++) {
        struct linkage_source_weights *own = &model->sources[i];

        own->links = rounded(own->links);
        own->prior = rounded(own->prior);
        own->rival_left = rounded(own->rival_left);
        own->rival_right = rounded(own->rival_right);
    }
}

/* ---- writing ---- */

static json_t *levels_json(const struct linkage_model *model, size_t field)
{
    enum linkage_kind kind = model->schema.fields[field].kind;
    json_t *levels = json_array();

    for (unsigned level = 1; level < linkage_level_count(kind); level++) {
        const struct linkage_level *l = &model->levels[field][level];
        json_t *item = json_pack("{s:s, s:f, s:f, s:f, s:f}", "level",
                                 linkage_level_name(kind, level), "m", l->m, "u", l->u, "h", l->h,
                                 "weight", rounded(floor(log2(l->m / l->u) * 100 + 0.5) / 100));

        if (l->fixed)
            json_object_set_new(item, "fixed", json_true());
        json_array_append_new(levels, item);
    }
    return levels;
}

static json_t *source_json(const struct linkage_model *model,
                           const struct linkage_source_weights *own)
{
    json_t *fields = json_object();

    for (size_t field = 0; field < model->schema.field_count; field++) {
        enum linkage_kind kind = model->schema.fields[field].kind;
        json_t *m = json_array();

        for (unsigned level = 1; level < linkage_level_count(kind); level++)
            json_array_append_new(m, json_real(own->m[field][level]));
        json_object_set_new(fields, model->schema.fields[field].name, m);
    }
    return json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:o}", "left", model->source_names[own->left],
                     "right", model->source_names[own->right], "links", own->links, "prior",
                     own->prior, "rival_left", own->rival_left, "rival_right", own->rival_right,
                     "m", fields);
}

static json_t *rule_json(const struct linkage_model *model, const struct linkage_rule *rule)
{
    json_t *forms = json_array();

    for (unsigned i = 0; i < rule->form_count; i++) {
        char name[LINKAGE_FIELD_NAME_MAX + 16];

        if (linkage_form_name(&model->schema, &rule->forms[i], name, sizeof name))
            json_array_append_new(forms, json_string(name));
    }
    return forms;
}

static json_t *model_json(const struct linkage_model *model)
{
    json_t *fields = json_array(), *sources = json_array(), *rules = json_array();

    for (size_t i = 0; i < model->schema.field_count; i++)
        json_array_append_new(fields,
                              json_pack("{s:s, s:s, s:o}", "field", model->schema.fields[i].name,
                                        "kind", linkage_kind_name(model->schema.fields[i].kind),
                                        "levels", levels_json(model, i)));
    for (size_t i = 0; i < model->source_pair_count; i++)
        json_array_append_new(sources, source_json(model, &model->sources[i]));
    for (size_t i = 0; i < model->rule_count; i++)
        json_array_append_new(rules, rule_json(model, &model->rules[i]));
    return json_pack("{s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:i, s:o, s:o, s:o}", "format",
                     MODEL_FORMAT, "prior", model->prior, "household_rate", model->household_rate,
                     "threshold", model->threshold, "review", model->review, "lead", model->lead,
                     "floor", model->floor, "block_cap", (int)model->block_cap, "rules", rules,
                     "fields", fields, "sources", sources);
}

static bool name_version(const json_t *json, char ret[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(MODEL_DIGITS));
    bool good = text != NULL && EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL);

    for (unsigned int i = 0; good && i < 32; i++)
        snprintf(ret + 2 * i, 3, "%02x", digest[i]);
    free(text);
    return good;
}

int linkage_model_write(struct linkage_model *model, char **ret_text, struct error *error)
{
    linkage_model_round(model);
    json_t *json = model_json(model);
    char *text = NULL;

    if (json != NULL && name_version(json, model->version)) {
        json_object_set_new(json, "version", json_string(model->version));
        text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(MODEL_DIGITS));
    }
    json_decref(json);
    if (text == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to write the linkage model");
    *ret_text = text;
    return 0;
}

/* ---- reading ---- */

static int invalid(struct error *error, const char *what, const char *where)
{
    error_set(error, ERROR_MODEL_INVALID, "%s", what);
    error_place(error, "%s", where);
    return error->code;
}

static bool read_number(const json_t *object, const char *key, double least, double most,
                        double *ret)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_number(value))
        return false;
    *ret = json_number_value(value);
    return *ret >= least && *ret <= most;
}

static int read_levels(const json_t *levels, struct linkage_model *model, size_t field,
                       struct error *error)
{
    const struct linkage_field *f = &model->schema.fields[field];
    unsigned count = linkage_level_count(f->kind);
    double sums[3] = {0};

    if (json_array_size(levels) != count - 1)
        return invalid(error, "a field has too few or too many levels", f->name);
    for (unsigned level = 1; level < count; level++) {
        const json_t *item = json_array_get(levels, level - 1);
        const char *name = json_string_value(json_object_get(item, "level"));
        struct linkage_level *l = &model->levels[field][level];

        if (name == NULL || strcmp(name, linkage_level_name(f->kind, level)) != 0)
            return invalid(error, "levels are not those of the field's kind, in their order",
                           f->name);
        if (!read_number(item, "m", 1e-15, 1, &l->m) || !read_number(item, "u", 1e-15, 1, &l->u) ||
            !read_number(item, "h", 1e-15, 1, &l->h))
            return invalid(error, "m, u and h must be above 0 and at most 1", f->name);
        l->fixed = json_is_true(json_object_get(item, "fixed"));
        sums[0] += l->m;
        sums[1] += l->u;
        sums[2] += l->h;
    }
    for (int i = 0; i < 3; i++)
        if (fabs(sums[i] - 1) > 1e-4)
            return invalid(error, "m, u and h must each sum to 1 over the levels", f->name);
    return 0;
}

static int read_fields(const json_t *fields, struct linkage_model *model, struct error *error)
{
    enum linkage_kind kinds[LINKAGE_FIELDS_MAX];
    const char *names[LINKAGE_FIELDS_MAX];
    size_t count = json_array_size(fields);

    if (count == 0 || count > LINKAGE_FIELDS_MAX)
        return invalid(error, "a model needs fields, and not too many", "fields");
    for (size_t i = 0; i < count; i++) {
        const json_t *field = json_array_get(fields, i);
        const char *kind = json_string_value(json_object_get(field, "kind"));
        int number = kind == NULL ? -1 : linkage_kind_by_name(kind);

        names[i] = json_string_value(json_object_get(field, "field"));
        if (number < 0 || names[i] == NULL)
            return invalid(error, "a field lacks its name, or its kind is not known", "fields");
        kinds[i] = (enum linkage_kind)number;
    }
    int failed = linkage_schema_make(kinds, names, count, &model->schema, error);
    if (failed != 0)
        failed =
            invalid(error, "a field or a kind is named twice, or a name is too long", "fields");
    for (size_t i = 0; i < count && failed == 0; i++)
        failed = read_levels(json_object_get(json_array_get(fields, i), "levels"), model, i, error);
    return failed;
}

/* A list of names of forms; a list of none is every pair. */
static bool read_rule(const json_t *forms, const struct linkage_schema *schema,
                      struct linkage_rule *ret)
{
    const char *names[LINKAGE_RULE_FORMS_MAX] = {NULL};
    size_t count = json_array_size(forms);

    if (!json_is_array(forms) || count > LINKAGE_RULE_FORMS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        names[i] = json_string_value(json_array_get(forms, i));
        if (names[i] == NULL)
            return false;
    }
    return linkage_rule_make(schema, names, count, ret);
}

static int read_rules(const json_t *rules, struct linkage_model *model, struct error *error)
{
    model->rule_count = json_array_size(rules);
    if (model->rule_count == 0 || model->rule_count > LINKAGE_RULES_MAX)
        return invalid(error, "a model needs blocking rules, and not too many", "rules");
    for (size_t i = 0; i < model->rule_count; i++)
        if (!read_rule(json_array_get(rules, i), &model->schema, &model->rules[i]))
            return invalid(error,
                           "a blocking rule is no list of forms, or names one that no field has",
                           "rules");
    return 0;
}

static int source_number(struct linkage_model *model, const char *name)
{
    for (size_t i = 0; i < model->source_count; i++)
        if (strcmp(model->source_names[i], name) == 0)
            return (int)i;
    if (model->source_count == LINKAGE_SOURCES_MAX)
        return -1;
    snprintf(model->source_names[model->source_count], LINKAGE_SOURCE_NAME_MAX, "%s", name);
    return (int)model->source_count++;
}

static int read_source_levels(const json_t *source, const struct linkage_model *model,
                              struct linkage_source_weights *own, struct error *error)
{
    for (size_t field = 0; field < model->schema.field_count; field++) {
        const char *name = model->schema.fields[field].name;
        const json_t *m = json_object_get(json_object_get(source, "m"), name);
        unsigned count = linkage_level_count(model->schema.fields[field].kind);
        double sum = 0;

        if (json_array_size(m) != count - 1)
            return invalid(error, "a pair of sources lacks the m of a field", name);
        for (unsigned level = 1; level < count; level++) {
            double value = json_number_value(json_array_get(m, level - 1));

            if (!(value > 0 && value <= 1))
                return invalid(error, "m must be above 0 and at most 1", name);
            own->m[field][level] = value;
            sum += value;
        }
        if (fabs(sum - 1) > 1e-4)
            return invalid(error, "m must sum to 1 over the levels", name);
    }
    return 0;
}

static int read_source(const json_t *source, struct linkage_model *model, struct error *error)
{
    const char *left = json_string_value(json_object_get(source, "left")),
               *right = json_string_value(json_object_get(source, "right"));
    struct linkage_source_weights *own = &model->sources[model->source_pair_count];
    int numbers[2] = {left ? source_number(model, left) : -1,
                      right ? source_number(model, right) : -1};

    if (numbers[0] < 0 || numbers[1] < 0 || !read_number(source, "links", 0, 1e15, &own->links) ||
        !read_number(source, "prior", -100, 100, &own->prior) ||
        !read_number(source, "rival_left", 0, 1, &own->rival_left) ||
        !read_number(source, "rival_right", 0, 1, &own->rival_right))
        return invalid(error, "a pair of sources lacks its names, links, prior or rivals",
                       "sources");
    if (linkage_model_sources(model, (uint8_t)numbers[0], (uint8_t)numbers[1]) >= 0)
        return invalid(error, "a pair of sources is there twice", "sources");
    own->left = (uint8_t)numbers[0];
    own->right = (uint8_t)numbers[1];
    int failed = read_source_levels(source, model, own, error);
    model->source_pair_count += failed == 0;
    return failed;
}

static int read_sources(const json_t *sources, struct linkage_model *model, struct error *error)
{
    int failed = 0;

    if (!json_is_array(sources))
        return invalid(error, "the pairs of sources are no list", "sources");
    for (size_t i = 0; i < json_array_size(sources) && failed == 0; i++)
        failed = i < LINKAGE_PAIRS_OF_SOURCES_MAX
                     ? read_source(json_array_get(sources, i), model, error)
                     : invalid(error, "too many pairs of sources", "sources");
    return failed;
}

static int read_settings(const json_t *json, struct linkage_model *model, struct error *error)
{
    double cap, format;

    if (!read_number(json, "format", MODEL_FORMAT, MODEL_FORMAT, &format))
        return invalid(error, "the model is of another format", "format");
    if (!read_number(json, "prior", -100, 0, &model->prior) ||
        !read_number(json, "household_rate", 0, 1, &model->household_rate) ||
        !read_number(json, "threshold", -50, 100, &model->threshold) ||
        !read_number(json, "review", -50, model->threshold, &model->review) ||
        !read_number(json, "lead", 0, 100, &model->lead) ||
        !read_number(json, "floor", -100, model->review, &model->floor) ||
        !read_number(json, "block_cap", 2, 1e6, &cap))
        return invalid(error,
                       "prior, household_rate, threshold, review, lead, floor or block_cap is "
                       "missing or out of bounds (floor <= review <= threshold)",
                       "settings");
    model->block_cap = (uint32_t)cap;
    return 0;
}

int linkage_model_read(const char *text, size_t length, struct linkage_model *ret, bool *ret_edited,
                       struct error *error)
{
    json_error_t fault;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &fault);
    char stated[65] = "";

    *ret = (struct linkage_model){0};
    if (json == NULL) {
        error_set(error, ERROR_MODEL_INVALID, "the model is no JSON: %s", fault.text);
        error_place(error, "%d:%d", fault.line, fault.column);
        return error->code;
    }
    const char *version = json_string_value(json_object_get(json, "version"));
    if (version != NULL)
        snprintf(stated, sizeof stated, "%s", version);
    int failed = read_settings(json, ret, error);
    failed = failed ? failed : read_fields(json_object_get(json, "fields"), ret, error);
    failed = failed ? failed : read_rules(json_object_get(json, "rules"), ret, error);
    failed = failed ? failed : read_sources(json_object_get(json, "sources"), ret, error);
    json_decref(json);
    if (failed == 0) {
        char *written = NULL;

        failed = linkage_model_write(ret, &written, error);
        free(written);
        *ret_edited = strcmp(stated, ret->version) != 0;
    }
    return failed;
}

void linkage_model_adopt(struct linkage_model *model, const struct linkage_set *set)
{
    int numbers[LINKAGE_SOURCES_MAX];
    size_t kept = 0;

    for (size_t i = 0; i < model->source_count; i++) {
        numbers[i] = -1;
        for (size_t j = 0; j < set->source_count; j++)
            if (strcmp(model->source_names[i], set->sources[j].name) == 0)
                numbers[i] = (int)j;
    }
    for (size_t i = 0; i < model->source_pair_count; i++) {
        struct linkage_source_weights own = model->sources[i];
        int left = numbers[own.left], right = numbers[own.right];

        if (left < 0 || right < 0)
            continue;
        if (left > right) {
            double rival = own.rival_left;

            own.rival_left = own.rival_right;
            own.rival_right = rival;
        }
        own.left = (uint8_t)(left < right ? left : right);
        own.right = (uint8_t)(left < right ? right : left);
        model->sources[kept++] = own;
    }
    model->source_pair_count = kept;
    model->source_count = set->source_count;
    for (size_t i = 0; i < set->source_count; i++)
        memcpy(model->source_names[i], set->sources[i].name, LINKAGE_SOURCE_NAME_MAX);
}
