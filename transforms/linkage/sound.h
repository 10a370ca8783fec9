/*
 * sound.h: how a name sounds, for names heard and written down by somebody else.
 *
 * A key of consonants in the spirit of Metaphone (Philips 1990), its rules chosen for the names of
 * the UK, South Asian and Arabic ones among them: vowels only count in first place, H only in front
 * of the first vowel, doubled letters once, V sounds as F and Z as S, CH as SH, TH as T; silent
 * letters (KNight, WRight, haiGHt, laMB) are left out. Catherine, Katharine and Kathryn are KTRN;
 * Mohammed, Muhammad and Mohamed are MMD.
 */
#ifndef LINKAGE_SOUND_H
#define LINKAGE_SOUND_H

#include <stddef.h>

#include "base/slice.h"

enum { SOUND_MAX = 12 };

/* The code of an upper-case ASCII word into code (no NUL); returns its length, at most SOUND_MAX; 0
 * for words with other letters or of one letter. */
size_t sound_code(struct slice word, char code[SOUND_MAX]);

#endif
