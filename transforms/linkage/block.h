/*
 * block.h: which pairs are looked at. A rule's key is the forms it names; the faces that agree on
 * all of them make a block. Keys are sorted, so a rule costs time in proportion to the faces and
 * to the pairs it finds, and a block is a run of equal keys.
 */
#ifndef LINKAGE_BLOCK_H
#define LINKAGE_BLOCK_H

#include "model.h"

enum { LINKAGE_BATCH = 64 };

/* Pairs whose faces are already on their way from memory. left[i] < right[i]. */
struct linkage_batch {
    size_t count;
    uint32_t left[LINKAGE_BATCH], right[LINKAGE_BATCH]; /* faces */
};

typedef int (*linkage_visit)(const struct linkage_batch *batch, void *context);

/* One blocking rule's work. */
struct linkage_rule_count {
    uint64_t pairs;   /* visited: found by no earlier rule */
    uint64_t all;     /* in all its blocks */
    uint64_t dropped; /* in blocks over the cap: not looked at */
    uint32_t largest; /* faces in its largest block */
    uint32_t capped;  /* blocks over the cap */
};

/* The keys of all rules for all faces, made in one pass: a rule's pass then reads a few bytes a
 * face instead of the forms wherever they lie, and "found by an earlier rule?" is one comparison of
 * two rows. Keys are 31-bit hashes: a pair is lost to a chance equality once in two thousand
 * million. */
struct linkage_keys {
    uint32_t *keys; /* a row of stride keys a face, column i for rule i; 0: a form is missing */
    size_t stride;
};

int linkage_keys_make(const struct linkage_set *set, const struct linkage_rule *rules, size_t count,
                      unsigned threads, struct linkage_keys *ret);
void linkage_keys_release(struct linkage_keys *keys);

/* Room for sorting, kept from rule to rule: one a thread. Zero it before the first use. */
struct linkage_block_buffer {
    uint64_t *items, *spare;
    size_t size, spare_size;
};
void linkage_block_buffer_release(struct linkage_block_buffer *buffer);

struct linkage_block_options {
    uint32_t cap;        /* blocks of more faces are left out and counted */
    uint64_t pair_limit; /* 0, or about how many pairs to visit: a sample of whole blocks, chosen
                            by their first face, so that it is the same each time */
    uint32_t from_face;  /* pairs that have no face from here on are left out: 0 = none is */
    uint32_t parts;      /* 0 or 1: all keys at once; more: keys are sorted in that many parts, so
                            that sorting takes 16 bytes * faces / parts */
    const struct linkage_keys *keys; /* or NULL: keys are made from the forms */
    size_t column;                   /* of the rule in keys; the earlier ones come before it */
    uint64_t not_before; /* bit i: rule i left blocks out, so that what it joins may not have been
                            seen; such pairs can be visited twice */
    struct linkage_block_buffer *buffer; /* or NULL */
};

/* Visits the pairs of a rule that none of the earlier rules finds: with all rules before it, each
 * pair is seen once over all rules; with none, the rule's whole blocks are seen. Pairs of one
 * record, of a source with itself where that is excluded, and of faces that differ in a form after
 * all (keys are hashes) are left out. visit may be NULL: blocks
 * are measured, no pair is looked at. *ret_count may be NULL. Stops at visit's first non-zero
 * result and returns it; ERROR_OUT_OF_MEMORY. */
int linkage_block_visit(const struct linkage_set *set, const struct linkage_rule *rule,
                        const struct linkage_rule *earlier, size_t earlier_count,
                        const struct linkage_block_options *options, linkage_visit visit,
                        void *context, struct linkage_rule_count *ret_count);

/* The value of a form of a face; 0: missing. */
static inline uint32_t linkage_form_value(const struct linkage_rule_form *form,
                                          const uint32_t *face)
{
    uint32_t value = face[form->word];

    if (form->plus == LINKAGE_NO_WORD)
        return value;
    return value == 0 || face[form->plus] == 0 ? 0 : (value + face[form->plus]) | 1;
}

/* Do the two faces agree on all forms of the rule? */
static inline bool linkage_rule_joins(const struct linkage_rule *rule, const uint32_t *left,
                                      const uint32_t *right)
{
    for (unsigned i = 0; i < rule->form_count; i++) {
        uint32_t value = linkage_form_value(&rule->forms[i], left);

        if (value == 0 || value != linkage_form_value(&rule->forms[i], right))
            return false;
    }
    return true;
}

/* May pairs of these two records be links at all? */
bool linkage_may_pair(const struct linkage_set *set, uint32_t left, uint32_t right);

#endif
