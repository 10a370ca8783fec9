#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "publication.h"
#include "sql_file.h"

/* Runs the files of one folder of sql/, not those of folders below it, in name order. */
static int run_folder(struct database *database, const char *folder, struct error *error)
{
    size_t length = strlen(folder);
    for (size_t i = 0; i < sql_table_count; i++) {
        const char *name = sql_table[i].name;
        if (strncmp(name, folder, length) != 0 || strchr(name + length, '/') != NULL) {
            continue;
        }
        int result = database_run(database, name, error);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

static int register_measures(struct database *database, struct error *error)
{
    struct arena arena;
    struct measure *measures = NULL;
    size_t count = 0;

    arena_init(&arena, 0);
    int result = measure_list(&arena, &measures, &count, error);
    for (size_t i = 0; result == 0 && i < count; i++) {
        const struct measure *m = &measures[i];
        const char *numerator = strcmp(m->numerator, "none") == 0 ? NULL : m->numerator;
        const char *values[] = {m->code,   m->title,  m->unit,    m->window, m->kind,
                                numerator, m->source, m->caveats, m->feed};
        result = database_query(database, "sql/publish/measure.sql", values,
                                sizeof values / sizeof values[0], NULL, error);
    }
    arena_release(&arena);
    return result;
}

static int compute(struct database *database, struct error *error)
{
    int result = run_folder(database, "sql/measures/prepare/", error);
    if (result == 0) {
        result = register_measures(database, error);
    }
    if (result == 0) {
        result = run_folder(database, "sql/measures/", error);
    }
    if (result == 0) {
        result = run_folder(database, "sql/measures/finish/", error);
    }
    return result == 0 ? 0 : error_while(error, "while computing measures");
}

static int summarise(struct database *database, struct measure_summary *summary,
                     struct error *error)
{
    PGresult *rows = NULL;
    int result = database_query(database, "sql/publish/summary.sql", NULL, 0, &rows, error);
    if (result != 0) {
        return result;
    }
    summary->figures = strtoull(PQgetvalue(rows, 0, 0), NULL, 10);
    summary->measures = strtoull(PQgetvalue(rows, 0, 1), NULL, 10);
    summary->periods = strtoull(PQgetvalue(rows, 0, 2), NULL, 10);
    PQclear(rows);
    return 0;
}

int measure_compute_and_publish(struct database *database, int64_t run_id, const char *policy,
                                struct measure_summary *ret, struct error *error)
{
    struct measure_summary summary = {0};
    int result = database_begin(database, error);
    if (result != 0) {
        return result;
    }
    result = compute(database, error);
    if (result == 0) {
        result = publication_make(database, run_id, policy, &summary, error);
    }
    if (result == 0) {
        result = summarise(database, &summary, error);
    }
    if (result == 0) {
        result = database_commit(database, error);
    }
    if (result != 0) {
        database_rollback(database);
        return result;
    }
    *ret = summary;
    return 0;
}
