/*
 * names.h: the pools of names that made-up people are called by, from tests/synth/link/data. They
 * are part of the program. Pools fall off as real ones do: a few very common names, a long tail.
 */
#ifndef SYNTH_LINK_NAMES_H
#define SYNTH_LINK_NAMES_H

#include <stdbool.h>

#include "../stream.h"
#include "base/error.h"

enum { NAME_BYTES = 64 };

enum culture {
    CULTURE_ENGLISH,
    CULTURE_WELSH,
    CULTURE_IRISH,
    CULTURE_SCOTTISH,
    CULTURE_POLISH,
    CULTURE_IBERIAN,
    CULTURE_CARIBBEAN,
    CULTURE_WEST_AFRICAN,
    CULTURE_SOMALI,
    CULTURE_PAKISTANI,
    CULTURE_BANGLADESHI,
    CULTURE_HINDU,
    CULTURE_SIKH,
    CULTURE_CHINESE,
    CULTURE_ARABIC,
    CULTURE_TURKISH,
    CULTURE_COUNT
};

enum name_kind { NAME_GIVEN, NAME_FAMILY };

/* Reads the pools, once; they live as long as the program. */
int names_load(struct error *error);
/* A name of a person of that culture; sex is 'M' or 'F'. The answers live as long as the pools. */
const char *names_given(struct stream *stream, enum culture culture, char sex, int birth_year);
const char *names_family(struct stream *stream, enum culture culture);
/* What friends call the person, or NULL where the table has nothing. */
const char *names_nickname(struct stream *stream, const char *given);
/* Another spelling of the name, or NULL where the table has none. */
const char *names_variant(struct stream *stream, enum name_kind kind, const char *name);
/* A copy of text that lives as long as the pools; the same text need not give the same copy. */
const char *names_keep(const char *text);

#endif
