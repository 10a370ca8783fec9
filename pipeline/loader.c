#include "loader.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "finding.h"
#include "ledger.h"
#include "load_request.h"
#include "receive.h"
#include "record_pipe.h"
#include "staging.h"

enum { PROGRESS_EVERY = 4096 };

/* Everything of one delivery on its way; released in one place whatever happened. */
struct load {
    const struct loader_context *context;
    struct delivery *delivery;
    struct delivery_result *result;
    struct error *error;
    int file;
    struct database database;
    struct arena arena;
    struct load_request request;
    struct parser_child child;
    bool child_started, in_transaction, findings_ready;
    struct record_reader *reader;
    struct tokeniser *tokeniser;
    struct row_engine *engine;
    struct delivery_facts facts, name_facts;
    struct staging staging;
    struct findings findings;
    struct binding binding;
    int part;  /* index into request.tables, or -1 */
    int table; /* index into feed.tables */
    bool sender_differs;
};

bool loader_refuses(int code)
{
    return (code <= ERROR_DELIVERY_EMPTY && code >= ERROR_NOTHING_VALID) ||
           code == ERROR_DELIVERY_NAME_MISMATCH;
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* ---- rows ---- */

static const struct sender_columns *sender_columns(const struct load *load)
{
    const struct site *site = load->context->site;
    for (size_t i = 0; i < site->sender_count; i++) {
        if (strcmp(site->senders[i].feed, load->delivery->feed->name) == 0 &&
            strcmp(site->senders[i].sender, load->delivery->sender) == 0) {
            return &site->senders[i];
        }
    }
    return NULL;
}

static int note_binding(struct load *load)
{
    static const int codes[] = {NOTICE_COLUMN_MISSING, NOTICE_COLUMN_EXTRA, NOTICE_COLUMN_MOVED,
                                NOTICE_COLUMN_RENAMED};
    for (size_t i = 0; i < load->binding.notice_count; i++) {
        const struct binding_notice *notice = &load->binding.notices[i];
        char detail[72] = "";
        if (notice->kind == BINDING_EXTRA || notice->kind == BINDING_RENAMED) {
            snprintf(detail, sizeof detail, "%s", notice->name);
        }
        if (detail[0] == '\0' && notice->kind != BINDING_MISSING) {
            snprintf(detail, sizeof detail, "column %d", notice->column + 1);
        }
        int field = notice->kind == BINDING_EXTRA ? FIELD_NONE : notice->field;
        int failed = findings_add_notice(&load->findings, load->table, field, codes[notice->kind],
                                         detail, 1, load->error);
        if (failed != 0) {
            return failed;
        }
    }
    return 0;
}

static int begin_rows(struct load *load)
{
    int failed = row_engine_begin_table(load->engine, load->table, load->binding.positions,
                                        load->binding.column_count, load->error);
    return failed != 0 ? failed : staging_open(&load->staging, load->table, load->error);
}

static int bind_header(struct load *load, const struct record *record)
{
    const struct sender_columns *own = sender_columns(load);
    const struct table *table = &load->delivery->feed->tables[load->table];
    int failed = binding_make(table, record->fields, record->field_count,
                              own ? (const char *const(*)[2])own->names : NULL,
                              own ? own->count : 0, &load->arena, &load->binding, load->error);
    if (failed != 0) {
        error_place(load->error, "table %s, header row", table->name);
        return failed;
    }
    failed = note_binding(load);
    return failed != 0 ? failed : begin_rows(load);
}

/* XML paths name the field each value is for. */
static int bind_paths(struct load *load)
{
    const struct feed_file *file = load->request.file[load->part];
    const struct table *table = &load->delivery->feed->tables[load->table];
    int *positions = arena_take_array(&load->arena, file->path_count + 1, sizeof *positions);
    if (positions == NULL) {
        return error_set(load->error, ERROR_OUT_OF_MEMORY, "no memory for the binding");
    }
    for (size_t path = 0; path < file->path_count; path++) {
        positions[path] = FIELD_NONE;
        for (size_t field = 0; field < table->field_count; field++) {
            if (strcmp(table->fields[field].name, file->paths[path].field) == 0) {
                positions[path] = (int)field;
            }
        }
    }
    load->binding = (struct binding){.positions = positions, .column_count = file->path_count};
    return begin_rows(load);
}

static int take_table(struct load *load, const struct record *record)
{
    load->part = load_request_find(&load->request, record->text);
    if (load->part < 0) {
        return error_set(load->error, ERROR_PARSER_PROTOCOL, "a table nobody asked for");
    }
    load->table = load->request.table_index[load->part];
    const struct feed *feed = load->delivery->feed;
    int header = feed->header_table;
    if (header != TABLE_NONE && load->table != header &&
        load->result->tables[header].staged != 1) {
        return error_set(load->error, ERROR_HEADER_TABLE_INVALID,
                         "%s must hold exactly one row and that row must be valid",
                         feed->tables[header].name);
    }
    load->binding = (struct binding){0};
    if (feed->format == FORMAT_XML) {
        return bind_paths(load);
    }
    if (!load->request.tables[load->part].has_header) {
        int failed = binding_by_order(&feed->tables[load->table], &load->arena, &load->binding,
                                      load->error);
        return failed != 0 ? failed : begin_rows(load);
    }
    return 0; /* the header frame follows */
}

static void count_row(struct row_counts *counts, enum row_outcome outcome)
{
    counts->received++;
    switch (outcome) {
    case ROW_STAGED:
        counts->staged++;
        break;
    case ROW_REJECTED:
        counts->rejected++;
        break;
    case ROW_DUPLICATE:
        counts->duplicate++;
        break;
    case ROW_WITHHELD:
        counts->withheld++;
        break;
    }
}

static void look_for_other_sender(struct load *load, const struct row_result *row)
{
    for (size_t i = 0; i < row->finding_count; i++) {
        if (row->findings[i].code == RULE_SENDER_MISMATCH && !row->findings[i].warning) {
            load->sender_differs = true;
        }
    }
}

static int take_row(struct load *load, const struct record *record)
{
    struct row_result *row;
    if (load->part < 0 || load->binding.column_count != record->field_count) {
        return error_set(load->error, ERROR_PARSER_PROTOCOL, "a row out of place");
    }
    int failed = row_engine_row(load->engine, record->row, record->fields, &row, load->error);
    if (failed != 0) {
        return failed;
    }
    struct row_counts *counts = &load->result->tables[load->table];
    count_row(counts, row->outcome);
    if (++load->result->total.received % PROGRESS_EVERY == 0) {
        load->result->rows_read = load->result->total.received;
    }
    if (row->bad_nhs_number && load->delivery->feed->bad_nhs_number == BAD_NHS_REJECT_FILE &&
        load->error->code == 0) {
        error_set(load->error, ERROR_NHS_NUMBER_FILE, "an NHS number fails its check");
        error_place(load->error, "table %s, row %llu",
                    load->delivery->feed->tables[load->table].name,
                    (unsigned long long)record->row);
    }
    if (load->table == load->delivery->feed->header_table) {
        look_for_other_sender(load, row);
    }
    if (row->finding_count > 0) {
        failed = findings_add_row(&load->findings, load->table, record->row, row, load->error);
        if (failed != 0) {
            return failed;
        }
    }
    return row->outcome == ROW_STAGED ? staging_row(&load->staging, row->values, load->error) : 0;
}

static int take_bad_row(struct load *load, const struct record *record)
{
    if (load->part < 0) {
        return error_set(load->error, ERROR_PARSER_PROTOCOL, "a row out of place");
    }
    struct row_counts *counts = &load->result->tables[load->table];
    counts->received++;
    counts->rejected++;
    load->result->total.received++;
    int field = FIELD_NONE;
    if (record->field >= 0 && (size_t)record->field < load->binding.column_count) {
        field = load->binding.positions[record->field];
    }
    return findings_add_bad_row(&load->findings, load->table, record->row, field, record->code,
                                load->error);
}

static int take_notice(struct load *load, const struct record *record)
{
    char detail[72];
    int table = load->table, part = load_request_find(&load->request, record->text);
    snprintf(detail, sizeof detail, "%.*s", (int)(record->text.length < 71 ? record->text.length : 71),
             record->text.length ? record->text.data : "");
    if (part >= 0) {
        table = load->request.table_index[part];
        detail[0] = '\0';
    }
    return findings_add_notice(&load->findings, table, FIELD_NONE, record->code, detail, 1,
                               load->error);
}

/* The parser's own story of a bad file. Its texts hold places only; they are cut to size here. */
static int take_failure(struct load *load, const struct record *record)
{
    const struct error_entry *entry = error_entry_by_code(record->code);
    int code = entry && strcmp(entry->kind, "error") == 0 ? record->code : ERROR_PARSER_PROTOCOL;
    error_set(load->error, (enum error_code)code, "%.*s", (int)record->primary.length,
              record->primary.data);
    if (record->detail.length > 0) {
        error_detail(load->error, "%.*s", (int)record->detail.length, record->detail.data);
    }
    if (record->place.length > 0) {
        error_place(load->error, "%.*s", (int)record->place.length, record->place.data);
    }
    return code;
}

/* The header row told sender and period: they must be those of the file name. */
static int check_header_table(struct load *load)
{
    const struct feed *feed = load->delivery->feed;
    const struct row_counts *counts = &load->result->tables[load->table];
    const struct delivery_facts *said = &load->facts, *named = &load->name_facts;
    const char *name = feed->tables[load->table].name;
    int failed = 0;
    if (load->sender_differs) {
        failed = error_set(load->error, ERROR_DELIVERY_NAME_MISMATCH,
                           "the header row names another sender than the file name");
    } else if (counts->received != 1 || counts->staged != 1) {
        failed = error_set(load->error, ERROR_HEADER_TABLE_INVALID,
                           "the header table must hold exactly one row and that row must be valid");
        error_detail(load->error, "%llu rows, %llu of them valid",
                     (unsigned long long)counts->received, (unsigned long long)counts->staged);
    } else if (named->has_period && (said->period_start != named->period_start ||
                                     said->period_end != named->period_end)) {
        char a[16], b[16];
        failed = error_set(load->error, ERROR_DELIVERY_NAME_MISMATCH,
                           "the header row states another period than the file name");
        error_detail(load->error, "found %s to %s", ledger_day_text(said->period_start, a),
                     ledger_day_text(said->period_end, b));
    }
    if (failed != 0) {
        error_place(load->error, "table %s", name);
    }
    return failed;
}

static int take_table_end(struct load *load)
{
    int failed = staging_close(&load->staging, load->error);
    if (failed == 0 && load->part >= 0 && load->table == load->delivery->feed->header_table) {
        failed = check_header_table(load);
    }
    load->part = -1;
    return failed;
}

/* Returns 1 at the end of the records. */
static int take_record(struct load *load, const struct record *record)
{
    switch (record->kind) {
    case RECORD_TABLE:
        return take_table(load, record);
    case RECORD_HEADER:
        return load->part < 0 ? error_set(load->error, ERROR_PARSER_PROTOCOL, "a header out of place")
                              : bind_header(load, record);
    case RECORD_ROW:
        return take_row(load, record);
    case RECORD_BAD_ROW:
        return take_bad_row(load, record);
    case RECORD_NOTICE:
        return take_notice(load, record);
    case RECORD_TABLE_END:
        return take_table_end(load);
    case RECORD_PROGRESS:
        load->result->bytes_read = record->bytes;
        return 0;
    case RECORD_FAILURE:
        return take_failure(load, record);
    case RECORD_DONE:
        return 1;
    }
    return error_set(load->error, ERROR_PARSER_PROTOCOL, "a record of an unknown kind");
}

static int read_records(struct load *load)
{
    struct record record;
    for (;;) {
        int result = record_read(load->reader, &record, load->error);
        if (result == ERROR_PARSER_DIED) {
            /* How it died says more than that the pipe ended. */
            int died = parser_wait(&load->child, load->error);
            return died != 0 ? died : result;
        }
        if (result == 0) {
            result = take_record(load, &record);
        }
        if (result != 0) {
            return result == 1 ? 0 : result;
        }
    }
}

/* ---- after the last row ---- */

static int check_complete(struct load *load)
{
    const struct feed *feed = load->delivery->feed;
    struct row_counts total = {0};
    for (size_t i = 0; i < feed->table_count; i++) {
        const struct row_counts *counts = &load->result->tables[i];
        total.received += counts->received;
        total.staged += counts->staged;
        if (counts->received != counts->staged + counts->rejected + counts->duplicate + counts->withheld) {
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

/* Rows that SQL took out of the staged ones: table name, outcome, row count. */
static int take_adjustments(struct load *load, const PGresult *rows)
{
    const struct feed *feed = load->delivery->feed;
    for (int row = 0; row < PQntuples(rows); row++) {
        uint64_t count = strtoull(PQgetvalue(rows, row, 2), NULL, 10);
        for (size_t i = 0; i < feed->table_count && count > 0; i++) {
            struct row_counts *counts = &load->result->tables[i];
            if (strcmp(feed->tables[i].name, PQgetvalue(rows, row, 0)) != 0) {
                continue;
            }
            uint64_t *to = strcmp(PQgetvalue(rows, row, 1), "duplicate") == 0  ? &counts->duplicate
                           : strcmp(PQgetvalue(rows, row, 1), "rejected") == 0 ? &counts->rejected
                                                                               : &counts->withheld;
            if (counts->staged < count) {
                return error_set(load->error, ERROR_RECONCILE,
                                 "the load file took out more rows than were staged");
            }
            counts->staged -= count;
            *to += count;
            int failed = findings_add_notice(&load->findings, (int)i, FIELD_NONE,
                                             RULE_ROW_DUPLICATE, PQgetvalue(rows, row, 1), count,
                                             load->error);
            if (failed != 0) {
                return failed;
            }
        }
    }
    return 0;
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
        failed = failed ? failed
                        : staging_describe(&load->database, load->delivery, &load->facts, load->error);
        failed = failed ? failed : run_load_file(load);
    }
    if (failed == 0) {
        failed = write_ledger(load, superseded ? "superseded" : "applied", NULL, seconds_since(start));
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
    failed = failed ? failed
                    : tokeniser_new(load->context->key->bytes, &load->tokeniser, load->error);
    failed = failed ? failed
                    : row_engine_new(feed, load->tokeniser, &load->facts, &load->engine, load->error);
    if (failed == 0) {
        load->in_transaction = true;
        failed = database_begin(&load->database, load->error);
    }
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
        load->result->state = second_try ? DELIVERY_APPLIED : DELIVERY_ALREADY;
        return 1;
    }
    char hash[65];
    for (size_t i = 0; i < 32; i++) {
        snprintf(hash + 2 * i, 3, "%02x", load->delivery->feed->hash[i]);
    }
    if (strcmp(hash, entry.definition_hash) != 0) {
        return 0; /* the rules have changed since: judge it again */
    }
    error_set(load->error, ERROR_DELIVERY_REFUSED_BEFORE, "the same content was refused before with %s",
              entry.error_code);
    error_hint(load->error, "joinedup explain %s", entry.error_code);
    load->result->state = DELIVERY_REFUSED;
    return 1;
}

static int load_rows(struct load *load, const struct timespec *start)
{
    int failed = start_load(load);
    failed = failed ? failed : read_records(load);
    failed = failed ? failed : parser_wait(&load->child, load->error);
    if (failed == 0 && load->error->code == ERROR_NHS_NUMBER_FILE) {
        failed = load->error->code; /* told at the row; the rest was read for its findings */
    }
    failed = failed ? failed : receive_unchanged(load->delivery, load->file, load->error);
    failed = failed ? failed : check_complete(load);
    load->result->warnings = findings_warning_total(&load->findings);
    load->result->key_bytes = load->engine ? row_engine_key_bytes(load->engine) : 0;
    return failed ? failed : apply(load, start);
}

/* A refused delivery gets a ledger row of its own, after everything else of it is rolled back. */
static void refuse(struct load *load, const struct timespec *start)
{
    withhold_staged(load->result);
    int failed = database_begin(&load->database, &(struct error){0});
    failed = failed ? failed : write_ledger(load, "refused", load->error, seconds_since(start));
    failed = failed ? failed : database_commit(&load->database, &(struct error){0});
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
    } else if (failed == ERROR_DELIVERY_CHANGED) {
        load->result->state = DELIVERY_LEFT;
    } else {
        load->result->state = DELIVERY_FAILED;
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
        failed = already_judged(load, second_try);
        if (failed == 0) {
            failed = load_rows(load, start);
        } else if (failed == 1) {
            return 0;
        }
    }
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
        load->result->state = DELIVERY_LEFT;
        return failed;
    }
    failed = receive_hash(context->site, load->delivery, load->file, context->archive_key, load->error);
    if (failed == 0) {
        failed = receive_unchanged(load->delivery, load->file, load->error);
    }
    if (failed != 0 && failed != ERROR_DELIVERY_EMPTY) {
        load->result->state = failed == ERROR_DELIVERY_CHANGED ? DELIVERY_LEFT : DELIVERY_FAILED;
    }
    return failed == ERROR_DELIVERY_EMPTY ? 0 : failed; /* the parser refuses it, with a ledger row */
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
    *load = (struct load){.context = context, .delivery = delivery, .result = result,
                          .error = &result->error, .file = -1};
    int failed = receive(load);
    if (failed == 0) {
        failed = try_load(load, &start, false);
        if (failed == ERROR_DATABASE_UNREACHABLE && lseek(load->file, 0, SEEK_SET) == 0) {
            int file = load->file;
            load_release(load);
            *load = (struct load){.context = context, .delivery = delivery, .result = result,
                                  .error = &result->error, .file = file};
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
