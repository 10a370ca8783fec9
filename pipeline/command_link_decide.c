/* link decide same, apart, withdraw, list: what stewards say of pairs of records. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "link_decision.h"
#include "result_table.h"

/* ---- same, apart ---- */

/* known: it was decided so before, by decision id. replaces: the decision that said otherwise, or
 * 0.
 */
static int tell_decision(const struct invocation *invocation, const struct link_decision *decision,
                         int64_t id, int64_t replaces, bool known, struct error *error)
{
    if (invocation_json(invocation)) {
        return print_json(
            json_pack("{s:I, s:s, s:s, s:s, s:b, s:o}", "id", (json_int_t)id, "decision",
                      decision->same ? "same" : "apart", "left", decision->left, "right",
                      decision->right, "known", known, "replaces",
                      replaces == 0 ? json_null() : json_integer((json_int_t)replaces)),
            error);
    }
    if (invocation_quiet(invocation)) {
        return 0;
    }
    if (known) {
        printf("Already decided so (decision %" PRId64 "); nothing is written.\n", id);
    } else {
        printf("Decision %" PRId64 ": %s\n  %s\n  %s\nIt counts from the next joinedup run on; "
               "joinedup link decide withdraw %" PRId64 " takes it back.\n",
               id, decision->same ? "one person" : "never one person", decision->left,
               decision->right, id);
        if (replaces != 0) {
            printf("It replaces decision %" PRId64 ", which said %s.\n", replaces,
                   decision->same ? "never one person" : "one person");
        }
    }
    return 0;
}

static int write_key(const struct link_input *input, uint32_t record, char *ret,
                     struct error *error)
{
    struct token key;
    int failed = link_key(&input->records, record, &key, error);
    if (failed == 0) {
        link_key_write(&key, ret);
    }
    return failed;
}

static int decide_pair(struct link_input *input, bool same, struct error *error)
{
    size_t count;
    const char *const *names = invocation_arguments(input->invocation, &count);
    struct link_decision decision = {.same = same,
                                     .by = invocation_value(input->invocation, "by"),
                                     .reason = invocation_value(input->invocation, "reason")};
    uint32_t one = 0, other = 0;
    int64_t id = 0, earlier = 0;
    bool so = false;
    int failed = link_decision_check_words(decision.by, decision.reason, error);
    failed = failed ? failed : link_input_read_site(input, error);
    failed = failed ? failed : link_input_find_two(input, names, &one, &other, error);
    if (failed == 0 && same) {
        failed = link_decision_check_same(input, one, other, error);
    }
    if (failed != 0) {
        return failed;
    }
    failed = write_key(input, one, decision.left, error);
    failed = failed ? failed : write_key(input, other, decision.right, error);
    failed = failed ? failed
                    : link_decision_of_pair(&input->database, decision.left, decision.right,
                                            &earlier, &so, error);
    bool known = failed == 0 && earlier != 0 && so == same;
    if (failed == 0 && !known) {
        failed = link_decision_add(&input->database, &decision, &id, error);
    }
    return failed ? failed
                  : tell_decision(input->invocation, &decision, known ? earlier : id,
                                  known ? 0 : earlier, known, error);
}

static int decide(const struct invocation *invocation, bool same, struct error *error)
{
    struct link_input *input = calloc(1, sizeof *input);
    if (input == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a decision");
    }
    int failed = link_input_open_site(invocation, input, error);
    failed = failed ? failed : decide_pair(input, same, error);
    link_input_close(input);
    free(input);
    return failed;
}

int command_link_decide_same(const struct invocation *invocation, struct error *error)
{
    return decide(invocation, true, error);
}

int command_link_decide_apart(const struct invocation *invocation, struct error *error)
{
    return decide(invocation, false, error);
}

/* ---- withdraw, list ---- */

static int tell_withdrawn(const struct link_input *input, int64_t id, int64_t earlier, bool same,
                          struct error *error)
{
    if (invocation_json(input->invocation)) {
        return print_json(json_pack("{s:I, s:o}", "withdrawn", (json_int_t)id, "now_counts",
                                    earlier == 0 ? json_null() : json_integer(earlier)),
                          error);
    }
    if (!invocation_quiet(input->invocation)) {
        printf("Decision %" PRId64 " is withdrawn, from the next joinedup run on.\n", id);
        if (earlier != 0) {
            printf("Decision %" PRId64 " of the same pair counts again: %s.\n", earlier,
                   same ? "one person" : "never one person");
        }
    }
    return 0;
}

static int withdraw(struct link_input *input, struct error *error)
{
    size_t count;
    const char *const *arguments = invocation_arguments(input->invocation, &count);
    PGresult *rows = NULL;
    char *end = NULL, number[24];
    int64_t earlier = 0;
    bool same = false;
    long long id = strtoll(arguments[0], &end, 10);
    if (*arguments[0] == '\0' || *end != '\0' || id < 1) {
        return error_set(error, ERROR_USAGE, "ID must be the number of a decision");
    }
    snprintf(number, sizeof number, "%lld", id);
    const char *parameters[] = {number};
    int failed = database_query(&input->database, "sql/link/decision_withdraw.sql", parameters, 1,
                                &rows, error);
    if (failed == 0 && PQntuples(rows) == 0) {
        failed = error_set(error, ERROR_RECORD_UNKNOWN,
                           "there is no decision %lld, or it was withdrawn before", id);
        error_hint(error, "joinedup link decide list shows all");
    }
    failed = failed ? failed
                    : link_decision_of_pair(&input->database, PQgetvalue(rows, 0, 0),
                                            PQgetvalue(rows, 0, 1), &earlier, &same, error);
    PQclear(rows);
    return failed ? failed : tell_withdrawn(input, id, earlier, same, error);
}

static int list(struct link_input *input, struct error *error)
{
    PGresult *rows = NULL;
    int failed =
        database_query(&input->database, "sql/link/decision_list.sql", NULL, 0, &rows, error);
    if (failed == 0 && invocation_json(input->invocation)) {
        failed = print_json(json_pack("{s:o}", "decisions", result_json(rows)), error);
    } else if (failed == 0 && !invocation_quiet(input->invocation)) {
        if (PQntuples(rows) == 0) {
            puts("  no decision yet");
        } else {
            result_print(rows);
        }
    }
    PQclear(rows);
    return failed;
}

static int with_site(const struct invocation *invocation,
                     int (*work)(struct link_input *input, struct error *error),
                     struct error *error)
{
    struct link_input *input = calloc(1, sizeof *input);
    if (input == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    }
    int failed = link_input_open_site(invocation, input, error);
    failed = failed ? failed : work(input, error);
    link_input_close(input);
    free(input);
    return failed;
}

int command_link_decide_withdraw(const struct invocation *invocation, struct error *error)
{
    return with_site(invocation, withdraw, error);
}

int command_link_decide_list(const struct invocation *invocation, struct error *error)
{
    return with_site(invocation, list, error);
}
