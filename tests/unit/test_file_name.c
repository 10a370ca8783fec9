/* test_file_name.c: what a file's name says of itself. */
#include "unit.h"

#include "calendar.h"
#include "feed.h"

static const struct feed_file files[] = {
    {.name = "MHSDS_{sender}_{month}.zip"},
    {.name = "gp_smi_{sender}_{date}.csv"},
    {.name = "{sender}_support_{month}.csv"},
    {.name = "HCLIC_{sender}_{quarter}.zip"},
    {.name = "epraccur*.csv"},
    {.name = "imd_2019*.csv"},
    {.name = "*_list_{sender}-{date}.csv"},
    {.name = "fixed"},
};

static struct feed feed_of(enum feed_container container)
{
    return (struct feed){.container = container, .files = files, .file_count = COUNT_OF(files)};
}

struct name_case {
    const char *name;
    int file; /* -1 = no feed of this grammar */
    const char *sender;
    struct calendar_date start, end; /* year 0 = no period */
    bool gzipped;
};

static const struct name_case plain_cases[] = {
    {"MHSDS_RAT_202504.zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"mhsds_rat_202402.ZIP", 0, "RAT", {2024, 2, 1}, {2024, 2, 29}, false},
    {"MHSDS_RAT_202512.zip", 0, "RAT", {2025, 12, 1}, {2025, 12, 31}, false},
    {"MHSDS_RAT_202504 (1).zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MHSDS_RAT_202504(12).zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MHSDS_RAT_202504_v2.zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MHSDS_RAT_202504-V13.zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MHSDS_RAT_202504v2.zip", 0, "RAT", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MHSDS_RAT_202513.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202500.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_20254.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_2025041.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS__202504.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_R_T_202504.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_R\xC3\xA9_202504.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202504.zip.part", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202504 (x).zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202504 (1.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202504_2.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"MHSDS_RAT_202504 (1)(2).zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"a/MHSDS_RAT_202504.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {".gz", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"gp_smi_g85001_20250331.csv", 1, "G85001", {2025, 3, 31}, {2025, 3, 31}, false},
    {"gp_smi_G85001_20250331.csv.gz", 1, "G85001", {2025, 3, 31}, {2025, 3, 31}, true},
    {"gp_smi_G85001_20250331 (2).csv.GZ", 1, "G85001", {2025, 3, 31}, {2025, 3, 31}, true},
    {"gp_smi_G85001_20250229.csv", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"gp_smi_G85001_20250331.csv.gz.gz", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"G8H03_support_202504.csv", 2, "G8H03", {2025, 4, 1}, {2025, 4, 30}, false},
    {"MIND-LAMBETH_support_202504.csv", 2, "MIND-LAMBETH", {2025, 4, 1}, {2025, 4, 30}, false},
    {"abcdefghijklmnopqrstuvwxyz123456_support_202504.csv",
     2,
     "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456",
     {2025, 4, 1},
     {2025, 4, 30},
     false},
    {"abcdefghijklmnopqrstuvwxyz1234567_support_202504.csv", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"HCLIC_E09000023_2025Q1.zip", 3, "E09000023", {2025, 1, 1}, {2025, 3, 31}, false},
    {"HCLIC_E09000023_2025-q4.zip", 3, "E09000023", {2025, 10, 1}, {2025, 12, 31}, false},
    {"HCLIC_E09000023_2025Q5.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"HCLIC_E09000023_2025Q0.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"HCLIC_E09000023_202501.zip", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"epraccur.csv", 4, "", {0, 0, 0}, {0, 0, 0}, false},
    {"EPRACCUR_lewisham (1).csv", 4, "", {0, 0, 0}, {0, 0, 0}, false},
    {"xepraccur.csv", -1, "", {0, 0, 0}, {0, 0, 0}, false},
    {"imd_2019_v2.csv", 5, "", {0, 0, 0}, {0, 0, 0}, false},
    {"north_list_E09-1-20250331.csv", 6, "E09-1", {2025, 3, 31}, {2025, 3, 31}, false},
    {"fixed", 7, "", {0, 0, 0}, {0, 0, 0}, false},
    {"fixed (1)", 7, "", {0, 0, 0}, {0, 0, 0}, false},
    {"fixed.gz", 7, "", {0, 0, 0}, {0, 0, 0}, true},
};

static void check_case(const struct feed *feed, const struct name_case *expected)
{
    struct file_name_facts facts = {.file = 99};
    bool fits = feed_match_name(feed, expected->name, &facts);

    assert_case(fits == (expected->file >= 0), expected->name);
    if (!fits) {
        assert_int_equal(facts.file, 99);
        return;
    }
    assert_case(facts.file == expected->file, expected->name);
    assert_string_equal(facts.sender, expected->sender);
    assert_case(facts.gzipped == expected->gzipped, expected->name);
    assert_case(facts.has_period == (expected->start.year != 0), expected->name);
    if (facts.has_period) {
        assert_case(facts.period_start == calendar_day(expected->start), expected->name);
        assert_case(facts.period_end == calendar_day(expected->end), expected->name);
    }
}

static void names_say_sender_and_period(void **state)
{
    struct feed feed = feed_of(CONTAINER_PLAIN);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(plain_cases); i++)
        check_case(&feed, &plain_cases[i]);
}

static void a_zip_does_not_come_gzipped(void **state)
{
    struct feed feed = feed_of(CONTAINER_ZIP);
    struct file_name_facts facts;

    (void)state;
    assert_true(feed_match_name(&feed, "MHSDS_RAT_202504.zip", &facts));
    assert_false(feed_match_name(&feed, "MHSDS_RAT_202504.zip.gz", &facts));
}

static void a_long_name_is_no_delivery(void **state)
{
    struct feed feed = feed_of(CONTAINER_PLAIN);
    struct file_name_facts facts;
    char name[400];

    (void)state;
    memset(name, 'x', sizeof name);
    memcpy(name, "epraccur", 8);
    memcpy(name + 255 - 4, ".csv", 5);
    assert_true(feed_match_name(&feed, name, &facts));
    memset(name + 255 - 4, 'x', 5);
    memcpy(name + 256 - 4, ".csv", 5);
    assert_false(feed_match_name(&feed, name, &facts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_sender_and_period),
        cmocka_unit_test(a_zip_does_not_come_gzipped),
        cmocka_unit_test(a_long_name_is_no_delivery),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
