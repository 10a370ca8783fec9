/*
 * test_partner_feeds.c: the definitions of the partners' feeds, through the real readers and the
 * row engine: which names and headers they take, what becomes of a row. Runs in the project's
 * folder.
 */
#include "unit.h"

#include <unistd.h>

#include "calendar.h"
#include "feed_definition.h"
#include "row_engine.h"

enum { CELLS_MAX = 64, FEEDS = 6 };

static const char *const feed_names[FEEDS] = {"gp_smi",    "homelessness", "ips",
                                              "reference", "social_care",  "support"};
static struct arena arena;
static struct feed feeds[FEEDS];

static int load_feeds(void **state)
{
    struct problem_list problems;
    struct error error = {0};

    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    problem_list_init(&problems);
    for (size_t i = 0; i < FEEDS; i++) {
        char folder[64];

        snprintf(folder, sizeof folder, "config/feeds/%s", feed_names[i]);
        if (feed_definition_load(&arena, folder, "config/code_lists", &feeds[i], &problems,
                                 &error) != 0) {
            for (size_t j = 0; j < problems.count; j++)
                print_error("%s: %s\n", problems.items[j].place, problems.items[j].text);
            return -1;
        }
    }
    problem_list_release(&problems);
    return 0;
}

static int release_feeds(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const struct feed *feed_of(const char *name)
{
    for (size_t i = 0; i < FEEDS; i++) {
        if (strcmp(feed_names[i], name) == 0)
            return &feeds[i];
    }
    return NULL;
}

static int table_of(const struct feed *feed, const char *name)
{
    for (size_t i = 0; i < feed->table_count; i++) {
        if (strcmp(feed->tables[i].name, name) == 0)
            return (int)i;
    }
    return TABLE_NONE;
}

/* Parts a line at '|'; the slices point into it. */
static size_t part(const char *line, struct slice cells[CELLS_MAX])
{
    size_t count = 0;

    for (;;) {
        size_t length = strcspn(line, "|");

        cells[count++] = (struct slice){line, length};
        if (line[length] == '\0' || count == CELLS_MAX)
            return count;
        line += length + 1;
    }
}

static int32_t day_of(const char *text)
{
    struct calendar_date date = {atoi(text), atoi(text + 5), atoi(text + 8)};

    return calendar_day(date);
}

/* ---- file names ---- */

static void file_names_tell_sender_and_period(void **state)
{
    static const struct {
        const char *name, *feed, *table, *sender, *start, *end; /* feed NULL: nobody's */
    } cases[] = {
        {"gp_smi_G85001_20250331.csv", "gp_smi", "smi_register", "G85001", "2025-03-31",
         "2025-03-31"},
        {"CLD_E09000023_20250410.csv", "social_care", "event", "E09000023", "2025-04-10",
         "2025-04-10"},
        {"cld_709_20250410.CSV", "social_care", "event", "709", "2025-04-10", "2025-04-10"},
        {"G8H03_support_202504.csv", "support", "session", "G8H03", "2025-04-01", "2025-04-30"},
        {"G8H03_ips_202502.csv.gz", "ips", "client_job", "G8H03", "2025-02-01", "2025-02-28"},
        {"HCLIC_E09000023_2025Q2.zip", "homelessness", NULL, "E09000023", "2025-04-01",
         "2025-06-30"},
        {"epraccur.csv", "reference", "practice_ods", "", NULL, NULL},
        {"practices_2025.csv", "reference", "practices", "", NULL, NULL},
        {"postcodes.csv", "reference", "postcodes", "", NULL, NULL},
        {"imd_2019_file7.csv", "reference", "imd_2019", "", NULL, NULL},
        {"providers.csv", "reference", "providers", "", NULL, NULL},
        {"imd_2025.csv", NULL, NULL, NULL, NULL, NULL},
        {"gp_smi_G85001_20250231.csv", NULL, NULL, NULL, NULL, NULL},
        {"support_202504.csv", NULL, NULL, NULL, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t takers = 0;

        for (size_t j = 0; j < FEEDS; j++) {
            struct file_name_facts facts = {0};
            int table;

            if (!feed_match_name(&feeds[j], cases[i].name, &facts))
                continue;
            takers++;
            assert_non_null(cases[i].feed);
            assert_string_equal(feed_names[j], cases[i].feed);
            assert_string_equal(facts.sender, cases[i].sender);
            table = feeds[j].files[facts.file].table;
            if (cases[i].table != NULL)
                assert_string_equal(feeds[j].tables[table].name, cases[i].table);
            assert_case(facts.has_period == (cases[i].start != NULL), cases[i].name);
            if (cases[i].start != NULL) {
                assert_case(facts.period_start == day_of(cases[i].start), cases[i].name);
                assert_case(facts.period_end == day_of(cases[i].end), cases[i].name);
            }
        }
        assert_case(takers == (cases[i].feed != NULL), cases[i].name);
    }
}

/* ---- headers ---- */

static void headers_of_every_edition_bind(void **state)
{
    /* fields: what each column must be taken for, "" = not read. */
    static const struct {
        const char *feed, *table, *header, *fields;
    } cases[] = {
        {"reference", "postcodes", "Postcode|LSOA11CD|LAD19CD", "Postcode|LSOA11CD|LAD19CD"},
        {"reference", "postcodes", "pcd|pcd2|pcds|doterm|laua|lsoa11|ccg|imd|stp",
         "||Postcode||LAD19CD|LSOA11CD|SubICBCode||"},
        {"reference", "postcodes", "pcd|pcds|oslaua|sicbl|icb|lsoa11|lsoa21",
         "|Postcode|LAD19CD|SubICBCode||LSOA11CD|"},
        {"reference", "postcodes", "pcd7|pcds|lad25cd|lsoa21cd|icb26cd|sicbl26cd",
         "|Postcode|LAD19CD|||SubICBCode"},
        {"reference", "postcodes",
         "Postcode7|Postcode8|PostcodeNatural|TerminationDate|OA11CD|LSOA11CD|LAD19CD",
         "||Postcode|||LSOA11CD|LAD19CD"},
        {"reference", "imd_2019", "FID|LSOA11CD|LSOA11NM|LAD19CD|IMD19", "|LSOA11CD|||IMD19"},
        {"reference", "imd_2019",
         "LSOA code (2011)|LSOA name (2011)|Index of Multiple Deprivation (IMD) Score|"
         "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
         "LSOA11CD|||IMD19"},
        {"reference", "practices", "PracticeCode|PracticeName|Postcode|CommissionerCode2020",
         "PracticeCode|PracticeName|Postcode|CommissionerCode2020"},
        {"reference", "providers", "OrgID|Name", "OrgID|Name"},
        {"social_care", "event",
         "LA_Code|Event_Type|EVENT START DATE|Request_Route_of_Access|Cost Frequency|DOB|"
         "Autism Spectrum Disorder|Number of adults being cared for",
         "LA Code|Event Type|Event Start Date|Request: Route of Access|"
         "Cost Frequency (Unit Type)|Date of Birth|Autism Spectrum Disorder (ASD)|"
         "No. of adults being cared for"},
        {"support", "session", "Client No|D.O.B.|Date of Session|Pillar|Ethnic Origin|Sex",
         "client_ref|date_of_birth|session_date|support_pillar|ethnicity|gender"},
        {"ips", "client_job", "Client ID|Referral Date|Date Vocational Profile Started|Sector",
         "client_ref|referral_date|vocational_profile_date|employer_sector"},
        {"gp_smi", "smi_register", "NHS Number|GP Practice Code|On SMI Register|HbA1c date",
         "nhs_number|gp_practice_code|on_smi_register|glucose_hba1c_date"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct feed *feed = feed_of(cases[i].feed);
        const struct table *table = &feed->tables[table_of(feed, cases[i].table)];
        struct slice header[CELLS_MAX], fields[CELLS_MAX];
        size_t count = part(cases[i].header, header);
        struct binding binding;
        struct error error = {0};

        assert_int_equal(part(cases[i].fields, fields), count);
        assert_case(binding_make(table, header, count, NULL, 0, &arena, &binding, &error) == 0,
                    cases[i].header);
        for (size_t j = 0; j < count; j++) {
            int field = binding.positions[j];
            const char *name = field == FIELD_NONE ? "" : table->fields[field].name;

            assert_case(strlen(name) == fields[j].length &&
                            memcmp(name, fields[j].data, fields[j].length) == 0,
                        cases[i].header);
        }
    }
}

static void site_extracts_bind_as_they_are(void **state)
{
    static const char *const tables[] = {"imd_2019", "postcodes", "practices", "providers"};
    const struct feed *feed = feed_of("reference");

    (void)state;
    if (access("../shared/data/site_reference", R_OK) != 0) {
        print_message("../shared/data is not there\n");
        skip();
    }
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        const struct table *table = &feed->tables[table_of(feed, tables[i])];
        char path[96], line[256] = "";
        struct slice header[CELLS_MAX];
        struct binding binding;
        struct error error = {0};
        FILE *file;

        snprintf(path, sizeof path, "../shared/data/site_reference/%s.csv", tables[i]);
        file = fopen(path, "r");
        assert_non_null(file);
        assert_non_null(fgets(line, sizeof line, file));
        fclose(file);
        line[strcspn(line, "\r\n")] = '\0';
        for (char *comma = line; (comma = strchr(comma, ',')) != NULL;)
            *comma = '|';
        assert_int_equal(
            binding_make(table, header, part(line, header), NULL, 0, &arena, &binding, &error), 0);
        for (size_t j = 0; j < binding.column_count; j++)
            assert_int_not_equal(binding.positions[j], FIELD_NONE);
    }
}

/* ---- rows ---- */

/* An engine in the middle of a delivery of one feed. */
struct run {
    const struct feed *feed;
    struct tokeniser *tokeniser;
    struct linkage_deriver *deriver;
    struct linkage_sealer *sealer;
    struct delivery_facts facts;
    struct row_engine *engine;
    int table;
    uint64_t row;
    struct row_result *result;
};

static void run_begin(struct run *run, const char *feed, const char *sender, const char *start,
                      const char *end)
{
    static const unsigned char site_key[SITE_KEY_SIZE] = "a site key of thirty-two bytes";
    struct error error = {0};

    *run = (struct run){.feed = feed_of(feed), .row = 1};
    snprintf(run->facts.sender, sizeof run->facts.sender, "%s", sender);
    run->facts.has_period = start != NULL;
    run->facts.period_start = start ? day_of(start) : 0;
    run->facts.period_end = end ? day_of(end) : 0;
    assert_int_equal(tokeniser_new(site_key, &run->tokeniser, &error), 0);
    assert_int_equal(row_engine_new(run->feed, run->tokeniser, &run->facts, &run->engine, &error),
                     0);
    assert_int_equal(linkage_deriver_new(site_key, NULL, 0, &run->deriver, &error), 0);
    assert_int_equal(linkage_sealer_new(site_key, &run->sealer, &error), 0);
    row_engine_seal_with(run->engine, run->deriver, run->sealer);
}

static void run_end(struct run *run)
{
    row_engine_free(run->engine);
    tokeniser_free(run->tokeniser);
    linkage_deriver_free(run->deriver);
    linkage_sealer_free(run->sealer);
}

static void run_table(struct run *run, const char *table, const char *header)
{
    struct slice cells[CELLS_MAX];
    size_t count = part(header, cells);
    struct binding binding;
    struct error error = {0};

    run->table = table_of(run->feed, table);
    assert_int_equal(binding_make(&run->feed->tables[run->table], cells, count, NULL, 0, &arena,
                                  &binding, &error),
                     0);
    assert_int_equal(
        row_engine_begin_table(run->engine, run->table, binding.positions, count, &error), 0);
}

static enum row_outcome run_row(struct run *run, const char *row)
{
    struct slice cells[CELLS_MAX];
    struct error error = {0};

    part(row, cells);
    assert_int_equal(row_engine_row(run->engine, ++run->row, cells, &run->result, &error), 0);
    return run->result->outcome;
}

/* The staged value of a column as text; "" = null. */
static const char *staged(const struct run *run, const char *column)
{
    static char text[128];
    const struct table *table = &run->feed->tables[run->table];

    for (size_t i = 0; i < table->column_count; i++) {
        const struct staging_value *value = &run->result->values[i];

        if (strcmp(table->columns[i].name, column) != 0)
            continue;
        text[0] = '\0';
        if (value->null)
            return text;
        switch (table->columns[i].type) {
        case COLUMN_TEXT:
            snprintf(text, sizeof text, "%.*s", (int)value->text.length, value->text.data);
            break;
        case COLUMN_BOOLEAN:
            return value->boolean ? "yes" : "no";
        case COLUMN_DATE:
            calendar_text(value->day, text);
            break;
        case COLUMN_SMALLINT:
        case COLUMN_INTEGER:
        case COLUMN_BIGINT:
            snprintf(text, sizeof text, "%lld", (long long)value->integer);
            break;
        case COLUMN_UUID:
            return "a token";
        case COLUMN_BYTEA:
            assert_int_equal(value->text.length, SEALED_SIZE);
            return "an identity";
        case COLUMN_NUMERIC:
            snprintf(text, sizeof text, "%g", value->number);
            break;
        case COLUMN_TIME:
        case COLUMN_TIMESTAMP:
        default:
            return "?";
        }
        return text;
    }
    return "no such column";
}

static bool found(const struct run *run, int code)
{
    for (size_t i = 0; i < run->result->finding_count; i++) {
        if (run->result->findings[i].code == code)
            return true;
    }
    return false;
}

/* One row alone: what becomes of it, why, and one staged column. */
struct row_case {
    const char *row;
    enum row_outcome outcome;
    int code; /* 0: nothing is found */
    const char *column, *value;
};

/* tail is the same end of every row, for columns that no case is about. */
static void check_rows(struct run *run, const struct row_case *cases, size_t count,
                       const char *tail)
{
    for (size_t i = 0; i < count; i++) {
        char row[512];

        snprintf(row, sizeof row, "%s%s", cases[i].row, tail);
        assert_case(run_row(run, row) == cases[i].outcome, cases[i].row);
        assert_case(cases[i].code == 0 ? run->result->finding_count == 0
                                       : found(run, cases[i].code),
                    cases[i].row);
        if (cases[i].column != NULL && strcmp(staged(run, cases[i].column), cases[i].value) != 0)
            fail_msg("case \"%s\": %s is \"%s\"", cases[i].row, cases[i].column,
                     staged(run, cases[i].column));
    }
}

static void gp_smi_rows(void **state)
{
    static const struct row_case cases[] = {
        {"9990000018|G85001|11/02/1984|F|a|SE13 6LH|Y||2025-01-07", ROW_STAGED, 0, "sex", "2"},
        {"9990000018|G85001|11/02/1984|F|A|SE13 6LH|Y||", ROW_DUPLICATE, RULE_KEY_DUPLICATE, NULL,
         NULL},
        {"|G85001|1984-04-01|Male|A|SE13 6LH|1||", ROW_STAGED, 0, "age_at_extract", "40"},
        {"|G85001|1984-03-31|0|99|SE13 6LH|true|N|", ROW_REJECTED, RULE_IDENTITY_MISSING, NULL,
         NULL},
        {"|G85001|1984-03-31|1|XX|SE13 6LH|yes|yes|", ROW_STAGED, RULE_TEXT_UNMAPPED,
         "ethnic_category", ""},
        {"|G85001|1984-03-30|1|Z|SE13 6LH|yes|yes|", ROW_STAGED, 0, "in_remission", "yes"},
        {"|G85001|1984-03-29|1|Z|SE13 6LH|yes||2025-04-01", ROW_STAGED, RULE_DATE_OUTSIDE_PERIOD,
         "bmi_date", "2025-04-01"},
        {"|G85002|1984-03-28|1|Z|SE13 6LH|yes||", ROW_REJECTED, RULE_SENDER_MISMATCH, NULL, NULL},
        {"|G85001|1984-03-27|1|Z|SE13 6LH|||", ROW_REJECTED, RULE_BLANK, NULL, NULL},
        {"|G85001|1984-03-27|1|Z|SE13 6LH|maybe||", ROW_REJECTED, RULE_FORMAT, NULL, NULL},
        {"9990000019|G85001|1984-03-27|1|Z|SE13 6LH|Y||", ROW_WITHHELD, RULE_NHS_NUMBER, NULL,
         NULL},
    };
    struct run run;

    (void)state;
    run_begin(&run, "gp_smi", "G85001", "2025-03-31", "2025-03-31");
    run_table(&run, "smi_register",
              "nhs_number|gp_practice_code|date_of_birth|sex|ethnic_category|postcode|"
              "on_smi_register|in_remission|bmi_date");
    check_rows(&run, cases, COUNT_OF(cases), "");
    run_end(&run);
}

static void social_care_rows(void **state)
{
    static const struct row_case cases[] = {
        {"7|C1|1. Request|2025-01-02|2025-01-03|Female|Tenant|NFA - Deceased", ROW_STAGED,
         RULE_SENDER_MISMATCH, "event_type", "Request"},
        {"E09000023|C1|Services|02/01/2025||F|Tenant|", ROW_STAGED, 0, "accommodation_status",
         "Tenant: Local authority or other social housing provider"},
        {"E09000023|C1|Service|02/01/2025||F|Rough sleeper / squatting|", ROW_STAGED, 0, "settled",
         "no"},
        {"E09000023|C1|Service|02/01/2025||F|Unknown|NFA- Other", ROW_STAGED, 0, "event_outcome",
         "NFA: Other"},
        {"E09000023|C1|Service|02/01/2025||F||NFA - 100% NHS funded care", ROW_STAGED, 0,
         "outcome_rank", "8"},
        {"E09000023|C1|Party|02/01/2025||F||", ROW_STAGED, RULE_TEXT_UNMAPPED, "event_type", ""},
        {"E09000023|C1||02/01/2025||F||", ROW_REJECTED, RULE_BLANK, NULL, NULL},
        {"E09000023|C1|Service|31/06/2025||F||", ROW_REJECTED, RULE_FORMAT, NULL, NULL},
        {"E09000023|C1|Service|02/01/2025|01/01/2025|F||", ROW_REJECTED, RULE_DATE_ORDER, NULL,
         NULL},
        {"E09000023||Service|02/01/2025||F||", ROW_REJECTED, RULE_IDENTITY_MISSING, NULL, NULL},
    };
    struct run run;

    (void)state;
    run_begin(&run, "social_care", "E09000023", "2025-04-10", "2025-04-10");
    run_table(&run, "event",
              "LA Code|LA Person Unique Identifier|Event Type|Event Start Date|Event End Date|"
              "Gender|Accommodation Status|Event Outcome|"
              "Reporting Period Start Date|Reporting Period End Date|Client Type");
    check_rows(&run, cases, COUNT_OF(cases), "|2024-04-01|2025-03-31|Service User");
    run_table(&run, "event", "NHS Number|LA Person Unique Identifier|Event Type|Event Start Date");
    assert_int_equal(run_row(&run, "9990000019|C1|Review|2025-01-02"), ROW_STAGED);
    assert_true(found(&run, RULE_NHS_NUMBER_IGNORED));
    assert_string_equal(staged(&run, "identity"), "an identity");
    run_end(&run);
}

static void support_and_ips_rows(void **state)
{
    static const struct row_case sessions[] = {
        {"C1|03/04/2025|Crisis caf\xc3\xa9|Yes|white - british", ROW_STAGED, 0, "pillar", "crisis"},
        {"C1|2025-04-30|peer SUPPORT|0|Polish", ROW_STAGED, 0, "ethnic_category", "C"},
        {"C1|2025-05-01|Peer|0|", ROW_REJECTED, RULE_DATE_OUTSIDE_PERIOD, NULL, NULL},
        {"C1|2025-03-31|Peer|0|", ROW_REJECTED, RULE_DATE_OUTSIDE_PERIOD, NULL, NULL},
        {"C1||Peer|0|", ROW_REJECTED, RULE_BLANK, NULL, NULL},
        {"C1|2025-04-01|Juggling|0|", ROW_STAGED, RULE_TEXT_UNMAPPED, "pillar", ""},
        {"|2025-04-01|Peer|0|", ROW_REJECTED, RULE_IDENTITY_MISSING, NULL, NULL},
    };
    static const struct row_case jobs[] = {
        {"I1|10/01/2025|24/01/2025|01/03/2025||16.5|NHS", ROW_STAGED, 0, "weekly_hours", "16.5"},
        {"I1|10/01/2024|||||", ROW_STAGED, 0, "referral_date", "2024-01-10"},
        {"I1|10/01/2025|01/01/2025||||", ROW_STAGED, RULE_DATE_ORDER, "client_key", "a token"},
        {"I1|01/05/2025|||||", ROW_REJECTED, RULE_DATE_OUTSIDE_PERIOD, NULL, NULL},
        {"I1|10/01/2025||01/03/2025|28/02/2025||", ROW_REJECTED, RULE_DATE_ORDER, NULL, NULL},
    };
    struct run run;

    (void)state;
    run_begin(&run, "support", "G8H03", "2025-04-01", "2025-04-30");
    run_table(&run, "session", "client_ref|session_date|support_pillar|attended|ethnicity");
    check_rows(&run, sessions, COUNT_OF(sessions), "");
    run_end(&run);
    run_begin(&run, "ips", "G8H03", "2025-04-01", "2025-04-30");
    run_table(&run, "client_job",
              "client_ref|referral_date|vocational_profile_date|job_start_date|job_end_date|"
              "weekly_hours|employer_sector");
    check_rows(&run, jobs, COUNT_OF(jobs), "");
    run_end(&run);
}

static void homelessness_cases_hang_on_their_applicant(void **state)
{
    static const struct row_case people[] = {
        {"H1|P1|1984-04-14|Female|SE13 6LH", ROW_STAGED, 0, "gender", "2"},
        {"H1|P2|1984-04-14|Female|SE13 6LH", ROW_DUPLICATE, RULE_KEY_DUPLICATE, NULL, NULL},
        {"H2|P3|1984-14-14|Female|SE13 6LH", ROW_REJECTED, RULE_FORMAT, NULL, NULL},
        {"H4||||", ROW_REJECTED, RULE_IDENTITY_MISSING, NULL, NULL},
    };
    static const struct row_case cases[] = {
        {"H1|2025-04-14|Relief duty|yes", ROW_STAGED, 0, "age_at_approach", "41"},
        {"H2|2025-04-14|Relief duty|yes", ROW_REJECTED, RULE_PARENT_REJECTED, NULL, NULL},
        {"H3|2025-04-14|Relief duty|yes", ROW_REJECTED, RULE_PARENT_MISSING, NULL, NULL},
        {"H1|2025-04-14|Relief duty|yes", ROW_DUPLICATE, RULE_KEY_DUPLICATE, NULL, NULL},
    };
    struct run run;

    (void)state;
    run_begin(&run, "homelessness", "E09000023", "2025-04-01", "2025-06-30");
    assert_string_equal(run.feed->tables[run.feed->load_order[0]].name, "person");
    run_table(&run, "person", "case_reference|person_reference|date_of_birth|gender|postcode");
    check_rows(&run, people, COUNT_OF(people), "");
    run_table(&run, "case", "case_reference|approach_date|duty|mental_health_support_need");
    check_rows(&run, cases, COUNT_OF(cases), "");
    run_end(&run);
}

static void reference_rows(void **state)
{
    static const struct row_case practices[] = {
        {"A81001|THE SURGERY|Y63|Q74|A|B|C|D||TS18 1HU|19740401|20171031|C|B|00K|20130401||01642 "
         "372351||||0||00K||4|",
         ROW_STAGED, 0, "close_date", "2017-10-31"},
        {"A81001|AGAIN|||||||||||||||||||||||||", ROW_DUPLICATE, RULE_KEY_DUPLICATE, NULL, NULL},
    };
    static const struct row_case postcodes[] = {
        {"SE13 6LH|E01003235|E09000023", ROW_STAGED, 0, "postcode", "a token"},
        {"SE136LH|E01003235|E09000023", ROW_STAGED, 0, "lsoa_2011", "E01003235"},
        {"CF10 1AA||W06000015", ROW_STAGED, 0, "lsoa_2011", ""},
        {"|E01003235|E09000023", ROW_REJECTED, RULE_BLANK, NULL, NULL},
        {"nowhere|E01003235|E09000023", ROW_REJECTED, RULE_FORMAT, NULL, NULL},
    };
    struct binding binding;
    struct error error = {0};
    struct run run;

    (void)state;
    run_begin(&run, "reference", "PRACTICE_ODS", NULL, NULL);
    run.table = table_of(run.feed, "practice_ods");
    assert_int_equal(binding_by_order(&run.feed->tables[run.table], &arena, &binding, &error), 0);
    assert_int_equal(binding.column_count, 27);
    assert_int_equal(row_engine_begin_table(run.engine, run.table, binding.positions,
                                            binding.column_count, &error),
                     0);
    check_rows(&run, practices, COUNT_OF(practices), "");
    run_end(&run);
    run_begin(&run, "reference", "POSTCODES", NULL, NULL);
    run_table(&run, "postcodes", "Postcode|LSOA11CD|LAD19CD");
    check_rows(&run, postcodes, COUNT_OF(postcodes), "");
    run_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_names_tell_sender_and_period),
        cmocka_unit_test(headers_of_every_edition_bind),
        cmocka_unit_test(site_extracts_bind_as_they_are),
        cmocka_unit_test(gp_smi_rows),
        cmocka_unit_test(social_care_rows),
        cmocka_unit_test(support_and_ips_rows),
        cmocka_unit_test(homelessness_cases_hang_on_their_applicant),
        cmocka_unit_test(reference_rows),
    };

    return cmocka_run_group_tests(tests, load_feeds, release_feeds);
}
