/*
 * linkage.c: deterministic linkage by union-find. Everything is walked in the order of tokens and
 * patient keys, never in the order of the input, so the decisions are a function of the set of
 * records.
 */
#include "linkage.h"

#include <stdlib.h>
#include <string.h>

enum { NOBODY = UINT32_MAX };

struct linkage {
    const struct linkage_record *records;
    size_t count;
    uint32_t *order;    /* records in the order of the step at hand */
    uint32_t *group;    /* union-find: towards the root */
    uint32_t *number;   /* of a root: a record that has the group's NHS number, or NOBODY */
    uint32_t *seen;     /* of a root: the block that last met it */
    uint32_t *by_nhs;   /* roots as they were after step 1 */
    uint32_t *by_place; /* roots as they were after postcodes */
    uint32_t *founder;  /* of a root */
    uint32_t block;     /* number of the block at hand */
    struct linkage_summary summary;
};

/* The three ways to put records in order: what must agree, then the patient key. */
struct link_key {
    bool (*has)(const struct linkage_record *record);
    const struct token *(*first)(const struct linkage_record *record);
    const struct token *(*second)(const struct linkage_record *record);
};

static bool has_number(const struct linkage_record *record)
{
    return record->has_nhs_number;
}

static bool has_name_and_postcode(const struct linkage_record *record)
{
    return record->has_name && record->has_postcode;
}

static bool has_name_and_practice(const struct linkage_record *record)
{
    return record->has_name && record->has_practice;
}

static const struct token *number_of(const struct linkage_record *record)
{
    return &record->nhs_number;
}

static const struct token *name_of(const struct linkage_record *record)
{
    return &record->name;
}

static const struct token *postcode_of(const struct linkage_record *record)
{
    return &record->postcode;
}

static const struct token *practice_of(const struct linkage_record *record)
{
    return &record->practice;
}

static const struct link_key key_number = {has_number, number_of, number_of};
static const struct link_key key_postcode = {has_name_and_postcode, name_of, postcode_of};
static const struct link_key key_practice = {has_name_and_practice, name_of, practice_of};

static uint32_t root_of(struct linkage *linkage, uint32_t record)
{
    while (linkage->group[record] != record) {
        linkage->group[record] = linkage->group[linkage->group[record]];
        record = linkage->group[record];
    }
    return record;
}

/* Joins two groups and returns their root. The caller has seen that they do not conflict. */
static uint32_t join(struct linkage *linkage, uint32_t left, uint32_t right)
{
    linkage->group[right] = left;
    if (linkage->number[left] == NOBODY)
        linkage->number[left] = linkage->number[right];
    linkage->seen[left] = linkage->block;
    return left;
}

/* ---- putting records in order ---- */

struct order_context {
    const struct linkage_record *records;
    const struct link_key *key;
};

static int compare_tokens(const struct token *left, const struct token *right)
{
    return memcmp(left->bytes, right->bytes, TOKEN_SIZE);
}

static int compare_key(const struct link_key *key, const struct linkage_record *left,
                       const struct linkage_record *right)
{
    int order = compare_tokens(key->first(left), key->first(right));

    return order != 0 ? order : compare_tokens(key->second(left), key->second(right));
}

static int compare_records(const void *left, const void *right, void *context_pointer)
{
    const struct order_context *context = context_pointer;
    const struct linkage_record *one = &context->records[*(const uint32_t *)left];
    const struct linkage_record *other = &context->records[*(const uint32_t *)right];
    int order = compare_key(context->key, one, other);

    return order != 0 ? order : compare_tokens(&one->patient_key, &other->patient_key);
}

/* Fills order with the records that have the key; returns how many. */
static size_t put_in_order(struct linkage *linkage, const struct link_key *key)
{
    struct order_context context = {linkage->records, key};
    size_t count = 0;

    for (size_t i = 0; i < linkage->count; i++)
        if (key->has(&linkage->records[i]))
            linkage->order[count++] = (uint32_t)i;
    qsort_r(linkage->order, count, sizeof *linkage->order, compare_records, &context);
    return count;
}

/* ---- linking ---- */

/* Do the groups of a block hold two NHS numbers? Groups of one number are one group by now. */
static bool is_ambiguous(struct linkage *linkage, const uint32_t *members, size_t count)
{
    uint32_t numbered = NOBODY;

    for (size_t i = 0; i < count; i++) {
        uint32_t root = root_of(linkage, members[i]);

        if (linkage->number[root] == NOBODY || root == numbered)
            continue;
        if (numbered != NOBODY)
            return true;
        numbered = root;
    }
    return false;
}

/* Links the records of one block (same key, in order of patient key). Where two people with
 * different NHS numbers share the key, nobody can tell which of them a record without a number is:
 * such records are linked with each other only. */
static void link_block(struct linkage *linkage, const uint32_t *members, size_t count,
                       uint64_t *links)
{
    bool ambiguous = is_ambiguous(linkage, members, count);
    uint32_t first = NOBODY;

    linkage->block++;
    for (size_t i = 0; i < count; i++) {
        uint32_t root = root_of(linkage, members[i]);

        if (linkage->seen[root] == linkage->block)
            continue;
        linkage->seen[root] = linkage->block;
        if (ambiguous && linkage->number[root] != NOBODY)
            continue;
        if (first == NOBODY) {
            first = root;
            continue;
        }
        first = join(linkage, first, root);
        (*links)++;
    }
    linkage->summary.conflicts += ambiguous;
}

static void link_step(struct linkage *linkage, const struct link_key *key, uint64_t *links)
{
    size_t count = put_in_order(linkage, key);
    size_t start = 0;

    while (start < count) {
        const struct linkage_record *head = &linkage->records[linkage->order[start]];
        size_t end = start + 1;

        while (end < count && compare_key(key, head, &linkage->records[linkage->order[end]]) == 0)
            end++;
        link_block(linkage, linkage->order + start, end - start, links);
        start = end;
    }
}

static void note_roots(struct linkage *linkage, uint32_t *roots)
{
    for (size_t i = 0; i < linkage->count; i++)
        roots[i] = root_of(linkage, (uint32_t)i);
}

/* Step 1 knows no conflict, so numbers are noted only after it. */
static void note_numbers(struct linkage *linkage)
{
    for (size_t i = 0; i < linkage->count; i++)
        if (linkage->records[i].has_nhs_number)
            linkage->number[root_of(linkage, (uint32_t)i)] = (uint32_t)i;
}

/* ---- deciding ---- */

static bool is_earlier(const struct linkage_record *left, const struct linkage_record *right)
{
    if (left->first_period != right->first_period)
        return left->first_period < right->first_period;
    return compare_tokens(&left->patient_key, &right->patient_key) < 0;
}

static void find_founders(struct linkage *linkage)
{
    for (size_t i = 0; i < linkage->count; i++) {
        uint32_t root = root_of(linkage, (uint32_t)i);
        uint32_t *founder = &linkage->founder[root];

        if (*founder == NOBODY || is_earlier(&linkage->records[i], &linkage->records[*founder]))
            *founder = (uint32_t)i;
    }
}

static void decide(struct linkage *linkage, struct linkage_decision *decisions)
{
    find_founders(linkage);
    for (size_t i = 0; i < linkage->count; i++) {
        uint32_t founder = linkage->founder[root_of(linkage, (uint32_t)i)];

        decisions[i].person_key = linkage->records[founder].patient_key;
        if (founder == i) {
            decisions[i].step = LINKAGE_ALONE;
            linkage->summary.persons++;
        } else if (linkage->by_nhs[i] == linkage->by_nhs[founder]) {
            decisions[i].step = LINKAGE_NHS_NUMBER;
        } else if (linkage->by_place[i] == linkage->by_place[founder]) {
            decisions[i].step = LINKAGE_NAME_POSTCODE;
        } else {
            decisions[i].step = LINKAGE_NAME_PRACTICE;
        }
    }
}

static uint32_t *take_array(size_t count, uint32_t *memory, size_t index)
{
    uint32_t *array = memory + index * count;

    for (size_t i = 0; i < count; i++)
        array[i] = NOBODY;
    return array;
}

static void linkage_init(struct linkage *linkage, const struct linkage_record *records,
                         size_t count, uint32_t *memory)
{
    *linkage = (struct linkage){.records = records, .count = count};
    linkage->order = take_array(count, memory, 0);
    linkage->group = take_array(count, memory, 1);
    linkage->number = take_array(count, memory, 2);
    linkage->seen = take_array(count, memory, 3);
    linkage->by_nhs = take_array(count, memory, 4);
    linkage->by_place = take_array(count, memory, 5);
    linkage->founder = take_array(count, memory, 6);
    for (size_t i = 0; i < count; i++)
        linkage->group[i] = (uint32_t)i;
    linkage->summary.records = count;
}

int linkage_resolve(const struct linkage_record *records, size_t count,
                    struct linkage_decision *decisions, struct linkage_summary *ret_summary,
                    struct error *error)
{
    enum { ARRAYS = 7 };
    struct linkage linkage;
    uint32_t *memory;

    if (count >= NOBODY / 4)
        return error_set(error, ERROR_OUT_OF_MEMORY, "too many records to link at once");
    memory = malloc((count + 1) * ARRAYS * sizeof *memory);
    if (memory == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to link %zu records", count);
    linkage_init(&linkage, records, count, memory);
    link_step(&linkage, &key_number, &linkage.summary.links_nhs_number);
    note_roots(&linkage, linkage.by_nhs);
    note_numbers(&linkage);
    link_step(&linkage, &key_postcode, &linkage.summary.links_name);
    note_roots(&linkage, linkage.by_place);
    link_step(&linkage, &key_practice, &linkage.summary.links_name);
    decide(&linkage, decisions);
    *ret_summary = linkage.summary;
    free(memory);
    return 0;
}
