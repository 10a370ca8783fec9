#include "night.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive.h"
#include "command.h"
#include "file.h"
#include "ledger.h"
#include "link_model.h"
#include "log.h"
#include "publication.h"
#include "receive.h"
#include "site_key.h"
#include "sql_file.h"
#include "token.h"

static int load_site(struct night *night, const char *folder, struct error *error)
{
    struct problem_list problems;
    problem_list_init(&problems);
    int failed = site_load(folder, &night->site, &problems, error);
    night->site_loaded = true;
    problem_list_release(&problems);
    return failed;
}

static int claim_setting(struct night *night, const char *name, const char *value, bool *ret_same,
                         struct error *error)
{
    const char *parameters[] = {name, value};
    PGresult *rows = NULL;
    int failed =
        database_query(&night->database, "sql/meta/setting_claim.sql", parameters, 2, &rows, error);
    if (failed == 0) {
        *ret_same = PQntuples(rows) == 1 && strcmp(PQgetvalue(rows, 0, 0), value) == 0;
        PQclear(rows);
    }
    return failed;
}

/* The first run fixes the key; any other key is refused from then on, before row 1. */
static int check_key(struct night *night, struct error *error)
{
    bool same_id = false, same_check = false;
    int failed = claim_setting(night, "key_id", night->key.id, &same_id, error);
    failed = failed ? failed
                    : claim_setting(night, "key_check", night->key.check_value, &same_check, error);
    if (failed == 0 && !(same_id && same_check)) {
        failed = error_set(error, ERROR_KEY_MISMATCH, "this warehouse was loaded with another key");
        error_hint(error, "joinedup key check shows both ids");
    }
    return failed;
}

static int start_run(struct night *night, struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query(&night->database, "sql/meta/run_start.sql", NULL, 0, &rows, error);
    if (failed == 0) {
        night->run_id = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
        night->report.run_id = night->run_id;
        PQclear(rows);
    }
    return failed;
}

static int load_linkage(struct night *night, struct error *error)
{
    night->model = calloc(1, sizeof *night->model);
    if (night->model == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the linkage model");
    }
    int failed = link_model_load(&night->site, night->model, error);
    return failed ? failed : link_nicknames_load(&night->nicknames, error);
}

int night_open(struct night *night, const char *site_folder, struct error *error)
{
    memset(night, 0, sizeof *night);
    arena_init(&night->arena, 0);
    int failed = load_site(night, site_folder, error);
    failed = failed
                 ? failed
                 : site_parser_program(night->parser_program, sizeof night->parser_program, error);
    if (failed == 0) {
        failed = site_key_load(&night->site, &night->key, error);
        night->key_loaded = failed == 0;
    }
    failed = failed ? failed : load_linkage(night, error);
    if (failed == 0) {
        failed = database_open(&night->site, false, &night->database, error);
        night->database_open = failed == 0;
    }
    failed = failed ? failed : ledger_lock_run(&night->database, error);
    failed =
        failed ? failed : site_key_settle(&night->site, &night->database, true, &night->key, error);
    failed = failed ? failed : check_key(night, error);
    failed =
        failed ? failed : token_derive_key(night->key.bytes, "archive", night->archive_key, error);
    return failed ? failed : start_run(night, error);
}

/* Entries no feed claims are told and left where they are. */
static void tell_unrecognised(struct night *night)
{
    for (size_t i = 0; i < night->count; i++) {
        if (night->deliveries[i].feed == NULL) {
            night->results[i].state = DELIVERY_LEFT;
            receive_tell_unclaimed(&night->site, &night->deliveries[i], &night->results[i].error);
        }
    }
}

/* For the journal: what became of each delivery, also where no report is wanted. */
static void log_deliveries(const struct night *night)
{
    for (size_t i = 0; i < night->count; i++) {
        const struct delivery_result *result = &night->results[i];
        char label[DELIVERY_NAME_MAX], code[8];
        delivery_label(&night->deliveries[i], label, sizeof label);
        if (result->error.code == 0) {
            log_event(LOG_LEVEL_INFO, "delivery", "%s %s: %llu received, %llu staged", label,
                      delivery_state_name(result->state),
                      (unsigned long long)result->total.received,
                      (unsigned long long)result->total.staged);
        } else {
            log_event(LOG_LEVEL_WARNING, "delivery", "%s %s: %s (%s)", label,
                      delivery_state_name(result->state), result->error.primary,
                      error_code_text(result->error.code, code));
        }
    }
}

int night_load(struct night *night, unsigned jobs, bool wanted, struct error *error)
{
    struct progress progress;
    int failed =
        receive_scan(&night->site, &night->arena, &night->deliveries, &night->count, error);
    if (failed != 0) {
        return failed;
    }
    night->results = worker_results_map(night->count);
    if (night->results == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the results");
    }
    night->report.deliveries = night->deliveries;
    night->report.results = night->results;
    night->report.count = night->count;
    tell_unrecognised(night);
    struct loader_context context = {.site = &night->site,
                                     .key = &night->key,
                                     .archive_key = night->archive_key,
                                     .nicknames = night->nicknames,
                                     .parser_program = night->parser_program,
                                     .run_id = night->run_id};
    progress_init(&progress, wanted, night->deliveries, night->results, night->count);
    struct worker_pool pool = {.context = &context,
                               .jobs = jobs,
                               .deliveries = night->deliveries,
                               .results = night->results,
                               .count = night->count,
                               .tick = progress_tick,
                               .tick_data = &progress};
    for (unsigned stage = 1; stage <= 2 && failed == 0; stage++) {
        failed = worker_pool_run(&pool, stage, error);
    }
    progress_clear(&progress);
    log_deliveries(night);
    if (failed == 0) {
        struct error ignored = {0};
        archive_expire(night->site.archive, night->site.archive_days, &ignored);
    }
    return failed;
}

static int applied_digest(struct night *night, char digest[64], struct error *error)
{
    PGresult *rows = NULL;
    int failed =
        database_query(&night->database, "sql/meta/applied_digest.sql", NULL, 0, &rows, error);
    if (failed == 0) {
        snprintf(digest, 64, "%s", PQgetvalue(rows, 0, 0));
        PQclear(rows);
    }
    return failed;
}

/* The loaders have connections of their own and try again when the server is restarted under them;
 * ours is gone then, and the run lock with it. */
static int reconnect_if_lost(struct night *night, struct error *error)
{
    char digest[64];
    struct error lost = {0};
    if (applied_digest(night, digest, &lost) == 0) {
        return 0;
    }
    database_close(&night->database);
    night->database_open = false;
    int failed = database_open(&night->site, false, &night->database, error);
    if (failed != 0) {
        return failed;
    }
    night->database_open = true;
    return ledger_lock_run(&night->database, error);
}

/* Is the work named by setting already done for wanted? */
static int is_due(struct night *night, const char *setting, const char *wanted, bool *ret_due,
                  struct error *error)
{
    char value[256];
    int failed = ledger_setting(&night->database, setting, value, error);
    if (failed == 0) {
        *ret_due = strcmp(value, wanted) != 0;
    }
    return failed;
}

/* What linkage would decide by: program, model, decisions of stewards, deliveries. */
static int link_wanted(struct night *night, char wanted[256], struct error *error)
{
    char digest[64];
    PGresult *rows = NULL;
    int failed = applied_digest(night, digest, error);
    failed = failed ? failed
                    : database_query(&night->database, "sql/link/decision_digest.sql", NULL, 0,
                                     &rows, error);
    if (failed == 0) {
        snprintf(wanted, 256, "%s/%.16s/%.32s/%s", link_version(), night->model->version,
                 PQgetvalue(rows, 0, 0), digest);
        PQclear(rows);
    }
    return failed;
}

int night_link(struct night *night, struct error *error)
{
    char wanted[256];
    bool due = false;
    int failed = reconnect_if_lost(night, error);
    failed = failed ? failed : link_wanted(night, wanted, error);
    failed = failed ? failed : is_due(night, "linked_for", wanted, &due, error);
    if (failed == 0 && due) {
        struct link_context context = {.database = &night->database,
                                       .site = &night->site,
                                       .key = &night->key,
                                       .nicknames = night->nicknames,
                                       .model = night->model,
                                       .run_id = night->run_id};
        failed = link_run(&context, &night->report.link_work, error);
        failed =
            failed ? failed : ledger_set_setting(&night->database, "linked_for", wanted, error);
        night->report.linked = failed == 0;
    }
    return failed ? failed : link_summarise(&night->database, &night->report.links, error);
}

/* A digest of the statements that measure: a changed definition makes the figures due again. */
static int measure_digest(char text[17], struct error *error)
{
    unsigned char digest[32];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; i < sql_table_count && good; i++) {
        if (strncmp(sql_table[i].name, "sql/measures/", 13) == 0 ||
            strncmp(sql_table[i].name, "sql/publish/", 12) == 0) {
            good = EVP_DigestUpdate(context, sql_table[i].text, strlen(sql_table[i].text) + 1) == 1;
        }
    }
    good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!good) {
        return error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    }
    file_hex(digest, 8, text);
    return 0;
}

static int measure_as_before(struct night *night, struct error *error)
{
    PGresult *rows = NULL;
    struct measure_summary *summary = &night->report.measures;
    int failed =
        database_query(&night->database, "sql/meta/measure_summary.sql", NULL, 0, &rows, error);
    if (failed == 0) {
        summary->figures = strtoull(PQgetvalue(rows, 0, 0), NULL, 10);
        summary->measures = strtoull(PQgetvalue(rows, 0, 1), NULL, 10);
        summary->periods = strtoull(PQgetvalue(rows, 0, 2), NULL, 10);
        summary->publication = (int32_t)strtol(PQgetvalue(rows, 0, 3), NULL, 10);
        PQclear(rows);
    }
    return failed;
}

int night_measure(struct night *night, struct error *error)
{
    char linked[256], definitions[17], wanted[320];
    bool due = false;
    int failed = link_wanted(night, linked, error);
    failed = failed ? failed : measure_digest(definitions, error);
    if (failed == 0) {
        snprintf(wanted, sizeof wanted, "%s/%s/%s", definitions, PUBLICATION_POLICY_VERSION,
                 linked);
        failed = is_due(night, "measured_for", wanted, &due, error);
    }
    if (failed == 0 && due) {
        failed = measure_compute_and_publish(&night->database, night->run_id, "mhsds",
                                             &night->report.measures, error);
        failed =
            failed ? failed : ledger_set_setting(&night->database, "measured_for", wanted, error);
        night->report.measured = failed == 0;
        return failed;
    }
    return failed ? failed : measure_as_before(night, error);
}

/* Was the delivery not loaded, through no fault of the machine? Files that are merely not for
 * tonight do not count. */
static bool is_held(const struct delivery_result *result, const struct error_entry *entry)
{
    return result->state == DELIVERY_REFUSED || result->state == DELIVERY_WAITING ||
           (result->state == DELIVERY_LEFT && (entry == NULL || entry->exit_status != 0));
}

int night_exit_status(const struct night *night)
{
    int held = 0, failure = 0;
    for (size_t i = 0; i < night->count; i++) {
        const struct delivery_result *result = &night->results[i];
        const struct error_entry *entry = error_entry_by_code(result->error.code);
        if (is_held(result, entry)) {
            held = error_entry_by_code(ERROR_PARTIAL)->exit_status;
        } else if (entry != NULL && entry->exit_status > failure) {
            /* Failed, or loaded but its landing copy could not be removed. */
            failure = entry->exit_status;
        }
    }
    return failure != 0 ? failure : held;
}

int night_close(struct night *night, struct error *error)
{
    char run[24], status[16];
    json_t *summary = run_report_json(&night->report);
    char *text = summary ? json_dumps(summary, JSON_COMPACT) : NULL;
    json_decref(summary);
    if (text == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report");
    }
    snprintf(run, sizeof run, "%" PRId64, night->run_id);
    snprintf(status, sizeof status, "%d", night->report.exit_status);
    const char *parameters[] = {run, status, text};
    int failed =
        database_query(&night->database, "sql/meta/run_end.sql", parameters, 3, NULL, error);
    free(text);
    return failed;
}

void night_release(struct night *night)
{
    worker_results_unmap(night->results, night->count);
    if (night->database_open) {
        database_close(&night->database);
    }
    if (night->key_loaded) {
        site_key_release(&night->key);
    }
    free(night->model);
    linkage_nicknames_free(night->nicknames);
    OPENSSL_cleanse(night->archive_key, sizeof night->archive_key);
    if (night->site_loaded) {
        site_release(&night->site);
    }
    arena_release(&night->arena);
}
