/*
 * evaluation_set.h: labelled files read into a set that a linkage can run on. What is kept of a
 * record is its faces, a number for its truth, a number a --by column, and its id only if asked.
 */
#ifndef EVALUATION_SET_H
#define EVALUATION_SET_H

#include "evaluation_derive.h"
#include "linkage/set.h"

enum { EVALUATION_BY_MAX = 8, EVALUATION_GROUPS_MAX = 65535 };

struct evaluation_request {
    const char *left, *right; /* files; right NULL: duplicates within left */
    const char *truth;        /* column: equal and not blank = the same person */
    const struct evaluation_map *map;
    const struct linkage_nicknames *nicknames;
    const char *by[EVALUATION_BY_MAX]; /* columns to tell results by */
    size_t by_count;
    bool keep_ids;
    unsigned threads;
    size_t memory_bytes; /* 0, or about how much memory all may take, linking included */
};

/* What linking takes beside what holds the records: the program; for each record its group, its
 * partners and about one scored pair; for each face its key in each thread (docs/linkage.md,
 * "Memory"). */
enum { LINKING_BYTES = 13 << 20, LINKING_RECORD_BYTES = 72, LINKING_KEY_BYTES = 16 };

struct group_name;

/* One --by column: what it says of each record. */
struct evaluation_grouping {
    const char *column;
    bool in_left, in_right;     /* the files that have it */
    struct page_array group_of; /* uint16_t a record; 0 in a file without the column */
    struct group_name *names;   /* uthash, by text */
    const char **values;        /* value of each group */
    size_t count;
};

struct evaluation_set {
    struct linkage_set set; /* its faces and records lie in list */
    struct face_list list;
    struct page_array first_faces; /* uint32_t a record and one more; none with one face each */
    struct page_array sources;     /* uint8_t a record */
    struct page_array labels;      /* uint64_t a record: the truth; 0 = blank */
    struct page_array ids;         /* texts, each closed by NUL */
    struct page_array id_ends;     /* uint64_t: end of each text in ids */
    size_t id_bytes;
    size_t left_count, right_count;
    struct evaluation_grouping groupings[EVALUATION_BY_MAX];
    size_t grouping_count;
    double read_seconds, derive_seconds; /* of the calling thread, one after the other */
};

/* Reads both files. request and what it points to must outlive the set. Release also after a
 * failure. Errors of labelled_csv.h, which also stand for an id that a file has twice and for a
 * file without records; a --by column may be missing in one of two files; ERROR_OUT_OF_MEMORY when
 * memory_bytes are too few for the records and linking them. */
int evaluation_set_read(const struct evaluation_request *request, struct evaluation_set *ret,
                        struct error *error);
void evaluation_set_release(struct evaluation_set *set);

/* Bytes of memory that the records and linking them take, sorting keys aside. */
size_t evaluation_set_bytes(const struct evaluation_set *set);

/* The id of a record; "" when ids were not kept. */
const char *evaluation_set_id(const struct evaluation_set *set, uint32_t record);
/* The grouping's group of the left record of a pair, or of the right one where only the right file
 * has the column. */
uint16_t evaluation_set_group(const struct evaluation_set *set,
                              const struct evaluation_grouping *grouping, uint32_t left,
                              uint32_t right);

#endif
