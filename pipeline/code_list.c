#include "code_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "csv_table.h"
#include "normalise.h"

struct code_list_file {
    struct code_list_file *next;
    const char *name;
    struct slice bytes;
    const struct code_list *by_value, *by_key; /* NULL: the file is missing or faulty */
};

const char *name_key(struct arena *arena, struct slice text)
{
    char key[NORMALISE_KEY_MAX];
    size_t length = normalise_key(text, key);

    return arena_copy(arena, key, length);
}

static int compare_slices(struct slice left, struct slice right)
{
    size_t common = left.length < right.length ? left.length : right.length;
    int order = common == 0 ? 0 : memcmp(left.data, right.data, common);

    return order != 0 ? order : (left.length > right.length) - (left.length < right.length);
}

static int by_value_order(const void *left, const void *right)
{
    const struct code_list_entry *a = left, *b = right;

    return compare_slices(a->value, b->value);
}

static int by_key_order(const void *left, const void *right)
{
    const struct code_list_entry *a = left, *b = right;
    int order = compare_slices(a->key, b->key);

    return order != 0 ? order : compare_slices(a->code, b->code);
}

static struct code_list *sorted_copy(struct arena *arena, const char *name,
                                     const struct code_list_entry *entries, size_t count,
                                     int (*order)(const void *, const void *))
{
    struct code_list *list = arena_take(arena, sizeof *list);
    struct code_list_entry *copy = arena_take_array(arena, count, sizeof *copy);

    if (list == NULL || copy == NULL)
        return NULL;
    if (count > 0)
        memcpy(copy, entries, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, order);
    *list = (struct code_list){name, copy, count};
    return list;
}

/* The same value twice is a slip; two spellings of one value are welcome when they mean the same.
 */
static void find_twins(const struct settings_reader *reader, const struct code_list *by_value,
                       const struct code_list *by_key)
{
    for (size_t i = 1; i < by_value->count; i++) {
        if (slice_equal(by_value->entries[i - 1].value, by_value->entries[i].value))
            settings_fault(reader, 1, 1, "value \"%s\" is given twice",
                           by_value->entries[i].value.data);
    }
    for (size_t i = 1; i < by_key->count; i++) {
        const struct code_list_entry *one = &by_key->entries[i - 1], *two = one + 1;

        if (slice_equal(one->key, two->key) && one->key.length > 0 &&
            !slice_equal(one->code, two->code) && !slice_equal(one->value, one->code) &&
            !slice_equal(two->value, two->code))
            settings_fault(reader, 1, 1, "\"%s\" and \"%s\" read the same and have different codes",
                           one->value.data, two->value.data);
    }
}

static int make_entries(const struct settings_reader *reader, const struct csv_table *table,
                        struct code_list_entry **ret, struct error *error)
{
    struct code_list_entry *entries =
        arena_take_array(reader->arena, table->count, sizeof *entries);

    if (entries == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", reader->name);
    for (size_t i = 0; i < table->count; i++) {
        const struct csv_row *row = &table->rows[i];
        const char *key;

        entries[i].value = slice_of(row->cells[0].text);
        entries[i].code =
            *row->cells[1].text == '\0' ? entries[i].value : slice_of(row->cells[1].text);
        key = name_key(reader->arena, entries[i].value);
        if (key == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", reader->name);
        entries[i].key = slice_of(key);
        if (entries[i].value.length == 0)
            settings_fault(reader, row->line, row->cells[0].column, "value may not be empty");
        else if (entries[i].value.length >= NORMALISE_KEY_MAX && *key == '\0')
            settings_fault(reader, row->line, row->cells[0].column,
                           "value has more than %d letters and digits", NORMALISE_KEY_MAX - 1);
    }
    *ret = entries;
    return 0;
}

static int read_lists(struct code_list_store *store, struct code_list_file *file,
                      struct error *error)
{
    char shown[128], path[4096];
    struct settings_reader reader = {store->arena, shown, ERROR_FEED_DEFINITION_INVALID,
                                     store->problems};
    size_t faults = settings_fault_count(store->problems);
    struct csv_table table;
    struct code_list_entry *entries = NULL;
    const struct code_list *by_value, *by_key;
    int result;

    snprintf(shown, sizeof shown, "code_lists/%s.csv", file->name);
    snprintf(path, sizeof path, "%s/%s.csv", store->folder, file->name);
    result = settings_read_file(&reader, path, CSV_TABLE_BYTES_MAX, false, &file->bytes, error);
    if (result < 0 || file->bytes.data == NULL)
        return result;
    result = csv_table_parse(&reader, file->bytes, "value,code,note", &table, error);
    if (result == 0)
        result = make_entries(&reader, &table, &entries, error);
    if (result < 0)
        return result;
    by_value = sorted_copy(store->arena, file->name, entries, table.count, by_value_order);
    by_key = sorted_copy(store->arena, file->name, entries, table.count, by_key_order);
    if (by_value == NULL || by_key == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", shown);
    find_twins(&reader, by_value, by_key);
    if (settings_fault_count(store->problems) == faults) {
        file->by_value = by_value;
        file->by_key = by_key;
    }
    return 0;
}

static bool is_list_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return length > 0 && length < 64 && name[length] == '\0';
}

int code_list_find(struct code_list_store *store, const char *name, bool by_key,
                   const struct code_list **ret, struct error *error)
{
    struct code_list_file **place = &store->files, *file;

    *ret = NULL;
    if (!is_list_name(name)) /* also keeps a name from climbing out of the folder */
        return 0;
    while (*place != NULL && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    file = *place;
    if (file == NULL || strcmp(file->name, name) != 0) {
        int result;

        file = arena_take(store->arena, sizeof *file);
        if (file == NULL || (file->name = arena_copy_string(store->arena, name)) == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for code list %s", name);
        result = read_lists(store, file, error);
        if (result < 0)
            return result;
        file->next = *place;
        *place = file;
    }
    *ret = by_key ? file->by_key : file->by_value;
    return 0;
}

int code_list_inline(const struct settings_reader *reader, const char *codes, unsigned line,
                     unsigned column, const struct code_list **ret, struct error *error)
{
    size_t size = strlen(codes) / 2 + 1, count = 0;
    struct code_list_entry *entries = arena_take_array(reader->arena, size, sizeof *entries);
    struct code_list *list;

    if (entries == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for codes");
    for (const char *code = codes + strspn(codes, " "); *code != '\0';) {
        struct slice value = {code, strcspn(code, " ")};
        const char *key = name_key(reader->arena, value);

        if (key == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for codes");
        entries[count++] = (struct code_list_entry){value, slice_of(key), value};
        code += value.length;
        code += strspn(code, " ");
    }
    list = sorted_copy(reader->arena, "codes", entries, count, by_value_order);
    if (list == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for codes");
    for (size_t i = 1; i < count; i++) {
        if (slice_equal(list->entries[i - 1].value, list->entries[i].value))
            settings_fault(reader, line, column, "code %.*s is given twice",
                           (int)list->entries[i].value.length, list->entries[i].value.data);
    }
    *ret = list;
    return 0;
}

void code_list_each(const struct code_list_store *store,
                    void (*take)(void *context, struct slice name, struct slice bytes),
                    void *context)
{
    for (const struct code_list_file *file = store->files; file != NULL; file = file->next)
        take(context, slice_of(file->name), file->bytes);
}
