#include "feeds.h"

#include <stdio.h>

#include "names.h"

static const char *const columns[] = {
    "client_ref",     "nhs_number",   "forename",     "surname",        "date_of_birth",
    "postcode",       "gender",       "ethnicity",    "referral_date",  "vocational_profile_date",
    "job_start_date", "job_end_date", "weekly_hours", "employer_sector"};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

struct ips_month {
    const struct world *world;
    struct truth *truth;
    int month;
    int32_t start, end;
    char file[64];
    struct csv_table table;
};

struct job {
    int32_t start, end;
    int hours;
    const char *sector;
};

static const char *until(const struct ips_month *file, int32_t day)
{
    return day != NO_DAY && day <= file->end ? day_slashes(day) : "";
}

static const char *client_reference(const struct person *person)
{
    return note("IPS%07u", local_number(SENDER_G8H03, person->number));
}

static void job_row(struct ips_month *file, const struct person *person,
                    const struct identity *identity, int32_t referred, int32_t profiled,
                    const struct job *job)
{
    char forename[NAME_MAX_BYTES + 2], surname[NAME_MAX_BYTES + 2];
    csv_row(&file->table, "client_ref", client_reference(person), "nhs_number",
            identity->nhs_number, "forename",
            windows_1252(identity->forename, forename, sizeof forename), "surname",
            windows_1252(identity->surname, surname, sizeof surname), "date_of_birth",
            day_slashes(identity->birth_day), "postcode", identity->postcode, "gender",
            person->sex == '1' ? "Male" : "Female", "ethnicity",
            ethnicity_text(person->ethnic_category, person->number), "referral_date",
            day_slashes(referred), "vocational_profile_date", until(file, profiled),
            "job_start_date", job ? until(file, job->start) : "", "job_end_date",
            job ? until(file, job->end) : "", "weekly_hours", job ? note("%d", job->hours) : "",
            "employer_sector", job ? job->sector : "", NULL);
}

static void client_rows(struct ips_month *file, const struct person *person)
{
    struct stream stream = stream_of(file->world->seed, PURPOSE_IPS, person->number, 0);
    int32_t referred =
        stream_between(&stream, file->world->first_day - 150, file->world->last_day - 10);
    int32_t closed = referred + stream_between(&stream, 120, 500);
    int32_t profiled = referred + stream_between(&stream, 5, 40);
    bool dead = person->death_day != NO_DAY && person->death_day <= file->end;
    if (referred > file->end || closed < file->start || dead) {
        return;
    }
    struct identity identity;
    identity_of(file->world, person, FEED_IPS, SENDER_G8H03, file->end, &identity);
    int jobs = stream_chance(&stream, 450) ? stream_between(&stream, 1, 2) : 0;
    int32_t from = profiled + stream_between(&stream, 20, 120);
    int told = 0;
    for (int i = 0; i < jobs && from <= file->end; i++) {
        struct job job = {.start = from, .end = NO_DAY};
        job.hours = stream_between(&stream, 4, 40);
        job.sector = PICK(&stream, "Retail", "Hospitality", "NHS", "Warehouse", "Charity",
                          "Cleaning", "Office", "Construction");
        if (i + 1 < jobs || stream_chance(&stream, 350)) {
            job.end = from + stream_between(&stream, 14, 200);
            from = job.end + stream_between(&stream, 5, 60);
        }
        job_row(file, person, &identity, referred, profiled, &job);
        told++;
    }
    if (told == 0) {
        job_row(file, person, &identity, referred, profiled, NULL);
    }
    truth_person(file->truth, 9, "ips", "G8H03", client_reference(person), person->number);
    truth_identity(file->truth, &identity, true, true);
}

static void odd_row(struct ips_month *file, const char *client, const char *surname,
                    const char *referred, const char *job_start, const char *job_end,
                    const char *rule)
{
    csv_row(&file->table, "client_ref", client, "surname", surname, "referral_date", referred,
            "job_start_date", job_start, "job_end_date", job_end, NULL);
    truth_reject(file->truth, file->file, &file->table, "rejected", rule);
}

static void bad_rows(struct ips_month *file, const char *client)
{
    const char *day = day_slashes(file->start + 3);
    const char *later = day_slashes(file->start + 9);
    odd_row(file, client, "", "", "", "", "BLANK");
    odd_row(file, client, "", "first week", "", "", "FORMAT");
    odd_row(file, client, "", day, later, day, "DATE_ORDER");
    odd_row(file, "", "", day, "", "", "IDENTITY_MISSING");
    odd_row(file, client, "Ren\x8d", day, "", "", "ENCODING");
    csv_raw(&file->table, note("%s,,,,,,,,%s", client, day));
    truth_reject(file->truth, file->file, &file->table, "rejected", "RAGGED");
}

static int write_month(const struct world *world, struct truth *truth, const char *out, int month,
                       struct error *error)
{
    struct ips_month file = {.world = world,
                             .truth = truth,
                             .month = month,
                             .start = month_first_day(month),
                             .end = month_last_day(month)};
    bool planted = !world->errors || month % 4 != 0;
    snprintf(file.file, sizeof file.file, "G8H03_ips_%s.csv", month_compact(month));
    csv_table_init(&file.table, "client_job", columns, NULL, COLUMN_COUNT);
    for (unsigned i = 0; i < world->people; i++) {
        const struct person *person = &world->persons[i];
        unsigned long before = file.table.records;
        if (person->ips) {
            client_rows(&file, person);
        }
        if (!planted && i >= world->people / 2 && file.table.records > before) {
            char client[16];
            snprintf(client, sizeof client, "%s", client_reference(person));
            bad_rows(&file, client);
            planted = true;
        }
    }
    int result = 0;
    if (csv_rows(&file.table) > 0) {
        truth_file(truth, file.file, "ips", "G8H03", month_compact(month), csv_rows(&file.table));
        result = file_save(out, file.file, &file.table.text, error);
    }
    csv_table_release(&file.table);
    return result;
}

int ips_write(const struct world *world, struct truth *truth, const char *out, struct error *error)
{
    for (int month = world->first_month; month <= world->end_month; month++) {
        if (write_month(world, truth, out, month, error) < 0) {
            return error->code;
        }
    }
    return 0;
}
