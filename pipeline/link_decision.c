#include "link_decision.h"

#include <stdlib.h>
#include <string.h>

#include "linkage/odds.h"

enum { WORDS_MAX = 400 };

static bool is_one_line(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 32 || *text == 127) {
            return false;
        }
    }
    return true;
}

/* Ten digits, blanks and hyphens between them or not. */
static bool has_ten_digits(const char *text)
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9') {
            digits++;
        } else if (*text != ' ' && *text != '-') {
            digits = 0;
        }
        if (digits >= 10) {
            return true;
        }
    }
    return false;
}

static int check_text(const char *option, const char *text, struct error *error)
{
    if (text == NULL || text[strspn(text, " ")] == '\0') {
        return error_set(error, ERROR_USAGE, "--%s is missing", option);
    }
    if (strlen(text) > WORDS_MAX || !is_one_line(text)) {
        return error_set(error, ERROR_USAGE, "--%s must be one line of at most %d bytes", option,
                         WORDS_MAX);
    }
    if (has_ten_digits(text)) {
        error_set(error, ERROR_USAGE, "--%s holds ten digits, which could be an NHS number",
                  option);
        error_hint(error, "say it in words that identify nobody");
        return error->code;
    }
    return 0;
}

int link_decision_check_words(const char *by, const char *reason, struct error *error)
{
    int failed = check_text("by", by, error);
    return failed ? failed : check_text("reason", reason, error);
}

static int refuse(const char *why, struct error *error)
{
    error_set(error, ERROR_DECISION_REFUSED, "these two records can never be one person");
    error_detail(error, "%s", why);
    return error->code;
}

int link_decision_check_same(const struct link_input *input, uint32_t one, uint32_t other,
                             struct error *error)
{
    const struct linkage_set *set = input->set;
    uint64_t left = linkage_number_of(set, one), right = linkage_number_of(set, other);
    uint8_t source = linkage_source_of(set, one);
    if (left != 0 && right != 0 && left != right) {
        return refuse("they have different valid NHS numbers", error);
    }
    if (source == linkage_source_of(set, other) && set->sources[source].unique) {
        return refuse("both are of one source in which nobody is twice", error);
    }
    return linkage_excludes(set, one, other)
               ? refuse("sex and date of birth are both different", error)
               : 0;
}

int link_decision_add(struct database *database, const struct link_decision *decision,
                      int64_t *ret_id, struct error *error)
{
    const char *parameters[] = {decision->left, decision->right, decision->same ? "true" : "false",
                                decision->by, decision->reason};
    PGresult *rows = NULL;
    int failed = database_query(database, "sql/link/decision_add.sql", parameters, 5, &rows, error);
    if (failed == 0) {
        *ret_id = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
        PQclear(rows);
    }
    return failed;
}

int link_decision_of_pair(struct database *database, const char *left, const char *right,
                          int64_t *ret_id, bool *ret_same, struct error *error)
{
    const char *parameters[] = {left, right};
    PGresult *rows = NULL;
    int failed =
        database_query(database, "sql/link/decision_of_pair.sql", parameters, 2, &rows, error);
    if (failed == 0) {
        bool found = PQntuples(rows) == 1;
        *ret_id = found ? strtoll(PQgetvalue(rows, 0, 0), NULL, 10) : 0;
        *ret_same = found && strcmp(PQgetvalue(rows, 0, 1), "same") == 0;
        PQclear(rows);
    }
    return failed;
}
