/*
 * settings_reader.h: what every function that reads a settings file needs: where memory comes from
 * and where faults go.
 */
#ifndef SETTINGS_READER_H
#define SETTINGS_READER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "problem.h"

struct settings_reader {
    struct arena *arena;
    const char *name; /* of the file, as shown in places: "feeds/mhsds/feed.yaml" */
    int code;         /* code of its faults: ERROR_CONFIG_INVALID, ERROR_FEED_DEFINITION_INVALID */
    struct problem_list *problems;
};

/* Adds a fault at name:line:column. */
void settings_fault(const struct settings_reader *reader, unsigned line, unsigned column,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Reads the file at path into the arena. A file that is missing, larger than most bytes or not a
 * plain file is a fault of the reader; *ret_text.data is NULL then. Returns negative only when
 * memory ran out. optional: a missing file is no fault. */
int settings_read_file(const struct settings_reader *reader, const char *path, size_t most,
                       bool optional, struct slice *ret_text, struct error *error);

/* The faults there are so far, those without room included. */
size_t settings_fault_count(const struct problem_list *problems);

#endif
