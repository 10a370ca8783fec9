/*
 * fact.h: the public facts the made-up world stands on, from tests/synth/data (origin and licence
 * in each file). They are part of the program, so it runs from any folder.
 */
#ifndef SYNTH_FACT_H
#define SYNTH_FACT_H

#include <stddef.h>

#include "base/error.h"

enum { AREAS_MAX = 4096, PRACTICES_MAX = 128, LAYOUT_TABLES_MAX = 64, LAYOUT_FIELDS_MAX = 48 };

struct area {
    const char *postcode, *lsoa;
    unsigned imd_rank;
    unsigned imd_decile; /* ceil(rank * 10 / 32844) */
    const char *council;
};

struct practice {
    const char *code, *name, *postcode, *sub_icb;
};

struct layout_table {
    const char *name;
    const char *fields[LAYOUT_FIELDS_MAX];
    size_t field_count;
};

struct facts {
    struct area areas[AREAS_MAX];
    size_t area_count;
    struct practice practices[PRACTICES_MAX];
    size_t practice_count;
    size_t home_practice_count; /* the first ones: those of Lewisham */
    struct layout_table tables[LAYOUT_TABLES_MAX];
    size_t table_count;
};

/* Reads the facts. They live as long as the program. */
int facts_load(struct facts *ret, struct error *error);

#endif
