#include "link_report_table.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void report_init(struct report *report, bool exact)
{
    memset(report, 0, sizeof *report);
    arena_init(&report->arena, 0);
    report->exact = exact;
}

void report_release(struct report *report)
{
    arena_release(&report->arena);
}

static void *take(struct report *report, size_t size)
{
    void *bytes = arena_take(&report->arena, size);
    report->failed = report->failed || bytes == NULL;
    return bytes;
}

static const char *copy(struct report *report, const char *text)
{
    if (text == NULL || *text == '\0') {
        return "";
    }
    const char *copied = arena_copy_string(&report->arena, text);
    report->failed = report->failed || copied == NULL;
    return copied == NULL ? "" : copied;
}

/* Parts text at the letter; empty parts stay NULL. Returns how many parts there were. */
static size_t part(struct report *report, const char *text, char at, const char **ret, size_t most)
{
    size_t count = 0;
    for (const char *start = text; count < most; count++) {
        const char *end = strchr(start, at);
        size_t length = end == NULL ? strlen(start) : (size_t)(end - start);
        if (length > 0) {
            ret[count] = arena_copy(&report->arena, start, length);
            report->failed = report->failed || ret[count] == NULL;
        }
        if (end == NULL) {
            return count + 1;
        }
        start = end + 1;
    }
    return count;
}

struct report_table *report_table_add(struct report *report, size_t section, const char *title,
                                      const char *headings, const char *measures)
{
    struct report_table *table = take(report, sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->section = section;
    table->title = title;
    part(report, headings, ',', table->headings, 3);
    table->measure_count = part(report, measures, ' ', table->measures, REPORT_MEASURES_MAX);
    for (size_t i = 0; i < table->measure_count && !report->failed; i++) {
        bool dotted = *table->measures[i] == '.';
        table->quiet |= dotted ? 1u << i : 0;
        table->measures[i] += dotted ? 1 : 0;
    }
    *(report->last == NULL ? &report->first : &report->last->next) = table;
    report->last = table;
    return table;
}

struct report_row *report_row_add(struct report *report, struct report_table *table,
                                  const char *item, const char *source, const char *group)
{
    struct report_row *row = table == NULL ? NULL : take(report, sizeof *row);
    if (row == NULL) {
        return NULL;
    }
    row->item = copy(report, item);
    row->source = copy(report, source);
    row->group = copy(report, group);
    *(table->last == NULL ? &table->first : &table->last->next) = row;
    table->last = row;
    return row;
}

static const char *format_text(struct report *report, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static const char *format_text(struct report *report, const char *format, va_list arguments)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, arguments);
    return copy(report, text);
}

const char *report_text(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(report, format, arguments);
    va_end(arguments);
    return text;
}

void report_note(struct report *report, size_t section, enum report_weight weight,
                 const char *format, ...)
{
    struct report_note *note = take(report, sizeof *note);
    va_list arguments;
    if (note == NULL) {
        return;
    }
    va_start(arguments, format);
    *note = (struct report_note){section, weight, format_text(report, format, arguments), NULL};
    va_end(arguments);
    *(report->last_note == NULL ? &report->first_note : &report->last_note->next) = note;
    report->last_note = note;
}

/* ---- values ---- */

void report_put(struct report_row *row, struct report_value value)
{
    if (row != NULL && row->count < REPORT_MEASURES_MAX) {
        row->values[row->count++] = value;
    }
}

static void put_number(struct report_row *row, enum report_kind kind, double number)
{
    report_put(row, isnan(number) ? (struct report_value){.kind = REPORT_NOTHING}
                                  : (struct report_value){.kind = kind, .number = number});
}

void report_put_count(struct report_row *row, uint64_t count)
{
    put_number(row, REPORT_COUNT, (double)count);
}

void report_put_rate(struct report_row *row, double rate)
{
    put_number(row, REPORT_RATE, rate);
}

void report_put_number(struct report_row *row, double number)
{
    put_number(row, REPORT_NUMBER, number);
}

void report_put_text(struct report_row *row, const char *text)
{
    report_put(row, (struct report_value){.kind = REPORT_TEXT, .text = text});
}

bool report_is_few(const struct report *report, uint64_t people)
{
    return !report->exact && people < REPORT_FEWEST;
}

void report_put_people(struct report *report, struct report_row *row, uint64_t people)
{
    if (report_is_few(report, people)) {
        report_put(row, (struct report_value){.kind = REPORT_FEW});
    } else {
        report_put_count(row, people);
    }
}

void report_hide_from(struct report_row *row, size_t first)
{
    for (size_t i = first; row != NULL && i < row->count; i++) {
        if (row->values[i].kind != REPORT_FEW) {
            row->values[i].kind = REPORT_HIDDEN;
        }
    }
}

void report_hide_row(const struct report *report, struct report_row *row, uint64_t people)
{
    for (size_t i = report_is_few(report, people) ? 1 : 0; row != NULL && i < row->count; i++) {
        row->values[i].kind = REPORT_HIDDEN;
    }
}

void report_choose_hidden(const struct report *report, const uint64_t *people, const bool *there,
                          size_t count, bool *ret)
{
    size_t hidden = 0, next = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        bool here = there == NULL ? people[i] > 0 : there[i];
        ret[i] = here && report_is_few(report, people[i]);
        hidden += ret[i];
        if (here && !ret[i] && (next == SIZE_MAX || people[i] < people[next])) {
            next = i;
        }
    }
    if (hidden == 1 && next != SIZE_MAX) {
        ret[next] = true;
    }
}
