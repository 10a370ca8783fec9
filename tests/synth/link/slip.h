/*
 * slip.h: slips of the pen, of the ear and of the scanner, done to one value. Each changes the text
 * in place (its buffer holds SLIP_BYTES) and returns whether it found something to change. Letters
 * beyond ASCII are left whole.
 */
#ifndef SYNTH_LINK_SLIP_H
#define SYNTH_LINK_SLIP_H

#include <stdbool.h>

#include "../stream.h"

enum { SLIP_BYTES = 64 };

/* A letter changed, left out, added, or changed places with the next. */
bool slip_typo(struct stream *stream, char *text);
/* As heard: ph for f, ie for y, one letter for two. */
bool slip_sound(struct stream *stream, char *text);
/* As read by a machine: rn for m, 1 for l, 0 for o. */
bool slip_scan(struct stream *stream, char *text);
/* Only the first letter, at times with a full stop. */
bool slip_initial(struct stream *stream, char *text);
/* Cut off after 3 to 6 letters. */
bool slip_truncate(struct stream *stream, char *text);
/* Of a name in two parts: only one. */
bool slip_part(struct stream *stream, char *text);
/* Hyphen, space and apostrophe exchanged or left out. */
bool slip_join(struct stream *stream, char *text);
/* Accents lost: Zoë becomes Zoe, Łukasz Lukasz. */
bool slip_accents(char *text);
/* One digit changed. */
bool slip_digit(struct stream *stream, char *text);
/* Two unlike neighbouring digits change places. */
bool slip_digits_swapped(struct stream *stream, char *text);

#endif
