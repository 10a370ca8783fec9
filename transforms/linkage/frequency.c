#include "frequency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value_table.h"

enum { FACES_AHEAD = 12 };

static void ask_for_values(const struct linkage_set *set, size_t face,
                           struct linkage_value_table *const *values)
{
    const struct linkage_schema *schema = set->schema;

    if (face >= set->face_count)
        return;
    for (size_t i = 0; i < schema->field_count; i++)
        if (values[i] != NULL)
            value_table_ask(values[i], linkage_face(set, face)[schema->fields[i].hot]);
}

static double chance_of_agreement(const struct linkage_value_table *table)
{
    double pairs = 0, total = 0;

    for (size_t i = 0; i < table->size; i++) {
        pairs += (double)table->slots[i].count * ((double)table->slots[i].count - 1);
        total += table->slots[i].count;
    }
    return total < 2 ? 0 : pairs / (total * (total - 1));
}

/* ---- counting people once ---- */

struct person_set {
    uint64_t *slots;
    size_t size, used;
};

/* A number for the names and birth date of a face; 0 when it lacks one of them. */
static uint64_t person_of(const struct linkage_schema *schema, const int names[3],
                          const uint32_t *face)
{
    uint64_t key = 0;

    for (size_t i = 0; i < 3; i++) {
        uint32_t form = names[i] < 0 ? 0 : face[schema->fields[names[i]].hot];

        if (form == 0)
            return 0;
        key = (key ^ form) * 0x9e3779b97f4a7c15u;
        key ^= key >> 29;
    }
    return key | 1;
}

static size_t person_slot(const struct person_set *seen, uint64_t key)
{
    return (key >> 7) & (seen->size - 1);
}

/* Is this the first face of its names and birth date? Faces that lack one of them are all first. */
static bool is_first(struct person_set *seen, uint64_t key)
{
    size_t slot = person_slot(seen, key);

    if (key == 0)
        return true;
    while (seen->slots[slot] != 0 && seen->slots[slot] != key)
        slot = (slot + 1) & (seen->size - 1);
    if (seen->slots[slot] == key)
        return false;
    seen->slots[slot] = key;
    return true;
}

static int add_values(const struct linkage_set *set, size_t face,
                      struct linkage_frequencies *frequencies)
{
    const struct linkage_schema *schema = set->schema;

    for (size_t i = 0; i < schema->field_count; i++) {
        uint32_t value = linkage_face(set, face)[schema->fields[i].hot];

        if (frequencies->values[i] == NULL || value == 0)
            continue;
        if (!value_table_add(frequencies->values[i], value, 1))
            return ERROR_OUT_OF_MEMORY;
        frequencies->people[i]++;
    }
    return 0;
}

static void take_chances(struct linkage_frequencies *frequencies)
{
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        if (frequencies->values[i] != NULL)
            frequencies->agree[i] = chance_of_agreement(frequencies->values[i]);
}

/* Counts the faces of one source, or those of all others. */
static int count_faces(const struct linkage_set *set, int source, bool others,
                       struct person_set *seen, struct linkage_frequencies *frequencies)
{
    int names[3] = {linkage_schema_find(set->schema, LINKAGE_GIVEN_NAME),
                    linkage_schema_find(set->schema, LINKAGE_FAMILY_NAME),
                    linkage_schema_find(set->schema, LINKAGE_DATE_OF_BIRTH)};
    int result = 0;

    for (size_t face = 0; face < set->face_count && result == 0; face++) {
        if ((linkage_source_of(set, linkage_record_of(set, face)) != source) != others)
            continue;
        ask_for_values(set, face + FACES_AHEAD, frequencies->values);
        if (face + FACES_AHEAD < set->face_count)
            __builtin_prefetch(&seen->slots[person_slot(
                seen, person_of(set->schema, names, linkage_face(set, face + FACES_AHEAD)))]);
        /* Who cannot be told from others by name and birth date is counted once a record. */
        uint64_t person = person_of(set->schema, names, linkage_face(set, face));
        bool again = person == 0 && face > 0 &&
                     linkage_record_of(set, face) == linkage_record_of(set, face - 1);
        if (!again && is_first(seen, person))
            result = add_values(set, face, frequencies);
    }
    return result;
}

/* The duplicate-free source of most records, or -1. */
static int largest_unique(const struct linkage_set *set)
{
    size_t sizes[LINKAGE_SOURCES_MAX] = {0};
    int largest = -1;

    for (size_t i = 0; i < set->record_count; i++)
        sizes[linkage_source_of(set, (uint32_t)i)]++;
    for (int i = 0; i < (int)set->source_count; i++)
        if (set->sources[i].unique && (largest < 0 || sizes[i] > sizes[largest]))
            largest = i;
    return largest;
}

/* The chance that two strangers agree is best taken within one duplicate-free source: no two of its
 * records are the same person. */
static int count_all(const struct linkage_set *set, struct person_set *seen,
                     struct linkage_frequencies *frequencies)
{
    int unique = largest_unique(set), result = 0;

    if (unique >= 0) {
        result = count_faces(set, unique, false, seen, frequencies);
        take_chances(frequencies);
    }
    if (result == 0)
        result = count_faces(set, unique, true, seen, frequencies);
    if (unique < 0)
        take_chances(frequencies);
    return result;
}

int linkage_frequencies_count(const struct linkage_set *set, struct linkage_frequencies *ret,
                              struct error *error)
{
    struct person_set seen = {.size = 1024};
    int result = 0;

    *ret = (struct linkage_frequencies){0};
    while (seen.size < set->face_count + set->face_count / 2)
        seen.size *= 2;
    seen.slots = calloc(seen.size, sizeof *seen.slots);
    for (size_t i = 0; i < set->schema->field_count; i++)
        if (set->schema->fields[i].frequency >= 0 && (ret->values[i] = value_table_new(0)) == NULL)
            result = ERROR_OUT_OF_MEMORY;
    if (seen.slots == NULL)
        result = ERROR_OUT_OF_MEMORY;
    if (result == 0)
        result = count_all(set, &seen, ret);
    free(seen.slots);
    if (result != 0) {
        linkage_frequencies_release(ret);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to count values");
    }
    return 0;
}

enum { SMALL_COUNTS = 256 };

static unsigned char byte_of(double count, double people)
{
    double eighths = -8 * log2((count + 0.5) / fmax(people, 1));

    return (unsigned char)(eighths < 1 ? 1 : eighths > 255 ? 255 : lround(eighths));
}

void linkage_frequencies_fill(const struct linkage_frequencies *frequencies,
                              struct linkage_set *set, size_t from)
{
    const struct linkage_schema *schema = set->schema;
    unsigned char small[LINKAGE_FIELDS_MAX][SMALL_COUNTS]; /* which most are */

    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        for (size_t count = 0; count < SMALL_COUNTS; count++)
            small[i][count] = byte_of(count > 0 ? (double)count : 1, frequencies->people[i]);
    for (size_t face = from; face < set->face_count; face++) {
        uint32_t *words = set->faces + face * schema->words;
        unsigned char *bytes = (unsigned char *)(words + schema->frequency_words);

        ask_for_values(set, face + FACES_AHEAD, frequencies->values);
        for (size_t i = 0; i < schema->field_count; i++) {
            uint32_t value = words[schema->fields[i].hot];

            if (schema->fields[i].frequency < 0)
                continue;
            unsigned char *byte = &bytes[schema->fields[i].frequency];
            if (value == 0 || frequencies->values[i] == NULL) {
                *byte = 0;
                continue;
            }
            uint32_t count = value_table_count(frequencies->values[i], value);
            *byte = count < SMALL_COUNTS ? small[i][count]
                                         : byte_of((double)count, frequencies->people[i]);
        }
    }
}

void linkage_frequencies_release(struct linkage_frequencies *frequencies)
{
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++) {
        value_table_free(frequencies->values[i]);
        frequencies->values[i] = NULL;
    }
}
