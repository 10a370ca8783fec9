/*
 * names.h: made-up people's names, of the many cultures of south-east London, in UTF-8. Some carry
 * letters that Windows-1252 spells with another byte than UTF-8 does.
 */
#ifndef SYNTH_NAMES_H
#define SYNTH_NAMES_H

#include <stddef.h>

#include "stream.h"

const char *name_forename(struct stream *stream, char sex);
const char *name_surname(struct stream *stream);
/* How friends call the person, or NULL when the name has no short form here. */
const char *name_nickname(const char *forename);
/* name with one slip of the pen: two letters swapped, one left out, one doubled, or the accent
 * lost. buffer holds size bytes. */
void name_misspell(struct stream *stream, const char *name, char *buffer, size_t size);
/* A name nobody has, of at least 8 letters, from a number: for canaries. */
void name_unusual(unsigned number, char prefix, char *buffer, size_t size);
/* UTF-8 to Windows-1252, '?' for what it lacks; buffer holds size bytes. Returns buffer. */
char *windows_1252(const char *text, char *buffer, size_t size);

#endif
