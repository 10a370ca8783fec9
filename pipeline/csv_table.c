#include "csv_table.h"

#include <csv.h>
#include <stdlib.h>
#include <utf8proc.h>

struct csv_reading {
    const struct settings_reader *reader;
    struct csv_table *table;
    size_t size; /* rows there is room for */
    const char *header;
    bool header_read;
    size_t column_count;
    unsigned line, column;          /* of the byte the reader is at */
    unsigned row_line, cell_column; /* where the row and the cell began */
    struct csv_cell cells[CSV_TABLE_COLUMNS_MAX];
    size_t cell_count; /* may pass COLUMNS_MAX: cells beyond are counted, not kept */
    bool cell_ended;   /* by the byte just read */
    bool cell_opened;  /* a byte of the present cell has been read */
    bool no_memory;
};

static void take_cell(void *text, size_t length, void *context)
{
    struct csv_reading *reading = context;
    struct csv_cell *cell;

    reading->cell_ended = true;
    if (reading->cell_count++ >= CSV_TABLE_COLUMNS_MAX)
        return;
    cell = &reading->cells[reading->cell_count - 1];
    cell->column = reading->cell_column;
    cell->text = arena_copy(reading->reader->arena, text == NULL ? "" : text, length);
    if (cell->text == NULL) {
        reading->no_memory = true;
        cell->text = "";
    }
    if (length > CSV_TABLE_CELL_MAX)
        settings_fault(reading->reader, reading->row_line, cell->column,
                       "cell longer than %d bytes", CSV_TABLE_CELL_MAX);
}

static void check_header(struct csv_reading *reading)
{
    const char *wanted = reading->header;
    bool same = true;

    reading->header_read = true;
    for (size_t i = 0; same && i < reading->cell_count; i++) {
        size_t length = strcspn(wanted, ",");

        same = i < CSV_TABLE_COLUMNS_MAX && strlen(reading->cells[i].text) == length &&
               memcmp(reading->cells[i].text, wanted, length) == 0;
        wanted += length;
        reading->column_count = i + 1;
        if (*wanted == ',')
            wanted++;
        else if (i + 1 < reading->cell_count)
            same = false;
    }
    if (!same || *wanted != '\0') {
        settings_fault(reading->reader, reading->row_line, 1, "the header row must be exactly: %s",
                       reading->header);
        reading->column_count = 0;
    }
}

static struct csv_row *next_row(struct csv_reading *reading)
{
    struct csv_table *table = reading->table;

    if (table->count == reading->size) {
        size_t size = reading->size == 0 ? 64 : reading->size * 2;
        struct csv_row *rows = arena_take_array(reading->reader->arena, size, sizeof *rows);

        if (rows == NULL)
            return NULL;
        if (table->count > 0)
            memcpy(rows, table->rows, table->count * sizeof *rows);
        table->rows = rows;
        reading->size = size;
    }
    return &table->rows[table->count];
}

static void take_row(struct csv_reading *reading)
{
    struct csv_row *row = next_row(reading);
    size_t bytes = reading->column_count * sizeof *row->cells;
    struct csv_cell *cells = row == NULL ? NULL : arena_take(reading->reader->arena, bytes);

    if (cells == NULL) {
        reading->no_memory = true;
        return;
    }
    memcpy(cells, reading->cells, bytes);
    *row = (struct csv_row){reading->row_line, cells};
    reading->table->count++;
}

static void end_row(int ending, void *context)
{
    struct csv_reading *reading = context;

    (void)ending;
    if (!reading->header_read) {
        check_header(reading);
    } else if (reading->column_count > 0) {
        if (reading->cell_count != reading->column_count)
            settings_fault(reading->reader, reading->row_line, 1, "%zu cells, the header has %zu",
                           reading->cell_count, reading->column_count);
        else
            take_row(reading);
    }
    reading->cell_count = 0;
}

/* Moves the place on by the byte just parsed. A line end within quotes starts no row. */
static void step(struct csv_reading *reading, char byte)
{
    reading->column++;
    if (byte == '\n') {
        reading->line++;
        reading->column = 1;
    }
    if (reading->cell_ended || (!reading->cell_opened && (byte == '\n' || byte == '\r'))) {
        reading->cell_column = reading->column;
        reading->cell_ended = false;
        reading->cell_opened = false;
        if (reading->cell_count == 0)
            reading->row_line = reading->line;
    } else {
        reading->cell_opened = true;
    }
}

/* Byte by byte, because libcsv does not tell where a cell began. Settings are small. */
static bool parse_bytes(struct csv_reading *reading, struct csv_parser *parser, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.data[i];

        if (byte == '\0') {
            settings_fault(reading->reader, reading->line, reading->column, "NUL byte");
            return false;
        }
        if (csv_parse(parser, &byte, 1, take_cell, end_row, reading) != 1) {
            settings_fault(reading->reader, reading->line, reading->column, "%s",
                           csv_strerror(csv_error(parser)));
            return false;
        }
        step(reading, byte);
    }
    return true;
}

static bool is_utf8(const struct settings_reader *reader, struct slice text)
{
    unsigned line = 1;

    for (size_t i = 0; i < text.length;) {
        utf8proc_int32_t letter;
        utf8proc_ssize_t count = utf8proc_iterate((const utf8proc_uint8_t *)text.data + i,
                                                  (utf8proc_ssize_t)(text.length - i), &letter);

        if (count <= 0) {
            settings_fault(reader, line, 1, "not UTF-8 text");
            return false;
        }
        line += letter == '\n';
        i += (size_t)count;
    }
    return true;
}

int csv_table_parse(const struct settings_reader *reader, struct slice text, const char *header,
                    struct csv_table *ret, struct error *error)
{
    struct csv_table table = {NULL, 0};
    struct csv_reading reading = {.reader = reader,
                                  .table = &table,
                                  .header = header,
                                  .line = 1,
                                  .column = 1,
                                  .row_line = 1,
                                  .cell_column = 1};
    struct csv_parser parser;

    *ret = table;
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        text = (struct slice){text.data + 3, text.length - 3};
    if (!is_utf8(reader, text))
        return 0;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the CSV reader");
    if (parse_bytes(&reading, &parser, text) &&
        csv_fini(&parser, take_cell, end_row, &reading) != 0)
        settings_fault(reader, reading.row_line, 1, "a quote is never closed");
    csv_free(&parser);
    if (!reading.header_read)
        settings_fault(reader, 1, 1, "the header row must be exactly: %s", header);
    if (reading.no_memory)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", reader->name);
    *ret = table;
    return 0;
}
