/* text_form.c: the forms of free text (an address, a school) and of columns compared whole. */
#include <stdlib.h>
#include <utf8proc.h>

#include "derive.h"
#include "normalise.h"

enum { START_LETTERS = 4, WORDS_MAX = 64, WORD_MARKS = 8 };

/* Words of text lie one behind the other in deriver->text. */
struct words {
    struct slice words[WORDS_MAX];
    size_t count;
    struct slice whole;
};

/* A word ends where letters become digits or the other way, and at everything else. */
static void take_words(struct linkage_deriver *deriver, struct words *ret)
{
    enum fold_class before = FOLD_OTHER;

    ret->count = 0;
    ret->whole = (struct slice){deriver->text, 0};
    for (size_t i = 0; i < deriver->folded.count; i++) {
        int32_t point = deriver->folded.points[i];
        enum fold_class class = fold_class_of(point);
        size_t size;

        if (class == FOLD_APOSTROPHE)
            continue; /* St John's is ST JOHNS */
        if (class != FOLD_OTHER) {
            if (class != before && ret->count < WORDS_MAX)
                ret->words[ret->count++] = (struct slice){deriver->text + ret->whole.length, 0};
            size = fold_encode(point, deriver->text + ret->whole.length);
            ret->words[ret->count - 1].length += size;
            ret->whole.length += size;
        }
        before = class;
    }
}

static int compare_marks(const void *left, const void *right)
{
    return *(const uint16_t *)left - *(const uint16_t *)right;
}

/* The smallest marks: the same ones whatever order the words stand in. */
static int derive_words(struct linkage_deriver *deriver, struct form_key key,
                        const struct words *words, uint32_t *run)
{
    uint16_t marks[WORDS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < words->count; i++) {
        int result = form_mark(deriver, key, words->words[i], &marks[i]);

        if (result != 0)
            return result;
    }
    qsort(marks, words->count, sizeof marks[0], compare_marks);
    for (size_t i = 0; i < words->count && count < WORD_MARKS; i++)
        if (i == 0 || marks[i] != marks[i - 1])
            form_put_mark(run, count++, marks[i]);
    return 0;
}

int derive_text(struct linkage_deriver *deriver, const char *column, struct secret value,
                uint32_t *hot, uint32_t *cold)
{
    struct form_key key = {LINKAGE_TEXT, TEXT_KEY_WHOLE, column};
    struct words words;
    int result;

    if (!fold_text(normalise_trim(secret_open(value)), &deriver->folded))
        return 0;
    take_words(deriver, &words);
    if (words.whole.length == 0)
        return 0;
    result = form_token(deriver, key, words.whole, &hot[TEXT_WHOLE]);
    key.key = TEXT_KEY_START;
    if (result == 0)
        result =
            form_token(deriver, key, form_start(words.whole, START_LETTERS), &cold[TEXT_START]);
    key.key = TEXT_KEY_END;
    if (result == 0)
        result = form_token(deriver, key, form_end(words.whole, START_LETTERS), &cold[TEXT_END]);
    key.key = TEXT_KEY_MARK;
    if (result == 0)
        result = form_marks(deriver, key, words.whole, LINKAGE_MARKS_MAX, &cold[TEXT_MARKS]);
    key.key = TEXT_KEY_WORD;
    return result != 0 ? result : derive_words(deriver, key, &words, &cold[TEXT_WORDS]);
}

/* Case folded, canonical decomposition, runs of blanks as one. Returns the length; 0 for what is
 * not UTF-8 or too long. */
static size_t fold_exact(struct linkage_deriver *deriver, struct slice text)
{
    utf8proc_int32_t *points = deriver->folded.points;
    utf8proc_ssize_t count;
    size_t length = 0;

    if (text.length == 0 || text.length > FOLD_POINTS_MAX)
        return 0;
    count = utf8proc_decompose((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length,
                               points, FOLD_POINTS_MAX,
                               UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
    if (count < 0 || count > FOLD_POINTS_MAX)
        return 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        bool blank = points[i] == ' ' || (points[i] >= '\t' && points[i] <= '\r');

        if (blank && length > 0 && deriver->text[length - 1] == ' ')
            continue;
        length += fold_encode(blank ? ' ' : points[i], deriver->text + length);
    }
    return length;
}

int derive_exact(struct linkage_deriver *deriver, const char *column, struct secret value,
                 uint32_t *hot)
{
    size_t length = fold_exact(deriver, normalise_trim(secret_open(value)));

    return form_token(deriver, (struct form_key){LINKAGE_EXACT, ONLY_KEY, column},
                      (struct slice){deriver->text, length}, &hot[EXACT_WHOLE]);
}
