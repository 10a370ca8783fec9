/* frequency_store.c: frequencies as bytes, and back.
 *
 * All numbers are little-endian. A byte 1, the version; people and agree of each of the
 * LINKAGE_FIELDS_MAX fields, as IEEE 754 doubles; then for each of these fields a byte, 1 when it
 * has a table, and if so the number of its values and each value with its count, 32 bits each, by
 * ascending value. Values seen once are left out: they count as a value never seen does. */
#include <stdlib.h>
#include <string.h>

#include "frequency.h"
#include "value_table.h"

enum {
    STORE_VERSION = 1,
    COUNT_STORED_MIN = 2,
    NUMBER_SIZE = 8,
    VALUE_SIZE = 8,
    HEAD_SIZE = 1 + NUMBER_SIZE * 2 * LINKAGE_FIELDS_MAX
};

/* ---- writing ---- */

static int by_value(const void *left, const void *right)
{
    const struct value_count *l = left, *r = right;

    return l->value < r->value ? -1 : l->value > r->value;
}

static size_t stored_count(const struct linkage_value_table *table)
{
    size_t count = 0;

    for (size_t i = 0; i < table->size; i++)
        count += table->slots[i].count >= COUNT_STORED_MIN;
    return count;
}

static unsigned char *put(unsigned char *to, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *to++ = (unsigned char)(number >> (8 * i));
    return to;
}

static unsigned char *put_double(unsigned char *to, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    return put(to, bits, sizeof bits);
}

/* sorted has room for all stored values of the table. */
static unsigned char *put_table(unsigned char *to, const struct linkage_value_table *table,
                                struct value_count *sorted)
{
    size_t count = 0;

    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].count >= COUNT_STORED_MIN)
            sorted[count++] = table->slots[i];
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, by_value);
    to = put(to, count, 4);
    for (size_t i = 0; i < count; i++)
        to = put(put(to, sorted[i].value, 4), sorted[i].count, 4);
    return to;
}

int linkage_frequencies_write(const struct linkage_frequencies *frequencies, unsigned char **ret,
                              size_t *ret_length, struct error *error)
{
    size_t length = HEAD_SIZE, most = 0;

    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++) {
        size_t count = frequencies->values[i] == NULL ? 0 : stored_count(frequencies->values[i]);

        length += 1 + (frequencies->values[i] == NULL ? 0 : 4 + count * VALUE_SIZE);
        most = count > most ? count : most;
    }
    unsigned char *bytes = malloc(length), *to = bytes;
    struct value_count *sorted = malloc((most + 1) * sizeof *sorted);
    if (bytes == NULL || sorted == NULL) {
        free(bytes);
        free(sorted);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to write the value frequencies");
    }
    to = put(to, STORE_VERSION, 1);
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        to = put_double(to, frequencies->people[i]);
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        to = put_double(to, frequencies->agree[i]);
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++) {
        to = put(to, frequencies->values[i] != NULL, 1);
        if (frequencies->values[i] != NULL)
            to = put_table(to, frequencies->values[i], sorted);
    }
    free(sorted);
    *ret = bytes;
    *ret_length = (size_t)(to - bytes);
    return 0;
}

/* ---- reading ---- */

struct store {
    const unsigned char *bytes;
    size_t length, place;
};

/* The next number of size bytes; false when the bytes end before it does. */
static bool take(struct store *store, size_t size, uint64_t *ret)
{
    uint64_t number = 0;

    if (store->length - store->place < size)
        return false;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)store->bytes[store->place++] << (8 * i);
    *ret = number;
    return true;
}

static bool take_double(struct store *store, double least, double most, double *ret)
{
    uint64_t bits;

    if (!take(store, sizeof bits, &bits))
        return false;
    memcpy(ret, &bits, sizeof bits);
    return *ret >= least && *ret <= most; /* no NaN is */
}

/* 0, ERROR_MODEL_INVALID or ERROR_OUT_OF_MEMORY. */
static int take_values(struct store *store, double people, struct linkage_value_table **ret)
{
    uint64_t count, value, seen, before = 0;

    if (!take(store, 4, &count) || count > (store->length - store->place) / VALUE_SIZE)
        return ERROR_MODEL_INVALID;
    *ret = value_table_new((size_t)count);
    if (*ret == NULL)
        return ERROR_OUT_OF_MEMORY;
    for (uint64_t i = 0; i < count; i++) {
        if (!take(store, 4, &value) || !take(store, 4, &seen) || value <= before ||
            seen < COUNT_STORED_MIN || (double)seen > people)
            return ERROR_MODEL_INVALID;
        if (!value_table_add(*ret, (uint32_t)value, (uint32_t)seen))
            return ERROR_OUT_OF_MEMORY;
        before = value;
    }
    return 0;
}

static int take_all(struct store *store, struct linkage_frequencies *frequencies)
{
    uint64_t version, has_table;
    int result = 0;

    if (!take(store, 1, &version) || version != STORE_VERSION)
        return ERROR_MODEL_INVALID;
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        if (!take_double(store, 0, 1e15, &frequencies->people[i]))
            return ERROR_MODEL_INVALID;
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        if (!take_double(store, 0, 1, &frequencies->agree[i]))
            return ERROR_MODEL_INVALID;
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX && result == 0; i++) {
        if (!take(store, 1, &has_table) || has_table > 1)
            return ERROR_MODEL_INVALID;
        if (has_table)
            result = take_values(store, frequencies->people[i], &frequencies->values[i]);
    }
    return result == 0 && store->place != store->length ? ERROR_MODEL_INVALID : result;
}

int linkage_frequencies_read(const unsigned char *bytes, size_t length,
                             struct linkage_frequencies *ret, struct error *error)
{
    struct store store = {bytes, length, 0};
    struct linkage_frequencies frequencies = {0};
    int result = take_all(&store, &frequencies);

    if (result == 0) {
        *ret = frequencies;
        return 0;
    }
    linkage_frequencies_release(&frequencies);
    if (result == ERROR_OUT_OF_MEMORY)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to read the value frequencies");
    error_set(error, ERROR_MODEL_INVALID, "the stored value frequencies are damaged");
    error_place(error, "value frequencies, byte %zu of %zu", store.place, length);
    return error->code;
}
