#include "nickname.h"

#include <stdlib.h>

struct pair {
    struct slice name, canonical; /* into text */
    size_t line;
};

struct linkage_nicknames {
    char *text;
    struct pair *pairs; /* by name */
    size_t count;
};

static int compare_names(struct slice left, struct slice right)
{
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = memcmp(left.data, right.data, shorter);

    if (order != 0)
        return order;
    return left.length < right.length ? -1 : left.length > right.length;
}

static int compare_pairs(const void *left, const void *right)
{
    return compare_names(((const struct pair *)left)->name, ((const struct pair *)right)->name);
}

static const struct pair *find(const struct linkage_nicknames *nicknames, struct slice name)
{
    struct pair wanted = {.name = name};

    return bsearch(&wanted, nicknames->pairs, nicknames->count, sizeof wanted, compare_pairs);
}

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] < 'A' || name.data[i] > 'Z')
            return false;
    return name.length > 0;
}

static int refuse(struct error *error, size_t line, const char *why)
{
    int result = error_set(error, ERROR_CONFIG_INVALID, "list of nicknames: %s", why);

    error_place(error, "line %zu", line);
    return result;
}

static int parse_line(struct linkage_nicknames *nicknames, struct slice line, size_t number,
                      bool *headed, struct error *error)
{
    const char *comma;
    struct pair *pair = &nicknames->pairs[nicknames->count];

    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    if (line.length == 0 || line.data[0] == '#')
        return 0;
    if (!*headed) {
        *headed = slice_equal(line, slice_of("name,canonical"));
        return *headed ? 0 : refuse(error, number, "it must begin with name,canonical");
    }
    comma = memchr(line.data, ',', line.length);
    if (comma == NULL)
        return refuse(error, number, "a line needs a name, a comma and a canonical name");
    pair->name = (struct slice){line.data, (size_t)(comma - line.data)};
    pair->canonical = (struct slice){comma + 1, line.length - pair->name.length - 1};
    pair->line = number;
    if (!is_name(pair->name) || !is_name(pair->canonical))
        return refuse(error, number, "names are written in letters A to Z");
    nicknames->count++;
    return 0;
}

static int parse_lines(struct linkage_nicknames *nicknames, size_t length, struct error *error)
{
    bool headed = false;
    size_t number = 0;
    int result = 0;

    for (size_t at = 0; at < length && result == 0;) {
        const char *end = memchr(nicknames->text + at, '\n', length - at);
        size_t size = end == NULL ? length - at : (size_t)(end - nicknames->text) - at;

        result = parse_line(nicknames, (struct slice){nicknames->text + at, size}, ++number,
                            &headed, error);
        at += size + 1;
    }
    return result;
}

static int check_pairs(const struct linkage_nicknames *nicknames, struct error *error)
{
    for (size_t i = 0; i < nicknames->count; i++) {
        const struct pair *pair = &nicknames->pairs[i];

        if (i > 0 && slice_equal(pair->name, pair[-1].name))
            return refuse(error, pair->line > pair[-1].line ? pair->line : pair[-1].line,
                          "the name stands in the list already");
        if (find(nicknames, pair->canonical) != NULL)
            return refuse(error, pair->line, "the canonical name itself stands for another");
    }
    return 0;
}

int linkage_nicknames_parse(const char *text, size_t length, struct linkage_nicknames **ret,
                            struct error *error)
{
    struct linkage_nicknames *nicknames = calloc(1, sizeof *nicknames);
    size_t lines = 1;
    int result;

    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    if (nicknames != NULL) {
        nicknames->text = malloc(length + 1);
        nicknames->pairs = calloc(lines + 1, sizeof *nicknames->pairs);
    }
    if (nicknames == NULL || nicknames->text == NULL || nicknames->pairs == NULL) {
        linkage_nicknames_free(nicknames);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the list of nicknames");
    }
    if (length > 0)
        memcpy(nicknames->text, text, length);
    result = parse_lines(nicknames, length, error);
    qsort(nicknames->pairs, nicknames->count, sizeof *nicknames->pairs, compare_pairs);
    if (result == 0)
        result = check_pairs(nicknames, error);
    if (result != 0) {
        linkage_nicknames_free(nicknames);
        return result;
    }
    *ret = nicknames;
    return 0;
}

void linkage_nicknames_free(struct linkage_nicknames *nicknames)
{
    if (nicknames == NULL)
        return;
    free(nicknames->pairs);
    free(nicknames->text);
    free(nicknames);
}

struct slice linkage_nicknames_canonical(const struct linkage_nicknames *nicknames,
                                         struct slice name)
{
    const struct pair *pair = nicknames == NULL ? NULL : find(nicknames, name);

    return pair == NULL ? name : pair->canonical;
}

size_t linkage_nicknames_count(const struct linkage_nicknames *nicknames)
{
    return nicknames->count;
}
