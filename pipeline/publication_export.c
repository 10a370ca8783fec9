#include "publication_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disclosure.h"
#include "file.h"
#include "publication.h"

/* Columns of sql/publish/export_exact.sql beyond the first ten. */
enum { EXACT_IS_PERCENT = PUBLICATION_COLUMNS - 1, EXACT_NUMERATOR, EXACT_DENOMINATOR };

static const char *exact_value(const PGresult *rows, int row, char text[32])
{
    struct disclosure_cell cell = {
        .is_percent = PQgetvalue(rows, row, EXACT_IS_PERCENT)[0] == 't',
        .numerator = strtoll(PQgetvalue(rows, row, EXACT_NUMERATOR), NULL, 10),
        .denominator = strtoll(PQgetvalue(rows, row, EXACT_DENOMINATOR), NULL, 10),
    };
    disclosure_exact(&cell, text);
    return text;
}

static int format_rows(const PGresult *rows, bool exact, struct publication_text *text,
                       struct error *error)
{
    int result = publication_text_row(text, publication_header, error);
    for (int row = 0; result == 0 && row < PQntuples(rows); row++) {
        const char *values[PUBLICATION_COLUMNS];
        char value[32];
        for (int i = 0; i < PUBLICATION_COLUMNS; i++) {
            values[i] = PQgetvalue(rows, row, i);
        }
        if (exact) {
            values[PUBLICATION_COLUMNS - 1] = exact_value(rows, row, value);
        }
        result = publication_text_row(text, values, error);
    }
    return result;
}

static int read_rows(struct database *database, const struct publication_request *request,
                     struct publication_text *text, uint64_t *ret_rows, struct error *error)
{
    PGresult *rows = NULL;
    const char *values[] = {request->first_day, request->codes};
    int result = database_query(
        database, request->exact ? "sql/publish/export_exact.sql" : "sql/publish/export.sql",
        values, 2, &rows, error);
    if (result != 0) {
        return result;
    }
    if (PQntuples(rows) == 0) {
        result = error_set(error, ERROR_NO_DATA, "no figure of a period that ends in %.7s",
                           request->first_day);
        error_hint(error, "joinedup measures list shows the periods that have figures");
    }
    if (result == 0) {
        result = format_rows(rows, request->exact, text, error);
        *ret_rows = (uint64_t)PQntuples(rows);
    }
    PQclear(rows);
    return result;
}

/* The folder a path lies in, "." for a bare name. */
static void folder_of(const char *path, char *ret, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (slash == NULL) {
        snprintf(ret, size, ".");
    } else {
        snprintf(ret, size, "%.*s", length == 0 ? 1 : (int)length, path);
    }
}

static int write_and_sync(int fd, const struct publication_text *text, const char *path,
                          struct error *error)
{
    int result = file_write_all(fd, text->data, text->used, error);
    if (result == 0 && fsync(fd) != 0) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "%s cannot be written", path);
    }
    if (close(fd) != 0 && result == 0) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "%s cannot be written", path);
    }
    return result;
}

static int write_file(const struct publication_request *request,
                      const struct publication_text *text, struct error *error)
{
    char part[4096], folder[4096];
    int length = snprintf(part, sizeof part, "%s.part-%ld", request->out, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof part) {
        return error_set(error, ERROR_USAGE, "the path of --out is too long");
    }
    mode_t mode = request->exact ? 0600 : 0644;
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "%s cannot be made", part);
    }
    int result = write_and_sync(fd, text, part, error);
    if (result == 0 && rename(part, request->out) != 0) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "%s cannot be put in place",
                                 request->out);
    }
    if (result != 0) {
        unlink(part);
        return result;
    }
    folder_of(request->out, folder, sizeof folder);
    return file_sync_folder(folder, error);
}

int publication_export(struct database *database, const struct publication_request *request,
                       uint64_t *ret_rows, struct error *error)
{
    struct publication_text text = {0};
    uint64_t rows = 0;
    int result = read_rows(database, request, &text, &rows, error);
    if (result == 0 && strcmp(request->out, "-") == 0) {
        result = file_write_all(STDOUT_FILENO, text.data, text.used, error);
    } else if (result == 0) {
        result = write_file(request, &text, error);
    }
    publication_text_release(&text);
    if (result == 0) {
        *ret_rows = rows;
    }
    return result;
}
