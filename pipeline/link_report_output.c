/* link_report_table.h, the part on telling: text, CSV and JSON of the same figures. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "link_report_table.h"

enum { CELL_MAX = 512, COLUMNS = 3 + REPORT_MEASURES_MAX };

static bool is_wanted(uint32_t wanted, size_t section)
{
    return (wanted >> section & 1) != 0;
}

static int close_file(FILE *file, const char *path, struct error *error)
{
    bool failed = ferror(file) != 0;
    int number = errno;
    if (file == stdout ? fflush(file) != 0 : fclose(file) != 0) {
        failed = true;
        number = errno;
    }
    if (failed) {
        error_set_errno(error, ERROR_FILE_FAILED, number, "the report cannot be written");
        error_place(error, "%s", path);
        return error->code;
    }
    return 0;
}

/* ---- text ---- */

/* 1234567 as 1,234,567. */
static void whole_number(double number, char ret[CELL_MAX])
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", number), used = 0;
    for (int i = 0; i < length; i++) {
        ret[used++] = digits[i];
        if (i + 1 < length && (length - i - 1) % 3 == 0 && digits[i] != '-') {
            ret[used++] = ',';
        }
    }
    ret[used] = '\0';
}

static void value_text(const struct report_value *value, char ret[CELL_MAX])
{
    switch (value->kind) {
    case REPORT_COUNT:
        whole_number(value->number, ret);
        break;
    case REPORT_RATE:
        snprintf(ret, CELL_MAX, "%.2f%%", 100 * value->number);
        break;
    case REPORT_NUMBER:
        snprintf(ret, CELL_MAX, fabs(value->number) < 0.01 && value->number != 0 ? "%.2g" : "%.2f",
                 value->number);
        break;
    case REPORT_TEXT:
        snprintf(ret, CELL_MAX, "%s", value->text);
        break;
    case REPORT_FEW:
        snprintf(ret, CELL_MAX, "<%d", REPORT_FEWEST);
        break;
    case REPORT_HIDDEN:
        snprintf(ret, CELL_MAX, "hidden");
        break;
    default:
        snprintf(ret, CELL_MAX, "-");
        break;
    }
}

/* Columns on the screen: bytes that begin a character. */
static int width_of(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

/* An interval stands in the cell of what it belongs to. */
static bool has_interval(const struct report_table *table, size_t measure)
{
    size_t length = strlen(table->measures[measure]);
    return measure + 2 < table->measure_count &&
           strncmp(table->measures[measure + 1], table->measures[measure], length) == 0 &&
           strcmp(table->measures[measure + 1] + length, "_low") == 0;
}

static bool is_seen(const struct report_table *table, size_t measure)
{
    return (table->quiet >> measure & 1) == 0 &&
           !(measure >= 1 && has_interval(table, measure - 1)) &&
           !(measure >= 2 && has_interval(table, measure - 2));
}

static void measure_text(const struct report_table *table, const struct report_row *row,
                         size_t measure, char ret[CELL_MAX])
{
    const struct report_value *value = &row->values[measure];
    value_text(value, ret);
    if (has_interval(table, measure) && value->kind == REPORT_RATE) {
        size_t used = strlen(ret);
        snprintf(ret + used, CELL_MAX - used, " (%.2f to %.2f)", 100 * value[1].number,
                 100 * value[2].number);
    }
}

static void heading_text(const char *name, char ret[CELL_MAX])
{
    snprintf(ret, CELL_MAX, "%s", name);
    for (char *letter = ret; *letter != '\0'; letter++) {
        *letter = *letter == '_' ? ' ' : *letter;
    }
}

/* The cell of a column: item, source and group where the table shows them, then the measures. With
 * no row, its heading. False past the last column. */
static bool cell_text(const struct report_table *table, const struct report_row *row, int column,
                      char ret[CELL_MAX], bool *ret_right)
{
    const char *keys[3] = {row == NULL ? "" : row->item, row == NULL ? "" : row->source,
                           row == NULL ? "" : row->group};
    *ret_right = false;
    for (int key = 0; key < 3; key++) {
        if (table->headings[key] != NULL && column-- == 0) {
            snprintf(ret, CELL_MAX, "%s", row == NULL ? table->headings[key] : keys[key]);
            return true;
        }
    }
    for (size_t measure = 0; measure < table->measure_count; measure++) {
        if (!is_seen(table, measure) || column-- != 0) {
            continue;
        }
        *ret_right = table->first == NULL || table->first->values[measure].kind != REPORT_TEXT;
        if (row == NULL) {
            heading_text(table->measures[measure], ret);
        } else {
            measure_text(table, row, measure, ret);
        }
        return true;
    }
    return false;
}

static void print_row(const struct report_table *table, const struct report_row *row,
                      const int widths[COLUMNS], FILE *file)
{
    char text[CELL_MAX], next[CELL_MAX];
    bool right, ignored;
    for (int column = 0; cell_text(table, row, column, text, &right); column++) {
        bool last = !cell_text(table, row, column + 1, next, &ignored);
        int blanks = widths[column] - width_of(text);
        fprintf(file, "  %*s%s%*s", right ? blanks : 0, "", text, right || last ? 0 : blanks, "");
    }
    fputc('\n', file);
}

static void print_table(const struct report_table *table, FILE *file)
{
    int widths[COLUMNS] = {0};
    char text[CELL_MAX];
    bool right;
    for (int column = 0; cell_text(table, NULL, column, text, &right); column++) {
        widths[column] = width_of(text);
        for (const struct report_row *row = table->first; row != NULL; row = row->next) {
            cell_text(table, row, column, text, &right);
            widths[column] = width_of(text) > widths[column] ? width_of(text) : widths[column];
        }
    }
    fprintf(file, "\n");
    if (table->title != NULL) {
        fprintf(file, "  %s\n", table->title);
    }
    /* A list of single values needs no heading. */
    if (table->measure_count != 1 || strcmp(table->measures[0], "value") != 0) {
        print_row(table, NULL, widths, file);
    }
    for (const struct report_row *row = table->first; row != NULL; row = row->next) {
        print_row(table, row, widths, file);
    }
}

/* Words of a note on lines of at most 98 columns. */
static void print_note(const char *lead, const char *text, FILE *file)
{
    int at = fprintf(file, "  %s", lead);
    for (const char *word = text; *word != '\0';) {
        size_t length = strcspn(word, " ");
        if (at + (int)length > 98 && at > 4) {
            at = fprintf(file, "\n    ") - 1;
        }
        at += fprintf(file, "%.*s ", (int)length, word);
        word += length;
        word += strspn(word, " ");
    }
    fputc('\n', file);
}

int report_print(const struct report *report, const struct report_section *sections, size_t count,
                 uint32_t wanted, FILE *file, struct error *error)
{
    bool first = true;
    for (size_t s = 0; s < count; s++) {
        if (!is_wanted(wanted, s)) {
            continue;
        }
        fprintf(file, "%s%zu. %s (%s)\n", first ? "" : "\n", s, sections[s].title,
                sections[s].name);
        first = false;
        for (const struct report_table *table = report->first; table != NULL; table = table->next) {
            if (table->section == s && !table->unseen && table->first != NULL) {
                print_table(table, file);
            }
        }
        bool space = true;
        for (const struct report_note *note = report->first_note; note != NULL; note = note->next) {
            if (note->section == s || (note->weight == REPORT_ALARM && s == 0)) {
                fputs(space ? "\n" : "", file);
                space = false;
                print_note(note->weight == REPORT_NOTE ? "" : "warning: ", note->text, file);
            }
        }
    }
    if (ferror(file) != 0) {
        return error_set(error, ERROR_FILE_FAILED, "the report cannot be written");
    }
    return 0;
}

/* ---- CSV ---- */

static void csv_cell(const char *text, char end, FILE *file)
{
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (quote) {
        fputc('"', file);
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', file);
        }
        fputc(*text, file);
    }
    if (quote) {
        fputc('"', file);
    }
    fputc(end, file);
}

/* Figures as such, for programs. */
static void plain_text(const struct report_value *value, char ret[CELL_MAX])
{
    switch (value->kind) {
    case REPORT_COUNT:
        snprintf(ret, CELL_MAX, "%.0f", value->number);
        break;
    case REPORT_RATE:
        snprintf(ret, CELL_MAX, "%.6f", value->number);
        break;
    case REPORT_NUMBER:
        snprintf(ret, CELL_MAX, "%.6g", value->number);
        break;
    case REPORT_NOTHING:
        *ret = '\0';
        break;
    default:
        value_text(value, ret);
        break;
    }
}

static void write_rows(const struct report_table *table, const char *section, FILE *file)
{
    char text[CELL_MAX];
    for (const struct report_row *row = table->first; row != NULL; row = row->next) {
        for (size_t i = 0; i < table->measure_count; i++) {
            csv_cell(section, ',', file);
            csv_cell(row->item, ',', file);
            csv_cell(row->source, ',', file);
            csv_cell(row->group, ',', file);
            csv_cell(table->measures[i], ',', file);
            plain_text(&row->values[i], text);
            csv_cell(text, '\n', file);
        }
    }
}

int report_write_csv(const struct report *report, const struct report_section *sections,
                     uint32_t wanted, const char *path, struct error *error)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    if (file == NULL) {
        error_set_errno(error, ERROR_FILE_FAILED, errno, "the report cannot be written");
        error_place(error, "%s", path);
        return error->code;
    }
    fputs("section,item,source,group,measure,value\n", file);
    for (const struct report_table *table = report->first; table != NULL; table = table->next) {
        if (is_wanted(wanted, table->section)) {
            write_rows(table, sections[table->section].name, file);
        }
    }
    return close_file(file, path, error);
}

/* ---- JSON ---- */

static json_t *value_json(const struct report_value *value)
{
    char text[CELL_MAX];
    switch (value->kind) {
    case REPORT_COUNT:
        return json_integer((json_int_t)value->number);
    case REPORT_RATE:
    case REPORT_NUMBER:
        plain_text(value, text);
        return json_real(strtod(text, NULL));
    case REPORT_TEXT:
    case REPORT_FEW:
        plain_text(value, text);
        return json_string(text);
    default:
        return json_null();
    }
}

static bool add_rows(const struct report_table *table, json_t *list)
{
    bool good = list != NULL;
    for (const struct report_row *row = table->first; row != NULL && good; row = row->next) {
        json_t *object = json_pack("{s:s, s:s, s:s}", "item", row->item, "source", row->source,
                                   "group", row->group);
        for (size_t i = 0; i < table->measure_count && object != NULL; i++) {
            good =
                json_object_set_new(object, table->measures[i], value_json(&row->values[i])) == 0 &&
                good;
        }
        good = json_array_append_new(list, object) == 0 && good;
    }
    return good;
}

json_t *report_json(const struct report *report, const struct report_section *sections,
                    size_t count, uint32_t wanted)
{
    json_t *warnings = json_array(), *notes = json_object(), *told = json_object();
    bool good = !report->failed && warnings != NULL && notes != NULL && told != NULL;
    for (size_t s = 0; s < count && good; s++) {
        if (is_wanted(wanted, s)) {
            good = json_object_set_new(told, sections[s].name, json_array()) == 0 &&
                   json_object_set_new(notes, sections[s].name, json_array()) == 0;
        }
    }
    for (const struct report_table *table = report->first; table != NULL && good;
         table = table->next) {
        good = !is_wanted(wanted, table->section) ||
               add_rows(table, json_object_get(told, sections[table->section].name));
    }
    for (const struct report_note *note = report->first_note; note != NULL && good;
         note = note->next) {
        json_t *list = note->weight != REPORT_NOTE ? warnings
                       : is_wanted(wanted, note->section)
                           ? json_object_get(notes, sections[note->section].name)
                           : NULL;
        good = list == NULL || json_array_append_new(list, json_string(note->text)) == 0;
    }
    if (!good) {
        json_decref(warnings);
        json_decref(notes);
        json_decref(told);
        return NULL;
    }
    return json_pack("{s:b, s:o, s:o, s:o}", "exact", report->exact, "warnings", warnings,
                     "sections", told, "notes", notes);
}
