/* test_row_engine.c: what becomes of a row. */
#include "unit.h"

#include "identity.h"
#include "row_engine.h"
#include "small_feed.h"
#include "validate.h"

static const unsigned char site_key[SITE_KEY_SIZE] = "row engine test key, 32 bytes..";

#define NHS_ONE "9434765919"
#define NHS_TWO "4010232137"

struct world {
    struct small_feed small;
    struct tokeniser *tokeniser;
    struct linkage_deriver *deriver;
    struct linkage_sealer *sealer;
    struct delivery_facts facts;
    struct row_engine *engine;
    struct row_result *result;
    uint64_t row_number;
};

static int32_t day_of(int year, int month, int day)
{
    return calendar_day((struct calendar_date){year, month, day});
}

static void begin(struct world *world, int table)
{
    int positions[SMALL_FIELDS_MAX];
    size_t count = world->small.tables[table].input_count;
    struct error error;

    for (size_t i = 0; i < count; i++)
        positions[i] = (int)i;
    assert_int_equal(row_engine_begin_table(world->engine, table, positions, count, &error), 0);
}

/* A row of comma-separated values, short rows filled with blanks. */
static enum row_outcome row(struct world *world, const char *text)
{
    struct slice raw[SMALL_FIELDS_MAX];
    struct error error;

    for (size_t i = 0; i < SMALL_FIELDS_MAX; i++) {
        size_t length = strcspn(text, ",");

        raw[i] = (struct slice){text, length};
        text += length + (text[length] == ',' ? 1 : 0);
    }
    assert_int_equal(
        row_engine_row(world->engine, ++world->row_number, raw, &world->result, &error), 0);
    return world->result->outcome;
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct error error;

    assert_non_null(world);
    small_feed_init(&world->small);
    (void)strcpy(world->facts.sender, "RAT");
    assert_int_equal(tokeniser_new(site_key, &world->tokeniser, &error), 0);
    assert_int_equal(
        row_engine_new(&world->small.feed, world->tokeniser, &world->facts, &world->engine, &error),
        0);
    assert_int_equal(linkage_deriver_new(site_key, NULL, 0, &world->deriver, &error), 0);
    assert_int_equal(linkage_sealer_new(site_key, &world->sealer, &error), 0);
    row_engine_seal_with(world->engine, world->deriver, world->sealer);
    begin(world, SMALL_HEADER);
    assert_int_equal(row(world, "rat,2025-04-01,2025-04-30,2025-05-10T08:30:00"), ROW_STAGED);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    row_engine_free(world->engine);
    tokeniser_free(world->tokeniser);
    linkage_deriver_free(world->deriver);
    linkage_sealer_free(world->sealer);
    free(world);
    return 0;
}

/* "-2002 field" of each finding, warnings in brackets: what a table of cases can compare. */
static const char *findings(const struct world *world)
{
    static char text[2048];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < world->result->finding_count; i++) {
        const struct row_finding *finding = &world->result->findings[i];

        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%d@%d%s", used ? " " : "",
                                 finding->warning ? "(" : "", -finding->code, finding->field,
                                 finding->warning ? ")" : "");
    }
    return text;
}

static struct staging_value *value(const struct world *world, int table, const char *column)
{
    const struct table *owner = &world->small.tables[table];

    for (size_t i = 0; i < owner->column_count; i++)
        if (strcmp(owner->columns[i].name, column) == 0)
            return &world->result->values[i];
    fail_msg("no column %s", column);
    return NULL;
}

static struct token token_of(struct world *world, const char *label, const char *one,
                             const char *two)
{
    struct slice fields[2] = {slice_of(one), slice_of(two == NULL ? "" : two)};
    struct token token;

    assert_int_equal(tokeniser_token(world->tokeniser, label, fields, two == NULL ? 1 : 2, &token),
                     0);
    return token;
}

static void assert_token(const struct staging_value *found, struct token expected)
{
    assert_false(found->null);
    assert_memory_equal(found->token.bytes, expected.bytes, TOKEN_SIZE);
}

/* ---- the header table ---- */

static void the_header_tells_the_facts(void **state)
{
    struct world *world = *state;

    assert_string_equal(world->facts.sender, "RAT");
    assert_true(world->facts.has_period && world->facts.has_extract_time);
    assert_int_equal(world->facts.period_start, day_of(2025, 4, 1));
    assert_int_equal(world->facts.period_end, day_of(2025, 4, 30));
    assert_true(world->facts.extract_microseconds ==
                ((int64_t)day_of(2025, 5, 10) * 86400 + 8 * 3600 + 1800) * 1000000);
}

static void a_header_of_another_sender_is_rejected(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_HEADER);
    assert_int_equal(row(world, "RXX,2024-04-01,2024-04-30"), ROW_REJECTED);
    assert_string_equal(findings(world), "2022@0");
    assert_int_equal(world->facts.period_start, day_of(2025, 4, 1));
    assert_int_equal(row(world, "RAT,2025-04-01,"), ROW_REJECTED);
    assert_string_equal(findings(world), "2001@2");
}

/* ---- values ---- */

static void each_value_is_judged(void **state)
{
    static const struct {
        const char *row;
        enum row_outcome outcome;
        const char *findings;
    } cases[] = {
        {"P1," NHS_ONE ",1980-06-15,SE13 7AB,1,Doe,Jane,01", ROW_STAGED, ""},
        {" P2 , 943 476 5919 ,1980-06-15", ROW_STAGED, ""},
        {"P3", ROW_STAGED, "(2001@1)"},
        {"," NHS_ONE, ROW_REJECTED, "2001@0"},
        {"P4," NHS_ONE ",15/06/1980", ROW_REJECTED, "2002@2"},
        {"P5," NHS_ONE ",1980-06-15T10:00:00", ROW_REJECTED, "2002@2"},
        {"P6," NHS_ONE ",,SE1", ROW_REJECTED, "2002@3"},
        {"P7," NHS_ONE ",,,7", ROW_STAGED, "(2004@4)"},
        {"P8," NHS_ONE ",,,,,,1", ROW_REJECTED, "2003@7"},
        {"P9," NHS_ONE ",,,,,,123", ROW_REJECTED, "2003@7"},
        {"P10," NHS_ONE ",,,,,,1x", ROW_REJECTED, "2002@7"},
        {"P11," NHS_ONE ",x,y,7,,,z", ROW_REJECTED, "2002@2 2002@3 (2004@4) 2002@7"},
        {"123456789012345678901," NHS_ONE, ROW_REJECTED, "2003@0"},
    };
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_case(row(world, cases[i].row) == cases[i].outcome, cases[i].row);
        assert_string_equal(findings(world), cases[i].findings);
    }
}

static void a_finding_shows_shape_but_not_of_identifiers(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "," NHS_ONE ",x9,y,7,,,1x-"), ROW_REJECTED);
    assert_string_equal(findings(world), "2001@0 2002@2 2002@3 (2004@4) 2002@7");
    assert_string_equal(world->result->findings[0].mask, "");
    assert_string_equal(world->result->findings[0].rule, "MHS00101");
    assert_string_equal(world->result->findings[1].mask, "");
    assert_string_equal(world->result->findings[2].mask, "");
    assert_string_equal(world->result->findings[3].mask, "9");
    assert_string_equal(world->result->findings[3].rule, "MHS00131");
    assert_string_equal(world->result->findings[4].mask, "9A-");
    assert_null(world->result->findings[4].rule);
}

static void columns_not_in_the_file_count_as_blank(void **state)
{
    struct world *world = *state;
    const int positions[] = {FIELD_NONE, PATIENT_BIRTH, PATIENT_ID};
    struct slice raw[] = {slice_of("extra"), slice_of("1980-06-15"), slice_of("P1")};
    struct error error;

    assert_int_equal(row_engine_begin_table(world->engine, SMALL_PATIENT, positions, 3, &error), 0);
    assert_int_equal(row_engine_row(world->engine, 2, raw, &world->result, &error), 0);
    assert_int_equal(world->result->outcome, ROW_STAGED);
    assert_string_equal(findings(world), "(2001@1)");
    assert_int_equal(value(world, SMALL_PATIENT, "age_start")->integer, 44);
}

static void a_binding_must_fit_its_table(void **state)
{
    static const int bad[][2] = {{0, 0}, {99, 1}, {-3, 1}, {PATIENT_STATUS + 1, 1}};
    struct world *world = *state;
    struct error error;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(row_engine_begin_table(world->engine, SMALL_PATIENT, bad[i], 2, &error),
                         ERROR_INTERNAL);
    assert_int_equal(row_engine_begin_table(world->engine, SMALL_TABLES, bad[0], 0, &error),
                     ERROR_INTERNAL);
    assert_int_equal(row_engine_row(world->engine, 1, NULL, &world->result, &error),
                     ERROR_INTERNAL);
}

/* ---- persons ---- */

static void a_person_is_kept_as_tokens(void **state)
{
    enum { T = SMALL_PATIENT };
    struct world *world = *state;

    begin(world, T);
    assert_int_equal(row(world, "P1,943-476-5919,1980-04-15,se137ab,2,D'OE,Jané"), ROW_STAGED);
    assert_token(value(world, T, "patient_key"), token_of(world, "small.patient", "RAT", "P1"));
    assert_token(value(world, T, "postcode"), token_of(world, "postcode", "SE137AB", NULL));
    assert_true(value(world, T, "nhs_present")->boolean);
    assert_int_equal(value(world, T, "age_start")->integer, 44);
    assert_int_equal(value(world, T, "age_end")->integer, 45);
    assert_int_equal(value(world, T, "row_number")->integer, world->row_number);
    assert_true(slice_equal(value(world, T, "gender")->text, slice_of("2")));
}

static void what_is_not_known_is_null(void **state)
{
    static const char *const rows[] = {
        "P1,,,ZZ99 3VZ,2,Doe,Jane",   "P2,,1900-01-01,,2,Doe,Jane", "P3,,1890-01-01,,2,Doe,Jane",
        "P4,,2025-05-01,,9,Doe,Jane", "P5,,2026-05-01,,,Doe,Jane",
    };
    enum { T = SMALL_PATIENT };
    struct world *world = *state;

    begin(world, T);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_case(row(world, rows[i]) == ROW_STAGED, rows[i]);
        assert_case(value(world, T, "postcode")->null, rows[i]);
        assert_case(!value(world, T, "identity")->null, rows[i]);
        assert_case(value(world, T, "age_start")->null, rows[i]);
        assert_case(value(world, T, "age_end")->null, rows[i]);
        assert_case(!value(world, T, "nhs_present")->null, rows[i]);
        assert_case(!value(world, T, "nhs_present")->boolean, rows[i]);
        assert_case(!value(world, T, "patient_key")->null, rows[i]);
    }
}

static void a_flat_row_names_its_person_by_what_it_has(void **state)
{
    enum { T = SMALL_SESSION };
    struct world *world = *state;
    struct slice traits[4] = {slice_of("RAT"), slice_of("1980-06-15"), slice_of("1"),
                              slice_of("SE137AB")};
    struct token traits_token;

    begin(world, T);
    assert_int_equal(row(world, "C1," NHS_ONE ",1980-06-15,Male,SE13 7AB,2025-06-14"), ROW_STAGED);
    assert_token(value(world, T, "patient_key"), token_of(world, "small.patient", "RAT", "C1"));
    assert_int_equal(value(world, T, "age")->integer, 44);
    assert_int_equal(row(world, "," NHS_ONE ",1980-06-15,Male,SE13 7AB,2025-06-15"), ROW_STAGED);
    assert_token(value(world, T, "patient_key"),
                 token_of(world, "small.patient_by_nhs", "RAT", NHS_ONE));
    assert_int_equal(value(world, T, "age")->integer, 45);
    assert_int_equal(row(world, ",,1980-06-15,Male,SE13 7AB,2025-06-15"), ROW_STAGED);
    assert_int_equal(
        tokeniser_token(world->tokeniser, "small.patient_by_traits", traits, 4, &traits_token), 0);
    assert_token(value(world, T, "patient_key"), traits_token);
}

static void a_row_of_nobody_is_rejected(void **state)
{
    static const char *const rows[] = {
        ",,1980-06-15,Male,,2025-06-15",         ",,1980-06-15,,SE13 7AB,2025-06-15",
        ",,,Male,SE13 7AB,2025-06-15",           ",,1900-01-01,Male,SE13 7AB,2025-06-15",
        ",,1980-06-15,Male,ZZ99 3VZ,2025-06-15", ",,1980-06-15,Other,SE13 7AB,2025-06-15",
    };
    struct world *world = *state;

    begin(world, SMALL_SESSION);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_case(row(world, rows[i]) == ROW_REJECTED, rows[i]);
        assert_string_equal(findings(world), "2018@-1");
    }
}

static void one_postcode_gives_one_token_in_every_feed(void **state)
{
    struct world *world = *state;
    struct token postcode;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1," NHS_ONE ",,SE13 7AB"), ROW_STAGED);
    assert_int_equal(
        identity_postcode_token(world->tokeniser, secret_of(slice_of("SE137AB")), &postcode), 1);
    assert_token(value(world, SMALL_PATIENT, "postcode"), postcode);
    assert_int_equal(
        identity_postcode_token(world->tokeniser, secret_of(slice_of("ZZ99 3VZ")), &postcode), 0);
}

/* ---- identities ---- */

/* Opens the identity of the row at hand. */
static struct linkage_identity identity(struct world *world)
{
    const struct staging_value *sealed = value(world, SMALL_PATIENT, "identity");
    struct linkage_identity ret = {0};
    struct error error;

    assert_false(sealed->null);
    assert_int_equal(
        linkage_unseal(world->sealer, &value(world, SMALL_PATIENT, "patient_key")->token,
                       (const unsigned char *)sealed->text.data, sealed->text.length, &ret, &error),
        0);
    return ret;
}

/* Has the face of the row at hand the forms that the value gives by itself? */
static bool shows(struct world *world, enum linkage_kind kind, const char *text)
{
    const struct linkage_schema *schema = linkage_schema_person();
    const struct linkage_field *field = &schema->fields[linkage_schema_find(schema, kind)];
    struct linkage_identity found = identity(world);
    uint32_t face[SEAL_FACE_WORDS] = {0};

    assert_true(linkage_derive(world->deriver, field, secret_of(slice_of(text)), face) >= 0);
    return memcmp(face + field->hot, found.face + field->hot,
                  linkage_kind_hot(kind) * sizeof *face) == 0 &&
           memcmp(face + field->cold, found.face + field->cold,
                  linkage_kind_cold(kind) * sizeof *face) == 0;
}

static void an_identity_holds_what_the_row_says_of_its_person(void **state)
{
    struct world *world = *state;
    struct token postcode;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1,943-476-5919,1980-04-15,se137ab,2,D'OE,Jan\xc3\xa9"),
                     ROW_STAGED);
    assert_true(shows(world, LINKAGE_GIVEN_NAME, "JAN\xc3\x89"));
    assert_true(shows(world, LINKAGE_FAMILY_NAME, "D'Oe"));
    assert_true(shows(world, LINKAGE_DATE_OF_BIRTH, "15/04/1980"));
    assert_true(shows(world, LINKAGE_SEX, "female"));
    assert_true(shows(world, LINKAGE_POSTCODE, "SE13 7AB"));
    assert_true(shows(world, LINKAGE_NHS_NUMBER, NHS_ONE));
    assert_true(shows(world, LINKAGE_GP_PRACTICE, ""));
    assert_false(shows(world, LINKAGE_FAMILY_NAME, "Doyle"));
    assert_int_equal(
        identity_postcode_token(world->tokeniser, secret_of(slice_of("SE137AB")), &postcode), 1);
    assert_memory_equal(identity(world).postcode.bytes, postcode.bytes, TOKEN_SIZE);
}

static void a_partial_identity_is_one_too(void **state)
{
    static const struct linkage_identity nothing;
    struct world *world = *state;
    struct linkage_identity found;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1,,1980-04-15,,1,D,J"), ROW_STAGED);
    assert_true(shows(world, LINKAGE_GIVEN_NAME, "J"));
    assert_true(shows(world, LINKAGE_FAMILY_NAME, "D"));
    assert_true(shows(world, LINKAGE_NHS_NUMBER, ""));
    assert_int_equal(row(world, "P2,,1900-01-01,ZZ99 3VZ,9,Unknown,Baby"), ROW_STAGED);
    found = identity(world);
    assert_memory_equal(&found, &nothing, sizeof found);
}

static void an_identity_needs_what_it_is_sealed_with(void **state)
{
    struct world *world = *state;
    struct slice raw[SMALL_FIELDS_MAX] = {{"P1", 2}};
    struct error error;

    row_engine_seal_with(world->engine, NULL, NULL);
    begin(world, SMALL_PATIENT);
    assert_int_equal(row_engine_row(world->engine, 2, raw, &world->result, &error), ERROR_INTERNAL);
}

/* ---- bad NHS numbers ---- */

static void a_bad_number_withholds_the_person(void **state)
{
    static const enum bad_nhs_number policies[] = {BAD_NHS_WITHHOLD, BAD_NHS_REJECT_FILE};
    struct world *world = *state;

    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        char text[128];

        world->small.feed.bad_nhs_number = policies[i];
        begin(world, SMALL_PATIENT);
        (void)snprintf(text, sizeof text, "P%zu,1111111111", i);
        assert_int_equal(row(world, text), ROW_WITHHELD);
        assert_string_equal(findings(world), "2009@1");
        assert_string_equal(world->result->findings[0].mask, "");
        assert_true(world->result->bad_nhs_number);
        begin(world, SMALL_REFERRAL);
        (void)snprintf(text, sizeof text, "R%zu,P%zu,2025-04-02", i, i);
        assert_int_equal(row(world, text), ROW_WITHHELD);
        assert_string_equal(findings(world), "2008@1");
        assert_false(world->result->bad_nhs_number);
        begin(world, SMALL_CONTACT);
        (void)snprintf(text, sizeof text, "C%zu,R%zu,2025-04-02", i, i);
        assert_int_equal(row(world, text), ROW_WITHHELD);
        assert_string_equal(findings(world), "2008@1");
        (void)snprintf(text, sizeof text, "D%zu,R%zu,2025-05-02", i, i);
        assert_int_equal(row(world, text), ROW_REJECTED);
        assert_string_equal(findings(world), "2017@2 2008@1");
    }
}

static void a_bad_number_can_be_ignored(void **state)
{
    struct world *world = *state;

    world->small.feed.bad_nhs_number = BAD_NHS_IGNORE;
    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1,9434765918"), ROW_STAGED);
    assert_string_equal(findings(world), "(2021@1)");
    assert_true(shows(world, LINKAGE_NHS_NUMBER, ""));
    assert_false(value(world, SMALL_PATIENT, "nhs_present")->boolean);
    begin(world, SMALL_SESSION);
    assert_int_equal(row(world, ",9434765918,1980-06-15,,,2025-04-01"), ROW_REJECTED);
    assert_string_equal(findings(world), "(2021@1) 2018@-1");
}

/* ---- parents, keys ---- */

static void a_child_needs_its_parent(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1," NHS_ONE ",1980-06-15"), ROW_STAGED);
    assert_int_equal(row(world, "P2," NHS_TWO ",1980-99-15"), ROW_REJECTED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1,2025-04-02,,T1"), ROW_STAGED);
    assert_token(value(world, SMALL_REFERRAL, "patient_key"),
                 token_of(world, "small.patient", "RAT", "P1"));
    assert_token(value(world, SMALL_REFERRAL, "referral_key"),
                 token_of(world, "small.Referral.ServiceRequestID", "RAT", "R1"));
    assert_int_equal(row(world, "R2,P2,2025-04-02"), ROW_REJECTED);
    assert_string_equal(findings(world), "2007@1");
    assert_int_equal(row(world, "R3,P3,2025-04-02"), ROW_REJECTED);
    assert_string_equal(findings(world), "2006@1");
    assert_int_equal(row(world, "R4,P1,2025-05-01"), ROW_REJECTED);
    assert_string_equal(findings(world), "2017@2");
    assert_string_equal(world->result->findings[0].rule, "MHS10105");
    begin(world, SMALL_CONTACT);
    assert_int_equal(row(world, "C1,R1,2025-04-02,,,,,,,T1"), ROW_STAGED);
    assert_token(value(world, SMALL_CONTACT, "patient_key"),
                 token_of(world, "small.patient", "RAT", "P1"));
    assert_token(value(world, SMALL_CONTACT, "referral_key"),
                 token_of(world, "small.Referral.ServiceRequestID", "RAT", "R1"));
    assert_token(value(world, SMALL_CONTACT, "team_key"),
                 token_of(world, "small.Team.TeamID", "RAT", "T1"));
    assert_int_equal(row(world, "C2,R2,2025-04-02"), ROW_REJECTED);
    assert_string_equal(findings(world), "2007@1");
    assert_int_equal(row(world, "C3,R4,2025-04-02"), ROW_REJECTED);
    assert_string_equal(findings(world), "2007@1");
    assert_int_equal(row(world, "C4,R9,2025-04-02,,,,,,,T9"), ROW_REJECTED);
    assert_string_equal(findings(world), "2006@1 2006@9");
    assert_int_equal(row(world, "C5,r1,2025-04-02"), ROW_REJECTED);
}

static void the_first_row_of_a_key_counts(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1," NHS_ONE), ROW_STAGED);
    assert_int_equal(row(world, "P1," NHS_TWO), ROW_DUPLICATE);
    assert_string_equal(findings(world), "2005@0");
    assert_int_equal(row(world, "P1," NHS_TWO ",x"), ROW_REJECTED);
    assert_string_equal(findings(world), "2002@2 2005@0");
    assert_int_equal(row(world, "P1,1111111111"), ROW_DUPLICATE);
    assert_int_equal(row(world, "P2," NHS_TWO ",x"), ROW_REJECTED);
    assert_int_equal(row(world, "P2," NHS_TWO), ROW_DUPLICATE);
    assert_int_equal(row(world, "P3,1111111111"), ROW_WITHHELD);
    assert_int_equal(row(world, "P3," NHS_TWO), ROW_DUPLICATE);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1,2025-04-02"), ROW_STAGED);
    assert_int_equal(row(world, "R2,P2,2025-04-02"), ROW_REJECTED);
    assert_string_equal(findings(world), "2007@1");
    assert_int_equal(row(world, "R3,P3,2025-04-02"), ROW_WITHHELD);
}

/* TeamID is a parent that many rows may share: one staged row with it is enough. */
static void a_staged_row_beats_a_refused_one_of_the_same_key(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1," NHS_ONE), ROW_STAGED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1,2025-04-02"), ROW_STAGED);
    assert_int_equal(row(world, "R2,P9,2025-04-02,,T1"), ROW_REJECTED);
    assert_int_equal(row(world, "R3,P1,2025-04-02,,T1"), ROW_STAGED);
    assert_int_equal(row(world, "R4,P9,2025-04-02,,T1"), ROW_REJECTED);
    assert_int_equal(row(world, "R5,P9,2025-04-02,,T2"), ROW_REJECTED);
    begin(world, SMALL_CONTACT);
    assert_int_equal(row(world, "C1,R1,2025-04-02,,,,,,,T1"), ROW_STAGED);
    assert_int_equal(row(world, "C2,R1,2025-04-02,,,,,,,T2"), ROW_REJECTED);
    assert_string_equal(findings(world), "2007@9");
}

static void rules_look_across_fields(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1," NHS_ONE), ROW_STAGED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1,2025-04-02,2025-04-01"), ROW_STAGED);
    assert_string_equal(findings(world), "(2016@3)");
    assert_int_equal(row(world, "R2,P1,2025-04-02,2025-04-02"), ROW_STAGED);
    assert_string_equal(findings(world), "");
    assert_int_equal(row(world, "R3,P1,,2025-04-01"), ROW_STAGED);
    assert_string_equal(findings(world), "");
    begin(world, SMALL_CONTACT);
    assert_int_equal(row(world, "C1,R1,2025-03-31"), ROW_REJECTED);
    assert_string_equal(findings(world), "2017@2");
    assert_int_equal(row(world, "C2,R1,2025-04-01"), ROW_STAGED);
    assert_int_equal(row(world, "C3,R1,2025-04-30"), ROW_STAGED);
    assert_int_equal(row(world, "C4,R1,2025-05-01"), ROW_REJECTED);
}

/* ---- what is kept ---- */

static void values_are_kept_by_type(void **state)
{
    enum { T = SMALL_CONTACT };
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1,,2004-02-29"), ROW_STAGED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1,2025-02-28"), ROW_STAGED);
    assert_int_equal(value(world, SMALL_REFERRAL, "age")->integer, 20);
    assert_int_equal(row(world, "R2,P1,2025-03-01"), ROW_STAGED);
    assert_int_equal(value(world, SMALL_REFERRAL, "age")->integer, 21);
    begin(world, T);
    assert_int_equal(row(world, "C1,R1,2025-04-02,0045,Yes,face-to-face,-12.50,09:30,"
                                "2025-04-02T09:30:00+01:00,,caf\u00E9"),
                     ROW_STAGED);
    assert_string_equal(findings(world), "");
    assert_int_equal(value(world, T, "contact_date")->day, day_of(2025, 4, 2));
    assert_int_equal(value(world, T, "minutes")->integer, 45);
    assert_true(value(world, T, "attended")->boolean);
    assert_true(slice_equal(value(world, T, "mode")->text, slice_of("01")));
    assert_true(value(world, T, "cost")->number == -12.5);
    assert_true(value(world, T, "time")->microseconds == 34200000000);
    assert_true(value(world, T, "noted")->microseconds ==
                (int64_t)day_of(2025, 4, 2) * 86400000000 + 34200000000);
    assert_true(value(world, T, "team_key")->null);
    assert_true(slice_equal(value(world, T, "note")->text, slice_of("caf\u00E9")));
    assert_int_equal(value(world, T, "age")->integer, 21);
}

static void texts_are_mapped_or_counted(void **state)
{
    static const struct {
        const char *row, *code, *findings;
    } cases[] = {
        {"C1,R1,2025-04-02,,,BY PHONE", "02", ""},
        {"C2,R1,2025-04-02,,,Video", "Video", ""},
        {"C3,R1,2025-04-02,,,By pigeon", NULL, "(2020@5)"},
        {"C4,R1,2025-04-02,,,--", NULL, "(2020@5)"},
        {"C5,R1,2025-04-02,,,", NULL, ""},
    };
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1"), ROW_STAGED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1"), ROW_STAGED);
    begin(world, SMALL_CONTACT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct staging_value *mode;

        assert_case(row(world, cases[i].row) == ROW_STAGED, cases[i].row);
        mode = value(world, SMALL_CONTACT, "mode");
        assert_string_equal(findings(world), cases[i].findings);
        assert_case(mode->null == (cases[i].code == NULL), cases[i].row);
        if (!mode->null)
            assert_true(slice_equal(mode->text, slice_of(cases[i].code)));
    }
}

static void a_number_must_fit_its_column(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1"), ROW_STAGED);
    begin(world, SMALL_REFERRAL);
    assert_int_equal(row(world, "R1,P1"), ROW_STAGED);
    begin(world, SMALL_CONTACT);
    assert_int_equal(row(world, "C1,R1,2025-04-02,32767"), ROW_STAGED);
    assert_int_equal(row(world, "C2,R1,2025-04-02,32768"), ROW_REJECTED);
    assert_string_equal(findings(world), "2002@3");
    assert_int_equal(row(world, "C3,R1,2025-04-02,999999999999999999999"), ROW_REJECTED);
    assert_int_equal(row(world, "C4,R1,2025-04-02,,,,,,,,caf\u00E9s"), ROW_REJECTED);
    assert_string_equal(findings(world), "2003@10");
}

static void many_persons_keep_their_ages(void **state)
{
    enum { PEOPLE = 5000 };
    struct world *world = *state;
    size_t before = row_engine_key_bytes(world->engine);
    char text[64];

    begin(world, SMALL_PATIENT);
    for (int i = 0; i < PEOPLE; i++) {
        (void)snprintf(text, sizeof text, "P%d,,%d-01-15", i, 1930 + i % 80);
        assert_int_equal(row(world, text), ROW_STAGED);
    }
    begin(world, SMALL_REFERRAL);
    for (int i = PEOPLE - 1; i >= 0; i--) {
        (void)snprintf(text, sizeof text, "R%d,P%d,2025-04-02", i, i);
        assert_int_equal(row(world, text), ROW_STAGED);
        assert_int_equal(value(world, SMALL_REFERRAL, "age")->integer, 95 - i % 80);
    }
    begin(world, SMALL_CONTACT);
    for (int i = 0; i < PEOPLE; i++) {
        (void)snprintf(text, sizeof text, "C%d,R%d,2025-04-02", i, i);
        assert_int_equal(row(world, text), ROW_STAGED);
        assert_int_equal(value(world, SMALL_CONTACT, "age")->integer, 95 - i % 80);
    }
    /* Three key sets of 5,000 in 8,192 slots of 24 bytes, one person array of 20 bytes each. */
    assert_int_equal(row_engine_key_bytes(world->engine) - before, 3 * 8192 * 24 + 8192 * 20);
}

/* ---- definitions that cannot work ---- */

static void an_identifier_is_never_kept_in_clear(void **state)
{
    static const struct {
        int table, field;
        enum column_type type;
        enum derivation_kind derivation;
    } cases[] = {
        {SMALL_PATIENT, PATIENT_POSTCODE, COLUMN_TEXT, DERIVE_VALUE},
        {SMALL_PATIENT, PATIENT_NHS, COLUMN_TEXT, DERIVE_VALUE},
        {SMALL_PATIENT, PATIENT_BIRTH, COLUMN_DATE, DERIVE_VALUE},
        {SMALL_PATIENT, PATIENT_FAMILY, COLUMN_TEXT, DERIVE_MAP},
        {SMALL_PATIENT, PATIENT_STATUS, COLUMN_UUID, DERIVE_VALUE},
        {SMALL_PATIENT, PATIENT_STATUS, COLUMN_DATE, DERIVE_VALUE},
        {SMALL_PATIENT, PATIENT_ID, COLUMN_TEXT, DERIVE_TOKEN},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *world = *state;
        struct row_engine *engine = NULL;
        struct error error;

        small_feed_init(&world->small);
        small_derive(&world->small, cases[i].table, cases[i].field, "bad", cases[i].type,
                     cases[i].derivation);
        assert_int_equal(
            row_engine_new(&world->small.feed, world->tokeniser, &world->facts, &engine, &error),
            ERROR_FEED_DEFINITION_INVALID);
        assert_null(engine);
    }
}

static void the_sender_of_a_nameless_file_comes_from_the_header(void **state)
{
    struct world *world = *state;

    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1"), ROW_STAGED);
    world->facts.sender[0] = '\0';
    begin(world, SMALL_HEADER);
    assert_int_equal(row(world, "rxx,2025-04-01,2025-04-30"), ROW_STAGED);
    assert_string_equal(world->facts.sender, "RXX");
    begin(world, SMALL_PATIENT);
    assert_int_equal(row(world, "P1"), ROW_STAGED);
    assert_token(value(world, SMALL_PATIENT, "patient_key"),
                 token_of(world, "small.patient", "RXX", "P1"));
}

#define with_world(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_world(the_header_tells_the_facts),
        with_world(a_header_of_another_sender_is_rejected),
        with_world(each_value_is_judged),
        with_world(a_finding_shows_shape_but_not_of_identifiers),
        with_world(columns_not_in_the_file_count_as_blank),
        with_world(a_binding_must_fit_its_table),
        with_world(a_person_is_kept_as_tokens),
        with_world(what_is_not_known_is_null),
        with_world(a_flat_row_names_its_person_by_what_it_has),
        with_world(a_row_of_nobody_is_rejected),
        with_world(one_postcode_gives_one_token_in_every_feed),
        with_world(an_identity_holds_what_the_row_says_of_its_person),
        with_world(a_partial_identity_is_one_too),
        with_world(an_identity_needs_what_it_is_sealed_with),
        with_world(a_bad_number_withholds_the_person),
        with_world(a_bad_number_can_be_ignored),
        with_world(a_child_needs_its_parent),
        with_world(the_first_row_of_a_key_counts),
        with_world(a_staged_row_beats_a_refused_one_of_the_same_key),
        with_world(rules_look_across_fields),
        with_world(values_are_kept_by_type),
        with_world(texts_are_mapped_or_counted),
        with_world(a_number_must_fit_its_column),
        with_world(many_persons_keep_their_ages),
        with_world(an_identifier_is_never_kept_in_clear),
        with_world(the_sender_of_a_nameless_file_comes_from_the_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
