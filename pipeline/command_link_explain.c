/* link explain: why two records are linked or not; how one record came to its person. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link_story.h"
#include "result_table.h"

enum { PARTNERS_TOLD = 10 };

/* ---- two records ---- */

static int explain_pair(struct link_input *input, const char *const *names, struct error *error)
{
    struct linkage_result *result = calloc(1, sizeof *result);
    struct link_story story;
    uint32_t one = 0, other = 0;
    if (result == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for an explanation");
    }
    int failed = link_input_find_two(input, names, &one, &other, error);
    failed = failed ? failed : link_input_run(input, input->model, result, error);
    if (failed == 0) {
        link_story_make(input, result, one, other, &story);
        if (invocation_json(input->invocation)) {
            failed = print_json(link_story_json(input, &story), error);
        } else if (!invocation_quiet(input->invocation)) {
            link_story_print(input, &story);
        }
        linkage_result_release(result);
    }
    free(result);
    return failed;
}

/* ---- one record of a site: what is stored ---- */

static const struct {
    const char *sql_file, *key, *title, *none;
} parts[] = {
    {"sql/link/explain_record.sql", "link", "Record", ""},
    {"sql/link/explain_group.sql", "group", "One person with", ""},
    {"sql/link/explain_partners.sql", "partners", "Agrees best with", "no other record"},
};
enum { PART_COUNT = sizeof parts / sizeof parts[0] };

static void print_record(const PGresult *rows)
{
    for (int c = 0; c < PQnfields(rows); c++) {
        if (!PQgetisnull(rows, 0, c) && *PQgetvalue(rows, 0, c) != '\0') {
            printf("  %-14s %s\n", PQfname(rows, c), PQgetvalue(rows, 0, c));
        }
    }
}

static int tell_parts(const struct invocation *invocation, PGresult *const rows[PART_COUNT],
                      struct error *error)
{
    if (invocation_json(invocation)) {
        return print_json(json_pack("{s:o, s:o, s:o}", parts[0].key, result_row_json(rows[0]),
                                    parts[1].key, result_json(rows[1]), parts[2].key,
                                    result_json(rows[2])),
                          error);
    }
    for (int i = 0; i < PART_COUNT && !invocation_quiet(invocation); i++) {
        printf("%s%s\n", i == 0 ? "" : "\n", parts[i].title);
        if (i == 0) {
            print_record(rows[i]);
        } else if (PQntuples(rows[i]) == 0) {
            printf("  %s\n", parts[i].none);
        } else {
            result_print(rows[i]);
        }
    }
    return 0;
}

static int explain_stored(struct link_input *input, const char *name, struct error *error)
{
    PGresult *rows[PART_COUNT] = {NULL};
    struct token key = {{0}};
    char text[37];
    int failed = 0;
    if (!link_key_parse(name, &key)) {
        error_set(error, ERROR_RECORD_UNKNOWN, "a record is named by its patient_key");
        error_hint(error, "a patient_key looks like 01234567-89ab-cdef-0123-456789abcdef");
        return error->code;
    }
    link_key_write(&key, text);
    const char *parameters[] = {text};
    for (int i = 0; i < PART_COUNT && failed == 0; i++) {
        failed =
            database_query(&input->database, parts[i].sql_file, parameters, 1, &rows[i], error);
    }
    if (failed == 0 && PQntuples(rows[0]) == 0) {
        failed = error_set(error, ERROR_RECORD_UNKNOWN, "no record has that patient_key");
    }
    failed = failed ? failed : tell_parts(input->invocation, rows, error);
    for (int i = 0; i < PART_COUNT; i++) {
        PQclear(rows[i]);
    }
    return failed;
}

/* ---- one record of files: what linking them gives ---- */

static json_t *partner_json(const struct link_input *input, const struct linkage_result *result,
                            const struct linkage_pair *pair, uint32_t record)
{
    char name[LINK_NAME_MAX];
    uint32_t other = linkage_partner_of(pair, record);
    return json_pack("{s:s, s:f, s:f, s:s, s:b}", "record", link_input_name(input, other, name),
                     "weight", (double)(long)(pair->weight + (pair->weight < 0 ? -0.5F : 0.5F)),
                     "odds", (double)(long)(pair->odds + (pair->odds < 0 ? -0.5F : 0.5F)),
                     "outcome", linkage_outcome_name(pair->outcome), "one_person",
                     result->cluster[other] == result->cluster[record]);
}

static json_t *computed_json(const struct link_input *input, const struct linkage_result *result,
                             uint32_t record)
{
    json_t *group = json_array(), *partners = json_array();
    char name[LINK_NAME_MAX];
    for (uint32_t i = 0; i < input->set->record_count; i++) {
        if (result->cluster[i] == result->cluster[record]) {
            json_array_append_new(group, json_string(link_input_name(input, i, name)));
        }
    }
    /* Pairs come best odds first. */
    for (size_t i = 0; i < result->pair_count && json_array_size(partners) < PARTNERS_TOLD; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        if (pair->left == record || pair->right == record) {
            json_array_append_new(partners, partner_json(input, result, pair, record));
        }
    }
    return json_pack("{s:s, s:o, s:o}", "record", link_input_name(input, record, name), "group",
                     group, "partners", partners);
}

static void print_computed(const json_t *told)
{
    const json_t *group = json_object_get(told, "group"),
                 *partners = json_object_get(told, "partners");
    puts("One person");
    for (size_t i = 0; i < json_array_size(group); i++) {
        printf("  %s\n", json_string_value(json_array_get(group, i)));
    }
    printf("\nAgrees best with\n  %6s %6s  %-12s %s\n", "weight", "odds", "outcome", "record");
    for (size_t i = 0; i < json_array_size(partners); i++) {
        const json_t *partner = json_array_get(partners, i);
        printf("  %6.0f %6.0f  %-12s %s\n", json_number_value(json_object_get(partner, "weight")),
               json_number_value(json_object_get(partner, "odds")),
               json_string_value(json_object_get(partner, "outcome")),
               json_string_value(json_object_get(partner, "record")));
    }
}

static int explain_computed(struct link_input *input, const char *name, struct error *error)
{
    struct linkage_result *result = calloc(1, sizeof *result);
    uint32_t record = 0;
    if (result == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for an explanation");
    }
    int failed = link_input_find(input, name, &record, error);
    failed = failed ? failed : link_input_run(input, input->model, result, error);
    if (failed == 0) {
        json_t *told = computed_json(input, result, record);
        if (told == NULL || invocation_json(input->invocation)) {
            failed = print_json(told, error);
        } else {
            if (!invocation_quiet(input->invocation)) {
                print_computed(told);
            }
            json_decref(told);
        }
        linkage_result_release(result);
    }
    free(result);
    return failed;
}

int command_link_explain(const struct invocation *invocation, struct error *error)
{
    struct link_input *input = calloc(1, sizeof *input);
    size_t count;
    const char *const *names = invocation_arguments(invocation, &count);
    bool from_files = link_input_wants_files(invocation);
    if (input == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for an explanation");
    }
    int failed = count == 1 && !from_files ? link_input_open_site(invocation, input, error)
                                           : link_input_read(invocation, input, error);
    if (failed == 0) {
        failed = count == 2   ? explain_pair(input, names, error)
                 : from_files ? explain_computed(input, names[0], error)
                              : explain_stored(input, names[0], error);
    }
    link_input_close(input);
    free(input);
    return failed;
}
