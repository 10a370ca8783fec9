#include "gather.h"

#include <string.h>

static bool is_filled(const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] != 0)
            return true;
    return false;
}

static bool has_field(const struct linkage_field *field, const uint32_t *face)
{
    return is_filled(face + field->hot, linkage_kind_hot(field->kind)) ||
           is_filled(face + field->cold, linkage_kind_cold(field->kind));
}

static void fill_field(const struct linkage_schema *schema, const struct linkage_field *field,
                       uint32_t *faces, size_t count)
{
    const uint32_t *latest = NULL;

    for (size_t i = count; i > 0 && latest == NULL; i--)
        if (has_field(field, faces + (i - 1) * schema->words))
            latest = faces + (i - 1) * schema->words;
    for (size_t i = 0; i < count && latest != NULL; i++) {
        uint32_t *face = faces + i * schema->words;

        if (has_field(field, face))
            continue;
        memcpy(face + field->hot, latest + field->hot,
               linkage_kind_hot(field->kind) * sizeof *face);
        memcpy(face + field->cold, latest + field->cold,
               linkage_kind_cold(field->kind) * sizeof *face);
    }
}

static bool comes_again(const struct linkage_schema *schema, const uint32_t *faces, size_t count,
                        size_t at)
{
    size_t bytes = schema->words * sizeof *faces;

    for (size_t i = at + 1; i < count; i++)
        if (memcmp(faces + at * schema->words, faces + i * schema->words, bytes) == 0)
            return true;
    return false;
}

size_t linkage_faces_settle(const struct linkage_schema *schema, uint32_t *faces, size_t count,
                            size_t most)
{
    size_t words = schema->words, kept = 0;

    for (size_t i = 0; i < schema->field_count; i++)
        fill_field(schema, &schema->fields[i], faces, count);
    for (size_t i = 0; i < count; i++) {
        if (comes_again(schema, faces, count, i))
            continue;
        if (kept != i)
            memcpy(faces + kept * words, faces + i * words, words * sizeof *faces);
        kept++;
    }
    if (kept > most) {
        memmove(faces, faces + (kept - most) * words, most * words * sizeof *faces);
        kept = most;
    }
    return kept;
}

bool linkage_faces_renumbered(const struct linkage_schema *schema, const uint32_t *faces,
                              size_t count)
{
    int field = linkage_schema_find(schema, LINKAGE_NHS_NUMBER);
    const uint32_t *first = NULL;

    for (size_t i = 0; i < count && field >= 0; i++) {
        const uint32_t *number = faces + i * schema->words + schema->fields[field].hot;

        if (number[NHS_NUMBER_LOW] == 0)
            continue;
        if (first != NULL && memcmp(first, number, NHS_NUMBER_HOT * sizeof *number) != 0)
            return true;
        first = number;
    }
    return false;
}
