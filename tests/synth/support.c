#include "feeds.h"

#include <stdio.h>
#include <string.h>

#include "names.h"

static const char *const columns[] = {
    "client_ref", "nhs_number", "forename",     "surname",        "date_of_birth", "postcode",
    "gender",     "ethnicity",  "session_date", "support_pillar", "delivered_by",  "attended"};

/* What one provider calls its columns; the site's joinedup.yaml maps them. */
static const char *const own_names[] = {
    "Client No", "NHS",           "First name",      "Surname",  "D.O.B.", "Post code",
    "Sex",       "Ethnic origin", "Date of session", "What for", "How",    "Came?"};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

struct provider_month {
    const struct world *world;
    struct truth *truth;
    size_t provider; /* 0 or 1 */
    enum sender sender;
    const char *code;
    int month;
    char file[64];
    struct csv_table table;
};

const char *ethnicity_text(const char *code, uint32_t number)
{
    static const char *const texts[][3] = {
        {"A", "White British", "British"},
        {"B", "White Irish", "Irish"},
        {"C", "White Other", "Any other White background"},
        {"D", "White and Black Caribbean", "Mixed White and Black Caribbean"},
        {"E", "White and Black African", "White & Black African"},
        {"F", "White and Asian", "White & Asian"},
        {"G", "Mixed Other", "Mixed"},
        {"H", "Indian", "British Indian"},
        {"J", "Pakistani", "British Pakistani"},
        {"K", "Bangladeshi", "British Bangladeshi"},
        {"L", "Asian Other", "Any other Asian background"},
        {"M", "Black Caribbean", "Caribbean"},
        {"N", "Black African", "African"},
        {"P", "Black British", "Black Other"},
        {"R", "Chinese", "British Chinese"},
        {"S", "Any other ethnic group", "Other"},
        {"Z", "Prefer not to say", "Not stated"},
        {"99", "Not known", ""}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i][0], code) == 0) {
            return texts[i][1 + number % 2];
        }
    }
    return "";
}

static const char *client_reference(const struct provider_month *file, const struct person *person)
{
    unsigned number = local_number(file->sender, person->number);
    return file->provider == 0 ? note("CR%07u", number) : note("LW-%07u", number);
}

static void session_row(struct provider_month *file, const struct person *person,
                        const struct identity *identity, int32_t day, const char *pillar,
                        const char *how, const char *attended)
{
    char forename[NAME_MAX_BYTES + 2], surname[NAME_MAX_BYTES + 2], what[32];
    csv_row(&file->table, "client_ref", client_reference(file, person), "nhs_number",
            identity->nhs_number, "forename",
            windows_1252(identity->forename, forename, sizeof forename), "surname",
            windows_1252(identity->surname, surname, sizeof surname), "date_of_birth",
            day_slashes(identity->birth_day), "postcode", identity->postcode, "gender",
            person->sex == '1' ? "Male" : "Female", "ethnicity",
            ethnicity_text(person->ethnic_category, person->number), "session_date",
            day_slashes(day), "support_pillar", windows_1252(pillar, what, sizeof what),
            "delivered_by", how, "attended", attended, NULL);
}

static void client_rows(struct provider_month *file, const struct person *person)
{
    struct stream stream =
        stream_of(file->world->seed, PURPOSE_SUPPORT, person->number, file->provider);
    int32_t joined = stream_between(&stream, file->world->first_day - 200, file->world->last_day);
    int32_t left = joined + stream_between(&stream, 20, 500);
    int32_t start = month_first_day(file->month), end = month_last_day(file->month);
    int32_t from = joined > start ? joined : start, to = left < end ? left : end;
    bool dead = person->death_day != NO_DAY && person->death_day <= to;
    static const char *const pillars[] = {"Money advice", "Benefits advice", "Befriending",
                                          "Social group", "Life skills",     "Housing support",
                                          "Crisis café",  "Carer support",   "Peer support"};
    if (from > to || dead) {
        return;
    }
    const char *pillar = pillars[stream_below(&stream, 9)];
    struct identity identity;
    identity_of(file->world, person, FEED_SUPPORT, file->sender, end, &identity);
    stream = stream_of(file->world->seed, PURPOSE_SUPPORT, person->number,
                       16 + (uint64_t)file->month * 2 + file->provider);
    int sessions = stream_between(&stream, 0, 4);
    int days = to - from + 1;
    sessions = sessions > days ? days : sessions;
    for (int i = 0; i < sessions; i++) {
        /* Each in its own part of the month: no two of a client on one day. */
        int32_t day = from + days * i / sessions;
        day = stream_between(&stream, day, from + days * (i + 1) / sessions - 1);
        const char *how = PICK(&stream, "F2F", "In person", "Phone", "Zoom", "Group session");
        const char *attended = stream_chance(&stream, 850) ? "Yes" : "No";
        session_row(file, person, &identity, day, pillar, how, attended);
    }
    if (sessions > 0) {
        truth_person(file->truth, 7 + (unsigned)file->provider, "support", file->code,
                     client_reference(file, person), person->number);
        truth_identity(file->truth, &identity, true, true);
    }
}

static void odd_row(struct provider_month *file, const char *client, const char *nhs_number,
                    const char *surname, const char *day, const char *pillar)
{
    csv_row(&file->table, "client_ref", client, "nhs_number", nhs_number, "surname", surname,
            "session_date", day, "support_pillar", pillar, "delivered_by", "Email", "attended",
            "Yes", NULL);
}

static void refused(struct provider_month *file, const char *rule)
{
    truth_reject(file->truth, file->file, &file->table, "rejected", rule);
}

static void bad_rows(struct provider_month *file, const char *client)
{
    const char *day = day_slashes(month_first_day(file->month) + 9);
    odd_row(file, client, "", "Smith\x81", day, "Peer support");
    refused(file, "ENCODING"); /* Windows-1252 has no letter 0x81 */
    odd_row(file, client, "", "", note("31/02/%d", file->month / 12), "Peer support");
    refused(file, "FORMAT");
    odd_row(file, client, "", "", "", "Peer support");
    refused(file, "BLANK");
    odd_row(file, client, "", "", day_slashes(month_first_day(file->month) - 4), "Peer support");
    refused(file, "DATE_OUTSIDE_PERIOD");
    odd_row(file, "", "", "", day, "Peer support");
    refused(file, "IDENTITY_MISSING");
    csv_raw(&file->table, note("%s,,,", client));
    refused(file, "RAGGED");
    csv_raw(&file->table, note("%s,,Jo\"e,,,,,,%s,Peer support,Phone,Yes", client, day));
    refused(file, "STRAY_QUOTE");
    csv_raw(&file->table, "");
    refused(file, "BLANK_LINE");
    odd_row(file, client, "", "", day, "Gardening for all");
    truth_warning(file->truth, file->file, &file->table, "TEXT_UNMAPPED");
    odd_row(file, client, "9990000001", "", day, "Peer support");
    truth_warning(file->truth, file->file, &file->table, "NHS_NUMBER_IGNORED");
    odd_row(file, client, "", "", day, "Peer group"); /* the same session in other words */
    truth_reject(file->truth, file->file, &file->table, "duplicate", "ROW_DUPLICATE");
}

static int write_month(const struct world *world, struct truth *truth, const char *out,
                       size_t provider, int month, struct error *error)
{
    struct provider_month file = {.world = world,
                                  .truth = truth,
                                  .provider = provider,
                                  .sender = provider == 0 ? SENDER_G8H03 : SENDER_LVS01,
                                  .code = provider == 0 ? "G8H03" : "LVS01",
                                  .month = month};
    bool planted = !world->errors || month % 6 != 5;
    snprintf(file.file, sizeof file.file, "%s_support_%s.csv", file.code, month_compact(month));
    csv_table_init(&file.table, "session", columns, provider == 0 ? own_names : NULL, COLUMN_COUNT);
    for (unsigned i = 0; i < world->people; i++) {
        const struct person *person = &world->persons[i];
        unsigned long before = file.table.records;
        if (person->support[provider]) {
            client_rows(&file, person);
        }
        if (!planted && i >= world->people / 2 && file.table.records > before) {
            char client[16];
            snprintf(client, sizeof client, "%s", client_reference(&file, person));
            bad_rows(&file, client);
            planted = true;
        }
    }
    int result = 0;
    if (csv_rows(&file.table) > 0) {
        truth_file(truth, file.file, "support", file.code, month_compact(month),
                   csv_rows(&file.table));
        result = file_save(out, file.file, &file.table.text, error);
    }
    csv_table_release(&file.table);
    return result;
}

int support_write(const struct world *world, struct truth *truth, const char *out,
                  struct error *error)
{
    text_add_string(&truth->senders, "senders:\n  G8H03:\n    support:\n      columns:\n");
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        text_add_format(&truth->senders, "        %s: \"%s\"\n", columns[i], own_names[i]);
    }
    for (size_t provider = 0; provider < 2; provider++) {
        for (int month = world->first_month; month <= world->end_month; month++) {
            if (write_month(world, truth, out, provider, month, error) < 0) {
                return error->code;
            }
        }
    }
    return 0;
}
