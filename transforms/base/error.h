/*
 * error.h: the one way a failure is told.
 *
 * Functions that can fail return int: 0, or a negative error code from config/errors.csv (the
 * generated enum below). The story travels in a struct error the caller owns: code, primary,
 * detail, hint, place, and "while ..." frames added on the way up. Only the stage runner and the
 * commands print. No value that identifies a person may be put into any of the texts: name the
 * place (delivery, table, row, field) instead.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* enum error_code { ERROR_NONE = 0, ERROR_USAGE = -1001, RULE_BLANK = -2001, ... } */
#include "error_codes.h"

enum { ERROR_TEXT_MAX = 512, ERROR_FRAME_MAX = 4 };

struct error {
    int code;                     /* 0 or a negative enum error_code */
    char primary[ERROR_TEXT_MAX]; /* one sentence, no full stop, no identifying value */
    char detail[ERROR_TEXT_MAX];  /* found and expected */
    char hint[ERROR_TEXT_MAX];    /* what to do */
    char place[ERROR_TEXT_MAX];   /* "file:line:column" or "delivery, table, row, field" */
    size_t frame_count;
    char frame[ERROR_FRAME_MAX][128]; /* "while loading ..." innermost first */
};

/* Starts the story afresh. Returns code, so that callers write: return error_set(...). */
int error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* As error_set, with ": <strerror(saved_errno)>" appended; ENOSPC and EDQUOT become
 * ERROR_DISK_FULL, ENOMEM becomes ERROR_OUT_OF_MEMORY, whatever code was given. */
int error_set_errno(struct error *error, enum error_code code, int saved_errno, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));
void error_detail(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_place(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds "while <text>". Frames beyond ERROR_FRAME_MAX are dropped. Returns error->code. */
int error_while(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One row of config/errors.csv. */
struct error_entry {
    int code;            /* negative */
    const char *name;    /* "CSV_UNTERMINATED_QUOTE" */
    const char *kind;    /* "error", "rule" or "notice" */
    int exit_status;     /* process exit status when this error ends a command; 0 for rules */
    const char *title;   /* one line */
    const char *meaning; /* what happened, in plain words */
    const char *action;  /* what to do about it */
};

/* The entry of a code, or NULL. */
const struct error_entry *error_entry_by_code(int code);
/* The entry of "JU1203", "1203" or "CSV_UNTERMINATED_QUOTE" (case ignored), or NULL. */
const struct error_entry *error_entry_by_text(const char *text);
/* All entries in number order; ret_count gets how many. */
const struct error_entry *error_entries(size_t *ret_count);
/* "JU1203" into text, which must hold 8 bytes. Returns text. */
const char *error_code_text(int code, char text[8]);

#endif
