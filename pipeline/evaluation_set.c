#include "evaluation_set.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "clock.h"
#include "labelled_csv.h"

/* Where the wanted columns of a row stand. */
enum { AT_ID, AT_TRUTH, AT_FIELDS };
/* Rows after which memory is looked at again. */
enum { CHECKED_EVERY = 16384 };

struct group_name {
    uint16_t number;
    size_t length;
    UT_hash_handle hh;
    char text[];
};

/* One file on its way into the set. */
struct filling {
    const struct evaluation_request *request;
    struct evaluation_set *set;
    struct evaluation_deriver *deriver;
    uint8_t source;
    size_t at_by;                /* where the --by columns begin in a row */
    struct page_array id_labels; /* uint64_t a record of this file */
    size_t record_count;         /* of this file */
};

/* FNV-1a, 64 bits, never 0. Two of a million labels share one once in forty million files. */
static uint64_t label_of(struct slice text)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
    return hash == 0 ? 1 : hash;
}

static int group_number(struct evaluation_grouping *grouping, struct slice text, uint16_t *ret,
                        struct error *error)
{
    struct group_name *name = NULL;

    HASH_FIND(hh, grouping->names, text.data, text.length, name);
    if (name == NULL) {
        if (grouping->count > EVALUATION_GROUPS_MAX)
            return error_set(error, ERROR_USAGE,
                             "--by: column \"%.100s\" has more than %d different values",
                             grouping->column, EVALUATION_GROUPS_MAX);
        name = calloc(1, sizeof *name + text.length + 1);
        if (name == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for groups");
        name->number = (uint16_t)grouping->count++;
        name->length = text.length;
        if (text.length > 0)
            memcpy(name->text, text.data, text.length);
        HASH_ADD_KEYPTR(hh, grouping->names, name->text, name->length, name);
    }
    *ret = name->number;
    return 0;
}

static int keep_id(struct evaluation_set *set, size_t record, struct slice id, struct error *error)
{
    int result = page_array_reserve(&set->ids, set->id_bytes + id.length + 1, error);

    if (result == 0)
        result = page_array_reserve(&set->id_ends, (record + 1) * sizeof(uint64_t), error);
    if (result < 0)
        return result;
    char *to = (char *)set->ids.bytes + set->id_bytes;
    if (id.length > 0)
        memcpy(to, id.data, id.length);
    to[id.length] = '\0';
    set->id_bytes += id.length + 1;
    ((uint64_t *)set->id_ends.bytes)[record] = set->id_bytes;
    return 0;
}

static int keep_groups(struct filling *filling, size_t record, const struct slice *values,
                       struct error *error)
{
    struct evaluation_set *set = filling->set;
    int result = 0;

    for (size_t i = 0; i < set->grouping_count && result == 0; i++) {
        struct evaluation_grouping *grouping = &set->groupings[i];
        bool there = filling->source == 0 ? grouping->in_left : grouping->in_right;

        result = page_array_reserve(&grouping->group_of, (record + 1) * sizeof(uint16_t), error);
        if (result == 0 && there)
            result = group_number(grouping, values[i],
                                  (uint16_t *)grouping->group_of.bytes + record, error);
    }
    return result;
}

/* ---- memory ---- */

size_t evaluation_set_bytes(const struct evaluation_set *set)
{
    size_t records = set->left_count + set->right_count;
    size_t faces = set->list.face_count > records ? set->list.face_count : records;
    size_t record = LINKING_RECORD_BYTES + sizeof(uint64_t) + sizeof(uint8_t) +
                    set->grouping_count * sizeof(uint16_t);

    if (set->ids.bytes != NULL)
        record += sizeof(uint64_t);
    if (faces > records) /* where the faces of each record begin */
        record += sizeof(uint32_t);
    /* A face, and whose it is. */
    return LINKING_BYTES + records * record + set->id_bytes +
           faces * (set->set.schema->words + (faces > records)) * sizeof(uint32_t);
}

/* Is the memory that may be used enough for the records read so far, and for linking them? */
static int check_memory(const struct evaluation_request *request, const struct evaluation_set *set,
                        struct error *error)
{
    size_t records = set->left_count + set->right_count;
    size_t faces = set->list.face_count > records ? set->list.face_count : records;
    size_t least = evaluation_set_bytes(set) + faces * LINKING_KEY_BYTES * request->threads;

    if (request->memory_bytes == 0 || least <= request->memory_bytes)
        return 0;
    error_set(error, ERROR_OUT_OF_MEMORY, "--memory is too little for these files");
    error_detail(error, "the first %zu records alone take %zu MiB to link", records,
                 (least >> 20) + 1);
    error_hint(error, "give --memory more MiB, or leave it out: then there is no limit");
    return error->code;
}

/* ---- rows ---- */

static int take_row(void *data, const struct slice *values, struct error *error)
{
    struct filling *filling = data;
    struct evaluation_set *set = filling->set;
    size_t record = set->left_count + set->right_count;
    struct slice truth = values[AT_TRUTH];
    int result = 0;

    if (record == UINT32_MAX)
        return error_set(error, ERROR_USAGE, "there are too many records");
    result = page_array_reserve(&set->labels, (record + 1) * sizeof(uint64_t), error);
    if (result == 0)
        result = page_array_reserve(&set->sources, record + 1, error);
    if (result == 0)
        result = page_array_reserve(&filling->id_labels,
                                    (filling->record_count + 1) * sizeof(uint64_t), error);
    if (result == 0 && filling->request->keep_ids)
        result = keep_id(set, record, values[AT_ID], error);
    if (result == 0)
        result = keep_groups(filling, record, values + filling->at_by, error);
    if (result == 0)
        result = evaluation_deriver_add(filling->deriver, values + AT_FIELDS, error);
    if (result < 0)
        return result;
    ((uint64_t *)set->labels.bytes)[record] = truth.length == 0 ? 0 : label_of(truth);
    ((uint8_t *)set->sources.bytes)[record] = filling->source;
    ((uint64_t *)filling->id_labels.bytes)[filling->record_count++] = label_of(values[AT_ID]);
    *(filling->source == 0 ? &set->left_count : &set->right_count) += 1;
    return record % CHECKED_EVERY == 0 ? check_memory(filling->request, set, error) : 0;
}

/* ---- columns ---- */

/* The columns wanted of a file; returns how many. */
static size_t wanted_columns(const struct evaluation_request *request,
                             struct labelled_csv_column *columns)
{
    size_t count = AT_FIELDS;

    columns[AT_ID] = (struct labelled_csv_column){.name = request->map->id};
    columns[AT_TRUTH] = (struct labelled_csv_column){.name = request->truth};
    for (size_t i = 0; i < request->map->column_count; i++)
        columns[count++] = (struct labelled_csv_column){.name = request->map->columns[i].name};
    for (size_t i = 0; i < request->by_count; i++)
        columns[count++] = (struct labelled_csv_column){.name = request->by[i], .optional = true};
    return count;
}

/* Whose wish the missing column was: the map's, or the truth's. */
static void tell_wish(const struct evaluation_request *request,
                      const struct labelled_csv_column *columns, struct error *error)
{
    const struct evaluation_map *map = request->map;

    if (error->code != ERROR_LABELLED_FILE)
        return;
    if (columns[AT_ID].missing)
        error_while(error, "looking for the id of %.90s:%u:%u", map->path, map->id_line,
                    map->id_column);
    else if (columns[AT_TRUTH].missing)
        error_while(error, "looking for the column of --truth");
    for (size_t i = 0; i < map->column_count; i++) {
        if (columns[AT_FIELDS + i].missing)
            error_while(error, "looking for the field of %.90s:%u:%u", map->path,
                        map->columns[i].line, map->columns[i].column);
    }
}

/* Before long work: are all columns there? */
static int find_columns(const struct evaluation_request *request, struct evaluation_set *set,
                        struct error *error)
{
    struct labelled_csv_column columns[LABELLED_CSV_WANTED_MAX];
    size_t count = wanted_columns(request, columns), at_by = count - request->by_count;
    int result = labelled_csv_find(request->left, columns, count, error);

    for (size_t i = 0; i < request->by_count && result == 0; i++) {
        set->groupings[i].column = request->by[i];
        set->groupings[i].in_left = columns[at_by + i].found;
    }
    set->grouping_count = request->by_count;
    if (result == 0 && request->right != NULL)
        result = labelled_csv_find(request->right, columns, count, error);
    if (result < 0)
        tell_wish(request, columns, error);
    for (size_t i = 0; i < request->by_count && result == 0; i++) {
        struct evaluation_grouping *grouping = &set->groupings[i];

        grouping->in_right = request->right != NULL && columns[at_by + i].found;
        if (!grouping->in_left && !grouping->in_right) {
            result = error_set(error, ERROR_LABELLED_FILE, "--by: there is no column \"%.200s\"",
                               grouping->column);
            error_place(error, "%s, row 1", request->left);
        }
    }
    return result;
}

/* ---- each id once ---- */

/* An id that is there twice, looked for again: only then is its row of interest. */
struct search {
    uint64_t label;
    unsigned long row, first, second;
};

static int look_for_label(void *data, const struct slice *values, struct error *error)
{
    struct search *search = data;

    (void)error;
    search->row++;
    if (label_of(values[0]) == search->label) {
        if (search->first == 0)
            search->first = search->row;
        else if (search->second == 0)
            search->second = search->row;
    }
    return 0;
}

static int refuse_twice(const struct filling *filling, const char *path, uint64_t label,
                        struct error *error)
{
    struct labelled_csv_column column = {.name = filling->request->map->id};
    struct search search = {.label = label, .row = 1};
    int result = labelled_csv_read(path, &column, 1, look_for_label, &search, error);

    if (result < 0)
        return result;
    error_set(error, ERROR_LABELLED_FILE, "the id stands for two records");
    error_detail(error, "rows %lu and %lu have the same value in column \"%.100s\"", search.first,
                 search.second, column.name);
    error_hint(error, "give each record of the file an id of its own");
    error_place(error, "%s, row %lu", path, search.second);
    return error->code;
}

static int by_label(const void *left, const void *right)
{
    uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

    return l < r ? -1 : l > r;
}

static int check_ids(struct filling *filling, const char *path, struct error *error)
{
    uint64_t *labels = filling->id_labels.bytes;
    int result = 0;

    if (filling->record_count == 0) {
        error_set(error, ERROR_LABELLED_FILE, "the file has a header and no record");
        error_place(error, "%s, row 1", path);
        return error->code;
    }
    qsort(labels, filling->record_count, sizeof *labels, by_label);
    for (size_t i = 1; i < filling->record_count && result == 0; i++) {
        if (labels[i] == labels[i - 1])
            result = refuse_twice(filling, path, labels[i], error);
    }
    page_array_release(&filling->id_labels);
    filling->record_count = 0;
    return result;
}

/* ---- the whole ---- */

static int read_file(struct filling *filling, const char *path, uint8_t source, struct error *error)
{
    struct labelled_csv_column columns[LABELLED_CSV_WANTED_MAX];
    size_t count = wanted_columns(filling->request, columns);

    filling->source = source;
    filling->at_by = count - filling->request->by_count;
    int result = labelled_csv_read(path, columns, count, take_row, filling, error);
    return result < 0 ? result : check_ids(filling, path, error);
}

static int list_values(struct evaluation_set *set, struct error *error)
{
    for (size_t i = 0; i < set->grouping_count; i++) {
        struct evaluation_grouping *grouping = &set->groupings[i];

        grouping->values = calloc(grouping->count + 1, sizeof *grouping->values);
        if (grouping->values == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for groups");
        for (struct group_name *name = grouping->names; name != NULL; name = name->hh.next)
            grouping->values[name->number] = name->text;
    }
    return 0;
}

static void name_sources(const struct evaluation_request *request, struct linkage_set *set)
{
    strcpy(set->sources[0].name, "left");
    set->sources[0].unique = request->map->unique_left;
    strcpy(set->sources[1].name, "right");
    set->sources[1].unique = request->map->unique_right;
    set->source_count = request->right == NULL ? 1 : 2;
    set->across_only = request->right != NULL;
}

/* Where the faces of each record begin. */
static int find_first_faces(struct evaluation_set *set, struct error *error)
{
    const uint32_t *records = set->list.records.bytes;
    size_t count = set->list.record_count;
    uint32_t *first;
    int result = page_array_reserve(&set->first_faces, (count + 1) * sizeof(uint32_t), error);

    if (result < 0)
        return result;
    first = set->first_faces.bytes;
    for (size_t face = set->list.face_count; face > 0; face--)
        first[records[face - 1]] = (uint32_t)(face - 1);
    first[count] = (uint32_t)set->list.face_count;
    return 0;
}

static int point_set(const struct evaluation_request *request, struct evaluation_set *set,
                     struct error *error)
{
    int result = 0;

    name_sources(request, &set->set);
    set->set.faces = set->list.faces.bytes;
    set->set.face_count = set->list.face_count;
    set->set.record_count = set->list.record_count;
    set->set.source_of = set->sources.bytes;
    /* As many faces as records: face i is record i. */
    if (set->list.face_count == set->list.record_count)
        page_array_release(&set->list.records);
    else
        result = find_first_faces(set, error);
    set->set.records = set->list.records.bytes;
    set->set.first_faces = set->first_faces.bytes;
    return result;
}

/* One file in which nobody is twice: there is nobody to compare with. */
static int check_unique(const struct evaluation_request *request, struct error *error)
{
    if (request->right != NULL || !request->map->unique_left)
        return 0;
    error_set(error, ERROR_CONFIG_INVALID,
              "unique: names left, so without --right no two records are compared");
    error_hint(error, "give the other file by --right, or drop left from unique:");
    error_place(error, "%s", request->map->path);
    return error->code;
}

int evaluation_set_read(const struct evaluation_request *request, struct evaluation_set *ret,
                        struct error *error)
{
    struct filling filling = {.request = request, .set = ret};
    struct timespec start;
    int result;

    memset(ret, 0, sizeof *ret);
    ret->set.schema = &request->map->schema;
    clock_gettime(CLOCK_MONOTONIC, &start);
    result = check_unique(request, error);
    if (result == 0)
        result = find_columns(request, ret, error);
    if (result == 0)
        result = evaluation_deriver_new(request->map, request->nicknames, request->threads,
                                        request->memory_bytes, &ret->list, &filling.deriver, error);
    if (result == 0)
        result = read_file(&filling, request->left, 0, error);
    if (result == 0 && request->right != NULL)
        result = read_file(&filling, request->right, 1, error);
    if (result == 0)
        result = evaluation_deriver_finish(filling.deriver, error);
    if (result == 0)
        result = list_values(ret, error);
    if (result == 0)
        result = check_memory(request, ret, error);
    if (result == 0)
        result = point_set(request, ret, error);
    if (result == 0) {
        ret->derive_seconds = evaluation_deriver_seconds(filling.deriver);
        ret->read_seconds = seconds_since(&start) - ret->derive_seconds;
    }
    page_array_release(&filling.id_labels);
    evaluation_deriver_free(filling.deriver);
    return result;
}

void evaluation_set_release(struct evaluation_set *set)
{
    for (size_t i = 0; i < set->grouping_count; i++) {
        struct evaluation_grouping *grouping = &set->groupings[i];
        struct group_name *name, *next;

        HASH_ITER(hh, grouping->names, name, next)
        {
            HASH_DEL(grouping->names, name);
            free(name);
        }
        free(grouping->values);
        page_array_release(&grouping->group_of);
    }
    page_array_release(&set->list.faces);
    page_array_release(&set->list.records);
    page_array_release(&set->first_faces);
    page_array_release(&set->sources);
    page_array_release(&set->labels);
    page_array_release(&set->ids);
    page_array_release(&set->id_ends);
    memset(set, 0, sizeof *set);
}

const char *evaluation_set_id(const struct evaluation_set *set, uint32_t record)
{
    const uint64_t *ends = set->id_ends.bytes;

    if (ends == NULL)
        return "";
    return (const char *)set->ids.bytes + (record == 0 ? 0 : ends[record - 1]);
}

uint16_t evaluation_set_group(const struct evaluation_set *set,
                              const struct evaluation_grouping *grouping, uint32_t left,
                              uint32_t right)
{
    const uint16_t *groups = grouping->group_of.bytes;

    (void)set;
    return groups[grouping->in_left ? left : right];
}
