#include "load_rows.h"

#include <stdio.h>

enum { PROGRESS_EVERY = 4096 };

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
    if (header != TABLE_NONE && load->table != header && load->result->tables[header].staged != 1) {
        return error_set(load->error, ERROR_HEADER_TABLE_INVALID,
                         "%s must hold exactly one row and that row must be valid",
                         feed->tables[header].name);
    }
    load->binding = (struct binding){0};
    if (feed->format == FORMAT_XML) {
        return bind_paths(load);
    }
    if (!load->request.tables[load->part].has_header) {
        int failed =
            binding_by_order(&feed->tables[load->table], &load->arena, &load->binding, load->error);
        return failed != 0 ? failed : begin_rows(load);
    }
    return 0; /* the header frame follows */
}

void load_count_row(struct row_counts *counts, enum row_outcome outcome)
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
    load_count_row(counts, row->outcome);
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
    return findings_add_reject(&load->findings, load->table, record->row, field, record->code,
                               ROW_REJECTED, load->error);
}

static int take_notice(struct load *load, const struct record *record)
{
    char detail[72];
    int table = load->table, part = load_request_find(&load->request, record->text);
    snprintf(detail, sizeof detail, "%.*s",
             (int)(record->text.length < 71 ? record->text.length : 71),
             record->text.length ? record->text.data : "");
    if (record->code == NOTICE_TABLE_MISSING) {
        table = TABLE_NONE; /* one line with their number: a trust fills a dozen of 61 tables */
        detail[0] = '\0';
    } else if (part >= 0) {
        table = load->request.table_index[part];
        detail[0] = '\0';
    }
    return findings_add_notice(&load->findings, table, FIELD_NONE, record->code, detail, 1,
                               load->error);
}

/* The parser's own story of a bad file. Its texts hold places only; they are cut to size here. It
 * may speak of the file and of itself: a parser that was taken over must not end the night by
 * telling that the database is gone. */
static int take_failure(struct load *load, const struct record *record)
{
    bool own = record->code == ERROR_OUT_OF_MEMORY || record->code == ERROR_FILE_FAILED ||
               record->code == ERROR_INTERNAL || record->code == ERROR_FEED_DEFINITION_INVALID;
    int code = own || loader_refuses(record->code) ? record->code : ERROR_PARSER_PROTOCOL;
    if (code == ERROR_OUT_OF_MEMORY) {
        code = ERROR_DELIVERY_TOO_LARGE; /* its memory is limited: the same file would end so each
                                            night */
    }
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
        return load->part < 0
                   ? error_set(load->error, ERROR_PARSER_PROTOCOL, "a header out of place")
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

int load_read_records(struct load *load)
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
