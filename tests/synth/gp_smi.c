#include "feeds.h"

#include <stdio.h>
#include <string.h>

int next_quarter_end(int month)
{
    while (month % 3 != 2) {
        month++;
    }
    return month;
}

static const char *const columns[] = {
    "nhs_number",         "gp_practice_code",    "date_of_birth", "sex",          "ethnic_category",
    "postcode",           "on_smi_register",     "register_date", "in_remission", "alcohol_date",
    "glucose_hba1c_date", "blood_pressure_date", "bmi_date",      "lipid_date",   "smoking_date"};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0], CHECKS = 6 };

/* One practice's register on one day. */
struct snapshot {
    const struct world *world;
    struct truth *truth;
    const struct practice *practice;
    int32_t day;
    char file[64];
    struct csv_table table;
};

/* The latest day of each check up to day. A person is called about once a year, and comes or not.
 */
static void checks_of(const struct world *world, const struct person *person, int32_t day,
                      int32_t checks[CHECKS])
{
    struct stream stream = stream_of(world->seed, PURPOSE_GP_SMI, person->number, 1);
    unsigned diligence = stream_chance(&stream, 700) ? 930 + stream_below(&stream, 70)
                                                     : 350 + stream_below(&stream, 400);
    int32_t call = world->first_day - 420 + (int32_t)stream_below(&stream, 365);
    for (size_t i = 0; i < CHECKS; i++) {
        checks[i] = NO_DAY;
    }
    for (int year = 0; year < 6; year++, call += 365) {
        for (size_t i = 0; i < CHECKS; i++) {
            bool done = stream_chance(&stream, diligence);
            int32_t when = call + stream_between(&stream, 0, done ? 30 : 90);
            done = done || stream_chance(&stream, 250);
            if (done && when <= day) {
                checks[i] = when;
            }
        }
    }
    /* Blood pressure is taken at other visits too. */
    for (int32_t visit = call - 6 * 365; visit < call; visit += 60) {
        int32_t when = visit + stream_between(&stream, 0, 59);
        if (stream_chance(&stream, 600) && when <= day &&
            (checks[2] == NO_DAY || when > checks[2])) {
            checks[2] = when;
        }
    }
}

static void register_row(struct snapshot *snapshot, const struct person *person)
{
    struct identity identity;
    int32_t checks[CHECKS];
    struct stream stream = stream_of(snapshot->world->seed, PURPOSE_GP_SMI, person->number, 0);
    int32_t registered = snapshot->world->first_day - stream_between(&stream, -200, 4000);
    bool left = stream_chance(&stream, 20);
    bool remission = stream_chance(&stream, 60);
    identity_of(snapshot->world, person, FEED_GP_SMI, SENDER_PRACTICE, snapshot->day, &identity);
    if (registered > snapshot->day || registered < person->birth_day + 16 * 365) {
        registered = NO_DAY;
    }
    checks_of(snapshot->world, person, snapshot->day, checks);
    csv_row(&snapshot->table, "nhs_number", identity.nhs_number, "gp_practice_code",
            snapshot->practice->code, "date_of_birth", day_iso(identity.birth_day), "sex",
            person->sex == '1' ? "M" : "F", "ethnic_category", person->ethnic_category, "postcode",
            identity.postcode, "on_smi_register", left ? "N" : "Y", "register_date",
            day_iso(registered), "in_remission", remission ? "Y" : "N", "alcohol_date",
            day_iso(checks[0]), "glucose_hba1c_date", day_iso(checks[1]), "blood_pressure_date",
            day_iso(checks[2]), "bmi_date", day_iso(checks[3]), "lipid_date", day_iso(checks[4]),
            "smoking_date", day_iso(checks[5]), NULL);
    truth_person(snapshot->truth, 3, "gp_smi", snapshot->practice->code, identity.nhs_number,
                 person->number);
    truth_identity(snapshot->truth, &identity, false, false);
}

static void bad_row(struct snapshot *snapshot, const char *nhs_number, const char *practice,
                    const char *birth_day, const char *on_register, const char *outcome,
                    const char *rule)
{
    csv_row(&snapshot->table, "nhs_number", nhs_number, "gp_practice_code", practice,
            "date_of_birth", birth_day, "sex", "F", "ethnic_category", "N", "on_smi_register",
            on_register, NULL);
    truth_reject(snapshot->truth, snapshot->file, &snapshot->table, outcome, rule);
}

/* One kind of bad row a practice, in turn. first_number: the NHS number of the first row. */
static void bad_rows(struct snapshot *snapshot, size_t turn, const char *first_number)
{
    const char *code = snapshot->practice->code;
    switch (turn % 9) {
    case 0:
        bad_row(snapshot, "", "G99999", "1961-02-03", "Y", "rejected", "SENDER_MISMATCH");
        break;
    case 1:
        bad_row(snapshot, "9990000001", code, "1961-02-03", "Y", "withheld", "NHS_NUMBER");
        break;
    case 2:
        bad_row(snapshot, first_number, code, "1961-02-03", "Y", "duplicate", "KEY_DUPLICATE");
        break;
    case 3:
        bad_row(snapshot, "", code, "", "Y", "rejected", "IDENTITY_MISSING");
        break;
    case 4:
        bad_row(snapshot, "", code, "31/02/1961", "Y", "rejected", "FORMAT");
        break;
    case 5:
        bad_row(snapshot, "", code, "1961-02-03", "", "rejected", "BLANK");
        break;
    case 6:
        csv_raw(&snapshot->table, "1961-02-03,F");
        truth_reject(snapshot->truth, snapshot->file, &snapshot->table, "rejected", "RAGGED");
        break;
    case 7:
        csv_raw(&snapshot->table, "");
        truth_reject(snapshot->truth, snapshot->file, &snapshot->table, "rejected", "BLANK_LINE");
        /* A blank line at the end of a file counts for nothing: something must follow. */
        bad_row(snapshot, "", "G99999", "1961-02-03", "Y", "rejected", "SENDER_MISMATCH");
        break;
    default:
        bad_row(snapshot, "", code, "1961-02-03", "Y\xfe", "rejected", "ENCODING");
        break;
    }
}

/* Bad rows go into every third file; *turn counts the files. */
static int write_snapshot(const struct world *world, struct truth *truth, const char *out,
                          size_t practice, int month, size_t *turn, struct error *error)
{
    struct snapshot snapshot = {.world = world,
                                .truth = truth,
                                .practice = &world->facts.practices[practice],
                                .day = month_last_day(month)};
    const char *first_number = NULL;
    snprintf(snapshot.file, sizeof snapshot.file, "gp_smi_%s_%s.csv", snapshot.practice->code,
             day_compact(snapshot.day));
    csv_table_init(&snapshot.table, "smi_register", columns, NULL, COLUMN_COUNT);
    for (unsigned i = 0; i < world->people; i++) {
        const struct person *person = &world->persons[i];
        bool dead = person->death_day != NO_DAY && person->death_day <= snapshot.day;
        if (!person->smi || dead || practice_of(world, person, snapshot.day) != snapshot.practice) {
            continue;
        }
        register_row(&snapshot, person);
        if (!first_number) {
            first_number = person->nhs_number;
        }
    }
    int result = 0;
    if (first_number) {
        if (world->errors && *turn % 3 == 0) {
            bad_rows(&snapshot, *turn / 3, first_number);
        }
        ++*turn;
        truth_file(truth, snapshot.file, "gp_smi", snapshot.practice->code,
                   day_compact(snapshot.day), csv_rows(&snapshot.table));
        result = file_save(out, snapshot.file, &snapshot.table.text, error);
    }
    csv_table_release(&snapshot.table);
    return result;
}

int gp_smi_write(const struct world *world, struct truth *truth, const char *out,
                 struct error *error)
{
    size_t turn = 0;
    for (int month = next_quarter_end(world->first_month); month <= world->end_month; month += 3) {
        for (size_t i = 0; i < world->facts.practice_count; i++) {
            if (write_snapshot(world, truth, out, i, month, &turn, error) < 0) {
                return error->code;
            }
        }
    }
    return 0;
}
