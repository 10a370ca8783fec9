/*
 * frequency.c: reads a dump (pg_dump, plain) and attacks every column of every table.
 *
 * frequency PEOPLE KEYS < DUMP. PEOPLE as frequency.h says; KEYS: patient_key,person. Prints what
 * stood out from chance and the totals; exit status 0 when nothing did, 2 when something did.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "frequency.h"

enum { COLUMNS_MAX = 64, UUID_LENGTH = 36, WINDOW_BYTES_MAX = 512, PLACE = -2 };

struct key {
    char text[UUID_LENGTH + 1];
    int person;
    UT_hash_handle hh;
};

struct table {
    char name[80];
    char *columns[COLUMNS_MAX];
    size_t column_count, row_count, row_room;
    char **cells; /* row by row */
    int *person;  /* of each row */
};

static struct population population;
static struct key *keys;
static struct entry *entries;

static void *need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "frequency: out of memory\n");
        exit(1);
    }
    return memory;
}

static uint64_t hash_of(const char *bytes, size_t length, uint64_t hash)
{
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    }
    return hash ^ hash >> 29;
}

static const uint64_t hash_start = 14695981039346656037u;

/* ---- whose row it is ---- */

static int person_of_key(const char *text)
{
    struct key *key = NULL;
    HASH_FIND_STR(keys, text, key);
    return key == NULL ? NOBODY : key->person;
}

static void add_key(const char *text, int person)
{
    if (strlen(text) == UUID_LENGTH && person_of_key(text) == NOBODY && person != NOBODY) {
        struct key *key = need(calloc(1, sizeof *key));
        memcpy(key->text, text, UUID_LENGTH);
        key->person = person;
        HASH_ADD_STR(keys, text, key);
    }
}

static bool read_keys(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *rest = line, *key = strsep(&rest, ","), *person = strsep(&rest, ",\n");
        if (person != NULL) {
            add_key(key, population_find(person));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return HASH_COUNT(keys) > 0;
}

static bool is_key_column(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, "_key") == 0;
}

/* A row is of whom its key in that column is, or else any of its keys is. A referral's, a contact's
 * key is its patient's from then on. */
static void find_people(struct table *table, size_t from, bool strictly)
{
    for (size_t row = 0; row < table->row_count; row++) {
        char **cells = table->cells + row * table->column_count;
        int person = person_of_key(cells[from]);
        for (size_t i = 0; i < table->column_count && !strictly && person == NOBODY; i++) {
            person = is_key_column(table->columns[i]) ? person_of_key(cells[i]) : NOBODY;
        }
        table->person[row] = person;
        for (size_t i = 0; i < table->column_count && !strictly; i++) {
            if (is_key_column(table->columns[i]) && strcmp(table->columns[i], "person_key") != 0) {
                add_key(cells[i], person);
            }
        }
    }
}

/* ---- what is attacked ---- */

/* What cell i (PLACE: where the row stands in its table) and j (or NOBODY) of a row tell. width 0:
 * the whole, else so many bytes from at. */
struct view {
    int i, j;
    size_t at, width;
};

/* false: nothing. */
static bool look(const struct table *table, size_t row, const struct view *view, struct entry *ret)
{
    char place[32], **cells = table->cells + row * table->column_count;
    const char *cell = view->i == PLACE ? place : cells[view->i];
    snprintf(place, sizeof place, "%zu", row);

    size_t length = strlen(cell), skip = cell[0] == '\\' && cell[1] == '\\' ? 3 : 0;
    char *end = NULL;

    if (strcmp(cell, "\\N") == 0) {
        return false;
    }
    if (view->width == 0) {
        ret->value = hash_of(cell, length, hash_start);
    } else {
        size_t from = skip + 2 * view->at;
        if (from + 2 * view->width > length) {
            return false;
        }
        ret->value = hash_of(cell + from, 2 * view->width, hash_start);
    }
    ret->number = strtod(cell, &end);
    if (view->j != NOBODY) {
        ret->within = hash_of(cells[view->j], strlen(cells[view->j]), hash_start);
        ret->value = ret->value * 31 + ret->within;
    }
    return true;
}

static bool is_number(const struct table *table, size_t column)
{
    bool found = false;
    for (size_t row = 0; row < table->row_count; row++) {
        const char *cell = table->cells[row * table->column_count + column];
        char *end = NULL;
        if (strcmp(cell, "\\N") != 0) {
            strtod(cell, &end);
            if (end == cell || *end != '\0') {
                return false;
            }
            found = true;
        }
    }
    return found;
}

/* Each person's first value. */
static void attack_view(const struct table *table, const struct view *view, const char *label,
                        bool numbers)
{
    static uint32_t *seen, now;
    size_t count = 0;

    seen = seen == NULL ? need(calloc(population.all, sizeof *seen)) : seen;
    now++;
    for (size_t row = 0; row < table->row_count; row++) {
        int person = table->person[row];
        struct entry entry = {0};
        if (person != NOBODY && seen[person] != now && look(table, row, view, &entry)) {
            seen[person] = now;
            entry.person = (uint32_t)person;
            entries[count++] = entry;
        }
    }
    attack(&population, label, entries, count, numbers);
}

/* How many rows the table has of each person; and of each value, how many rows hold it. */
static void attack_counts(const struct table *table, const char *label)
{
    size_t *rows = need(calloc(population.all, sizeof *rows)), count = 0;
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->person[row] != NOBODY) {
            rows[table->person[row]]++;
        }
    }
    for (size_t person = 0; person < population.all; person++) {
        if (rows[person] > 0) {
            entries[count++] = (struct entry){
                .value = rows[person], .number = (double)rows[person], .person = (uint32_t)person};
        }
    }
    attack(&population, label, entries, count, true);
    free(rows);
}

struct holder {
    uint64_t value;
    size_t rows;
    UT_hash_handle hh;
};

static void attack_group_sizes(const struct table *table, size_t column, const char *label)
{
    struct holder *holders = NULL, *holder, *next;
    struct view view = {.i = (int)column, .j = NOBODY};
    uint64_t *value = need(calloc(table->row_count + 1, sizeof *value));
    bool *seen = need(calloc(population.all, sizeof *seen));
    size_t count = 0;

    for (size_t row = 0; row < table->row_count; row++) {
        struct entry entry = {0};
        if (look(table, row, &view, &entry)) {
            value[row] = entry.value;
            HASH_FIND(hh, holders, &entry.value, sizeof entry.value, holder);
            if (holder == NULL) {
                holder = need(calloc(1, sizeof *holder));
                holder->value = entry.value;
                HASH_ADD(hh, holders, value, sizeof holder->value, holder);
            }
            holder->rows++;
        }
    }
    for (size_t row = 0; row < table->row_count; row++) {
        int person = table->person[row];
        HASH_FIND(hh, holders, &value[row], sizeof value[row], holder);
        if (person != NOBODY && !seen[person] && holder != NULL) {
            seen[person] = true;
            entries[count++] = (struct entry){
                .value = holder->rows, .number = (double)holder->rows, .person = (uint32_t)person};
        }
    }
    attack(&population, label, entries, count, true);
    HASH_ITER(hh, holders, holder, next)
    {
        HASH_DEL(holders, holder);
        free(holder);
    }
    free(value);
    free(seen);
}

/* Bytes at one place of a value of hexadecimal digits. */
static void attack_windows(const struct table *table, size_t column, const char *label)
{
    static const size_t widths[] = {1, 2, 4, 8};
    char name[250];
    size_t length = 0;
    for (size_t row = 0; row < table->row_count; row++) {
        const char *cell = table->cells[row * table->column_count + column];
        size_t digits = strncmp(cell, "\\\\x", 3) == 0 ? strlen(cell) - 3 : 0;
        length = digits / 2 > length ? digits / 2 : length;
    }
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t at = 0; at + widths[w] <= length && at < WINDOW_BYTES_MAX; at++) {
            struct view view = {.i = (int)column, .j = NOBODY, .at = at, .width = widths[w]};
            snprintf(name, sizeof name, "%.199s[%zu+%zu]", label, at, widths[w]);
            attack_view(table, &view, name, false);
        }
    }
}

/* Two columns together; a number, and the place of the row, also within each other column. */
static void attack_two(const struct table *table, const char *by, const bool *numbers)
{
    char label[200];
    for (int j = 0; j < (int)table->column_count; j++) {
        snprintf(label, sizeof label, "%s%s:place within %s", table->name, by, table->columns[j]);
        attack_view(table, &(struct view){.i = PLACE, .j = j}, label, true);
        for (int i = 0; i < (int)table->column_count; i++) {
            snprintf(label, sizeof label, "%s%s.%s within %s", table->name, by, table->columns[i],
                     table->columns[j]);
            if (i != j && (i < j || numbers[i])) {
                attack_view(table, &(struct view){.i = i, .j = j}, label, numbers[i]);
            }
        }
    }
}

static void attack_table(const struct table *table, const char *by)
{
    char label[200];
    bool numbers[COLUMNS_MAX];
    for (size_t i = 0; i < table->column_count; i++) {
        struct view view = {.i = (int)i, .j = NOBODY};
        numbers[i] = is_number(table, i);
        snprintf(label, sizeof label, "%s%s.%s", table->name, by, table->columns[i]);
        attack_view(table, &view, label, numbers[i]);
        attack_windows(table, i, label);
        snprintf(label, sizeof label, "%s%s.%s:size", table->name, by, table->columns[i]);
        attack_group_sizes(table, i, label);
    }
    snprintf(label, sizeof label, "%s%s:rows", table->name, by);
    attack_counts(table, label);
    snprintf(label, sizeof label, "%s%s:place", table->name, by);
    attack_view(table, &(struct view){.i = PLACE, .j = NOBODY}, label, true);
    if (strncmp(table->name, "linkage.", 8) == 0) {
        attack_two(table, by, numbers);
    }
}

/* ---- the dump ---- */

/* "COPY schema.table (column, ...) FROM stdin;" */
static void begin_table(struct table *table, char *line)
{
    char *columns = strchr(line, '(') + 1;
    memset(table, 0, sizeof *table);
    snprintf(table->name, sizeof table->name, "%.*s", (int)strcspn(line + 5, " "), line + 5);
    *strrchr(columns, ')') = '\0';
    for (char *column; (column = strsep(&columns, ",")) != NULL;) {
        if (table->column_count < COLUMNS_MAX) {
            table->columns[table->column_count++] = column + strspn(column, " ");
        }
    }
}

static void add_row(struct table *table, char *line)
{
    if (table->row_count == table->row_room) {
        table->row_room = 2 * table->row_room + 256;
        table->cells = need(
            realloc(table->cells, table->row_room * table->column_count * sizeof *table->cells));
    }
    char **cells = table->cells + table->row_count * table->column_count;
    for (size_t i = 0; i < table->column_count; i++) {
        char *cell = strsep(&line, "\t");
        static char none[] = "\\N";
        cells[i] = cell == NULL ? none : cell;
    }
    table->row_count++;
}

static size_t read_dump(char *text, struct table *tables, size_t room)
{
    size_t count = 0;
    bool inside = false;
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        if (inside && strcmp(line, "\\.") == 0) {
            inside = false;
            tables[count].person = need(calloc(tables[count].row_count + 1, sizeof(int)));
            count++;
        } else if (inside) {
            add_row(&tables[count], line);
        } else if (strncmp(line, "COPY ", 5) == 0 && strchr(line, '(') != NULL && count < room) {
            begin_table(&tables[count], line);
            inside = true;
        }
    }
    return count;
}

static char *read_all(FILE *file)
{
    size_t length = 0, room = 1 << 20, got;
    char *text = need(malloc(room + 1));
    while ((got = fread(text + length, 1, room - length, file)) > 0) {
        length += got;
        if (length == room) {
            room *= 2;
            text = need(realloc(text, room + 1));
        }
    }
    text[length] = '\0';
    return text;
}

static int column_of(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i], name) == 0) {
            return (int)i;
        }
    }
    return NOBODY;
}

int main(int argc, char **argv)
{
    static struct table tables[256];
    if (argc != 3 || !population_read(argv[1], &population) || !read_keys(argv[2])) {
        fprintf(stderr, "usage: frequency PEOPLE KEYS < DUMP\n");
        return 1;
    }
    entries = need(calloc(population.all, sizeof *entries));
    size_t count = read_dump(read_all(stdin), tables, 256), persons = 0;
    /* Tables that name the patient first: others know their rows by what they teach. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t t = 0; t < count; t++) {
            int patient = column_of(&tables[t], "patient_key");
            if ((patient != NOBODY) == (pass == 0)) {
                find_people(&tables[t], patient == NOBODY ? 0 : (size_t)patient, false);
            }
        }
    }
    for (size_t t = 0; t < count; t++) {
        int left = column_of(&tables[t], "left_key"), right = column_of(&tables[t], "right_key");
        if (left != NOBODY && right != NOBODY) {
            find_people(&tables[t], (size_t)left, true);
            attack_table(&tables[t], " (left)");
            find_people(&tables[t], (size_t)right, true);
            attack_table(&tables[t], " (right)");
        } else {
            attack_table(&tables[t], "");
        }
        persons += tables[t].row_count;
    }
    printf("tables %zu, rows %zu, people %zu\n", count, persons, population.people);
    return attack_report() == 0 ? 0 : 2;
}
