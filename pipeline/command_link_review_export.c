/* link review export: a stratified sample of pairs as CSV, remembered in linkage.review. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "link_input.h"
#include "link_review.h"
#include "linkage/compare.h"

/* Columns of sql/link/review_draw.sql. */
enum {
    AT_LEFT,
    AT_RIGHT,
    AT_LEFT_FEED,
    AT_LEFT_SENDER,
    AT_RIGHT_FEED,
    AT_RIGHT_SENDER,
    AT_ODDS,
    AT_OUTCOME,
    AT_PATTERN,
    AT_BIN,
    AT_GROUP,
    AT_TOTAL,
    AT_END
};
enum { SIZE_MAX_ASKED = 100000 };

struct draw {
    struct link_input *input;
    PGresult *rows;
    char batch[LINK_REVIEW_BATCH_SIZE];
    const char *out;
    char size[16];
};

static int read_request(struct draw *draw, struct error *error)
{
    const struct invocation *invocation = draw->input->invocation;
    const char *text = invocation_value(invocation, "size");
    char *end = NULL;
    long size = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || size < 1 || size > SIZE_MAX_ASKED) {
        return error_set(error, ERROR_USAGE, "--size must be a whole number from 1 to %d",
                         SIZE_MAX_ASKED);
    }
    snprintf(draw->size, sizeof draw->size, "%ld", size);
    draw->out = invocation_value(invocation, "out");
    if (draw->out == NULL) {
        return error_set(error, ERROR_USAGE, "--out is missing");
    }
    return 0;
}

/* The bins lie around the threshold by which the links were made. */
static int check_model(struct draw *draw, struct error *error)
{
    PGresult *rows = NULL;
    int failed =
        database_query(&draw->input->database, "sql/link/review_model.sql", NULL, 0, &rows, error);
    if (failed == 0 && PQntuples(rows) == 0) {
        failed = error_set(error, ERROR_NO_DATA, "nothing is linked yet");
        error_hint(error, "run joinedup run first");
    } else if (failed == 0 && (PQntuples(rows) > 1 ||
                               strcmp(PQgetvalue(rows, 0, 0), draw->input->model->version) != 0)) {
        failed = error_set(error, ERROR_NO_DATA,
                           "the links were made by another model than the "
                           "site's present one");
        error_hint(error, "run joinedup run first");
    }
    PQclear(rows);
    return failed;
}

static int draw_pairs(struct draw *draw, struct error *error)
{
    const struct linkage_model *model = draw->input->model;
    char threshold[32], lowest[16], highest[16];
    snprintf(threshold, sizeof threshold, "%.17g", model->threshold);
    snprintf(lowest, sizeof lowest, "%d",
             (int)fmax(floor(model->review - model->threshold),
                       LINK_REVIEW_HIGHEST + 1 - LINK_REVIEW_BINS_MAX / 3));
    snprintf(highest, sizeof highest, "%d", LINK_REVIEW_HIGHEST);
    const char *parameters[] = {threshold, lowest, highest, draw->size};
    int failed = database_query(&draw->input->database, "sql/link/review_draw.sql", parameters, 4,
                                &draw->rows, error);
    if (failed == 0 && PQntuples(draw->rows) == 0) {
        failed = error_set(error, ERROR_NO_DATA, "there is no pair to review");
    }
    return failed;
}

/* The same draw is the same batch. */
static int name_batch(struct draw *draw, struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    const char *version = draw->input->model->version;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, version, strlen(version) + 1) == 1;
    for (int row = 0; row < PQntuples(draw->rows); row++) {
        for (int c = 0; c < AT_END && good; c++) {
            const char *value = PQgetvalue(draw->rows, row, c);
            good = EVP_DigestUpdate(context, value, strlen(value) + 1) == 1;
        }
    }
    good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!good) {
        return error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    }
    file_hex(digest, (LINK_REVIEW_BATCH_SIZE - 1) / 2, draw->batch);
    return 0;
}

static int remember(struct draw *draw, struct error *error)
{
    struct database *database = &draw->input->database;
    char threshold[32], pair[16];
    snprintf(threshold, sizeof threshold, "%.17g", draw->input->model->threshold);
    int failed = database_begin(database, error);
    if (failed != 0) {
        return failed;
    }
    for (int row = 0; row < PQntuples(draw->rows) && failed == 0; row++) {
        snprintf(pair, sizeof pair, "%d", row + 1);
        const char *parameters[] = {draw->batch,
                                    pair,
                                    PQgetvalue(draw->rows, row, AT_LEFT),
                                    PQgetvalue(draw->rows, row, AT_RIGHT),
                                    PQgetvalue(draw->rows, row, AT_BIN),
                                    PQgetvalue(draw->rows, row, AT_GROUP),
                                    PQgetvalue(draw->rows, row, AT_TOTAL),
                                    threshold,
                                    draw->input->model->version};
        failed = database_query(database, "sql/link/review_add.sql", parameters, 9, NULL, error);
    }
    failed = failed ? failed : database_commit(database, error);
    if (failed != 0) {
        database_rollback(database);
    }
    return failed;
}

/* ---- the file ---- */

/* A text that a spreadsheet would take for a formula gets an apostrophe before it. */
static void write_text(FILE *file, const char *text)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL, formula = strchr("=+-@\t\r", *text) != NULL;
    fputs(quoted ? "\"" : "", file);
    fputs(formula && *text != '\0' ? "'" : "", file);
    for (; *text != '\0'; text++) {
        fputs(*text == '"' ? "\"" : "", file);
        putc(*text, file);
    }
    fputs(quoted ? "\"" : "", file);
}

static void write_header(const struct linkage_schema *schema, FILE *file)
{
    fputs("pair,bin,bin_group,bin_pairs,left_key,left_feed,left_sender,right_key,right_feed,"
          "right_sender",
          file);
    for (size_t i = 0; i < schema->field_count; i++) {
        putc(',', file);
        write_text(file, schema->fields[i].name);
    }
    fputs(",odds,outcome,answer\n", file);
}

static void write_row(const struct draw *draw, int row, FILE *file)
{
    static const int texts[] = {AT_LEFT,  AT_LEFT_FEED,  AT_LEFT_SENDER,
                                AT_RIGHT, AT_RIGHT_FEED, AT_RIGHT_SENDER};
    const struct linkage_schema *schema = &draw->input->model->schema;
    uint64_t pattern = (uint64_t)strtoll(PQgetvalue(draw->rows, row, AT_PATTERN), NULL, 10);
    fprintf(file, "%s/%d,%s,%s,%s", draw->batch, row + 1, PQgetvalue(draw->rows, row, AT_BIN),
            PQgetvalue(draw->rows, row, AT_GROUP), PQgetvalue(draw->rows, row, AT_TOTAL));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        putc(',', file);
        write_text(file, PQgetvalue(draw->rows, row, texts[i]));
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        const char *level =
            linkage_level_name(schema->fields[i].kind, linkage_level_of(pattern, i));
        fprintf(file, ",%s", level == NULL ? "" : level);
    }
    fprintf(file, ",%s,%s,\n", PQgetvalue(draw->rows, row, AT_ODDS),
            PQgetvalue(draw->rows, row, AT_OUTCOME));
}

static int write_failed(const struct draw *draw, struct error *error)
{
    error_set_errno(error, ERROR_FILE_FAILED, errno, "the sample cannot be written");
    error_place(error, "%s", draw->out);
    return error->code;
}

/* Never over a file that is there: it may hold answers. */
static int write_sample(const struct draw *draw, struct error *error)
{
    bool to_screen = strcmp(draw->out, "-") == 0;
    int fd = to_screen ? dup(STDOUT_FILENO)
                       : open(draw->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        write_failed(draw, error);
        if (fd >= 0) {
            close(fd);
        }
        return error->code;
    }
    write_header(&draw->input->model->schema, file);
    for (int row = 0; row < PQntuples(draw->rows); row++) {
        write_row(draw, row, file);
    }
    bool failed = ferror(file) != 0;
    return fclose(file) != 0 || failed ? write_failed(draw, error) : 0;
}

static int tell(const struct draw *draw, struct error *error)
{
    const struct invocation *invocation = draw->input->invocation;
    if (strcmp(draw->out, "-") == 0) {
        return 0;
    }
    if (invocation_json(invocation)) {
        return print_json(json_pack("{s:s, s:s, s:i}", "file", draw->out, "batch", draw->batch,
                                    "pairs", PQntuples(draw->rows)),
                          error);
    }
    if (!invocation_quiet(invocation)) {
        printf("Batch %s: %d pairs in %s\nFill the column answer (same, different, unsure), then: "
               "joinedup link review import %s --by NAME\n",
               draw->batch, PQntuples(draw->rows), draw->out, draw->out);
    }
    return 0;
}

int command_link_review_export(const struct invocation *invocation, struct error *error)
{
    struct link_input *input = calloc(1, sizeof *input);
    struct draw draw = {.input = input};
    if (input == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a sample");
    }
    int failed = link_input_open_site(invocation, input, error);
    failed = failed ? failed : read_request(&draw, error);
    failed = failed ? failed : check_model(&draw, error);
    failed = failed ? failed : draw_pairs(&draw, error);
    failed = failed ? failed : name_batch(&draw, error);
    failed = failed ? failed : write_sample(&draw, error);
    failed = failed ? failed : remember(&draw, error);
    failed = failed ? failed : tell(&draw, error);
    PQclear(draw.rows);
    link_input_close(input);
    free(input);
    return failed;
}
