/*
 * parser.h: the parser child: one file in, records out. It runs as its own program
 * (joinedup-parser), so it shares no memory with the process that holds the key, and gives up every
 * right it does not need before it reads the first byte: no new files, no network, no exec
 * (seccomp, and Landlock where the kernel has it), limits on memory, time and open files.
 *
 * File descriptors: 0 = the parse request (text, below), 1 = the record pipe, 2 = the caller's
 * stderr (only ever "joinedup-parser: ..." without values), 3 = the delivery, opened read-only by
 * the caller.
 */
#ifndef PARSER_H
#define PARSER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum parse_container { PARSE_PLAIN, PARSE_GZIP, PARSE_ZIP };
enum parse_format { PARSE_CSV, PARSE_XML };
enum parse_encoding { PARSE_UTF8, PARSE_WINDOWS_1252 };

enum { PARSE_TABLES_MAX = 128, PARSE_PATHS_MAX = 128 };

/* One table to look for. Tables are sent in the order given, whatever the order in a zip. */
struct parse_table {
    const char *name;    /* sent in RECORD_TABLE */
    const char *member;  /* zip: pattern of the member's base name ("MHS001MPI.csv", "*case*.xml"),
                          * = anything, case ignored; plain: NULL */
    bool has_header;     /* CSV */
    size_t column_count; /* CSV without a header: columns every row must have */
    const char *record_path;  /* XML: local names "root/list/record" */
    const char *const *paths; /* XML: one path a field, see struct xml_field_path */
    size_t path_count;
};

/* 0 = the default. */
struct parse_limits {
    uint64_t output_bytes; /* unpacked bytes of the whole delivery; default 64 GiB */
    uint64_t ratio;        /* unpacked / packed, looked at beyond 16 MiB; default 200 */
    uint64_t memory_bytes; /* RLIMIT_AS of the child; default 512 MiB */
    uint64_t cpu_seconds;  /* RLIMIT_CPU; default 3600 */
};

struct parse_request {
    enum parse_container container;
    enum parse_format format;
    enum parse_encoding encoding;
    struct parse_limits limits;
    const struct parse_table *tables;
    size_t table_count;
};

struct parser_child {
    pid_t pid;
    int records; /* read end of the record pipe */
};

/* Starts the child on an open delivery (file, read-only; stays the caller's). program is the path
 * of joinedup-parser. */
int parser_start(const char *program, int file, const struct parse_request *request,
                 struct parser_child *ret, struct error *error);
/* Waits for its end, once the records are read (it cannot end while the pipe is full). The pipe
 * stays open for parser_stop, which every parser_start needs in the end. ERROR_PARSER_DIED names
 * the signal, ERROR_PARSER_TIMEOUT for SIGXCPU. */
int parser_wait(struct parser_child *child, struct error *error);
/* Kills and reaps it; closes the pipe. Safe at any time after parser_start, also twice. */
void parser_stop(struct parser_child *child);

/* Parses in this process without a sandbox, writing frames to fd: for tests and fuzzers. */
int parser_run(int file, const struct parse_request *request, int records, struct error *error);

#endif
