#include "parse_run.h"

#include <errno.h>
#include <sys/stat.h>

#include "reader.h"
#include "zip_archive.h"

struct parse_run {
    const struct parse_request *request;
    int file;
    uint64_t size;
    struct unpack_budget budget;
    struct zip_archive archive;
    struct reader_context context;
    uint64_t progress_told;
    uint64_t rows; /* of all tables */
};

static const struct reader_ops *reader_of(enum parse_format format)
{
    switch (format) {
    case PARSE_CSV:
        return &csv_reader;
    case PARSE_XML:
        return &xml_reader;
    }
    return NULL;
}

static int read_source(struct parse_run *run, const struct parse_table *table,
                       struct byte_source *source, const char *member, struct error *error)
{
    struct record_writer *writer = run->context.writer;
    run->context.source = source;
    run->context.table = table;
    run->context.member = member;
    uint64_t rows = 0;
    int rc = record_write_table(writer, table->name, error);
    if (!rc)
        rc = reader_of(run->request->format)->read_table(&run->context, &rows, error);
    run->rows += rows;
    return rc ? rc : record_write_table_end(writer, rows, error);
}

/* ---- a file that is one table, or holds several ---- */

static int open_file(struct parse_run *run, struct unpack_budget *budget,
                     struct byte_source *source, struct error *error)
{
    if (run->request->container == PARSE_GZIP)
        return byte_source_open_gzip(source, run->file, budget, error);
    return byte_source_open_plain(source, run->file, budget, error);
}

static int read_file(struct parse_run *run, struct error *error)
{
    if (run->size == 0)
        return error_set(error, ERROR_DELIVERY_EMPTY, "the file has no bytes");
    for (size_t i = 0; i < run->request->table_count; i++) {
        struct byte_source source;
        struct unpack_budget budget = run->budget; /* one pass a table */
        int rc = open_file(run, &budget, &source, error);
        if (rc)
            return rc;
        rc = read_source(run, &run->request->tables[i], &source, NULL, error);
        byte_source_release(&source);
        if (rc)
            return rc;
    }
    return 0;
}

/* ---- a zip ---- */

static int read_member(struct parse_run *run, const struct parse_table *table,
                       struct zip_member *member, struct error *error)
{
    struct byte_source source;
    /* A member that a second table asks for again has been paid for. */
    struct unpack_budget again = run->budget;
    struct unpack_budget *budget = member->opened ? &again : &run->budget;
    if (member->unpacked == 0) {
        error_set(error, ERROR_DELIVERY_EMPTY, "a member of the zip has no bytes");
        error_place(error, "%s", member->clean_name);
        return error->code;
    }
    int rc = zip_archive_open_member(&run->archive, member, budget, &source, error);
    if (rc)
        return rc;
    rc = read_source(run, table, &source, member->clean_name, error);
    byte_source_release(&source);
    if (!member->opened)
        run->context.progress_before += member->packed;
    member->opened = true;
    return rc;
}

static int find_members(struct parse_run *run, struct zip_member **members, struct error *error)
{
    bool found = false;
    for (size_t i = 0; i < run->request->table_count; i++) {
        const struct parse_table *table = &run->request->tables[i];
        int rc =
            zip_archive_find(&run->archive, table->member ? table->member : "", &members[i], error);
        if (rc)
            return rc;
        found = found || members[i];
    }
    if (!found)
        return error_set(error, ERROR_ZIP_MEMBER_UNKNOWN, "the zip holds nothing the feed knows");
    return 0;
}

static int tell_differences(struct parse_run *run, struct zip_member *const *members,
                            struct error *error)
{
    struct record_writer *writer = run->context.writer;
    int rc = 0;
    for (size_t i = 0; i < run->archive.member_count && !rc; i++)
        if (!run->archive.members[i].known)
            rc = record_write_notice(writer, NOTICE_MEMBER_EXTRA,
                                     run->archive.members[i].clean_name, error);
    for (size_t i = 0; i < run->request->table_count && !rc; i++)
        if (!members[i])
            rc = record_write_notice(writer, NOTICE_TABLE_MISSING, run->request->tables[i].name,
                                     error);
    return rc;
}

static int read_zip(struct parse_run *run, struct error *error)
{
    struct zip_member *members[PARSE_TABLES_MAX] = {0};
    int rc = zip_archive_open(&run->archive, run->file, run->size, error);
    if (rc)
        return rc;
    rc = find_members(run, members, error);
    if (!rc)
        rc = tell_differences(run, members, error);
    for (size_t i = 0; i < run->request->table_count && !rc; i++)
        if (members[i])
            rc = read_member(run, &run->request->tables[i], members[i], error);
    zip_archive_release(&run->archive);
    return rc;
}

/* ---- any ---- */

static int check_request(const struct parse_request *request, struct error *error)
{
    if (request->table_count == 0 || request->table_count > PARSE_TABLES_MAX ||
        !reader_of(request->format))
        return error_set(error, ERROR_INTERNAL, "a parse request of %zu tables",
                         request->table_count);
    for (size_t i = 0; i < request->table_count; i++)
        if (request->tables[i].path_count > PARSE_PATHS_MAX)
            return error_set(error, ERROR_INTERNAL, "a table of %zu paths",
                             request->tables[i].path_count);
    return 0;
}

struct parse_limits parse_limits_or_defaults(struct parse_limits limits)
{
    if (limits.output_bytes == 0)
        limits.output_bytes = UINT64_C(64) << 30;
    if (limits.ratio == 0)
        limits.ratio = 200;
    if (limits.memory_bytes == 0)
        limits.memory_bytes = UINT64_C(512) << 20;
    if (limits.cpu_seconds == 0)
        limits.cpu_seconds = 3600;
    return limits;
}

int parse_delivery(int file, uint64_t size, const struct parse_request *request,
                   struct record_writer *writer, struct error *error)
{
    struct parse_limits limits = parse_limits_or_defaults(request->limits);
    struct parse_run run = {
        .request = request,
        .file = file,
        .size = size,
        .budget = {limits.output_bytes, limits.ratio, size, 0},
    };
    run.context = (struct reader_context){
        .writer = writer, .encoding = request->encoding, .progress_told = &run.progress_told};

    int rc = check_request(request, error);
    if (!rc)
        rc = request->container == PARSE_ZIP ? read_zip(&run, error) : read_file(&run, error);
    if (!rc)
        rc = record_write_done(writer, run.rows, size, error);
    if (!rc)
        return record_writer_flush(writer, error);
    if (writer->failed)
        return rc;
    struct error telling = {0};
    if (record_write_failure(writer, error, &telling) || record_writer_flush(writer, &telling))
        *error = telling;
    return rc;
}

int parser_run(int file, const struct parse_request *request, int records, struct error *error)
{
    struct stat stat;
    if (fstat(file, &stat) != 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot look at the delivery");
    struct record_writer writer;
    int rc = record_writer_init(&writer, records, error);
    if (rc)
        return rc;
    rc = parse_delivery(file, (uint64_t)stat.st_size, request, &writer, error);
    record_writer_release(&writer);
    return rc;
}
