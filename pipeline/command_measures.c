/* measures list, measures export. The export itself is in publication_export.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "command.h"
#include "measure.h"
#include "problem.h"
#include "publication_export.h"

/* Site and database, open for one command. */
struct desk {
    struct site site;
    struct database database;
    struct problem_list problems;
    bool opened, connected;
};

static int desk_open(const struct invocation *invocation, struct desk *desk, struct error *error)
{
    memset(desk, 0, sizeof *desk);
    problem_list_init(&desk->problems);
    int result = site_load(invocation_site(invocation), &desk->site, &desk->problems, error);
    desk->opened = true;
    if (result == 0) {
        result = database_open(&desk->site, false, &desk->database, error);
        desk->connected = result == 0;
    }
    return result;
}

static void desk_close(struct desk *desk)
{
    if (desk->connected) {
        database_close(&desk->database);
    }
    if (desk->opened) {
        site_release(&desk->site);
        problem_list_release(&desk->problems);
    }
}

/* ---- list ---- */

/* The row of a measure in the answer of sql/publish/periods.sql, or -1: no figures yet. */
static int period_row(const PGresult *periods, const struct measure *measure)
{
    for (int row = 0; row < PQntuples(periods); row++) {
        if (strcmp(PQgetvalue(periods, row, 0), measure->code) == 0) {
            return row;
        }
    }
    return -1;
}

static json_t *periods_json(const PGresult *periods, int row)
{
    if (row < 0) {
        return json_null();
    }
    return json_pack("{s:s, s:s, s:I}", "first", PQgetvalue(periods, row, 1), "last",
                     PQgetvalue(periods, row, 2), "count",
                     (json_int_t)strtoll(PQgetvalue(periods, row, 3), NULL, 10));
}

static int list_json(const struct measure *measures, size_t count, const PGresult *periods,
                     struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct measure *m = &measures[i];
        json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "code", m->code,
                                 "title", m->title, "unit", m->unit, "window", m->window, "kind",
                                 m->kind, "source", m->source, "caveats", m->caveats, "feed",
                                 m->feed, "periods", periods_json(periods, period_row(periods, m)));
        if (item == NULL || json_array_append_new(list, item) != 0) {
            json_decref(list);
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the list of measures");
        }
    }
    return print_json(list, error);
}

static void list_text(const struct measure *measures, size_t count, const PGresult *periods)
{
    printf("%-8s  %-18s  %-18s  %-18s  %s\n", "code", "unit", "window", "periods", "title");
    for (size_t i = 0; i < count; i++) {
        const struct measure *m = &measures[i];
        char span[64] = "none yet";
        int row = period_row(periods, m);
        if (row >= 0) {
            snprintf(span, sizeof span, "%s..%s", PQgetvalue(periods, row, 1),
                     PQgetvalue(periods, row, 2));
        }
        printf("%-8s  %-18s  %-18s  %-18s  %s\n", m->code, m->unit, m->window, span, m->title);
    }
}

static int list(const struct invocation *invocation, struct desk *desk, struct arena *arena,
                struct error *error)
{
    struct measure *measures = NULL;
    size_t count = 0;
    PGresult *periods = NULL;
    int result = measure_list(arena, &measures, &count, error);
    if (result == 0) {
        result =
            database_query(&desk->database, "sql/publish/periods.sql", NULL, 0, &periods, error);
    }
    if (result == 0 && invocation_json(invocation)) {
        result = list_json(measures, count, periods, error);
    } else if (result == 0) {
        list_text(measures, count, periods);
    }
    PQclear(periods);
    return result;
}

int command_measures_list(const struct invocation *invocation, struct error *error)
{
    struct desk desk;
    struct arena arena;
    arena_init(&arena, 0);
    int result = desk_open(invocation, &desk, error);
    if (result == 0) {
        result = list(invocation, &desk, &arena, error);
    }
    desk_close(&desk);
    arena_release(&arena);
    return result;
}

/* ---- export ---- */

/* "2025-03" to "2025-03-01". */
static int read_period(const char *text, char ret_day[11], struct error *error)
{
    bool ok = text != NULL && strlen(text) == 7 && strspn(text, "0123456789") == 4 &&
              text[4] == '-' && strspn(text + 5, "0123456789") == 2 &&
              strcmp(text + 5, "01") >= 0 && strcmp(text + 5, "12") <= 0 &&
              strncmp(text, "1900", 4) >= 0;
    if (!ok) {
        error_set(error, ERROR_USAGE, "--period-end must be a month");
        error_detail(error, "found \"%.40s\", expected YYYY-MM, for instance 2025-03",
                     text == NULL ? "" : text);
        return error->code;
    }
    snprintf(ret_day, 11, "%.7s-01", text);
    return 0;
}

static int unknown_code(const char *code, size_t length, struct error *error)
{
    error_set(error, ERROR_USAGE, "there is no measure \"%.*s\"", length > 40 ? 40 : (int)length,
              code);
    error_hint(error, "joinedup measures list shows the codes");
    return error->code;
}

/* The measures asked for, as the statement wants them: known codes, in their own spelling. */
static int read_codes(const char *text, struct arena *arena, char **ret, struct error *error)
{
    struct measure *measures = NULL;
    size_t count = 0;
    int result = measure_list(arena, &measures, &count, error);
    char *codes = result == 0 ? arena_take(arena, strlen(text) + 1) : NULL;
    if (result == 0 && codes == NULL) {
        result = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the codes");
    }
    while (result == 0 && *text != '\0') {
        size_t length = strcspn(text, ",");
        size_t i = 0;
        while (i < count && (strlen(measures[i].code) != length ||
                             strncasecmp(measures[i].code, text, length) != 0)) {
            i++;
        }
        if (i == count) {
            return unknown_code(text, length, error);
        }
        strcat(strcat(codes, *codes == '\0' ? "" : ","), measures[i].code);
        text += length + (text[length] == ',');
    }
    if (result == 0) {
        *ret = codes;
    }
    return result;
}

static int read_request(const struct invocation *invocation, struct arena *arena,
                        struct publication_request *ret, struct error *error)
{
    const char *codes = invocation_value(invocation, "code");
    ret->exact = invocation_flag(invocation, "exact");
    ret->out = invocation_value(invocation, "out");
    int result = read_period(invocation_value(invocation, "period-end"), ret->first_day, error);
    if (result == 0 && (ret->out == NULL || *ret->out == '\0')) {
        result = error_set(error, ERROR_USAGE, "--out FILE is missing (- = standard output)");
    }
    if (result == 0 && codes != NULL && *codes != '\0') {
        char *known = NULL;
        result = read_codes(codes, arena, &known, error);
        ret->codes = known;
    }
    return result;
}

static int tell_export(const struct invocation *invocation,
                       const struct publication_request *request, uint64_t rows,
                       struct error *error)
{
    if (strcmp(request->out, "-") == 0) {
        return 0; /* the figures themselves are on standard output */
    }
    if (invocation_json(invocation)) {
        return print_json(json_pack("{s:s, s:I, s:b}", "file", request->out, "rows",
                                    (json_int_t)rows, "exact", request->exact),
                          error);
    }
    if (!invocation_quiet(invocation)) {
        printf("%llu figures written to %s\n", (unsigned long long)rows, request->out);
    }
    return 0;
}

int command_measures_export(const struct invocation *invocation, struct error *error)
{
    struct desk desk = {0};
    struct arena arena;
    struct publication_request request = {0};
    uint64_t rows = 0;

    arena_init(&arena, 0);
    int result = read_request(invocation, &arena, &request, error);
    if (result == 0) {
        result = desk_open(invocation, &desk, error);
        if (result == 0 && request.exact && !invocation_quiet(invocation)) {
            fprintf(stderr, "warning: exact figures, not protected: for restricted use only\n");
        }
        if (result == 0) {
            result = publication_export(&desk.database, &request, &rows, error);
        }
        desk_close(&desk);
    }
    if (result == 0) {
        result = tell_export(invocation, &request, rows, error);
    }
    arena_release(&arena);
    return result;
}
