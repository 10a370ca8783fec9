/*
 * small_feed.h: a feed by hand, shaped like the real ones: a header table, persons, what hangs on
 * them, and a flat table whose rows name their person themselves. For unit tests and the fuzzer.
 */
#ifndef SMALL_FEED_H
#define SMALL_FEED_H

#include <string.h>

#include "feed.h"
#include "normalise.h"

enum { SMALL_HEADER, SMALL_PATIENT, SMALL_REFERRAL, SMALL_CONTACT, SMALL_SESSION, SMALL_TABLES };
enum { SMALL_FIELDS_MAX = 24, SMALL_COLUMNS_MAX = 20 };

enum { HEADER_SENDER, HEADER_START, HEADER_END, HEADER_MADE };
enum {
    PATIENT_ID,
    PATIENT_NHS,
    PATIENT_BIRTH,
    PATIENT_POSTCODE,
    PATIENT_SEX,
    PATIENT_FAMILY,
    PATIENT_GIVEN,
    PATIENT_STATUS
};
enum { REFERRAL_ID, REFERRAL_PATIENT, REFERRAL_RECEIVED, REFERRAL_CLOSED, REFERRAL_TEAM };
enum {
    CONTACT_ID,
    CONTACT_REFERRAL,
    CONTACT_DATE,
    CONTACT_MINUTES,
    CONTACT_ATTENDED,
    CONTACT_MODE,
    CONTACT_COST,
    CONTACT_TIME,
    CONTACT_NOTED,
    CONTACT_TEAM,
    CONTACT_NOTE
};
enum { SESSION_ID, SESSION_NHS, SESSION_BIRTH, SESSION_SEX, SESSION_POSTCODE, SESSION_DATE };

struct small_feed {
    struct feed feed;
    struct table tables[SMALL_TABLES];
    struct field fields[SMALL_TABLES][SMALL_FIELDS_MAX];
    struct column columns[SMALL_TABLES][SMALL_COLUMNS_MAX];
    char keys[SMALL_TABLES][SMALL_FIELDS_MAX][NORMALISE_KEY_MAX];
    struct cross_rule rules[SMALL_TABLES][3];
    int load_order[SMALL_TABLES];
};

static inline struct field *small_field(struct small_feed *small, int table, const char *name,
                                        enum field_type type)
{
    struct table *owner = &small->tables[table];
    struct field *field = &small->fields[table][owner->field_count];
    char *key = small->keys[table][owner->field_count];

    (void)normalise_key(slice_of(name), key);
    *field = (struct field){.name = name,
                            .key = key,
                            .type = type,
                            .parent_table = TABLE_NONE,
                            .parent_field = FIELD_NONE,
                            .source_field = (int)owner->field_count,
                            .derivation_field = FIELD_NONE,
                            .column = -1,
                            .line = (unsigned)owner->field_count + 2};
    owner->field_count++;
    if (name[0] != '\0')
        owner->input_count++;
    return field;
}

/* Keeps the field last added, or with a source a row that only derives. */
static inline struct field *small_keep(struct small_feed *small, int table, const char *column,
                                       enum column_type type, enum derivation_kind derivation)
{
    struct table *owner = &small->tables[table];
    struct field *field = &small->fields[table][owner->field_count - 1];

    small->columns[table][owner->column_count] =
        (struct column){column, type, (int)owner->field_count - 1};
    field->column = (int)owner->column_count++;
    field->derivation = derivation;
    return field;
}

static inline struct field *small_derive(struct small_feed *small, int table, int source,
                                         const char *column, enum column_type type,
                                         enum derivation_kind derivation)
{
    struct field *field = small_field(small, table, "", FIELD_TEXT);

    field->source_field = source;
    if (source != FIELD_NONE) {
        field->type = small->fields[table][source].type;
        field->identifier = small->fields[table][source].identifier;
    }
    return small_keep(small, table, column, type, derivation);
}

static inline struct field *small_identifier(struct small_feed *small, int table, const char *name,
                                             enum field_type type, enum identifier_kind kind)
{
    struct field *field = small_field(small, table, name, type);

    field->identifier = kind;
    return field;
}

static inline void small_child(struct field *field, int table, int parent)
{
    field->parent_table = table;
    field->parent_field = parent;
}

static inline void small_header(struct small_feed *small)
{
    small_field(small, SMALL_HEADER, "Sender", FIELD_ALNUM)->blank = SEVERITY_REJECT;
    small_field(small, SMALL_HEADER, "Start", FIELD_DATE)->blank = SEVERITY_REJECT;
    small_field(small, SMALL_HEADER, "End", FIELD_DATE)->blank = SEVERITY_REJECT;
    small_field(small, SMALL_HEADER, "Made", FIELD_DATETIME);
}

static inline void small_patient(struct small_feed *small)
{
    enum { T = SMALL_PATIENT };
    static const struct code_list_entry entries[] = {{{"9", 1}, {"9", 1}, {"9", 1}},
                                                     {{"1", 1}, {"1", 1}, {"1", 1}},
                                                     {{"2", 1}, {"2", 1}, {"2", 1}}};
    static const struct code_list sexes = {"sex", entries, 3};
    struct field *field =
        small_identifier(small, T, "LocalPatientID", FIELD_ALNUM, IDENTIFIER_LOCAL_PATIENT_ID);

    field->unique = field->is_parent = true;
    field->blank = SEVERITY_REJECT;
    field->blank_rule = "MHS00101";
    field->max_length = 20;
    small_identifier(small, T, "NHSNumber", FIELD_NHS_NUMBER, IDENTIFIER_NHS_NUMBER)->blank =
        SEVERITY_WARN;
    small_identifier(small, T, "PersonBirthDate", FIELD_DATE, IDENTIFIER_DATE_OF_BIRTH);
    small_identifier(small, T, "Postcode", FIELD_POSTCODE, IDENTIFIER_POSTCODE);
    field = small_field(small, T, "Gender", FIELD_ALNUM);
    field->codes = &sexes;
    field->codes_severity = SEVERITY_WARN;
    field->codes_rule = "MHS00131";
    small_keep(small, T, "gender", COLUMN_TEXT, DERIVE_VALUE);
    small_identifier(small, T, "FamilyName", FIELD_TEXT, IDENTIFIER_FAMILY_NAME);
    small_identifier(small, T, "GivenName", FIELD_TEXT, IDENTIFIER_GIVEN_NAME);
    field = small_field(small, T, "Status", FIELD_DIGITS);
    field->min_length = 2;
    field->max_length = 2;
    small_derive(small, T, FIELD_NONE, "patient_key", COLUMN_UUID, DERIVE_PERSON);
    small_derive(small, T, PATIENT_NHS, "nhs_present", COLUMN_BOOLEAN, DERIVE_PRESENT);
    small_derive(small, T, PATIENT_POSTCODE, "postcode", COLUMN_UUID, DERIVE_POSTCODE_TOKEN);
    small_derive(small, T, FIELD_NONE, "identity", COLUMN_BYTEA, DERIVE_IDENTITY);
    small_derive(small, T, FIELD_NONE, "age_start", COLUMN_SMALLINT, DERIVE_AGE);
    small_derive(small, T, FIELD_NONE, "age_end", COLUMN_SMALLINT, DERIVE_AGE)->derivation_field =
        -2;
    small_derive(small, T, FIELD_NONE, "row_number", COLUMN_BIGINT, DERIVE_ROW_NUMBER);
    small->tables[T].is_person_table = true;
    small->tables[T].person =
        (struct person_rule){PATIENT_ID,     PATIENT_NHS,   PATIENT_BIRTH, PATIENT_POSTCODE,
                             PATIENT_FAMILY, PATIENT_GIVEN, PATIENT_SEX,   FIELD_NONE};
}

static inline void small_referral(struct small_feed *small)
{
    enum { T = SMALL_REFERRAL };
    struct field *field =
        small_identifier(small, T, "ServiceRequestID", FIELD_ALNUM, IDENTIFIER_LOCAL_RECORD_ID);

    field->unique = field->is_parent = true;
    field->blank = SEVERITY_REJECT;
    field->label = "small.Referral.ServiceRequestID";
    small_keep(small, T, "referral_key", COLUMN_UUID, DERIVE_TOKEN);
    field = small_identifier(small, T, "LocalPatientID", FIELD_ALNUM, IDENTIFIER_LOCAL_PATIENT_ID);
    field->blank = SEVERITY_REJECT;
    small_child(field, SMALL_PATIENT, PATIENT_ID);
    small_keep(small, T, "patient_key", COLUMN_UUID, DERIVE_TOKEN);
    small_field(small, T, "Received", FIELD_DATE);
    small_keep(small, T, "received", COLUMN_DATE, DERIVE_VALUE);
    small_field(small, T, "Closed", FIELD_DATE);
    field = small_identifier(small, T, "TeamID", FIELD_ALNUM, IDENTIFIER_LOCAL_RECORD_ID);
    field->is_parent = true;
    field->label = "small.Team.TeamID";
    small_derive(small, T, FIELD_NONE, "age", COLUMN_SMALLINT, DERIVE_AGE)->derivation_field =
        REFERRAL_RECEIVED;
    small->tables[T].person_parent = REFERRAL_PATIENT;
    small->rules[T][0] = (struct cross_rule){CROSS_NOT_AFTER_PERIOD_END, REFERRAL_RECEIVED,
                                             FIELD_NONE, SEVERITY_REJECT, "MHS10105"};
    small->rules[T][1] = (struct cross_rule){CROSS_NOT_BEFORE, REFERRAL_CLOSED, REFERRAL_RECEIVED,
                                             SEVERITY_WARN, NULL};
    small->tables[T].rule_count = 2;
}

static inline void small_contact(struct small_feed *small)
{
    enum { T = SMALL_CONTACT };
    static const struct code_list_entry entries[] = {
        {{"Face to face", 12}, {"facetoface", 10}, {"01", 2}},
        {{"By phone", 8}, {"byphone", 7}, {"02", 2}},
        {{"Video", 5}, {"video", 5}, {"", 0}}};
    static const struct code_list modes = {"mode", entries, 3};
    struct field *field =
        small_identifier(small, T, "CareContactID", FIELD_ALNUM, IDENTIFIER_LOCAL_RECORD_ID);

    field->unique = true;
    small_keep(small, T, "contact_key", COLUMN_UUID, DERIVE_TOKEN);
    field = small_identifier(small, T, "ServiceRequestID", FIELD_ALNUM, IDENTIFIER_LOCAL_RECORD_ID);
    field->blank = SEVERITY_REJECT;
    small_child(field, SMALL_REFERRAL, REFERRAL_ID);
    small_keep(small, T, "referral_key", COLUMN_UUID, DERIVE_TOKEN);
    small_field(small, T, "ContactDate", FIELD_DATE)->blank = SEVERITY_REJECT;
    small_keep(small, T, "contact_date", COLUMN_DATE, DERIVE_VALUE);
    small_field(small, T, "Minutes", FIELD_DIGITS)->max_length = 5;
    small_keep(small, T, "minutes", COLUMN_SMALLINT, DERIVE_VALUE);
    small_field(small, T, "Attended", FIELD_YES_NO);
    small_keep(small, T, "attended", COLUMN_BOOLEAN, DERIVE_VALUE);
    small_field(small, T, "Mode", FIELD_TEXT);
    small_keep(small, T, "mode", COLUMN_TEXT, DERIVE_MAP)->map = &modes;
    small_field(small, T, "Cost", FIELD_DECIMAL);
    small_keep(small, T, "cost", COLUMN_NUMERIC, DERIVE_VALUE);
    small_field(small, T, "Time", FIELD_TIME);
    small_keep(small, T, "time", COLUMN_TIME, DERIVE_VALUE);
    small_field(small, T, "Noted", FIELD_TIMESTAMP);
    small_keep(small, T, "noted", COLUMN_TIMESTAMP, DERIVE_VALUE);
    field = small_identifier(small, T, "TeamID", FIELD_ALNUM, IDENTIFIER_LOCAL_RECORD_ID);
    small_child(field, SMALL_REFERRAL, REFERRAL_TEAM);
    small_keep(small, T, "team_key", COLUMN_UUID, DERIVE_TOKEN);
    small_field(small, T, "Note", FIELD_TEXT)->max_length = 4;
    small_keep(small, T, "note", COLUMN_TEXT, DERIVE_VALUE);
    small_derive(small, T, FIELD_NONE, "patient_key", COLUMN_UUID, DERIVE_PERSON);
    small_derive(small, T, FIELD_NONE, "age", COLUMN_SMALLINT, DERIVE_AGE)->derivation_field =
        CONTACT_DATE;
    small_derive(small, T, CONTACT_MODE, "mode_again", COLUMN_TEXT, DERIVE_MAP)->map = &modes;
    small->tables[T].person_parent = CONTACT_REFERRAL;
    small->rules[T][0] = (struct cross_rule){CROSS_WITHIN_PERIOD, CONTACT_DATE, FIELD_NONE,
                                             SEVERITY_REJECT, "MHS20108"};
    small->tables[T].rule_count = 1;
}

static inline void small_session(struct small_feed *small)
{
    enum { T = SMALL_SESSION };

    small_identifier(small, T, "ClientRef", FIELD_ALNUM, IDENTIFIER_LOCAL_PATIENT_ID);
    small_identifier(small, T, "NHSNumber", FIELD_NHS_NUMBER, IDENTIFIER_NHS_NUMBER);
    small_identifier(small, T, "BirthDate", FIELD_DATE, IDENTIFIER_DATE_OF_BIRTH);
    small_field(small, T, "Sex", FIELD_TEXT);
    small_identifier(small, T, "Postcode", FIELD_POSTCODE, IDENTIFIER_POSTCODE);
    small_field(small, T, "SessionDate", FIELD_DATE)->blank = SEVERITY_WARN;
    small_derive(small, T, FIELD_NONE, "patient_key", COLUMN_UUID, DERIVE_PERSON);
    small_derive(small, T, FIELD_NONE, "age", COLUMN_SMALLINT, DERIVE_AGE)->derivation_field =
        SESSION_DATE;
    small->tables[T].person =
        (struct person_rule){SESSION_ID, SESSION_NHS, SESSION_BIRTH, SESSION_POSTCODE,
                             FIELD_NONE, FIELD_NONE,  SESSION_SEX,   FIELD_NONE};
}

static inline void small_feed_init(struct small_feed *small)
{
    static const char *const names[SMALL_TABLES] = {"Header", "Patient", "Referral", "Contact",
                                                    "Session"};
    const struct person_rule nobody = {FIELD_NONE, FIELD_NONE, FIELD_NONE, FIELD_NONE,
                                       FIELD_NONE, FIELD_NONE, FIELD_NONE, FIELD_NONE};

    memset(small, 0, sizeof *small);
    for (int i = 0; i < SMALL_TABLES; i++) {
        small->load_order[i] = i;
        small->tables[i] = (struct table){.name = names[i],
                                          .fields = small->fields[i],
                                          .columns = small->columns[i],
                                          .rules = small->rules[i],
                                          .person = nobody,
                                          .person_parent = FIELD_NONE};
    }
    small_header(small);
    small_patient(small);
    small_referral(small);
    small_contact(small);
    small_session(small);
    small->feed = (struct feed){.name = "small",
                                .date_formats = DATE_ISO,
                                .tables = small->tables,
                                .table_count = SMALL_TABLES,
                                .load_order = small->load_order,
                                .header_table = SMALL_HEADER,
                                .extract_time_field = HEADER_MADE,
                                .period_start_field = HEADER_START,
                                .period_end_field = HEADER_END,
                                .sender_field = HEADER_SENDER};
}

#endif
