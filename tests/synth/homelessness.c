#include "feeds.h"

#include <stdio.h>
#include <string.h>

/* One quarter: two XML files joined by the case reference. */
struct quarter {
    const struct world *world;
    struct truth *truth;
    int32_t start, end;
    char file[64];
    struct text persons, cases;
    unsigned long person_rows, case_rows;
};

static void add_element(struct text *text, const char *name, const char *value)
{
    if (value[0] == '\0') {
        return;
    }
    text_add_format(text, "<%s>", name);
    for (const char *at = value; *at; at++) {
        switch (*at) {
        case '&':
            text_add_string(text, "&amp;");
            break;
        case '<':
            text_add_string(text, "&lt;");
            break;
        default:
            text_add(text, at, 1);
        }
    }
    text_add_format(text, "</%s>", name);
}

static void add_applicant(struct quarter *quarter, const char *reference, const char *local,
                          const struct identity *identity, const char *gender,
                          const char *ethnicity)
{
    struct text *text = &quarter->persons;
    text_add_format(text, "  <applicant caseReference=\"%s\">", reference);
    add_element(text, "personReference", local);
    add_element(text, "nhsNumber", identity->nhs_number);
    if (identity->forename[0] || identity->surname[0]) {
        text_add_string(text, "<name>");
        add_element(text, "forename", identity->forename);
        add_element(text, "surname", identity->surname);
        text_add_string(text, "</name>");
    }
    add_element(text, "dateOfBirth", day_iso(identity->birth_day));
    add_element(text, "gender", gender);
    add_element(text, "ethnicity", ethnicity);
    if (identity->postcode[0]) {
        text_add_string(text, "<lastSettledAddress>");
        add_element(text, "postcode", identity->postcode);
        text_add_string(text, "</lastSettledAddress>");
    }
    text_add_string(text, "</applicant>\n");
    quarter->person_rows++;
}

struct housing_case {
    const char *approached, *duty, *duty_start, *duty_end, *outcome, *accommodation;
    const char *mental_health, *rough_sleeping;
};

static void add_case(struct quarter *quarter, const char *reference,
                     const struct housing_case *values)
{
    struct text *text = &quarter->cases;
    text_add_format(text, "  <h:case reference=\"%s\">", reference);
    add_element(text, "h:approachDate", values->approached);
    add_element(text, "h:accommodationAtApproach", values->accommodation);
    text_add_string(text, "<h:decision>");
    add_element(text, "h:duty", values->duty);
    add_element(text, "h:dutyStart", values->duty_start);
    add_element(text, "h:dutyEnd", values->duty_end);
    add_element(text, "h:outcome", values->outcome);
    text_add_string(text, "</h:decision><h:supportNeeds>");
    add_element(text, "h:mentalHealth", values->mental_health);
    add_element(text, "h:roughSleepingHistory", values->rough_sleeping);
    text_add_string(text, "</h:supportNeeds></h:case>\n");
    quarter->case_rows++;
}

static void household_rows(struct quarter *quarter, const struct person *person)
{
    struct stream stream = stream_of(quarter->world->seed, PURPOSE_HOMELESSNESS, person->number, 0);
    int32_t approached =
        stream_between(&stream, quarter->world->first_day - 80, quarter->world->last_day - 3);
    int32_t duty_start = approached + stream_between(&stream, 0, 14);
    int32_t duty_end = duty_start + stream_between(&stream, 20, 200);
    bool dead = person->death_day != NO_DAY && person->death_day <= quarter->end;
    if (approached > quarter->end || duty_end < quarter->start || dead) {
        return;
    }
    struct identity identity;
    char local[20], reference[24];
    identity_of(quarter->world, person, FEED_HOMELESSNESS, SENDER_COUNCIL, quarter->end, &identity);
    snprintf(local, sizeof local, "HP%07u", local_number(SENDER_COUNCIL, person->number));
    snprintf(reference, sizeof reference, "HC%07u", local_number(SENDER_COUNCIL, person->number));
    bool started = duty_start <= quarter->end, ended = duty_end <= quarter->end;
    struct housing_case values = {.approached = day_iso(approached)};
    values.duty = started ? PICK(&stream, "Prevention duty owed", "Relief duty owed",
                                 "Main housing duty", "Not homeless")
                          : "Interim duty";
    values.duty_start = started ? day_iso(duty_start) : "";
    values.duty_end = ended ? day_iso(duty_end) : "";
    const char *outcome = PICK(&stream, "Secured accommodation for 6 months", "Contact lost",
                               "56 days elapsed", "Application withdrawn");
    values.outcome = ended ? outcome : "Duty ongoing";
    values.accommodation =
        PICK(&stream, "Rough sleeping", "Sofa surfing", "Living with family",
             "Private rented sector", "Council tenant", "Psychiatric hospital", "Hostel");
    values.mental_health = person->in_care[0] || person->smi ? "Yes" : "No";
    values.rough_sleeping = stream_chance(&stream, 150) ? "Yes" : "No";
    add_applicant(quarter, reference, local, &identity, person->sex == '1' ? "Male" : "Female",
                  ethnicity_text(person->ethnic_category, person->number));
    add_case(quarter, reference, &values);
    truth_person(quarter->truth, 6, "homelessness", "E09000023", local, person->number);
    truth_identity(quarter->truth, &identity, true, false);
    truth_canary(quarter->truth, "local_id", reference);
}

/* A refused case; the row of XML records counts from 1. */
static void bad_case(struct quarter *quarter, const char *reference, const char *approached,
                     const char *duty_end, const char *outcome, const char *rule)
{
    struct housing_case values = {approached,
                                  "Relief duty owed",
                                  day_iso(quarter->start + 8),
                                  duty_end,
                                  "Duty ongoing",
                                  "Hostel",
                                  "No",
                                  "No"};
    add_case(quarter, reference, &values);
    truth_reject_row(quarter->truth, quarter->file, "case", quarter->case_rows, outcome, rule);
}

static void stranger(struct quarter *quarter, const char *reference)
{
    struct identity identity = {.forename = "Robin", .surname = "Nemo", .birth_day = 5000};
    add_applicant(quarter, reference, note("N%s", reference), &identity, "Female", "British");
}

static void bad_rows(struct quarter *quarter, const char *known_case)
{
    const char *day = day_iso(quarter->start + 6);
    struct identity nobody = {.birth_day = NO_DAY};
    bad_case(quarter, "HCNOPERSON", day, "", "rejected", "PARENT_MISSING");
    bad_case(quarter, known_case, day, "", "duplicate", "KEY_DUPLICATE");
    stranger(quarter, "HCBLANK");
    bad_case(quarter, "HCBLANK", "", "", "rejected", "BLANK");
    stranger(quarter, "HCFORMAT");
    bad_case(quarter, "HCFORMAT", "late July", "", "rejected", "FORMAT");
    stranger(quarter, "HCORDER");
    bad_case(quarter, "HCORDER", day, day_iso(quarter->start + 7), "rejected", "DATE_ORDER");
    add_applicant(quarter, "HCNOBODY", "", &nobody, "Female", "");
    truth_reject_row(quarter->truth, quarter->file, "person", quarter->person_rows, "rejected",
                     "IDENTITY_MISSING");
    bad_case(quarter, "HCNOBODY", day, "", "rejected", "PARENT_REJECTED");
}

static int write_quarter(const struct world *world, struct truth *truth, const char *out, int month,
                         struct error *error)
{
    struct quarter quarter = {.world = world,
                              .truth = truth,
                              .start = month_first_day(month - 2),
                              .end = month_last_day(month)};
    char period[16];
    snprintf(period, sizeof period, "%04dQ%d", month / 12, month % 12 / 3 + 1);
    snprintf(quarter.file, sizeof quarter.file, "HCLIC_E09000023_%s.zip", period);
    text_add_format(&quarter.persons,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<personalData council=\"E09000023\" quarter=\"%s\">\n",
                    period);
    text_add_format(&quarter.cases,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<h:caseData xmlns:h=\"urn:joinedup:sample:homelessness\" quarter=\"%s\">\n"
                    " <h:cases>\n",
                    period);
    bool planted = !world->errors;
    for (unsigned i = 0; i < world->people; i++) {
        const struct person *person = &world->persons[i];
        unsigned long before = quarter.case_rows;
        if (person->homeless) {
            household_rows(&quarter, person);
        }
        if (!planted && i >= world->people / 2 && quarter.case_rows > before) {
            char known[24];
            snprintf(known, sizeof known, "HC%07u", local_number(SENDER_COUNCIL, person->number));
            bad_rows(&quarter, known);
            planted = true;
        }
    }
    text_add_string(&quarter.persons, "</personalData>\n");
    text_add_string(&quarter.cases, " </h:cases>\n</h:caseData>\n");
    const struct zip_part parts[] = {{"personal_data.xml", &quarter.persons},
                                     {"cases.xml", &quarter.cases}};
    int result = 0;
    if (quarter.case_rows > 0) {
        truth_file(truth, quarter.file, "homelessness", "E09000023", period,
                   quarter.person_rows + quarter.case_rows);
        result = zip_save(out, quarter.file, parts, 2, error);
    }
    text_release(&quarter.persons);
    text_release(&quarter.cases);
    return result;
}

int homelessness_write(const struct world *world, struct truth *truth, const char *out,
                       struct error *error)
{
    for (int month = next_quarter_end(world->first_month); month <= world->end_month; month += 3) {
        if (write_quarter(world, truth, out, month, error) < 0) {
            return error->code;
        }
    }
    return 0;
}
