/*
 * frequency.h: how common each value is. Two Khans of one town say less than two
 * Featherstonehaughs, so an exact agreement counts by the value's own frequency instead of the
 * field's average.
 *
 * Frequencies are counted on tokens, over people: faces with the same given name, family name and
 * birth date are counted once (where one of these is missing: the first face of each record), else
 * those who come often would make their own names common (Splink issue 2035). A face carries, for
 * each field that has frequencies, one byte: -log2(frequency) in eighths of a bit; 0 = no value. A
 * count of n stands for n + 1/2: a value seen once is not known to be as rare as that.
 */
#ifndef LINKAGE_FREQUENCY_H
#define LINKAGE_FREQUENCY_H

#include "set.h"

struct linkage_value_table;

struct linkage_frequencies {
    double people[LINKAGE_FIELDS_MAX]; /* counted, that have a value of the field */
    struct linkage_value_table *values[LINKAGE_FIELDS_MAX]; /* NULL where none */
    double agree[LINKAGE_FIELDS_MAX]; /* chance that two people agree exactly: sum of squares */
};

/* Counts the values of a set. ERROR_OUT_OF_MEMORY. */
int linkage_frequencies_count(const struct linkage_set *set, struct linkage_frequencies *ret,
                              struct error *error);
/* Writes the frequency bytes of faces from..face_count-1. A value never seen counts as one seen
 * once. */
void linkage_frequencies_fill(const struct linkage_frequencies *frequencies,
                              struct linkage_set *set, size_t from);
/* Frees the values; people and agree stay. */
void linkage_frequencies_release(struct linkage_frequencies *frequencies);

/* For storing them, sealed, with a model: the values seen more than once (frequency_store.c has
 * the layout). The caller frees. ERROR_OUT_OF_MEMORY. */
int linkage_frequencies_write(const struct linkage_frequencies *frequencies, unsigned char **ret,
                              size_t *ret_length, struct error *error);
/* Faces filled from what was read get the bytes they had before. ERROR_MODEL_INVALID for bytes that
 * write did not make, ERROR_OUT_OF_MEMORY; *ret is untouched then. */
int linkage_frequencies_read(const unsigned char *bytes, size_t length,
                             struct linkage_frequencies *ret, struct error *error);

/* The byte of a field in a face, in bits; 0 when there is no value. */
static inline float linkage_frequency_bits(const struct linkage_schema *schema,
                                           const uint32_t *face, int8_t frequency)
{
    const unsigned char *bytes = (const unsigned char *)(face + schema->frequency_words);

    return (float)bytes[frequency] * 0.125f;
}

#endif
