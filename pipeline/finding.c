#include "finding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { WARNINGS_MAX = 4096 };

struct reject_entry {
    uint64_t row;
    const char *rule; /* in the feed definition, which outlives the spool */
    int table, field, code;
    enum row_outcome outcome;
    char mask[24];
};

int findings_init(struct findings *findings, const char *work, struct error *error)
{
    memset(findings, 0, sizeof *findings);
    int fd = open(work, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    findings->spool = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (findings->spool == NULL) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "no room for findings in %s", work);
    }
    return 0;
}

void findings_release(struct findings *findings)
{
    if (findings->spool != NULL) {
        fclose(findings->spool);
    }
    free(findings->warnings);
    memset(findings, 0, sizeof *findings);
}

static int spool_reject(struct findings *findings, const struct reject_entry *entry,
                        struct error *error)
{
    if (fwrite(entry, sizeof *entry, 1, findings->spool) != 1) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "findings cannot be written");
    }
    findings->reject_count++;
    return 0;
}

static bool same_warning(const struct warning_count *warning, int table, int field, int code,
                         const char *rule, const char *detail)
{
    return warning->table == table && warning->field == field && warning->code == code &&
           warning->rule == rule && strcmp(warning->detail, detail) == 0;
}

static int count_warning(struct findings *findings, int table, int field, int code,
                         const char *rule, const char *detail, uint64_t rows, struct error *error)
{
    for (size_t i = findings->warning_count; i-- > 0;) {
        if (same_warning(&findings->warnings[i], table, field, code, rule, detail)) {
            findings->warnings[i].rows += rows;
            return 0;
        }
    }
    if (findings->warning_count == WARNINGS_MAX) {
        return 0; /* a file of nothing but unknown columns: the first few thousand tell the story */
    }
    if (findings->warning_count == findings->warning_size) {
        size_t size = findings->warning_size ? 2 * findings->warning_size : 32;
        struct warning_count *more = realloc(findings->warnings, size * sizeof *more);
        if (more == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for warnings");
        }
        findings->warnings = more;
        findings->warning_size = size;
    }
    struct warning_count *warning = &findings->warnings[findings->warning_count++];
    *warning = (struct warning_count){
        .table = table, .field = field, .code = code, .rule = rule, .rows = rows};
    snprintf(warning->detail, sizeof warning->detail, "%s", detail);
    return 0;
}

int findings_add_row(struct findings *findings, int table, uint64_t row,
                     const struct row_result *result, struct error *error)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct row_finding *finding = &result->findings[i];
        int failed;
        if (finding->warning) {
            failed = count_warning(findings, table, finding->field, finding->code, finding->rule,
                                   "", 1, error);
        } else {
            struct reject_entry entry = {.row = row,
                                         .rule = finding->rule,
                                         .table = table,
                                         .field = finding->field,
                                         .code = finding->code,
                                         .outcome = result->outcome};
            memcpy(entry.mask, finding->mask, sizeof entry.mask);
            failed = spool_reject(findings, &entry, error);
        }
        if (failed != 0) {
            return failed;
        }
    }
    return 0;
}

int findings_add_reject(struct findings *findings, int table, uint64_t row, int field, int code,
                        enum row_outcome outcome, struct error *error)
{
    struct reject_entry entry = {
        .row = row, .table = table, .field = field, .code = code, .outcome = outcome};
    return spool_reject(findings, &entry, error);
}

int findings_add_notice(struct findings *findings, int table, int field, int code,
                        const char *detail, uint64_t rows, struct error *error)
{
    return count_warning(findings, table, field, code, NULL, detail, rows, error);
}

uint64_t findings_warning_total(const struct findings *findings)
{
    uint64_t total = 0;
    for (size_t i = 0; i < findings->warning_count; i++) {
        total += findings->warnings[i].rows;
    }
    return total;
}

static const char *table_name(const struct delivery *delivery, int table)
{
    return table == TABLE_NONE ? "" : delivery->feed->tables[table].name;
}

static const char *field_name(const struct delivery *delivery, int table, int field)
{
    return table == TABLE_NONE || field < 0 ? "" : delivery->feed->tables[table].fields[field].name;
}

static int copy_text(struct database_copy *copy, const char *text, struct error *error)
{
    return database_copy_bytes(copy, text, strlen(text), error);
}

static int copy_reject(struct database_copy *copy, const struct delivery *delivery,
                       const struct reject_entry *entry, struct error *error)
{
    static const char *const outcomes[] = {"staged", "rejected", "duplicate", "withheld"};
    char code[8];
    int failed = database_copy_row_begin(copy, 7, error);
    failed = failed ? failed : database_copy_int64(copy, delivery->id, error);
    failed = failed ? failed : copy_text(copy, table_name(delivery, entry->table), error);
    failed = failed ? failed : database_copy_int64(copy, (int64_t)entry->row, error);
    failed =
        failed ? failed : copy_text(copy, field_name(delivery, entry->table, entry->field), error);
    failed = failed
                 ? failed
                 : copy_text(copy, entry->rule ? entry->rule : error_code_text(entry->code, code),
                             error);
    failed = failed ? failed : copy_text(copy, outcomes[entry->outcome], error);
    return failed ? failed : copy_text(copy, entry->mask, error);
}

static int write_rejects(struct findings *findings, struct database *database,
                         const struct delivery *delivery, struct error *error)
{
    struct database_copy copy;
    struct reject_entry entry;
    if (findings->reject_count == 0) {
        return 0;
    }
    if (fflush(findings->spool) != 0 || fseek(findings->spool, 0, SEEK_SET) != 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "findings cannot be read back");
    }
    int failed = database_copy_begin(
        database, "quality.reject",
        "(delivery_id, table_name, row_number, field, rule_code, outcome, masked)", &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (uint64_t i = 0; i < findings->reject_count && failed == 0; i++) {
        failed = fread(&entry, sizeof entry, 1, findings->spool) == 1
                     ? copy_reject(&copy, delivery, &entry, error)
                     : error_set(error, ERROR_FILE_FAILED, "findings cannot be read back");
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

static int copy_warning(struct database_copy *copy, const struct delivery *delivery,
                        const struct warning_count *warning, struct error *error)
{
    char code[8];
    int failed = database_copy_row_begin(copy, 6, error);
    failed = failed ? failed : database_copy_int64(copy, delivery->id, error);
    failed = failed ? failed : copy_text(copy, table_name(delivery, warning->table), error);
    failed = failed ? failed
                    : copy_text(copy, field_name(delivery, warning->table, warning->field), error);
    failed =
        failed
            ? failed
            : copy_text(copy, warning->rule ? warning->rule : error_code_text(warning->code, code),
                        error);
    failed = failed ? failed : database_copy_int64(copy, (int64_t)warning->rows, error);
    return failed ? failed : copy_text(copy, warning->detail, error);
}

int findings_write(struct findings *findings, struct database *database,
                   const struct delivery *delivery, struct error *error)
{
    struct database_copy copy;
    int failed = write_rejects(findings, database, delivery, error);
    if (failed != 0 || findings->warning_count == 0) {
        return failed;
    }
    failed = database_copy_begin(database, "quality.warning",
                                 "(delivery_id, table_name, field, rule_code, row_count, detail)",
                                 &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (size_t i = 0; i < findings->warning_count && failed == 0; i++) {
        failed = copy_warning(&copy, delivery, &findings->warnings[i], error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}
