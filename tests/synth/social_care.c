#include "feeds.h"

#include <stdio.h>
#include <string.h>

#include "social_care.h"

static const char *const columns[] = {"LA Code",
                                      "Reporting Period Start Date",
                                      "Reporting Period End Date",
                                      "NHS Number",
                                      "LA Person Unique Identifier",
                                      "First Name",
                                      "Last Name",
                                      "GP Practice Name",
                                      "GP Practice Code",
                                      "Gender",
                                      "Ethnicity",
                                      "Date of Birth",
                                      "Date of Death",
                                      "Client Type",
                                      "Primary Support Reason",
                                      "Postcode",
                                      "Accommodation Status",
                                      "Employment Status",
                                      "Has Unpaid Carer",
                                      "Autism Spectrum Disorder (ASD)",
                                      "Visual Impairment",
                                      "Hearing Impairment",
                                      "Dementia",
                                      "Client Funding Status",
                                      "Event Type",
                                      "Event Reference",
                                      "Event Start Date",
                                      "Event End Date",
                                      "Event Description",
                                      "Event Outcome",
                                      "Request: Route of Access",
                                      "Assessment Type",
                                      "Eligible Needs Identified",
                                      "Method of Assessment",
                                      "Total Hrs Caring per week",
                                      "No. of adults being cared for",
                                      "Adult 1 Linked Person_ID",
                                      "Adult 2 Linked Person_ID",
                                      "Adult 3 Linked Person_ID",
                                      "Service Type",
                                      "Service Component",
                                      "Delivery Mechanism",
                                      "Provider CQC Location Name",
                                      "Provider CQC Location ID",
                                      "Review Reason",
                                      "Review Outcomes Achieved",
                                      "Method of Review",
                                      "Unit Cost",
                                      "Cost Frequency (Unit Type)",
                                      "Planned units per week"};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

/* One file. */
struct release {
    const struct world *world;
    struct truth *truth;
    int32_t window_start, window_end;
    bool first_release;           /* texts of Release 1 */
    const char *(*date)(int32_t); /* how it writes dates */
    char file[64];
    struct csv_table table;
};

static const char *worded(const struct release *release, const struct wording *wording)
{
    return release->first_release ? wording->release_1 : wording->release_2;
}

static bool in_window(const struct release *release, const struct event *event)
{
    if (event->start > release->window_end) {
        return false;
    }
    return event->type == EVENT_SERVICE
               ? event->end == NO_DAY || event->end >= release->window_start
               : event->end >= release->window_start && event->end <= release->window_end;
}

/* Who the rows of one person are about. */
struct client {
    const struct person *person;
    struct identity identity;
    char id[20];
};

static void event_row(struct release *release, const struct client *client,
                      const struct event *event, size_t number)
{
    static const char *const types[] = {"Request", "Assessment", "Service", "Review"};
    static const char *const components[] = {"Home support or domiciliary care",
                                             "Community supported living",
                                             "Long term residential care",
                                             "Long term nursing care",
                                             "Reablement",
                                             "Equipment"};
    const struct person *person = client->person;
    const struct identity *identity = &client->identity;
    const struct practice *practice = practice_of(release->world, person, release->window_end);
    bool service = event->type == EVENT_SERVICE;
    bool died = person->death_day != NO_DAY && person->death_day <= release->window_end;
    int32_t end = event->end != NO_DAY && event->end <= release->window_end ? event->end : NO_DAY;
    if (service && died && (end == NO_DAY || end > person->death_day)) {
        end = person->death_day;
    }
    int age = age_on(person->birth_day, release->window_end);
    csv_row(
        &release->table, "LA Code", "E09000023", "Reporting Period Start Date",
        release->date(release->window_start), "Reporting Period End Date",
        release->date(release->window_end), "NHS Number", identity->nhs_number,
        "LA Person Unique Identifier", client->id, "First Name", identity->forename, "Last Name",
        identity->surname, "GP Practice Name", practice->name, "GP Practice Code", practice->code,
        "Gender", person->sex == '1' ? "Male" : "Female", "Ethnicity",
        ethnicity_cld(person->ethnic_category), "Date of Birth", release->date(identity->birth_day),
        "Date of Death", died ? release->date(person->death_day) : "", "Client Type",
        release->first_release ? "Service User" : "Service user", "Primary Support Reason",
        person->in_care[0] ? "Mental Health Support" : "Physical Support: Personal care support",
        "Postcode", identity->postcode, "Accommodation Status",
        worded(release, &cld_accommodations[person->number % 10]), "Employment Status",
        age >= 66 || person->number % 4
            ? "Not in paid employment: Not actively seeking work or retired"
            : "Paid: Less than 16 hours a week",
        "Has Unpaid Carer", person->number % 3 ? "No" : "Yes", "Event Type", types[event->type],
        "Event Reference", note("%s-%zu", client->id, number + 1), "Event Start Date",
        release->date(event->start), "Event End Date", release->date(end), "Event Outcome",
        service && end == NO_DAY ? "" : worded(release, &cld_outcomes[event->outcome]),
        "Request: Route of Access", event->type == EVENT_REQUEST ? "Community / Other route" : "",
        "Assessment Type", event->type == EVENT_ASSESSMENT ? "Long term assessment" : "",
        "Service Type", service ? worded(release, &cld_services[event->service]) : "",
        "Service Component", service ? components[event->service] : "", "Delivery Mechanism",
        service ? worded(release, &cld_mechanisms[event->mechanism]) : "", "Review Reason",
        event->type == EVENT_REVIEW ? "Planned" : "", "Unit Cost",
        service ? note("%d.50", event->cost) : "", "Cost Frequency (Unit Type)",
        service ? "per week" : "", NULL);
}

static void client_rows(struct release *release, const struct person *person)
{
    struct event events[EVENTS_MAX];
    struct client client = {.person = person};
    size_t count = events_of(release->world, person, events);
    /* Some people were entered a second time, under another number. */
    int32_t second_id_from = person->number % 61 == 0 ? release->world->first_day + 270 : NO_DAY;
    identity_of(release->world, person, FEED_SOCIAL_CARE, SENDER_COUNCIL, release->window_end,
                &client.identity);
    for (size_t i = 0; i < count; i++) {
        bool dead = person->death_day != NO_DAY && events[i].start > person->death_day;
        bool after = person->death_day != NO_DAY && events[i].type != EVENT_SERVICE &&
                     events[i].end > person->death_day;
        if (dead || after || !in_window(release, &events[i])) {
            continue;
        }
        bool second = events[i].start >= second_id_from;
        local_id(SENDER_COUNCIL, person->number, client.id);
        strcat(client.id, second ? "B" : "");
        event_row(release, &client, &events[i], i);
        truth_person(release->truth, second ? 5 : 4, "social_care", "E09000023", client.id,
                     person->number);
        truth_identity(release->truth, &client.identity, true, release->date == day_slashes);
    }
}

static void odd_row(struct release *release, const char *local, const char *surname,
                    const char *type, const char *start, const char *end, const char *outcome)
{
    csv_row(&release->table, "LA Code", "E09000023", "Reporting Period Start Date",
            release->date(release->window_start), "Reporting Period End Date",
            release->date(release->window_end), "LA Person Unique Identifier", local, "Last Name",
            surname, "Gender", "Female", "Client Type", "Service user", "Event Type", type,
            "Event Start Date", start, "Event End Date", end, "Event Outcome", outcome, NULL);
}

static void refused(struct release *release, const char *outcome, const char *rule)
{
    truth_reject(release->truth, release->file, &release->table, outcome, rule);
}

static void bad_rows(struct release *release, const char *known_client)
{
    const char *day = release->date(release->window_end - 40);
    const char *later = release->date(release->window_end - 30);
    odd_row(release, "", "", "Request", day, later, "");
    refused(release, "rejected", "IDENTITY_MISSING");
    odd_row(release, known_client, "", "Request", later, day, "");
    refused(release, "rejected", "DATE_ORDER");
    odd_row(release, known_client, "", "Request", "31/06/2026", later, "");
    refused(release, "rejected", "FORMAT");
    odd_row(release, known_client, "", "", day, later, "");
    refused(release, "rejected", "BLANK");
    odd_row(release, known_client, "Fran\xe7ois\xff", "Request", day, later, "");
    refused(release, "rejected", "ENCODING");
    csv_raw(&release->table, "E09000023,,,short");
    refused(release, "rejected", "RAGGED");
    csv_raw(&release->table, "E09000023,,\"20\"26,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,");
    refused(release, "rejected", "STRAY_QUOTE");
    csv_raw(&release->table, "");
    refused(release, "rejected", "BLANK_LINE");
    /* Kept: an outcome in no release of the layout. */
    odd_row(release, known_client, "", "Review", later, later, "Sent a leaflet");
    truth_warning(release->truth, release->file, &release->table, "TEXT_UNMAPPED");
}

/* The same event told twice: the last row again. */
static void repeat_row(struct release *release)
{
    struct csv_table *table = &release->table;
    size_t length = table->text.length - table->last_record;
    char line[2048];
    if (length >= sizeof line) {
        return;
    }
    memcpy(line, table->text.data + table->last_record, length);
    line[length - 1] = '\0';
    csv_raw(table, line);
    /* The later row counts: sql/load/social_care.sql. */
    truth_reject_row(release->truth, release->file, table->name, table->records - 1, "duplicate",
                     "ROW_DUPLICATE");
}

/* Headers as they drift: capitals, or the underscores used nationally. */
static void header_names(size_t drift, char texts[COLUMN_COUNT][64],
                         const char *names[COLUMN_COUNT])
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        snprintf(texts[i], 64, "%s", columns[i]);
        for (char *at = texts[i]; *at; at++) {
            if (drift == 1 && *at >= 'a' && *at <= 'z') {
                *at = (char)(*at - 'a' + 'A');
            } else if (drift == 2 && (*at == ' ' || *at == ':')) {
                *at = '_';
            }
        }
        names[i] = texts[i];
    }
}

static int write_release(const struct world *world, struct truth *truth, const char *out, int month,
                         size_t turn, struct error *error)
{
    struct release release = {.world = world,
                              .truth = truth,
                              .window_start = month_first_day(month - 11),
                              .window_end = month_last_day(month),
                              .first_release = turn < 2,
                              .date = turn % 3 == 1 ? day_slashes : day_iso};
    char texts[COLUMN_COUNT][64];
    const char *names[COLUMN_COUNT];
    snprintf(release.file, sizeof release.file, "CLD_E09000023_%s.csv",
             day_compact(release.window_end + 21));
    header_names(turn % 3, texts, names);
    csv_table_init(&release.table, "event", columns, names, COLUMN_COUNT);
    bool planted = !world->errors;
    for (unsigned i = 0; i < world->people; i++) {
        const struct person *person = &world->persons[i];
        unsigned long before = release.table.records;
        if (person->social_care) {
            client_rows(&release, person);
        }
        if (!planted && i >= world->people / 2 && release.table.records > before) {
            char client[20];
            repeat_row(&release);
            bad_rows(&release, local_id(SENDER_COUNCIL, person->number, client));
            planted = true;
        }
    }
    int result = 0;
    if (csv_rows(&release.table) > 0) {
        truth_file(truth, release.file, "social_care", "E09000023",
                   day_compact(release.window_end + 21), csv_rows(&release.table));
        result = file_save(out, release.file, &release.table.text, error);
    }
    csv_table_release(&release.table);
    return result;
}

int social_care_write(const struct world *world, struct truth *truth, const char *out,
                      struct error *error)
{
    size_t turn = 0;
    for (int month = next_quarter_end(world->first_month); month <= world->end_month; month += 3) {
        if (write_release(world, truth, out, month, turn++, error) < 0) {
            return error->code;
        }
    }
    return 0;
}
