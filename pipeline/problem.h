/*
 * problem.h: a list of faults, so that all are told at once.
 */
#ifndef PROBLEM_H
#define PROBLEM_H

#include <stddef.h>

struct problem {
    int code;        /* negative enum error_code */
    char place[512]; /* "feeds/mhsds/fields.csv:12:3" */
    char text[512];
};

struct problem_list {
    struct problem *items;
    size_t count, size;
    size_t lost; /* further faults, for which there was no memory or no reader */
};

void problem_list_init(struct problem_list *list);
void problem_list_release(struct problem_list *list);
void problem_add(struct problem_list *list, int code, const char *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
