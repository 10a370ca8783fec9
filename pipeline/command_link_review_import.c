/* link review import: clerks' answers, all of a file or none; what they say of the linkage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "labelled_csv.h"
#include "link_decision.h"
#include "link_review.h"

enum { PAIRS_MAX = 100000, NAMES_MAX = 8 };
/* Columns of the file; and of sql/link/review_answer.sql. */
enum { AT_PAIR, AT_ANSWER, AT_LEFT, AT_RIGHT, COLUMNS };
enum { WAS_ANSWER = 2, WAS_BY };

struct answering {
    struct link_input *input;
    const char *file, *by;
    char batch[LINK_REVIEW_BATCH_SIZE];
    unsigned char *seen; /* by number of the pair */
    unsigned long row;   /* in the file; the header is row 1 */
    bool decide;
    uint64_t taken, decided, refused, known, replaced;
    struct labelled_csv_column columns[COLUMNS];
    char *names[NAMES_MAX]; /* whose answers were replaced; more than these are not named */
    size_t name_count;
};

static int bad_row(const struct answering *answering, struct error *error, const char *what)
{
    error_set(error, ERROR_REVIEW_FILE, "%s", what);
    error_place(error, "%s, row %lu", answering->file, answering->row);
    return error->code;
}

/* ---- decisions ---- */

static int decide(struct answering *answering, const PGresult *pair, bool same, struct error *error)
{
    struct link_decision decision = {.same = same, .by = answering->by};
    struct link_input *input = answering->input;
    char reason[64];
    int64_t id = 0;
    bool so = false;
    uint32_t one = 0, other = 0;
    struct error refusal = {0};
    snprintf(decision.left, sizeof decision.left, "%s", PQgetvalue(pair, 0, 0));
    snprintf(decision.right, sizeof decision.right, "%s", PQgetvalue(pair, 0, 1));
    snprintf(reason, sizeof reason, "clerical review %s", answering->batch);
    decision.reason = reason;
    int failed =
        link_decision_of_pair(&input->database, decision.left, decision.right, &id, &so, error);
    if (failed != 0) {
        return failed;
    }
    if (id != 0 && so == same) {
        answering->known++;
        return 0;
    }
    if (link_input_find(input, decision.left, &one, &refusal) != 0 ||
        link_input_find(input, decision.right, &other, &refusal) != 0 ||
        (same && link_decision_check_same(input, one, other, &refusal) != 0)) {
        answering->refused++;
        return 0;
    }
    answering->decided++;
    return link_decision_add(&input->database, &decision, &id, error);
}

/* ---- rows ---- */

/* "0123456789ab/12"; all rows are of one batch. */
static int read_pair(struct answering *answering, struct slice text, char number[16],
                     struct error *error)
{
    enum { AT_SLASH = LINK_REVIEW_BATCH_SIZE - 1 };
    char copy[LINK_REVIEW_BATCH_SIZE + 8], *end = NULL;
    if (text.length <= AT_SLASH + 1 || text.length >= sizeof copy) {
        return bad_row(answering, error, "the pair is not as it was exported");
    }
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    long pair = strtol(copy + AT_SLASH + 1, &end, 10);
    if (copy[AT_SLASH] != '/' || *end != '\0' || pair < 1 || pair > PAIRS_MAX) {
        return bad_row(answering, error, "the pair is not as it was exported");
    }
    copy[AT_SLASH] = '\0';
    if (*answering->batch == '\0') {
        memcpy(answering->batch, copy, sizeof answering->batch);
    }
    if (strcmp(answering->batch, copy) != 0) {
        return bad_row(answering, error, "the pair is of another batch than the rows before");
    }
    if (answering->seen[pair]) {
        return bad_row(answering, error, "the pair is there twice");
    }
    answering->seen[pair] = 1;
    snprintf(number, 16, "%ld", pair);
    return 0;
}

/* NULL: none of the three. "": not answered. */
static const char *answer_of(struct slice text)
{
    static const char *const answers[] = {"same", "different", "unsure", ""};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strlen(answers[i]) == text.length &&
            (text.length == 0 || strncasecmp(answers[i], text.data, text.length) == 0)) {
            return answers[i];
        }
    }
    return NULL;
}

/* Is the key in the file the one this pair was drawn with? */
static bool is_key(struct slice text, const char *stored)
{
    struct token told, own;
    char copy[64];
    if (text.length >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return link_key_parse(copy, &told) && link_key_parse(stored, &own) &&
           memcmp(&told, &own, sizeof own) == 0;
}

/* A clerk's file may leave the keys out; where it has them, they are those of the pair. */
static int check_keys(const struct answering *answering, const struct slice *values,
                      const PGresult *pair, struct error *error)
{
    for (int c = AT_LEFT; c <= AT_RIGHT; c++) {
        if (answering->columns[c].found && !is_key(values[c], PQgetvalue(pair, 0, c - AT_LEFT))) {
            bad_row(answering, error, "the keys are not those of the pair");
            error_detail(error, "cells were moved between rows, or the site key was changed since "
                                "the file was exported");
            error_hint(error, "export the sample once more and answer that file");
            return error->code;
        }
    }
    return 0;
}

static int count_replaced(struct answering *answering, const PGresult *pair, const char *answer,
                          struct error *error)
{
    const char *by = PQgetvalue(pair, 0, WAS_BY);
    if (PQgetisnull(pair, 0, WAS_ANSWER) ||
        (strcmp(PQgetvalue(pair, 0, WAS_ANSWER), answer) == 0 && strcmp(by, answering->by) == 0)) {
        return 0;
    }
    answering->replaced++;
    for (size_t i = 0; i < answering->name_count; i++) {
        if (strcmp(answering->names[i], by) == 0) {
            return 0;
        }
    }
    if (answering->name_count < NAMES_MAX) {
        char *name = strdup(by);
        if (name == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for answers");
        }
        answering->names[answering->name_count++] = name;
    }
    return 0;
}

static int take_row(void *data, const struct slice *values, struct error *error)
{
    struct answering *answering = data;
    const char *answer = answer_of(values[AT_ANSWER]);
    char number[16];
    PGresult *pair = NULL;
    answering->row++;
    int failed = read_pair(answering, values[AT_PAIR], number, error);
    if (failed == 0 && answer == NULL) {
        failed = bad_row(answering, error, "the answer must be same, different or unsure");
    }
    if (failed != 0 || *answer == '\0') {
        return failed;
    }
    const char *parameters[] = {answering->batch, number, answer, answering->by};
    failed = database_query(&answering->input->database, "sql/link/review_answer.sql", parameters,
                            4, &pair, error);
    if (failed == 0 && PQntuples(pair) == 0) {
        failed = bad_row(answering, error, "the pair is of no sample of this site");
        error_hint(error, "export a sample once more and answer that file");
    }
    failed = failed ? failed : check_keys(answering, values, pair, error);
    failed = failed ? failed : count_replaced(answering, pair, answer, error);
    answering->taken += failed == 0;
    if (failed == 0 && answering->decide && strcmp(answer, "unsure") != 0) {
        failed = decide(answering, pair, strcmp(answer, "same") == 0, error);
    }
    PQclear(pair);
    return failed;
}

static int take_file(struct answering *answering, struct link_review *ret, struct error *error)
{
    struct labelled_csv_column *columns = answering->columns;
    columns[AT_PAIR].name = "pair";
    columns[AT_ANSWER].name = "answer";
    columns[AT_LEFT] = (struct labelled_csv_column){.name = "left_key", .optional = true};
    columns[AT_RIGHT] = (struct labelled_csv_column){.name = "right_key", .optional = true};
    struct database *database = &answering->input->database;
    int failed = database_begin(database, error);
    if (failed != 0) {
        return failed;
    }
    answering->row = 1;
    failed = labelled_csv_read(answering->file, columns, COLUMNS, take_row, answering, error);
    if (failed == 0 && answering->taken == 0) {
        failed = error_set(error, ERROR_REVIEW_FILE, "no row of the file has an answer");
        error_place(error, "%s", answering->file);
    }
    failed = failed ? failed : link_review_read(database, answering->batch, ret, error);
    failed = failed ? failed : database_commit(database, error);
    if (failed != 0) {
        database_rollback(database);
    }
    return failed;
}

static int tell(const struct answering *answering, const struct link_review *review,
                struct error *error)
{
    const struct invocation *invocation = answering->input->invocation;
    if (invocation_json(invocation)) {
        json_t *told = link_review_json(review);
        if (told != NULL) {
            json_object_set_new(told, "taken", json_integer((json_int_t)answering->taken));
            json_object_set_new(told, "decided", json_integer((json_int_t)answering->decided));
            json_object_set_new(told, "known", json_integer((json_int_t)answering->known));
            json_t *names = json_array();
            for (size_t i = 0; i < answering->name_count; i++) {
                json_array_append_new(names, json_string(answering->names[i]));
            }
            json_object_set_new(told, "replaced", json_integer((json_int_t)answering->replaced));
            json_object_set_new(told, "replaced_of", names);
            json_object_set_new(told, "refused", json_integer((json_int_t)answering->refused));
        }
        return print_json(told, error);
    }
    if (invocation_quiet(invocation)) {
        return 0;
    }
    link_review_print(review);
    if (answering->replaced > 0) {
        printf("\n%llu answers took the place of earlier ones, which were by ",
               (unsigned long long)answering->replaced);
        for (size_t i = 0; i < answering->name_count; i++) {
            printf("%s%s", i == 0 ? "" : ", ", answering->names[i]);
        }
        puts(answering->name_count == NAMES_MAX ? ", ..." : "");
    }
    if (answering->decide) {
        printf("\n%llu decisions written, %llu were there already, %llu refused: the records can "
               "never be one person, or are gone\n",
               (unsigned long long)answering->decided, (unsigned long long)answering->known,
               (unsigned long long)answering->refused);
    }
    return 0;
}

static int import(struct answering *answering, struct error *error)
{
    const struct invocation *invocation = answering->input->invocation;
    struct link_review *review = calloc(1, sizeof *review);
    size_t count;
    answering->file = invocation_arguments(invocation, &count)[0];
    answering->by = invocation_value(invocation, "by");
    answering->decide = invocation_flag(invocation, "decide");
    answering->seen = calloc(PAIRS_MAX + 1, 1);
    int failed = review == NULL || answering->seen == NULL
                     ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for answers")
                     : link_decision_check_words(answering->by, "clerical review", error);
    failed = failed ? failed : link_input_open_site(invocation, answering->input, error);
    if (failed == 0 && answering->decide) {
        failed = link_input_read_site(answering->input, error);
    }
    failed = failed ? failed : take_file(answering, review, error);
    failed = failed ? failed : tell(answering, review, error);
    for (size_t i = 0; i < answering->name_count; i++) {
        free(answering->names[i]);
    }
    free(answering->seen);
    free(review);
    return failed;
}

int command_link_review_import(const struct invocation *invocation, struct error *error)
{
    struct link_input *input = calloc(1, sizeof *input);
    struct answering answering = {.input = input};
    if (input == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for answers");
    }
    input->invocation = invocation;
    int failed = import(&answering, error);
    link_input_close(input);
    free(input);
    return failed;
}
