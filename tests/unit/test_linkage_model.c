/* test_linkage_model.c: a model is valid, reads back as it was written, and no fault passes. */
#include "linkage_faces.h"

#include <math.h>

#include "linkage/model.h"
#include "linkage/rule.h"

enum { TEXT_ROOM = 400000 };

/* Two pairs of sources, with numbers of their own. */
static void make_model(struct linkage_model *model)
{
    linkage_model_default(linkage_schema_person(), model);
    model->source_count = 3;
    for (size_t i = 0; i < 3; i++)
        snprintf(model->source_names[i], sizeof model->source_names[i], "sender %zu", i);
    model->source_pair_count = 2;
    for (uint8_t i = 0; i < 2; i++) {
        struct linkage_source_weights *own = &model->sources[i];

        *own = (struct linkage_source_weights){.left = i == 0 ? 0 : 1,
                                               .right = 2,
                                               .links = 1000.0 / 3,
                                               .prior = -17.123456789012,
                                               .rival_left = 0.25 + i * 0.5,
                                               .rival_right = 1};
        for (size_t field = 0; field < model->schema.field_count; field++)
            for (size_t level = 0; level < LINKAGE_LEVELS_MAX; level++)
                own->m[field][level] = model->levels[field][level].m;
    }
    model->household_rate = 1.0 / 700000;
}

static void write_model(struct linkage_model *model, char **ret_text)
{
    struct error error;

    assert_int_equal(linkage_model_write(model, ret_text, &error), 0);
}

static int read_model(const char *text, struct linkage_model *ret, bool *ret_edited,
                      struct error *error)
{
    memset(error, 0, sizeof *error);
    return linkage_model_read(text, strlen(text), ret, ret_edited, error);
}

static void the_default_is_valid(void **state)
{
    static const enum linkage_kind open[] = {LINKAGE_TEXT, LINKAGE_EXACT, LINKAGE_TEXT,
                                             LINKAGE_DATE_OF_BIRTH};
    static const char *const names[] = {"school", "upn", "street", NULL};
    static struct linkage_model model, again;
    struct linkage_schema schemas[2] = {*linkage_schema_person()};
    struct error error;

    (void)state;
    assert_int_equal(linkage_schema_make(open, names, COUNT_OF(open), &schemas[1], &error), 0);
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        char *text;
        bool edited = true;

        linkage_model_default(&schemas[i], &model);
        for (size_t field = 0; field < schemas[i].field_count; field++) {
            unsigned count = linkage_level_count(schemas[i].fields[field].kind);
            double m = 0, u = 0, h = 0;

            for (unsigned level = 1; level < count; level++) {
                const struct linkage_level *l = &model.levels[field][level];

                assert_true(l->m > 0 && l->u > 0 && l->h > 0);
                m += l->m, u += l->u, h += l->h;
            }
            assert_case(fabs(m - 1) < 1e-9, schemas[i].fields[field].name);
            assert_case(fabs(u - 1) < 1e-9, schemas[i].fields[field].name);
            assert_case(fabs(h - 1) < 1e-9, schemas[i].fields[field].name);
            /* Agreement speaks for, disagreement against. */
            assert_true(model.levels[field][1].m > model.levels[field][1].u);
            assert_true(model.levels[field][count - 1].m < model.levels[field][count - 1].u);
            assert_true(model.levels[field][1].fixed ==
                        (schemas[i].fields[field].kind == LINKAGE_NHS_NUMBER));
        }
        write_model(&model, &text);
        assert_int_equal(read_model(text, &again, &edited, &error), 0);
        assert_false(edited);
        free(text);
    }
}

static void what_is_written_reads_back(void **state)
{
    static struct linkage_model model, again;
    char *text, *twice;
    struct error error;
    bool edited = true;

    (void)state;
    make_model(&model);
    model.levels[GIVEN][2].fixed = true;
    write_model(&model, &text);
    assert_int_equal(strlen(model.version), 64);
    assert_int_equal(read_model(text, &again, &edited, &error), 0);
    assert_false(edited);
    assert_string_equal(again.version, model.version);
    assert_memory_equal(&again.schema, &model.schema, sizeof model.schema);
    assert_memory_equal(again.levels, model.levels, sizeof model.levels);
    assert_int_equal(again.rule_count, model.rule_count);
    for (size_t i = 0; i < model.rule_count; i++) {
        assert_string_equal(again.rules[i].name, model.rules[i].name);
        assert_int_equal(again.rules[i].form_count, model.rules[i].form_count);
    }
    assert_true(again.prior == model.prior && again.household_rate == model.household_rate &&
                again.threshold == model.threshold && again.review == model.review &&
                again.lead == model.lead && again.floor == model.floor &&
                again.block_cap == model.block_cap);
    assert_int_equal(again.source_pair_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct linkage_source_weights *own = &again.sources[i], *was = &model.sources[i];

        assert_string_equal(again.source_names[own->left], model.source_names[was->left]);
        assert_string_equal(again.source_names[own->right], model.source_names[was->right]);
        assert_true(own->links == was->links && own->prior == was->prior &&
                    own->rival_left == was->rival_left && own->rival_right == was->rival_right);
        for (size_t field = 0; field < model.schema.field_count; field++)
            assert_memory_equal(&own->m[field][1], &was->m[field][1],
                                sizeof own->m[0] - sizeof own->m[0][0]);
    }
    write_model(&again, &twice);
    assert_string_equal(text, twice);
    free(text);
    free(twice);
}

/* A pair's own rule of no forms keeps its name, or a report shows a blank. */
static void every_pair_reads_back(void **state)
{
    static struct linkage_model model, again;
    char *text;
    struct error error;
    bool edited;

    (void)state;
    linkage_model_default(linkage_schema_person(), &model);
    model.rules[0] = (struct linkage_rule){.name = "every pair"};
    write_model(&model, &text);
    assert_int_equal(read_model(text, &again, &edited, &error), 0);
    assert_false(edited);
    assert_int_equal(again.rules[0].form_count, 0);
    assert_string_equal(again.rules[0].name, "every pair");
    free(text);
}

static void numbers_are_rounded_to_what_is_written(void **state)
{
    static struct linkage_model model, again;
    char *text;
    struct error error;
    bool edited;

    (void)state;
    make_model(&model);
    model.prior = -20 - 1.0 / 3;
    linkage_model_round(&model);
    assert_true(model.prior == -20.3333333);
    assert_true(model.sources[0].prior == -17.1234568);
    assert_true(model.sources[1].links == 333.333333);
    again = model;
    linkage_model_round(&again);
    assert_memory_equal(again.levels, model.levels, sizeof model.levels);
    write_model(&model, &text);
    assert_int_equal(read_model(text, &again, &edited, &error), 0);
    assert_true(again.prior == model.prior && again.household_rate == model.household_rate);
    free(text);
}

/* ---- edited ---- */

/* text with the first found replaced; at: search from the first of this on. */
static void replace(const char *text, const char *at, const char *found, const char *by, char *ret)
{
    const char *from = strstr(text, at), *place = from == NULL ? NULL : strstr(from, found);

    if (place == NULL)
        fail_msg("no \"%s\" after \"%s\"", found, at);
    snprintf(ret, TEXT_ROOM, "%.*s%s%s", (int)(place - text), text, by, place + strlen(found));
}

static void an_edited_model_is_told(void **state)
{
    static struct linkage_model model, again;
    static char changed[TEXT_ROOM];
    char *text;
    struct error error;
    bool edited = false;

    (void)state;
    make_model(&model);
    write_model(&model, &text);
    replace(text, "{", "\"threshold\": 0", "\"threshold\": 1", changed);
    assert_int_equal(read_model(changed, &again, &edited, &error), 0);
    assert_true(edited);
    assert_true(again.threshold == 1);
    assert_string_not_equal(again.version, model.version);
    edited = false;
    replace(text, "{", "\"version\"", "\"was\"", changed);
    assert_int_equal(read_model(changed, &again, &edited, &error), 0);
    assert_true(edited);
    assert_string_equal(again.version, model.version); /* the version of what it says */
    edited = false;
    replace(text, "\"version\": \"", model.version, "0", changed);
    assert_int_equal(read_model(changed, &again, &edited, &error), 0);
    assert_true(edited);
    free(text);
}

/* ---- faults ---- */

static const struct fault {
    const char *name, *at, *found, *by, *place;
} faults[] = {
    {"no JSON", "{", "\"format\"", "format", ":"},
    {"two of a key", "{", "\"format\": 1", "\"format\": 1, \"format\": 1", ":"},
    {"another format", "{", "\"format\": 1", "\"format\": 2", "format"},
    {"no format", "{", "\"format\"", "\"formats\"", "format"},
    {"prior above 0", "{", "\"prior\": -", "\"prior\": ", "settings"},
    {"prior in words", "{", "\"prior\": -20.0", "\"prior\": \"-20\"", "settings"},
    {"no threshold", "{", "\"threshold\"", "\"treshold\"", "settings"},
    {"threshold below review", "{", "\"threshold\": 0.0", "\"threshold\": -7", "settings"},
    {"threshold out of bounds", "{", "\"threshold\": 0.0", "\"threshold\": 101", "settings"},
    {"review below the floor", "{", "\"review\": -6.0", "\"review\": -40", "settings"},
    {"lead below 0", "{", "\"lead\": 1.0", "\"lead\": -1", "settings"},
    {"household rate above 1", "{",
     "\"household_rate\": ", "\"household_rate\": 2, \"was\": ", "settings"},
    {"no block cap", "{", "\"block_cap\"", "\"cap\"", "settings"},
    {"block cap of 1", "{", "\"block_cap\": 2000", "\"block_cap\": 1", "settings"},
    {"block cap of a million and one", "{", "\"block_cap\": 2000", "\"block_cap\": 1000001",
     "settings"},
    {"no rules", "{", "\"rules\"", "\"rule\"", "rules"},
    {"a form no field has", "\"rules\"", "given_name.sound", "given_name.length", "rules"},
    {"a field that is not there", "\"rules\"", "given_name.sound", "middle_name.sound", "rules"},
    {"a rule that is a word", "\"rules\": [", "[", "[\"sex.whole\",", "rules"},
    {"a rule that is nothing", "\"rules\": [", "[", "[null,", "rules"},
    {"a form that is a number", "\"rules\"", "\"nhs_number.low\"", "5", "rules"},
    {"a second form that is a number", "\"rules\"", "\"nhs_number.high\"", "5", "rules"},
    {"five forms", "\"rules\"", "\"nhs_number.low\"",
     "\"sex.whole\", \"sex.whole\", \"sex.whole\", \"nhs_number.low\"", "rules"},
    {"no fields", "{", "\"fields\"", "\"field\"", "fields"},
    {"an unknown kind", "\"fields\"", "\"kind\": \"sex\"", "\"kind\": \"gender\"", "fields"},
    {"a field twice", "\"fields\"", "\"field\": \"sex\"", "\"field\": \"given_name\"", "fields"},
    {"a kind twice", "\"fields\"", "\"kind\": \"family_name\"", "\"kind\": \"given_name\"",
     "fields"},
    {"a field without a name", "\"fields\"", "\"field\": \"sex\"", "\"fields\": \"sex\"", "fields"},
    {"a field with a blank name", "\"fields\"", "\"field\": \"sex\"", "\"field\": \"\"", "fields"},
    {"a level that is not the kind's", "\"fields\"", "\"exact\"", "\"exactly\"", "given_name"},
    {"levels in another order", "\"fields\"", "\"part\"", "\"near\"", "given_name"},
    {"m of 0", "\"fields\"", "\"m\": 0.86", "\"m\": 0", "given_name"},
    {"m that sums to less", "\"fields\"", "\"m\": 0.86", "\"m\": 0.85", "given_name"},
    {"m above 1", "\"fields\"", "\"m\": 0.86", "\"m\": 1.86", "given_name"},
    {"m below 0", "\"fields\"", "\"m\": 0.86", "\"m\": -0.86", "given_name"},
    {"u in words", "\"fields\"", "\"u\": 0.003", "\"u\": \"0.003\"", "given_name"},
    {"u that sums to more", "\"fields\"", "\"u\": 0.003", "\"u\": 0.103", "given_name"},
    {"no h", "\"fields\"", "\"h\"", "\"k\"", "given_name"},
    {"h that sums to more", "\"fields\"", "\"h\": 0.003", "\"h\": 0.103", "given_name"},
    {"a level too many", "\"sex\"", "\"levels\": [", "\"levels\": [{\"level\": \"missing\"},",
     "sex"},
    {"levels that are no list", "\"sex\"", "\"levels\"", "\"level\"", "sex"},
    {"a source without a name", "\"sources\"", "\"left\"", "\"links \"", "sources"},
    {"a source whose name is a number", "\"sources\"", "\"right\": \"sender 2\"", "\"right\": 2",
     "sources"},
    {"links below 0", "\"sources\"", "\"links\": ", "\"links\": -", "sources"},
    {"a rival above 1", "\"sources\"", "\"rival_left\": 0", "\"rival_left\": 1", "sources"},
    {"the other rival above 1", "\"sources\"", "\"rival_right\": 1", "\"rival_right\": 2",
     "sources"},
    {"no rival", "\"sources\"", "\"rival_right\"", "\"rival\"", "sources"},
    {"a pair of sources twice", "\"sources\"", "\"left\": \"sender 1\"", "\"left\": \"sender 0\"",
     "sources"},
    {"a pair of sources without a field", "\"sources\"", "\"sex\"", "\"gender\"", "sex"},
    {"m of a pair of sources of 0", "\"sources\"", "0.86", "0", "given_name"},
    {"m of a pair of sources in words", "\"sources\"", "0.86", "\"0.86\"", "given_name"},
    {"m of a pair of sources that sums to less", "\"sources\"", "0.86", "0.76", "given_name"},
    {"m of a pair of sources too many", "\"sources\"", "0.86", "0.86, 0", "given_name"},
    {"sources that are no list", "\"sources\"", "[", "5, \"were\": [", "sources"},
};

static void faults_are_refused_with_their_place(void **state)
{
    static struct linkage_model model, again;
    static char changed[TEXT_ROOM];
    char *text;
    struct error error;
    bool edited;

    (void)state;
    make_model(&model);
    write_model(&model, &text);
    assert_true(strlen(text) < TEXT_ROOM / 2);
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        replace(text, faults[i].at, faults[i].found, faults[i].by, changed);
        assert_case(read_model(changed, &again, &edited, &error) == ERROR_MODEL_INVALID,
                    faults[i].name);
        assert_case(strstr(error.place, faults[i].place) != NULL, faults[i].name);
        assert_case(error.primary[0] != '\0', faults[i].name);
    }
    assert_int_equal(linkage_model_read(text, 0, &again, &edited, &error), ERROR_MODEL_INVALID);
    assert_int_equal(linkage_model_read("[]", 2, &again, &edited, &error), ERROR_MODEL_INVALID);
    for (size_t end = 1; end < strlen(text); end += 311)
        assert_int_equal(linkage_model_read(text, end, &again, &edited, &error),
                         ERROR_MODEL_INVALID);
    free(text);
}

/* ---- whose numbers ---- */

static const struct linkage_source_weights *sources_named(const struct linkage_model *model,
                                                          const char *left, const char *right)
{
    for (size_t i = 0; i < model->source_pair_count; i++)
        if (strcmp(model->source_names[model->sources[i].left], left) == 0 &&
            strcmp(model->source_names[model->sources[i].right], right) == 0)
            return &model->sources[i];
    return NULL;
}

static void sources_are_adopted_by_name(void **state)
{
    static const struct {
        const char *title, *sources[4]; /* of the set, in its order */
        size_t kept;
        const char *left, *right; /* of a pair that is there after, with the rivals it has */
        double rival_left, rival_right;
    } cases[] = {
        {"as it is", {"sender 0", "sender 1", "sender 2"}, 2, "sender 0", "sender 2", 0.25, 1},
        {"moved", {"new", "sender 0", "sender 1", "sender 2"}, 2, "sender 1", "sender 2", 0.75, 1},
        {"swapped", {"sender 2", "sender 1", "sender 0"}, 2, "sender 2", "sender 0", 1, 0.25},
        {"swapped, between others",
         {"sender 2", "new", "sender 1"},
         1,
         "sender 2",
         "sender 1",
         1,
         0.75},
        {"one is gone", {"sender 0", "sender 2"}, 1, "sender 0", "sender 2", 0.25, 1},
    };
    static struct linkage_model model;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_set set = {.schema = linkage_schema_person()};

        make_model(&model);
        model.sources[0].m[SEX][1] = 0.123;
        model.sources[1].m[SEX][1] = 0.456;
        while (set.source_count < 4 && cases[i].sources[set.source_count] != NULL) {
            snprintf(set.sources[set.source_count].name, LINKAGE_SOURCE_NAME_MAX, "%s",
                     cases[i].sources[set.source_count]);
            set.source_count++;
        }
        linkage_model_adopt(&model, &set);
        assert_case(model.source_pair_count == cases[i].kept, cases[i].title);
        assert_case(model.source_count == set.source_count, cases[i].title);
        for (size_t j = 0; j < model.source_pair_count; j++)
            assert_case(model.sources[j].left < model.sources[j].right, cases[i].title);
        const struct linkage_source_weights *own =
            sources_named(&model, cases[i].left, cases[i].right);
        assert_case(own != NULL, cases[i].title);
        assert_case(own->rival_left == cases[i].rival_left, cases[i].title);
        assert_case(own->rival_right == cases[i].rival_right, cases[i].title);
        bool is_first =
            strcmp(cases[i].left, "sender 0") == 0 || strcmp(cases[i].right, "sender 0") == 0;
        assert_case(own->m[SEX][1] == (is_first ? 0.123 : 0.456), cases[i].title);
    }
    struct linkage_set others = {.source_count = 1, .sources = {{.name = "other"}}};
    make_model(&model);
    linkage_model_adopt(&model, &others);
    assert_int_equal(model.source_pair_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_valid),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(every_pair_reads_back),
        cmocka_unit_test(numbers_are_rounded_to_what_is_written),
        cmocka_unit_test(an_edited_model_is_told),
        cmocka_unit_test(faults_are_refused_with_their_place),
        cmocka_unit_test(sources_are_adopted_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
