/* fuzz_definition.c: any bytes as feed.yaml, fields.csv and rules.csv, parted by lines "====". */
#include <stdlib.h>
#include <string.h>

#include "feed_definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The text up to the next parting line, in memory of its own size so that reading past it is seen.
 */
static struct slice next_part(const char **text, size_t *left)
{
    static const char parting[] = "\n====\n";
    const char *end = memmem(*text, *left, parting, sizeof parting - 1);
    size_t length = end == NULL ? *left : (size_t)(end - *text);
    size_t used = end == NULL ? length : length + sizeof parting - 1;
    char *copy = malloc(length == 0 ? 1 : length);

    if (copy == NULL)
        abort();
    memcpy(copy, *text, length);
    *text += used;
    *left -= used;
    return (struct slice){copy, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    struct slice parts[3];
    struct problem_list problems;
    struct error error = {0};
    struct arena arena;
    struct feed feed;

    for (size_t i = 0; i < 3; i++)
        parts[i] = next_part(&text, &size);
    arena_init(&arena, 256 << 20);
    problem_list_init(&problems);
    if (feed_definition_parse(&arena, "tiny", parts[0], parts[1], parts[2], &feed, &problems,
                              &error) == 0) {
        /* What was accepted must hang together. */
        for (size_t t = 0; t < feed.table_count; t++) {
            const struct table *table = &feed.tables[feed.load_order[t]];

            for (size_t c = 0; c < table->column_count; c++) {
                if (table->columns[c].field < 0 ||
                    (size_t)table->columns[c].field >= table->field_count)
                    abort();
            }
        }
    }
    problem_list_release(&problems);
    arena_release(&arena);
    for (size_t i = 0; i < 3; i++)
        free((void *)(uintptr_t)parts[i].data);
    return 0;
}
