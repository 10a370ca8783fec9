/*
 * log.h: what happened, on standard error: one line an event, as text or, with --json, as one JSON
 * object a line. Only commands and the stage runner log; the library rooms never do. No text here
 * may hold a value of a feed: nothing takes a struct secret, and rows are named by place.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Events above the level are dropped. json: NDJSON. */
void log_open(enum log_level level, bool json);
/* The level of a name ("error", "warning", "info", "debug"), or -1. */
int log_level_by_name(const char *name);
/* event is a short fixed name ("delivery_loaded"); the text tells it in words. */
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "<3>" and so on when standard error goes to the journal, else "". */
const char *log_journal_prefix(enum log_level level);

#endif
