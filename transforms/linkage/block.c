#include "block.h"

#include <stdlib.h>

#include "base/parallel.h"

/* A key's hash in the upper half, the face in the lower: one number to sort. */
struct key_list {
    uint64_t *items, *spare;
    size_t count;
};

static uint64_t mix(uint64_t value)
{
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    return value ^ value >> 32;
}

/* 0 when a form is missing. */
static uint32_t key_of(const struct linkage_rule *rule, const uint32_t *face)
{
    uint64_t key = 0;

    for (unsigned i = 0; i < rule->form_count; i++) {
        uint32_t form = linkage_form_value(&rule->forms[i], face);

        if (form == 0)
            return 0;
        key = mix(key + form + 0x9e3779b97f4a7c15u * (i + 1));
    }
    return (uint32_t)(key >> 32) | 1;
}

/* ---- keys of all rules ---- */

enum { KEY_SLICE = 65536 };

struct key_making {
    const struct linkage_set *set;
    const struct linkage_rule *rules;
    size_t count;
    struct linkage_keys *keys;
};

static void make_keys(size_t slice, unsigned thread, void *context)
{
    const struct key_making *making = context;
    const struct linkage_set *set = making->set;
    size_t end =
        (slice + 1) * KEY_SLICE < set->face_count ? (slice + 1) * KEY_SLICE : set->face_count;

    (void)thread;
    for (size_t face = slice * KEY_SLICE; face < end; face++) {
        uint32_t *row = making->keys->keys + face * making->keys->stride;

        for (size_t rule = 0; rule < making->count; rule++)
            row[rule] = key_of(&making->rules[rule], linkage_face(set, face));
    }
}

int linkage_keys_make(const struct linkage_set *set, const struct linkage_rule *rules, size_t count,
                      unsigned threads, struct linkage_keys *ret)
{
    struct key_making making = {.set = set, .rules = rules, .count = count, .keys = ret};

    ret->stride = count > 0 ? count : 1;
    ret->keys = malloc((set->face_count + 1) * ret->stride * sizeof *ret->keys);
    if (ret->keys == NULL)
        return ERROR_OUT_OF_MEMORY;
    parallel_run(threads, set->face_count / KEY_SLICE + 1, make_keys, &making);
    return 0;
}

void linkage_keys_release(struct linkage_keys *keys)
{
    free(keys->keys);
    *keys = (struct linkage_keys){0};
}

/* ---- sorting ---- */

/* Least significant digit first, 11 bits at a time, over the upper half only: the faces of one key
 * stay in ascending order. */
static void sort_keys(struct key_list *list)
{
    enum { DIGITS = 1 << 11 };

    for (unsigned shift = 32; shift < 64; shift += 11) {
        size_t starts[DIGITS] = {0}, sum = 0;

        for (size_t i = 0; i < list->count; i++)
            starts[(list->items[i] >> shift) & (DIGITS - 1)]++;
        for (size_t digit = 0; digit < DIGITS; digit++) {
            size_t size = starts[digit];

            starts[digit] = sum;
            sum += size;
        }
        for (size_t i = 0; i < list->count; i++)
            list->spare[starts[(list->items[i] >> shift) & (DIGITS - 1)]++] = list->items[i];
        uint64_t *sorted = list->spare;
        list->spare = list->items;
        list->items = sorted;
    }
}

static bool make_room(uint64_t **items, size_t *size, size_t wanted)
{
    if (wanted <= *size)
        return true;
    uint64_t *larger = realloc(*items, wanted * sizeof *larger);
    if (larger == NULL)
        return false;
    *items = larger;
    *size = wanted;
    return true;
}

void linkage_block_buffer_release(struct linkage_block_buffer *buffer)
{
    free(buffer->items);
    free(buffer->spare);
    *buffer = (struct linkage_block_buffer){0};
}

/* The keys of one part, sorted. */
static int list_keys(const struct linkage_set *set, const struct linkage_rule *rule,
                     const struct linkage_block_options *options, uint32_t part, uint32_t parts,
                     struct key_list *list)
{
    struct linkage_block_buffer *buffer = options->buffer;
    size_t count = 0;

    if (!make_room(&buffer->items, &buffer->size, set->face_count / parts + 1))
        return ERROR_OUT_OF_MEMORY;
    for (size_t face = 0; face < set->face_count; face++) {
        uint32_t key = options->keys != NULL
                           ? options->keys->keys[face * options->keys->stride + options->column]
                           : key_of(rule, linkage_face(set, face));

        if (key == 0 || (parts > 1 && (uint64_t)key * parts >> 32 != part))
            continue;
        /* Parts are about equal, but not quite. */
        if (count == buffer->size &&
            !make_room(&buffer->items, &buffer->size, count + count / 4 + 1024))
            return ERROR_OUT_OF_MEMORY;
        buffer->items[count++] = (uint64_t)key << 32 | (uint32_t)face;
    }
    if (!make_room(&buffer->spare, &buffer->spare_size, count + 1))
        return ERROR_OUT_OF_MEMORY;
    *list = (struct key_list){buffer->items, buffer->spare, count};
    sort_keys(list);
    return 0;
}

bool linkage_may_pair(const struct linkage_set *set, uint32_t left, uint32_t right)
{
    uint8_t source = linkage_source_of(set, left);

    if (left == right)
        return false;
    return source != linkage_source_of(set, right) ||
           (!set->across_only && !set->sources[source].unique);
}

/* ---- pairs of a block, a batch at a time ---- */

struct walk {
    const struct linkage_set *set;
    const struct linkage_rule *rule, *earlier;
    size_t earlier_count;
    uint64_t not_before;
    const struct linkage_keys *keys;
    /* Pairs wait twice for memory: for the keys of raw ones, for the faces of those no earlier rule
     * has found. */
    struct linkage_batch raw, ready, batch;
    linkage_visit visit;
    void *context;
    uint64_t pairs;
};

static bool found_before(const struct walk *walk, uint32_t left, uint32_t right)
{
    if (walk->keys != NULL) {
        const uint32_t *l = walk->keys->keys + left * walk->keys->stride,
                       *r = walk->keys->keys + right * walk->keys->stride;
        uint32_t found = 0;

        for (size_t i = 0; i < walk->earlier_count; i++)
            found |= (uint32_t)(l[i] == r[i]) & (uint32_t)(l[i] != 0) &
                     (uint32_t) ~(walk->not_before >> i & 1);
        return found != 0;
    }
    for (size_t i = 0; i < walk->earlier_count; i++)
        if (!(walk->not_before >> i & 1) &&
            linkage_rule_joins(&walk->earlier[i], linkage_face(walk->set, left),
                               linkage_face(walk->set, right)))
            return true;
    return false;
}

static void ask_for_face(const struct linkage_set *set, uint32_t face)
{
    for (size_t word = 0; word < set->schema->words; word += 16)
        __builtin_prefetch(linkage_face(set, face) + word);
}

/* The faces asked for have arrived by now. */
static int hand_over(struct walk *walk)
{
    int result = 0;

    walk->batch.count = 0;
    for (size_t i = 0; i < walk->ready.count; i++) {
        uint32_t left = walk->ready.left[i], right = walk->ready.right[i];

        if (!linkage_rule_joins(walk->rule, linkage_face(walk->set, left),
                                linkage_face(walk->set, right)))
            continue;
        walk->batch.left[walk->batch.count] = left;
        walk->batch.right[walk->batch.count++] = right;
    }
    walk->ready.count = 0;
    if (walk->batch.count > 0) {
        walk->pairs += walk->batch.count;
        result = walk->visit(&walk->batch, walk->context);
    }
    return result;
}

/* The keys asked for have arrived by now. */
static int sift(struct walk *walk)
{
    int result = 0;

    for (size_t i = 0; i < walk->raw.count && result == 0; i++) {
        uint32_t left = walk->raw.left[i], right = walk->raw.right[i];

        if (found_before(walk, left, right))
            continue;
        ask_for_face(walk->set, left);
        ask_for_face(walk->set, right);
        walk->ready.left[walk->ready.count] = left;
        walk->ready.right[walk->ready.count++] = right;
        if (walk->ready.count == LINKAGE_BATCH)
            result = hand_over(walk);
    }
    walk->raw.count = 0;
    return result;
}

static int add_pair(struct walk *walk, uint32_t left, uint32_t right)
{
    const struct linkage_set *set = walk->set;

    if (!linkage_may_pair(set, linkage_record_of(set, left), linkage_record_of(set, right)))
        return 0;
    if (walk->keys != NULL && walk->earlier_count > 0) {
        __builtin_prefetch(walk->keys->keys + left * walk->keys->stride);
        __builtin_prefetch(walk->keys->keys + right * walk->keys->stride);
    }
    walk->raw.left[walk->raw.count] = left;
    walk->raw.right[walk->raw.count++] = right;
    return walk->raw.count == LINKAGE_BATCH ? sift(walk) : 0;
}

static int walk_block(struct walk *walk, const uint64_t *items, size_t count, uint32_t from_face)
{
    int result = 0;

    /* Faces ascend within a block: pairs without a late face end before the first late one. */
    for (size_t right = 1; right < count && result == 0; right++) {
        if ((uint32_t)items[right] < from_face)
            continue;
        for (size_t left = 0; left < right && result == 0; left++)
            result = add_pair(walk, (uint32_t)items[left], (uint32_t)items[right]);
    }
    return result;
}

static uint64_t pairs_of(size_t faces)
{
    return (uint64_t)faces * (faces - 1) / 2;
}

static size_t block_length(const struct key_list *list, size_t start)
{
    size_t end = start + 1;

    while (end < list->count && list->items[end] >> 32 == list->items[start] >> 32)
        end++;
    return end - start;
}

static void measure_blocks(const struct key_list *list, uint32_t cap,
                           struct linkage_rule_count *count)
{
    for (size_t start = 0, length; start < list->count; start += length) {
        length = block_length(list, start);
        if (length > count->largest)
            count->largest = (uint32_t)length;
        if (length > cap) {
            count->capped++;
            count->dropped += pairs_of(length);
        } else {
            count->all += pairs_of(length);
        }
    }
}

/* Visits the blocks of one part, or a sample of them. */
static int walk_part(struct walk *walk, const struct linkage_block_options *options, uint32_t part,
                     uint32_t parts, struct linkage_rule_count *count)
{
    struct key_list list;
    int result = list_keys(walk->set, walk->rule, options, part, parts, &list);
    uint64_t before = count->all;

    if (result == 0)
        measure_blocks(&list, options->cap, count);
    if (walk->visit == NULL)
        return result;
    /* A sample keeps blocks whose first face hashes below the share asked for. */
    uint64_t limit = options->pair_limit == 0 ? 0 : options->pair_limit / parts + 1,
             all = count->all - before;
    double share = limit == 0 || all <= limit ? 1.0 : (double)limit / (double)all;
    uint64_t bound = share >= 1.0 ? UINT64_MAX : (uint64_t)(share * 18446744073709551615.0);
    for (size_t start = 0, length; result == 0 && start < list.count; start += length) {
        length = block_length(&list, start);
        if (length >= 2 && length <= options->cap && mix((uint32_t)list.items[start] + 1u) <= bound)
            result = walk_block(walk, list.items + start, length, options->from_face);
    }
    return result;
}

int linkage_block_visit(const struct linkage_set *set, const struct linkage_rule *rule,
                        const struct linkage_rule *earlier, size_t earlier_count,
                        const struct linkage_block_options *options, linkage_visit visit,
                        void *context, struct linkage_rule_count *ret_count)
{
    struct walk walk = {.set = set,
                        .rule = rule,
                        .earlier = earlier,
                        .earlier_count = earlier_count,
                        .visit = visit,
                        .context = context};
    struct linkage_rule_count count = {0};
    uint32_t parts = options->parts > 1 ? options->parts : 1;
    struct linkage_block_options own = *options;
    struct linkage_block_buffer buffer = {0};
    int result = 0;

    walk.keys = options->keys;
    walk.not_before = options->not_before;
    if (own.buffer == NULL)
        own.buffer = &buffer;

    if (rule->form_count == 0) /* every pair is one block, on purpose */
        own.cap = UINT32_MAX;
    for (uint32_t part = 0; part < parts && result == 0; part++)
        result = walk_part(&walk, &own, part, parts, &count);
    if (result == 0)
        result = sift(&walk);
    if (result == 0)
        result = hand_over(&walk);
    linkage_block_buffer_release(&buffer);
    count.pairs = walk.pairs;
    if (ret_count != NULL)
        *ret_count = count;
    return result;
}
