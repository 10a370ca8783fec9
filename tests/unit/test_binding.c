/* test_binding.c: which column is which field, and what is told of the rest. */
#include "unit.h"

#include "row_engine.h"
#include "small_feed.h"

/* Fields 0..7 of the layout, a mandatory one at 0 and 4, an alias on 2, a derived row at 8. */
static struct small_feed layout;

static int make_layout(void **state)
{
    static const char *const names[] = {"PersonID",   "BirthDate", "Postcode", "GenderCode",
                                        "RecordDate", "Ethnicity", "Status",   "TeamCode"};
    static const char *aliases[] = {"postalcode"};

    (void)state;
    small_feed_init(&layout);
    layout.tables[0].field_count = layout.tables[0].input_count = 0;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        (void)small_field(&layout, 0, names[i], FIELD_TEXT);
    layout.fields[0][0].blank = layout.fields[0][4].blank = SEVERITY_REJECT;
    layout.fields[0][2].aliases = aliases;
    layout.fields[0][2].alias_count = 1;
    (void)small_derive(&layout, 0, 2, "there", COLUMN_BOOLEAN, DERIVE_PRESENT);
    return 0;
}

struct bound {
    struct arena arena;
    struct binding binding;
    struct error error;
    int result;
};

static const char *const own_names[][2] = {{"Client No", "person-id"}, {"Ghost", "NoSuchField"}};

static void bind(struct bound *bound, const char *header)
{
    struct slice columns[32];
    size_t count = 0;

    memset(bound, 0, sizeof *bound);
    arena_init(&bound->arena, 0);
    for (const char *at = header; at != NULL; count++) {
        const char *comma = strchr(at, ',');

        columns[count] = (struct slice){at, comma == NULL ? strlen(at) : (size_t)(comma - at)};
        at = comma == NULL ? NULL : comma + 1;
    }
    bound->result = binding_make(&layout.tables[0], columns, count, own_names, COUNT_OF(own_names),
                                 &bound->arena, &bound->binding, &bound->error);
}

/* "moved 3@1 extra 8=Name" */
static const char *notices(const struct bound *bound)
{
    static const char *const kinds[] = {"missing", "extra", "moved", "renamed"};
    static char text[2048];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < bound->binding.notice_count; i++) {
        const struct binding_notice *notice = &bound->binding.notices[i];

        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "",
                                 kinds[notice->kind]);
        if (notice->kind != BINDING_EXTRA)
            used += (size_t)snprintf(text + used, sizeof text - used, " %d", notice->field);
        if (notice->kind != BINDING_MISSING)
            used += (size_t)snprintf(text + used, sizeof text - used, " @%d", notice->column);
        if (notice->name[0] != '\0')
            used += (size_t)snprintf(text + used, sizeof text - used, "=%s", notice->name);
    }
    return text;
}

static const char *positions(const struct bound *bound)
{
    static char text[256];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < bound->binding.column_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", used ? "," : "",
                                 bound->binding.positions[i]);
    return text;
}

static void columns_are_bound_by_name(void **state)
{
    static const struct {
        const char *header, *positions, *notices;
    } cases[] = {
        {"PersonID,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode",
         "0,1,2,3,4,5,6,7", ""},
        {"person id,BIRTH_DATE,Postal Code,gender-code,recorddate,ethnicity,status,team.code",
         "0,1,2,3,4,5,6,7", ""},
        {"\xEF\xBB\xBFPersonID,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode",
         "0,1,2,3,4,5,6,7", ""},
        {"Client No,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode",
         "0,1,2,3,4,5,6,7", ""},
        {"PersonID,RecordDate", "0,4",
         "missing 1 missing 2 missing 3 missing 5 missing 6 missing 7"},
        /* one column in another place is one notice, whichever way it went */
        {"BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode,PersonID",
         "1,2,3,4,5,6,7,0", "moved 0 @7"},
        {"TeamCode,PersonID,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status",
         "7,0,1,2,3,4,5,6", "moved 7 @0"},
        /* a missing and an extra column move nothing */
        {"PersonID,Postcode,Shoe Size,GenderCode,RecordDate,Ethnicity,Status,TeamCode",
         "0,2,-1,3,4,5,6,7", "extra @2=Shoe Size missing 1"},
        {"PersonID,,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode,",
         "0,-1,1,2,3,4,5,6,7,-1", "extra @1 extra @9"},
        {"PersonID,Ghost,RecordDate", "0,-1,4",
         "extra @1=Ghost missing 1 missing 2 missing 3 missing 5 missing 6 missing 7"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bound bound;

        bind(&bound, cases[i].header);
        assert_case(bound.result == 0, cases[i].header);
        assert_string_equal(positions(&bound), cases[i].positions);
        assert_string_equal(notices(&bound), cases[i].notices);
        arena_release(&bound.arena);
    }
}

static void a_new_name_is_told_as_renamed(void **state)
{
    static const struct {
        const char *header, *notices;
    } cases[] = {
        {"PersonID,DateBirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,TeamCode",
         "renamed 1 @1=DateBirthDate"},
        {"PersonID,BirthDate,Postcode,Gender,RecordDate,Ethnicity,Status,TeamCode",
         "renamed 3 @3=Gender"},
        {"PersonID,BirthDate,Postcode,GenderCode,RecordDate,Etnicty,Status,TeamCode",
         "renamed 5 @5=Etnicty"},
        {"PersonID,BirthDate,Postcode,GenderCode,RecordDate,Religion,Status,TeamCode",
         "extra @5=Religion missing 5"},
        {"PersonID,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,Tea",
         "extra @7=Tea missing 7"},
        /* one missing field is the new name of one column only */
        {"PersonID,BirthDate,Postcode,GenderCode,RecordDate,Etnicty,Ethnicty,Status,TeamCode",
         "renamed 5 @5=Etnicty extra @6=Ethnicty"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bound bound;

        bind(&bound, cases[i].header);
        assert_case(bound.result == 0, cases[i].header);
        assert_string_equal(notices(&bound), cases[i].notices);
        arena_release(&bound.arena);
    }
}

static void what_may_be_a_value_is_not_repeated(void **state)
{
    static const char *const values[] = {"9434765919",       "01/04/1980",      "1980-04-01",
                                         "SE13 7AB",         "a@b.org.uk",      "P1234567",
                                         "12 Acacia 345678", "\xC3\xA9\xC3\xA9"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct bound bound;
        char header[256];

        (void)snprintf(header, sizeof header,
                       "PersonID,BirthDate,Postcode,GenderCode,RecordDate,Ethnicity,Status,"
                       "TeamCode,%s",
                       values[i]);
        bind(&bound, header);
        assert_int_equal(bound.result, 0);
        assert_string_equal(notices(&bound), "extra @8");
        arena_release(&bound.arena);
    }
}

static void names_are_cleaned_and_cut(void **state)
{
    struct bound bound;

    (void)state;
    bind(&bound, "PersonID,RecordDate,<b>Shoe;Size</b>\n,"
                 "an endless heading that goes on and on and on and on and on and on and on");
    assert_int_equal(bound.result, 0);
    assert_string_equal(bound.binding.notices[0].name, "bShoeSizeb");
    assert_int_equal(strlen(bound.binding.notices[1].name), 64);
    arena_release(&bound.arena);
}

static bool error_holds(const struct error *error, const char *text)
{
    return strstr(error->primary, text) != NULL || strstr(error->detail, text) != NULL ||
           strstr(error->hint, text) != NULL || strstr(error->place, text) != NULL;
}

static void a_header_that_cannot_be_trusted_is_refused(void **state)
{
    static const struct {
        const char *header;
        int result;
        const char *silent; /* must not be in any text of the error */
    } cases[] = {
        {"P1,1980-04-01,SE13 7AB,2,2025-04-01,A,01,Doe", ERROR_CSV_HEADER_MISSING, "Doe"},
        {"P1,P1,P1", ERROR_CSV_HEADER_MISSING, "P1"},
        {"", ERROR_CSV_HEADER_MISSING, "?"},
        {"PersonID,Jane,Doe", ERROR_CSV_HEADER_MISSING, "Jane"},
        {"PersonID,BirthDate", ERROR_CSV_COLUMN_MISSING, "?"},
        {"PersonID,RecordDate,person_id", ERROR_CSV_HEADER_DUPLICATE, "?"},
        {"PersonID,RecordDate,Client No", ERROR_CSV_HEADER_DUPLICATE, "?"},
        {"PersonID,RecordDate,Postcode,PostalCode", ERROR_CSV_HEADER_DUPLICATE, "?"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bound bound;

        bind(&bound, cases[i].header);
        assert_case(bound.result == cases[i].result, cases[i].header);
        assert_case(!error_holds(&bound.error, cases[i].silent), cases[i].header);
        assert_case(bound.binding.positions == NULL, cases[i].header);
        arena_release(&bound.arena);
    }
}

/* A file may have 4,096 columns of anything; binding must neither fail nor take long. */
static void thousands_of_columns_are_told_one_by_one(void **state)
{
    enum { COLUMNS = 4096 };
    static struct slice columns[COLUMNS];
    static char names[COLUMNS][72];
    struct arena arena;
    struct binding binding;
    struct error error;

    (void)state;
    for (size_t i = 0; i < COLUMNS; i++) {
        (void)snprintf(names[i], sizeof names[i],
                       "ethnicitygendercodeteamcodestatusandwhatnotbesidesthatshouldnotbe%zu", i);
        columns[i] = slice_of(names[i]);
    }
    columns[7] = slice_of("PersonID");
    columns[9] = slice_of("RecordDate");
    arena_init(&arena, 0);
    assert_int_equal(
        binding_make(&layout.tables[0], columns, COLUMNS, NULL, 0, &arena, &binding, &error), 0);
    assert_int_equal(binding.notice_count, COLUMNS - 2 + 6);
    assert_string_equal(binding.notices[0].name, ""); /* hardly a header */
    arena_release(&arena);
}

static void without_a_header_the_layout_decides(void **state)
{
    struct arena arena;
    struct binding binding;
    struct error error;

    (void)state;
    arena_init(&arena, 0);
    assert_int_equal(binding_by_order(&layout.tables[0], &arena, &binding, &error), 0);
    assert_int_equal(binding.column_count, 8);
    assert_int_equal(binding.notice_count, 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(binding.positions[i], i);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_bound_by_name),
        cmocka_unit_test(a_new_name_is_told_as_renamed),
        cmocka_unit_test(what_may_be_a_value_is_not_repeated),
        cmocka_unit_test(names_are_cleaned_and_cut),
        cmocka_unit_test(a_header_that_cannot_be_trusted_is_refused),
        cmocka_unit_test(thousands_of_columns_are_told_one_by_one),
        cmocka_unit_test(without_a_header_the_layout_decides),
    };

    return cmocka_run_group_tests(tests, make_layout, NULL);
}
