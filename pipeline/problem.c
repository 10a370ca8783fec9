#include "problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A definition that is wrong in one way is often wrong in every row: beyond this many nobody reads
 * on, and a hostile file must not fill the memory with its faults. */
enum { PROBLEMS_MAX = 10000 };

void problem_list_init(struct problem_list *list)
{
    *list = (struct problem_list){0};
}

void problem_list_release(struct problem_list *list)
{
    free(list->items);
    problem_list_init(list);
}

static struct problem *problem_next(struct problem_list *list)
{
    if (list->count == list->size) {
        size_t size = list->size == 0 ? 16 : list->size * 2;
        struct problem *items = realloc(list->items, size * sizeof *items);

        if (items == NULL)
            return NULL;
        list->items = items;
        list->size = size;
    }
    return &list->items[list->count++];
}

void problem_add(struct problem_list *list, int code, const char *place, const char *format, ...)
{
    struct problem *problem;
    va_list arguments;

    problem = list->count < PROBLEMS_MAX ? problem_next(list) : NULL;
    if (problem == NULL) {
        list->lost++;
        return;
    }
    problem->code = code;
    snprintf(problem->place, sizeof problem->place, "%s", place == NULL ? "" : place);
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
}
