#include "fact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The files are taken in by the assembler; make runs in the folder of the project. */
#define EMBED(symbol, path)                                                                        \
    __asm__(".section .data\n" #symbol ":\n.incbin \"" path "\"\n.byte 0\n.previous\n");           \
    extern char symbol[]

EMBED(synth_areas, "tests/synth/data/areas.txt");
EMBED(synth_practices, "tests/synth/data/practices.txt");
EMBED(synth_mhsds_layout, "tests/synth/data/mhsds_layout.txt");

/* The next line that is no comment, or NULL; cuts the text up as it goes. */
static char *next_line(char **text)
{
    char *line;
    do {
        line = strsep(text, "\n");
    } while (line && (line[0] == '#' || line[0] == '\0'));
    return line;
}

static int load_areas(struct facts *facts, struct error *error)
{
    char *text = synth_areas, *line;
    while ((line = next_line(&text)) != NULL) {
        struct area *area = &facts->areas[facts->area_count];
        if (facts->area_count++ == AREAS_MAX) {
            return error_set(error, ERROR_INTERNAL, "too many areas");
        }
        area->postcode = strsep(&line, "|");
        area->lsoa = strsep(&line, "|");
        const char *rank = strsep(&line, "|");
        area->council = line;
        if (!line) {
            return error_set(error, ERROR_INTERNAL, "areas.txt is not in its own format");
        }
        area->imd_rank = (unsigned)strtoul(rank, NULL, 10);
        area->imd_decile = (area->imd_rank * 10 + 32843) / 32844;
    }
    return 0;
}

static int load_practices(struct facts *facts, struct error *error)
{
    char *text = synth_practices, *line;
    while ((line = next_line(&text)) != NULL) {
        struct practice *practice = &facts->practices[facts->practice_count];
        if (facts->practice_count++ == PRACTICES_MAX) {
            return error_set(error, ERROR_INTERNAL, "too many practices");
        }
        practice->code = strsep(&line, "|");
        practice->name = strsep(&line, "|");
        practice->postcode = strsep(&line, "|");
        practice->sub_icb = line;
        if (!line) {
            return error_set(error, ERROR_INTERNAL, "practices.txt is not in its own format");
        }
        if (strcmp(practice->sub_icb, "08L") == 0) {
            facts->home_practice_count = facts->practice_count;
        }
    }
    return 0;
}

static int load_layout(struct facts *facts, struct error *error)
{
    char *text = synth_mhsds_layout, *line, *field;
    while ((line = next_line(&text)) != NULL) {
        struct layout_table *table = &facts->tables[facts->table_count];
        if (facts->table_count++ == LAYOUT_TABLES_MAX) {
            return error_set(error, ERROR_INTERNAL, "too many tables");
        }
        table->name = strsep(&line, "|");
        while ((field = strsep(&line, " ")) != NULL) {
            if (table->field_count == LAYOUT_FIELDS_MAX) {
                return error_set(error, ERROR_INTERNAL, "too many fields in %s", table->name);
            }
            table->fields[table->field_count++] = field;
        }
    }
    return 0;
}

int facts_load(struct facts *ret, struct error *error)
{
    if (load_areas(ret, error) < 0 || load_practices(ret, error) < 0 ||
        load_layout(ret, error) < 0) {
        return error->code;
    }
    return 0;
}
