#include "truth.h"

#include <stdlib.h>
#include <string.h>

#include "day.h"

enum { CANARY_SLOTS = 1 << 18 };

struct canary_set {
    uint64_t slots[CANARY_SLOTS]; /* hashes of kind and value; 0 = free */
    size_t count;
};

#define INIT(table, name, ...)                                                                     \
    csv_table_init(table, name, (const char *const[]){__VA_ARGS__}, NULL,                          \
                   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

int truth_init(struct truth *truth, const struct world *world, struct error *error)
{
    *truth = (struct truth){.people = world->people, .keep_canaries = world->canaries};
    INIT(&truth->persons, "persons.csv", "feed", "sender", "local_id", "true_person");
    INIT(&truth->rejects, "expected_rejects.csv", "file", "table", "row", "outcome", "rule");
    INIT(&truth->warnings, "expected_warnings.csv", "file", "table", "row", "rule");
    INIT(&truth->files, "expected_files.csv", "file", "feed", "sender", "period", "rows");
    INIT(&truth->canaries, "canaries.csv", "kind", "value");
    for (size_t i = 0; i < 16; i++) {
        truth->known[i] = calloc(world->people / 8 + 1, 1);
        if (!truth->known[i]) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the truth");
        }
    }
    if (world->canaries) {
        truth->canary_set = calloc(1, sizeof *truth->canary_set);
        if (!truth->canary_set) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the truth");
        }
    }
    return 0;
}

void truth_release(struct truth *truth)
{
    csv_table_release(&truth->persons);
    csv_table_release(&truth->rejects);
    csv_table_release(&truth->warnings);
    csv_table_release(&truth->files);
    csv_table_release(&truth->canaries);
    text_release(&truth->senders);
    for (size_t i = 0; i < 16; i++) {
        free(truth->known[i]);
    }
    free(truth->canary_set);
    *truth = (struct truth){0};
}

void truth_person(struct truth *truth, unsigned key, const char *feed, const char *sender,
                  const char *local, uint32_t person)
{
    unsigned char *byte = &truth->known[key][(person - 1) / 8];
    unsigned char bit = (unsigned char)(1u << ((person - 1) % 8));
    if (!(*byte & bit)) {
        *byte |= bit;
        csv_row(&truth->persons, "feed", feed, "sender", sender, "local_id", local, "true_person",
                note("%u", person), NULL);
        truth_canary(truth, "local_id", local);
    }
}

void truth_reject_row(struct truth *truth, const char *file, const char *table, unsigned long row,
                      const char *outcome, const char *rule)
{
    csv_row(&truth->rejects, "file", file, "table", table, "row", note("%lu", row), "outcome",
            outcome, "rule", rule, NULL);
}

void truth_reject(struct truth *truth, const char *file, const struct csv_table *table,
                  const char *outcome, const char *rule)
{
    truth_reject_row(truth, file, table->name, table->records, outcome, rule);
}

void truth_warning(struct truth *truth, const char *file, const struct csv_table *table,
                   const char *rule)
{
    csv_row(&truth->warnings, "file", file, "table", table->name, "row",
            note("%lu", table->records), "rule", rule, NULL);
}

void truth_file(struct truth *truth, const char *file, const char *feed, const char *sender,
                const char *period, unsigned long rows)
{
    csv_row(&truth->files, "file", file, "feed", feed, "sender", sender, "period", period, "rows",
            note("%lu", rows), NULL);
}

/* FNV-1a, never 0. */
static uint64_t canary_hash(const char *kind, const char *value)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = kind; *at; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    }
    for (const char *at = value; *at; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    }
    return hash ? hash : 1;
}

void truth_canary(struct truth *truth, const char *kind, const char *value)
{
    if (!truth->keep_canaries || value[0] == '\0') {
        return;
    }
    struct canary_set *set = truth->canary_set;
    uint64_t hash = canary_hash(kind, value);
    size_t slot = hash % CANARY_SLOTS;
    while (set->slots[slot] != 0) {
        if (set->slots[slot] == hash) {
            return;
        }
        slot = (slot + 1) % CANARY_SLOTS;
    }
    if (set->count >= CANARY_SLOTS / 2) {
        return;
    }
    set->slots[slot] = hash;
    set->count++;
    csv_row(&truth->canaries, "kind", kind, "value", value, NULL);
}

void truth_identity(struct truth *truth, const struct identity *identity, bool with_names,
                    bool slashes)
{
    if (!truth->keep_canaries) {
        return;
    }
    truth_canary(truth, "nhs_number", identity->nhs_number);
    truth_canary(truth, "postcode", identity->postcode);
    truth_canary(truth, "date_of_birth",
                 slashes ? day_slashes(identity->birth_day) : day_iso(identity->birth_day));
    if (with_names) {
        truth_canary(truth, "forename", identity->forename);
        truth_canary(truth, "surname", identity->surname);
    }
}

int truth_save(const struct truth *truth, const char *folder, struct error *error)
{
    const struct csv_table *tables[] = {&truth->persons, &truth->rejects, &truth->warnings,
                                        &truth->files};
    if (folder_make(folder, error) < 0) {
        return error->code;
    }
    for (size_t i = 0; i < 4; i++) {
        if (file_save(folder, tables[i]->name, &tables[i]->text, error) < 0) {
            return error->code;
        }
    }
    if (truth->keep_canaries &&
        file_save(folder, "canaries.csv", &truth->canaries.text, error) < 0) {
        return error->code;
    }
    return file_save(folder, "senders.yaml", &truth->senders, error);
}
