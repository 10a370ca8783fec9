/*
 * The GP data extract samples that NHS England's Reusable Code Library keeps in the open (31 XML
 * files, layout versions 0.71 to 0.77): a written verdict for each. They are not part of this
 * project; the test looks for them in ../shared/data and is skipped without them.
 *
 * Only structure is judged here. A bad token, a broken reference or an unknown version is a matter
 * of the rules of a feed, not of reading XML, so those files give records.
 */
#include <dirent.h>
#include <fcntl.h>

#include "parse_harness.h"

#define RECORD_PATH                                                                                \
    "gpdata-extract/practice-extract/practice-patient-extracts/patient-extract-snapshot"

/* Provider, sequence, gender of the patient, Read code of the first encounter that has one. */
static const char *const paths[] = {"../../@provider-id", "@sequence", "pt/@g", "et/@rct"};

struct verdict {
    const char *file;
    const char *expected;
};

/* The values were taken out with another XML parser. Layout 0.71 has its snapshots elsewhere; an
 * extract without the list of patients has no record path either. */
static const struct verdict verdicts[] = {
    {"00001_perfect__input1.xml", "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00001_perfect__input2.xml", "R 1 A81002|1|1|9b01.00\nR 2 A81002|1|2|9b01.00\nE 2\nD 2\n"},
    {"00002_valid_records__input.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00003_invalid_xml__input.xml", "F 1230 [line 15]\n"},
    {"00004_validation_failure__input_bad_token.xml", "R 1 A81003|1|1|9b01.00\nE 1\nD 1\n"},
    {"00004_validation_failure__input_business_rule_failure.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00004_validation_failure__input_data_conversion_failure.xml",
     "R 1 A81004|1|1|9b01.00\nE 1\nD 1\n"},
    {"00004_validation_failure__input_not_compressed.xml", "F 1233 []\n"},
    {"00004_validation_failure__input_ref_integrity_failure_1.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00004_validation_failure__input_ref_integrity_failure_2.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00004_validation_failure__input_uniqueness_failure.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00004_validation_failure__input_valid.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00004_validation_failure__input_xsd_failure.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00006_invalid_filename__input_invalid_file.xml", "F 1233 []\n"},
    {"00006_invalid_filename__input_invalid_workflow.xml", "F 1233 []\n"},
    {"00007_merge_valid__input.xml", "R 1 A81002|1|1|9b01.00\nR 2 A81002|1|2|9b01.00\nE 2\nD 2\n"},
    {"00008_merge_valid_2__input1.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00008_merge_valid_2__input2.xml", "R 1 A81002|1|2|9b01.00\nE 1\nD 1\n"},
    {"00009_merge_invalid__input_bad.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00009_merge_invalid__input_good.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00010_empty_extract__input.xml", "F 1233 []\n"},
    {"00011_multiple_schemas__input0.71.xml", "F 1233 []\n"},
    {"00011_multiple_schemas__input0.75.xml",
     "R 1 A81075|1|1|9b01.00\nR 2 A81075|1|2|9b01.00\nE 2\nD 2\n"},
    {"00011_multiple_schemas__input0.76.xml",
     "R 1 A81076|1|1|141..00\nR 2 A81076|1|1|141..00\nE 2\nD 2\n"},
    {"00011_multiple_schemas__input0.77.xml",
     "R 1 A81002|1|1|141..00\nR 2 A81002|1|1|141..00\nE 2\nD 2\n"},
    {"00011_multiple_schemas__input_unsupported.xml", "R 1 A81001|1|1|9b01.00\nE 1\nD 1\n"},
    {"00012_blocked_channels__input1.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00012_blocked_channels__input2.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00013_complete_validation_failure__input_ref_integrity_failure.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00013_complete_validation_failure__input_uniqueness_failure.xml",
     "R 1 A81001|1|1|9b01.00\nR 2 A81001|1|2|9b01.00\nE 2\nD 2\n"},
    {"00014_complete_bad_tokens__input_bad_token.xml", "R 1 A81001|1|1|9b01.00\nE 1\nD 1\n"},
};

enum { VERDICT_COUNT = sizeof verdicts / sizeof verdicts[0] };

/* Beside the project, from its root or from a folder one or two levels down. */
static const char *find_folder(void)
{
    static const char *const folders[] = {"../shared/data/gp/gpdata_xml",
                                          "../../shared/data/gp/gpdata_xml",
                                          "../../../shared/data/gp/gpdata_xml"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (access(folders[i], R_OK) == 0)
            return folders[i];
    return NULL;
}

static char *parse_sample(const char *folder, const char *name)
{
    static const struct parse_table table = {.name = "snapshot",
                                             .record_path = RECORD_PATH,
                                             .paths = paths,
                                             .path_count = sizeof paths / sizeof paths[0]};
    const struct parse_request request = {.container = PARSE_PLAIN,
                                          .format = PARSE_XML,
                                          .limits = test_limits,
                                          .tables = &table,
                                          .table_count = 1};
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail_msg("%s cannot be opened", path);
    char *text = parse_file_to_text(file, &request);
    close(file);
    return text;
}

static void test_verdicts(void **state)
{
    (void)state;
    const char *folder = find_folder();
    if (!folder) {
        print_message("../shared/data/gp/gpdata_xml is not here\n");
        skip();
    }
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        char expected[512];
        snprintf(expected, sizeof expected, "T snapshot\n%s", verdicts[i].expected);
        check_text(verdicts[i].file, parse_sample(folder, verdicts[i].file), expected);
    }
}

/* No sample is without a verdict. */
static void test_all_are_judged(void **state)
{
    (void)state;
    const char *folder = find_folder();
    if (!folder)
        skip();
    size_t found = 0;
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));) {
        size_t length = strlen(entry->d_name);
        found += length > 4 && strcmp(entry->d_name + length - 4, ".xml") == 0;
    }
    closedir(listing);
    assert_int_equal(found, VERDICT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_all_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
