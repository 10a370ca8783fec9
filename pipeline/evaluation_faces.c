#include "evaluation_faces.h"

#include <string.h>

/* The spellings of one value. */
struct spelling_list {
    struct slice items[EVALUATION_FACES_MAX];
    size_t count; /* 0 = blank */
};

struct maker {
    const struct evaluation_map *map;
    struct linkage_deriver *deriver;
    struct spelling_list lists[LINKAGE_FIELDS_MAX];
    uint32_t *faces;
    size_t count;
    struct error *error;
};

static struct slice trimmed(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    return (struct slice){text, length};
}

static void part_value(struct slice value, struct spelling_list *list)
{
    const char *at = value.data, *end = value.data + value.length;

    list->count = 0;
    while (at < end && list->count < EVALUATION_FACES_MAX) {
        const char *stop = memchr(at, ';', (size_t)(end - at));

        if (stop == NULL)
            stop = end;
        struct slice part = trimmed(at, (size_t)(stop - at));
        if (part.length > 0)
            list->items[list->count++] = part;
        at = stop + 1;
    }
}

static int derive_value(struct maker *maker, const struct evaluation_column *column,
                        struct slice text, uint32_t *face)
{
    const struct linkage_field *fields = maker->map->schema.fields;
    struct secret value = secret_of(text), given, family;
    int result;

    if (column->family_field < 0)
        result = linkage_derive(maker->deriver, &fields[column->field], value, face);
    else {
        linkage_split_name(value, &given, &family);
        result = linkage_derive(maker->deriver, &fields[column->field], given, face);
        if (result >= 0)
            result = linkage_derive(maker->deriver, &fields[column->family_field], family, face);
    }
    if (result < 0) {
        if (maker->error->code == 0)
            error_set(maker->error, (enum error_code)result, "a form cannot be made");
        return result;
    }
    return 0;
}

/* The face of one combination; a face the record has already is not kept. */
static int add_face(struct maker *maker, const size_t *choice)
{
    size_t words = maker->map->schema.words;
    uint32_t *face = maker->faces + maker->count * words;
    int result = 0;

    memset(face, 0, words * sizeof *face);
    for (size_t c = 0; c < maker->map->column_count && result == 0; c++) {
        if (maker->lists[c].count > 0)
            result = derive_value(maker, &maker->map->columns[c], maker->lists[c].items[choice[c]],
                                  face);
    }
    for (size_t i = 0; i < maker->count && result == 0; i++) {
        if (memcmp(maker->faces + i * words, face, words * sizeof *face) == 0)
            return 0;
    }
    maker->count++;
    return result;
}

static int add_combinations(struct maker *maker)
{
    size_t choice[LINKAGE_FIELDS_MAX] = {0};
    size_t c = 0;
    int result = 0;

    while (c < maker->map->column_count && result == 0) {
        result = add_face(maker, choice);
        /* The next combination: count up, the first column fastest. */
        for (c = 0; c < maker->map->column_count; c++) {
            if (++choice[c] < maker->lists[c].count)
                break;
            choice[c] = 0;
        }
    }
    return result;
}

static int add_variants(struct maker *maker)
{
    size_t choice[LINKAGE_FIELDS_MAX] = {0};
    int result = add_face(maker, choice);

    for (size_t c = 0; c < maker->map->column_count; c++) {
        for (size_t i = 1; i < maker->lists[c].count; i++) {
            if (result < 0 || maker->count == EVALUATION_FACES_MAX)
                return result;
            choice[c] = i;
            result = add_face(maker, choice);
        }
        choice[c] = 0;
    }
    return result;
}

int evaluation_faces_make(const struct evaluation_map *map, struct linkage_deriver *deriver,
                          const struct slice *values, uint32_t *faces, size_t *ret_count,
                          struct error *error)
{
    struct maker maker = {.map = map, .deriver = deriver, .faces = faces, .error = error};
    size_t combinations = 1;
    int result;

    for (size_t c = 0; c < map->column_count; c++) {
        part_value(values[c], &maker.lists[c]);
        if (maker.lists[c].count > 1 && combinations <= EVALUATION_FACES_MAX)
            combinations *= maker.lists[c].count;
    }
    result = combinations <= EVALUATION_FACES_MAX ? add_combinations(&maker) : add_variants(&maker);
    *ret_count = maker.count;
    return result;
}
