/*
 * evaluation_faces.h: the faces of one record: every combination of its spellings.
 */
#ifndef EVALUATION_FACES_H
#define EVALUATION_FACES_H

#include "evaluation_derive.h"
#include "linkage/form.h"

/* Writes the faces of a record (values: one a column of the map) to faces, which has room for
 * EVALUATION_FACES_MAX. *ret_count: 1 or more; none is there twice. */
int evaluation_faces_make(const struct evaluation_map *map, struct linkage_deriver *deriver,
                          const struct slice *values, uint32_t *faces, size_t *ret_count,
                          struct error *error);

#endif
