/*
 * truth.h: what the generator knows and a test may ask: who is who, which rows must be refused for
 * which rule, what each file holds, and which identifying values were written (canaries).
 */
#ifndef SYNTH_TRUTH_H
#define SYNTH_TRUTH_H

#include "population.h"
#include "writer.h"

struct canary_set;

struct truth {
    struct csv_table persons, rejects, warnings, files, canaries;
    struct text senders;      /* the senders: part of joinedup.yaml */
    unsigned char *known[16]; /* one bit a person for each identity key of persons.csv */
    unsigned people;
    bool keep_canaries;
    struct canary_set *canary_set; /* what is in canaries already */
};

int truth_init(struct truth *truth, const struct world *world, struct error *error);
void truth_release(struct truth *truth);
/* persons.csv: the sender's local id is this person. Written once a key and person; key < 16 tells
 * apart the senders of all feeds. */
void truth_person(struct truth *truth, unsigned key, const char *feed, const char *sender,
                  const char *local, uint32_t person);
/* The last record of the table must be refused. */
void truth_reject(struct truth *truth, const char *file, const struct csv_table *table,
                  const char *outcome, const char *rule);
/* The same for a row that is in no csv_table. */
void truth_reject_row(struct truth *truth, const char *file, const char *table, unsigned long row,
                      const char *outcome, const char *rule);
/* The last record is kept, with a warning. */
void truth_warning(struct truth *truth, const char *file, const struct csv_table *table,
                   const char *rule);
void truth_file(struct truth *truth, const char *file, const char *feed, const char *sender,
                const char *period, unsigned long rows);
/* The identity was written to a feed: its values are canaries. */
void truth_identity(struct truth *truth, const struct identity *identity, bool with_names,
                    bool slashes);
void truth_canary(struct truth *truth, const char *kind, const char *value);
int truth_save(const struct truth *truth, const char *folder, struct error *error);

#endif
