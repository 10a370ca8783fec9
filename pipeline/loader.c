#include "loader.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "load_rows.h"
#include "receive.h"
#include "record_postcode.h"
#include "rekey.h"

bool loader_refuses(int code)
{
    return (code <= ERROR_DELIVERY_EMPTY && code >= ERROR_NOTHING_VALID) ||
           code == ERROR_DELIVERY_NAME_MISMATCH;
}

static int check_complete(struct load *load)
{
    const struct feed *feed = load->delivery->feed;
    struct row_counts total = {0};
    for (size_t i = 0; i < feed->table_count; i++) {
        const struct row_counts *counts = &load->result->tables[i];
        total.received += counts->received;
        total.staged += counts->staged;
        if (counts->received !=
            counts->staged + counts->rejected + counts->duplicate + counts->withheld) {
            return error_set(load->error, ERROR_RECONCILE, "table %s does not reconcile",
                             feed->tables[i].name);
        }
    }
    if (feed->header_table != TABLE_NONE && load->result->tables[feed->header_table].staged != 1) {
        return error_set(load->error, ERROR_HEADER_TABLE_INVALID, "there is no header row");
    }
    for (size_t i = 0; i < feed->required_table_count; i++) {
        int table = feed->required_tables[i];
        const struct row_counts *counts = &load->result->tables[table];
        if (counts->received == 0 || counts->staged == 0) {
            error_set(load->error, counts->received ? ERROR_NOTHING_VALID : ERROR_TABLE_EMPTY,
                      counts->received ? "no row of a required table is valid"
                                       : "a required table is empty");
            error_place(load->error, "table %s", feed->tables[table].name);
            return load->error->code;
        }
    }
    if (total.received == 0) {
        return error_set(load->error, ERROR_DELIVERY_EMPTY, "no rows beyond the header");
    }
    return total.staged > 0 ? 0 : error_set(load->error, ERROR_NOTHING_VALID, "no row is valid");
}

static int table_of_name(const struct feed *feed, const char *name)
{
    for (size_t i = 0; i < feed->table_count; i++) {
        if (strcmp(feed->tables[i].name, name) == 0) {
            return (int)i;
        }
    }
    return TABLE_NONE;
}

/* A row that SQL took out of the staged ones: table name, row number, outcome, rule code. */
static int take_adjustment(struct load *load, const PGresult *rows, int row)
{
    int table = table_of_name(load->delivery->feed, PQgetvalue(rows, row, 0));
    const char *outcome = PQgetvalue(rows, row, 2);
    const struct error_entry *rule = error_entry_by_text(PQgetvalue(rows, row, 3));
    if (table == TABLE_NONE || rule == NULL || load->result->tables[table].staged == 0) {
        return error_set(load->error, ERROR_RECONCILE,
                         "the load file took out a row that was not staged");
    }
    struct row_counts *counts = &load->result->tables[table];
    enum row_outcome kind = strcmp(outcome, "duplicate") == 0  ? ROW_DUPLICATE
                            : strcmp(outcome, "rejected") == 0 ? ROW_REJECTED
                                                               : ROW_WITHHELD;
    counts->staged--;
    counts->received--;
    load_count_row(counts, kind);
    return findings_add_reject(&load->findings, table, strtoull(PQgetvalue(rows, row, 1), NULL, 10),
                               FIELD_NONE, rule->code, kind, load->error);
}

static int take_adjustments(struct load *load, const PGresult *rows)
{
    int failed = 0;
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        failed = take_adjustment(load, rows, row);
    }
    return failed;
}

static int run_load_file(struct load *load)
{
    char name[128];
    PGresult *rows = NULL;
    snprintf(name, sizeof name, "sql/load/%s.sql", load->delivery->feed->load);
    int failed = database_run_last(&load->database, name, &rows, load->error);
    if (failed == 0) {
        failed = take_adjustments(load, rows);
        PQclear(rows);
    }
    return failed;
}

static void withhold_staged(struct delivery_result *result)
{
    for (size_t i = 0; i < DELIVERY_TABLES_MAX; i++) {
        result->tables[i].withheld += result->tables[i].staged;
        result->tables[i].staged = 0;
    }
}

static int write_ledger(struct load *load, const char *state, const struct error *failure,
                        double seconds)
{
    struct ledger_record record = {.facts = &load->facts,
                                   .key_id = load->context->key->id,
                                   .state = state,
                                   .failure = failure,
                                   .seconds = seconds,
                                   .run_id = load->context->run_id};
    struct error error = {0};
    int failed = ledger_record(&load->database, load->delivery, &record, load->result, &error);
    if (failed == 0) {
        failed = findings_write(&load->findings, &load->database, load->delivery, &error);
    }
    if (failed != 0 && failure == NULL) {
        *load->error = error;
    }
    return failed;
}

static int apply(struct load *load, const struct timespec *start)
{
    bool superseded = false;
    int failed = ledger_lock_sender(&load->database, load->delivery, load->error);
    if (failed == 0) {
        failed = ledger_is_superseded(&load->database, load->delivery, &load->facts, &superseded,
                                      load->error);
    }
    if (failed == 0 && superseded) {
        withhold_staged(load->result);
    } else if (failed == 0) {
        failed = ledger_mark_replaced(&load->database, load->delivery, &load->facts, load->error);
        failed = failed
                     ? failed
                     : staging_describe(&load->database, load->delivery, &load->facts, load->error);
        if (failed == 0 && load->delivery->feed->replaces == REPLACES_TABLE) {
            failed = record_postcode_open(&load->database, load->sealer, load->error);
        }
        failed = failed ? failed : run_load_file(load);
    }
    if (failed == 0) {
        failed =
            write_ledger(load, superseded ? "superseded" : "applied", NULL, seconds_since(start));
    }
    if (failed == 0) {
        load->in_transaction = false;
        failed = database_commit(&load->database, load->error);
    }
    if (failed == 0) {
        load->result->state = superseded ? DELIVERY_SUPERSEDED : DELIVERY_APPLIED;
    }
    return failed;
}

/* ---- the whole ---- */

static void name_facts(const struct delivery *delivery, struct delivery_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    snprintf(facts->sender, sizeof facts->sender, "%s", delivery->sender);
    facts->has_period = delivery->facts.has_period;
    facts->period_start = delivery->facts.period_start;
    facts->period_end = delivery->facts.period_end;
}

/* How values become tokens and identities. */
static int start_engine(struct load *load)
{
    enum { MEMO_BYTES = 8 << 20 };
    const struct loader_context *context = load->context;
    const struct site_key *key = context->key;
    int failed = tokeniser_new_chain(key->bytes, key->count, &load->tokeniser, load->error);
    failed = failed ? failed
                    : linkage_deriver_new(site_key_first(key), context->nicknames, MEMO_BYTES,
                                          &load->deriver, load->error);
    failed = failed ? failed : linkage_sealer_new(key->bytes, &load->sealer, load->error);
    failed = failed ? failed
                    : row_engine_new(load->delivery->feed, load->tokeniser, &load->facts,
                                     &load->engine, load->error);
    if (failed == 0) {
        row_engine_seal_with(load->engine, load->deriver, load->sealer);
    }
    return failed;
}

static int start_load(struct load *load)
{
    const struct feed *feed = load->delivery->feed;
    name_facts(load->delivery, &load->facts);
    load->name_facts = load->facts;
    load->findings_ready = true;
    int failed = findings_init(&load->findings, load->context->site->work, load->error);
    failed = failed ? failed
                    : load_request_make(load->context->site, load->delivery, &load->arena,
                                        &load->request, load->error);
    failed = failed ? failed : start_engine(load);
    failed = failed ? failed : staging_begin(&load->database, feed, load->error);
    staging_init(&load->staging, &load->database, feed);
    if (failed == 0) {
        failed = parser_start(load->context->parser_program, load->file, &load->request.request,
                              &load->child, load->error);
        load->child_started = failed == 0;
    }
    return failed ? failed : record_reader_new(load->child.records, &load->reader, load->error);
}

/* The same content was judged before: nothing to do but to tidy up. Returns 1 then. */
static int already_judged(struct load *load, bool second_try)
{
    struct ledger_entry entry;
    int failed = ledger_find(&load->database, load->delivery, &entry, load->error);
    if (failed != 0 || !entry.found) {
        return failed;
    }
    if (strcmp(entry.state, "refused") != 0) {
        /* The first try was committed after all when the row is of this run. */
        load->result->state = !second_try || entry.run_id != load->context->run_id
                                  ? DELIVERY_ALREADY
                              : strcmp(entry.state, "superseded") == 0 ? DELIVERY_SUPERSEDED
                                                                       : DELIVERY_APPLIED;
        return 1;
    }
    if (!ledger_refusal_stands(&entry, load->delivery)) {
        return 0;
    }
    error_set(load->error, ERROR_DELIVERY_REFUSED_BEFORE,
              "the same content was refused before with %s", entry.error_code);
    error_hint(load->error, "joinedup explain %s", entry.error_code);
    load->result->state = DELIVERY_REFUSED;
    return 1;
}

static int load_rows(struct load *load, const struct timespec *start)
{
    int failed = start_load(load);
    failed = failed ? failed : load_read_records(load);
    failed = failed ? failed : parser_wait(&load->child, load->error);
    if (failed == 0 && load->error->code == ERROR_NHS_NUMBER_FILE) {
        failed = load->error->code; /* told at the row; the rest was read for its findings */
    }
    failed = failed ? failed : receive_unchanged(load->delivery, load->file, load->error);
    failed = failed ? failed : check_complete(load);
    load->result->staging_seconds = seconds_since(start);
    load->result->warnings = findings_warning_total(&load->findings);
    load->result->key_bytes = load->engine ? row_engine_key_bytes(load->engine) : 0;
    return failed ? failed : apply(load, start);
}

/* A refused delivery gets a ledger row of its own, after everything else of it is rolled back. The
 * rollback let go of the lock of its content: a copy under a better name may have been loaded
 * since, and its row must stand. */
static int write_refusal(struct load *load, const struct timespec *start)
{
    struct ledger_entry entry = {0};
    struct error ignored = {0};
    int failed = database_begin(&load->database, &ignored);
    failed = failed ? failed : ledger_lock_delivery(&load->database, load->delivery, &ignored);
    failed = failed ? failed : ledger_find(&load->database, load->delivery, &entry, &ignored);
    if (failed == 0 && (!entry.found || strcmp(entry.state, "refused") == 0)) {
        failed = write_ledger(load, "refused", load->error, seconds_since(start));
    }
    return failed ? failed : database_commit(&load->database, &ignored);
}

static void refuse(struct load *load, const struct timespec *start)
{
    withhold_staged(load->result);
    int failed = write_refusal(load, start);
    if (failed != 0) {
        database_rollback(&load->database);
        load->result->state = DELIVERY_FAILED;
        return;
    }
    load->result->state = DELIVERY_REFUSED;
}

static void load_release(struct load *load)
{
    if (load->child_started) {
        parser_stop(&load->child);
    }
    record_reader_free(load->reader);
    row_engine_free(load->engine);
    tokeniser_free(load->tokeniser);
    linkage_deriver_free(load->deriver);
    linkage_sealer_free(load->sealer);
    if (load->findings_ready) {
        findings_release(&load->findings);
    }
    arena_release(&load->arena);
    database_close(&load->database);
}

static void settle_failure(struct load *load, int failed, const struct timespec *start)
{
    staging_abort(&load->staging);
    if (load->in_transaction) {
        database_rollback(&load->database);
    }
    if (loader_refuses(failed)) {
        refuse(load, start);
    } else {
        withhold_staged(load->result); /* nothing of it was kept */
        load->result->state = failed == ERROR_DELIVERY_CHANGED ? DELIVERY_LEFT : DELIVERY_FAILED;
    }
}

/* One try with a connection of its own. */
static int try_load(struct load *load, const struct timespec *start, bool second_try)
{
    memset(load->result->tables, 0, sizeof load->result->tables);
    memset(&load->result->total, 0, sizeof load->result->total);
    memset(load->error, 0, sizeof *load->error);
    load->part = -1;
    load->staging.table = TABLE_NONE;
    arena_init(&load->arena, 64u << 20);
    int failed = database_open(load->context->site, false, &load->database, load->error);
    if (failed == 0) {
        load->in_transaction = true;
        failed = database_begin(&load->database, load->error);
    }
    failed = failed ? failed : ledger_lock_delivery(&load->database, load->delivery, load->error);
    failed = failed ? failed : already_judged(load, second_try);
    if (failed == 1) {
        load->in_transaction = false;
        return database_commit(&load->database, &(struct error){0});
    }
    failed = failed ? failed : load_rows(load, start);
    if (failed != 0) {
        settle_failure(load, failed, start);
    }
    return failed;
}

static int receive(struct load *load)
{
    const struct loader_context *context = load->context;
    int failed = receive_open(context->site, load->delivery, &load->file, load->error);
    if (failed != 0) {
        load->file = -1;
        /* A file that may not be taken yet or ever is left; one that cannot be read is a failure.
         */
        load->result->state =
            failed == ERROR_DELIVERY_BEING_WRITTEN || failed == ERROR_DELIVERY_NOT_REGULAR
                ? DELIVERY_LEFT
                : DELIVERY_FAILED;
        return failed;
    }
    failed =
        receive_hash(context->site, load->delivery, load->file, context->archive_key, load->error);
    if (failed == 0) {
        failed = receive_unchanged(load->delivery, load->file, load->error);
    }
    if (failed != 0 && failed != ERROR_DELIVERY_EMPTY) {
        load->result->state = failed == ERROR_DELIVERY_CHANGED ? DELIVERY_LEFT : DELIVERY_FAILED;
    }
    return failed == ERROR_DELIVERY_EMPTY ? 0
                                          : failed; /* the parser refuses it, with a ledger row */
}

static void add_totals(struct delivery_result *result)
{
    struct row_counts total = {0};
    for (size_t i = 0; i < DELIVERY_TABLES_MAX; i++) {
        total.received += result->tables[i].received;
        total.staged += result->tables[i].staged;
        total.rejected += result->tables[i].rejected;
        total.duplicate += result->tables[i].duplicate;
        total.withheld += result->tables[i].withheld;
    }
    result->total = total;
}

static void tidy_landing(struct load *load)
{
    struct error error = {0};
    int failed = 0;
    if (load->result->state == DELIVERY_APPLIED || load->result->state == DELIVERY_SUPERSEDED ||
        load->result->state == DELIVERY_ALREADY) {
        failed = receive_done(load->context->site, load->delivery, &error);
    } else if (load->result->state == DELIVERY_REFUSED) {
        failed = receive_hold(load->context->site, load->delivery, &error);
    }
    if (failed != 0 && load->error->code == 0) {
        *load->error = error; /* the ledger knows it: the next run tidies up */
    }
}

/* Every story of a delivery begins with its file. */
static void place_error(struct load *load)
{
    char inner[ERROR_TEXT_MAX], label[DELIVERY_NAME_MAX];
    if (load->error->code == 0) {
        return;
    }
    delivery_label(load->delivery, label, sizeof label);
    if (strstr(load->error->place, label) == NULL) {
        snprintf(inner, sizeof inner, "%s", load->error->place);
        error_place(load->error, "%.200s%s%.250s", label, inner[0] ? ", " : "", inner);
    }
}

void loader_load(const struct loader_context *context, struct delivery *delivery,
                 struct delivery_result *result)
{
    struct timespec start;
    struct load *load = calloc(1, sizeof *load);
    clock_gettime(CLOCK_MONOTONIC, &start);
    result->state = DELIVERY_LOADING;
    if (load == NULL) {
        error_set(&result->error, ERROR_OUT_OF_MEMORY, "no memory for a load");
        result->state = DELIVERY_FAILED;
        return;
    }
    *load = (struct load){.context = context,
                          .delivery = delivery,
                          .result = result,
                          .error = &result->error,
                          .file = -1};
    int failed = receive(load);
    if (failed == 0) {
        failed = try_load(load, &start, false);
        if (failed == ERROR_DATABASE_UNREACHABLE && lseek(load->file, 0, SEEK_SET) == 0) {
            int file = load->file;
            load_release(load);
            *load = (struct load){.context = context,
                                  .delivery = delivery,
                                  .result = result,
                                  .error = &result->error,
                                  .file = file};
            try_load(load, &start, true);
        }
        tidy_landing(load);
        load_release(load);
    }
    if (load->file >= 0) {
        close(load->file);
    }
    place_error(load);
    add_totals(result);
    result->has_period = load->facts.has_period;
    result->period_start = load->facts.period_start;
    result->period_end = load->facts.period_end;
    result->seconds = seconds_since(&start);
    OPENSSL_cleanse(load, sizeof *load);
    free(load);
}
