/*
 * evaluation_map.h: which columns of a labelled file are which identifiers.
 *
 *     id: rec_id
 *     unique: [left, right]        # files in which nobody is twice; may be left out
 *     fields:
 *       first_name: given_name     # column: kind
 *       dob: date_of_birth
 *
 * Kinds: given_name, family_name, full_name (parted into the two), date_of_birth, sex, postcode,
 * nhs_number, gp_practice, exact (equal or not) and text (near spellings count in part).
 */
#ifndef EVALUATION_MAP_H
#define EVALUATION_MAP_H

#include "base/arena.h"
#include "linkage/schema.h"

struct evaluation_column {
    const char *name;      /* in the file */
    unsigned line, column; /* where the map names it */
    int field;             /* of the schema */
    int family_field;      /* of a full name, whose given name goes to field; else -1 */
};

struct evaluation_map {
    const char *path; /* as given */
    const char *id;
    unsigned id_line, id_column; /* where the map names it */
    bool unique_left, unique_right;
    struct evaluation_column columns[LINKAGE_FIELDS_MAX + 1]; /* one to spare while reading */
    size_t column_count;
    struct linkage_schema schema;
};

/* Reads the file at path. ERROR_CONFIG_INVALID with file, line and column of the first fault;
 * ERROR_FILE_FAILED when there is no such file. The names lie in the arena. path must outlive the
 * map. */
int evaluation_map_read(const char *path, struct arena *arena, struct evaluation_map *ret,
                        struct error *error);

#endif
