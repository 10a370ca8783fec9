#include "compare.h"

#include <string.h>

/* Eight marks at a time. */
typedef uint16_t mark_row __attribute__((vector_size(16)));

static bool any_set(mark_row row)
{
    uint64_t halves[2];

    memcpy(halves, &row, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Do two lists of marks (zeros last) share one? words: their length in words, 4 or 6. */
static bool share_mark(const uint32_t *left, const uint32_t *right, size_t words)
{
    uint16_t marks[16] = {0}, others[16] = {0};
    mark_row low, high, hit = {0};

    memcpy(marks, left, words * sizeof *left);
    memcpy(others, right, words * sizeof *right);
    memcpy(&low, others, sizeof low);
    memcpy(&high, others + 8, sizeof high);
    for (size_t i = 0; i < 2 * words && marks[i] != 0; i++)
        hit |= (mark_row)(low == marks[i]) | (mark_row)(high == marks[i]);
    return any_set(hit);
}

static inline bool agree(const uint32_t *left, const uint32_t *right, size_t word)
{
    return left[word] != 0 && left[word] == right[word];
}

static bool share_part(const uint32_t *left, const uint32_t *right)
{
    return agree(left, right, NAME_FIRST) || agree(left, right, NAME_SECOND) ||
           (left[NAME_SECOND] != 0 && left[NAME_SECOND] == right[NAME_FIRST]) ||
           (right[NAME_SECOND] != 0 && left[NAME_FIRST] == right[NAME_SECOND]);
}

/* The first or the last letters agree: either half of the word. */
static bool share_end(uint32_t left, uint32_t right)
{
    uint32_t apart = left ^ right;

    return left != 0 && right != 0 && ((apart & 0xffff) == 0 || apart >> 16 == 0);
}

static unsigned compare_name(const struct linkage_field *field, const uint32_t *left,
                             const uint32_t *right)
{
    const uint32_t *l = left + field->hot, *r = right + field->hot;
    const uint32_t *lc = left + field->cold, *rc = right + field->cold;

    if (agree(l, r, NAME_WHOLE))
        return NAME_EXACT;
    if (lc[NAME_INITIAL] == 0 || rc[NAME_INITIAL] == 0)
        return NAME_MISSING;
    if (l[NAME_WHOLE] == 0 || r[NAME_WHOLE] == 0)
        return agree(lc, rc, NAME_INITIAL) ? NAME_INITIALS : NAME_DIFFERENT;
    if (share_part(l, r))
        return NAME_PART;
    bool sounds = agree(l, r, NAME_SOUND);
    bool edges = share_end(lc[NAME_ENDS], rc[NAME_ENDS]);
    if ((sounds || edges || agree(lc, rc, NAME_INITIAL)) &&
        share_mark(lc + NAME_MARKS, rc + NAME_MARKS, 6))
        return NAME_NEAR;
    return sounds ? NAME_SOUNDS : edges ? NAME_EDGES : NAME_DIFFERENT;
}

/* Each part is known to both and equal (1), known and different (-1), or not known (0). */
static int compare_part(const uint32_t *left, const uint32_t *right, size_t word)
{
    return left[word] == 0 || right[word] == 0 ? 0 : left[word] == right[word] ? 1 : -1;
}

static unsigned compare_birth(const struct linkage_field *field, const uint32_t *left,
                              const uint32_t *right)
{
    const uint32_t *l = left + field->hot, *r = right + field->hot;

    if (agree(l, r, BIRTH_WHOLE))
        return BIRTH_EXACT;
    const uint32_t *lc = left + field->cold, *rc = right + field->cold;
    int day = compare_part(lc, rc, BIRTH_DAY), month = compare_part(lc, rc, BIRTH_MONTH),
        year = compare_part(lc, rc, BIRTH_YEAR);
    int equal = (day == 1) + (month == 1) + (year == 1);
    int known = (day != 0) + (month != 0) + (year != 0);
    if (known == 0)
        return BIRTH_MISSING;
    if (known < 3)
        return equal == known ? BIRTH_KNOWN : year == 1 ? BIRTH_SAME_YEAR : BIRTH_DIFFERENT;
    if (year == 1 && lc[BIRTH_DAY] == rc[BIRTH_MONTH] && lc[BIRTH_MONTH] == rc[BIRTH_DAY])
        return BIRTH_EXCHANGED;
    if (equal == 2)
        return share_mark(lc + BIRTH_MARKS, rc + BIRTH_MARKS, 4) ? BIRTH_NEAR : BIRTH_TWO_PARTS;
    return year == 1 ? BIRTH_SAME_YEAR : BIRTH_DIFFERENT;
}

static unsigned compare_postcode(const struct linkage_field *field, const uint32_t *left,
                                 const uint32_t *right)
{
    const uint32_t *l = left + field->hot, *r = right + field->hot;
    const uint32_t *lc = left + field->cold, *rc = right + field->cold;

    if (agree(l, r, POSTCODE_UNIT))
        return POSTCODE_EXACT;
    if (lc[POSTCODE_DISTRICT] == 0 || rc[POSTCODE_DISTRICT] == 0)
        return POSTCODE_MISSING;
    bool district = agree(lc, rc, POSTCODE_DISTRICT);
    if ((district || agree(lc, rc, POSTCODE_INWARD)) &&
        share_mark(lc + POSTCODE_MARKS, rc + POSTCODE_MARKS, 4))
        return POSTCODE_NEAR;
    if (!district)
        return POSTCODE_DIFFERENT;
    return agree(lc, rc, POSTCODE_SECTOR) ? POSTCODE_SAME_SECTOR : POSTCODE_SAME_DISTRICT;
}

static unsigned compare_nhs_number(const uint32_t *l, const uint32_t *r)
{
    uint64_t a = (uint64_t)l[NHS_NUMBER_HIGH] << 32 | l[NHS_NUMBER_LOW];
    uint64_t b = (uint64_t)r[NHS_NUMBER_HIGH] << 32 | r[NHS_NUMBER_LOW];

    return a == 0 || b == 0 ? EXACT_MISSING : a == b ? EXACT_EQUAL : EXACT_DIFFERENT;
}

/* Words both texts have; the lists ascend and end with zeros. */
static unsigned shared_words(const uint32_t *left, const uint32_t *right, unsigned *ret_fewer)
{
    uint16_t l[8], r[8];
    unsigned i = 0, j = 0, shared = 0, count_left = 0, count_right = 0;

    memcpy(l, left, sizeof l);
    memcpy(r, right, sizeof r);
    while (count_left < 8 && l[count_left] != 0)
        count_left++;
    while (count_right < 8 && r[count_right] != 0)
        count_right++;
    while (i < count_left && j < count_right) {
        if (l[i] == r[j])
            shared++, i++, j++;
        else if (l[i] < r[j])
            i++;
        else
            j++;
    }
    *ret_fewer = count_left < count_right ? count_left : count_right;
    return shared;
}

static unsigned compare_text(const struct linkage_field *field, const uint32_t *left,
                             const uint32_t *right)
{
    const uint32_t *lc = left + field->cold, *rc = right + field->cold;
    uint32_t l = left[field->hot + TEXT_WHOLE], r = right[field->hot + TEXT_WHOLE];

    if (l == 0 || r == 0)
        return TEXT_MISSING;
    if (l == r)
        return TEXT_EXACT;
    bool edges = agree(lc, rc, TEXT_START) || agree(lc, rc, TEXT_END);
    unsigned fewer, shared = shared_words(lc + TEXT_WORDS, rc + TEXT_WORDS, &fewer);
    if ((edges || shared > 0) && share_mark(lc + TEXT_MARKS, rc + TEXT_MARKS, 6))
        return TEXT_NEAR;
    if (shared >= 2 && shared + 1 >= fewer)
        return TEXT_MOST_WORDS;
    return shared > 0 ? TEXT_SOME_WORDS : edges ? TEXT_EDGES : TEXT_DIFFERENT;
}

/* Inlined by order: it is called for every field of every pair. */
static inline __attribute__((always_inline)) unsigned
compare_field(const struct linkage_field *field, const uint32_t *left, const uint32_t *right)
{
    uint32_t l = left[field->hot], r = right[field->hot];

    switch (field->kind) {
    case LINKAGE_GIVEN_NAME:
    case LINKAGE_FAMILY_NAME:
        return compare_name(field, left, right);
    case LINKAGE_DATE_OF_BIRTH:
        return compare_birth(field, left, right);
    case LINKAGE_POSTCODE:
        return compare_postcode(field, left, right);
    case LINKAGE_NHS_NUMBER:
        return compare_nhs_number(left + field->hot, right + field->hot);
    case LINKAGE_TEXT:
        return compare_text(field, left, right);
    case LINKAGE_SEX:
    case LINKAGE_GP_PRACTICE:
    case LINKAGE_EXACT:
    default:
        return l == 0 || r == 0 ? EXACT_MISSING : l == r ? EXACT_EQUAL : EXACT_DIFFERENT;
    }
}

unsigned linkage_compare_field(const struct linkage_field *field, const uint32_t *left,
                               const uint32_t *right)
{
    return compare_field(field, left, right);
}

static bool is_name_apart(unsigned level)
{
    return level >= NAME_SOUNDS;
}

/* Given and family name exchanged: worth a look only where neither agrees. */
static uint64_t tell_exchanged(const struct linkage_schema *schema, const uint32_t *left,
                               const uint32_t *right, int given, int family, uint64_t pattern)
{
    const struct linkage_field *g = &schema->fields[given], *f = &schema->fields[family];
    bool there = left[g->cold + NAME_SWAPPED] != 0 &&
                 left[g->cold + NAME_SWAPPED] == right[f->hot + NAME_WHOLE];
    bool back = left[f->cold + NAME_SWAPPED] != 0 &&
                left[f->cold + NAME_SWAPPED] == right[g->hot + NAME_WHOLE];

    if (!there || !back)
        return pattern;
    pattern &= ~((uint64_t)15 << (4 * given) | (uint64_t)15 << (4 * family));
    return pattern | (uint64_t)NAME_EXCHANGED << (4 * given);
}

uint64_t linkage_compare(const struct linkage_schema *schema, const uint32_t *left,
                         const uint32_t *right)
{
    uint64_t pattern = 0;
    int given = -1, family = -1;

    for (size_t i = 0; i < schema->field_count; i++) {
        const struct linkage_field *field = &schema->fields[i];

        pattern |= (uint64_t)compare_field(field, left, right) << (4 * i);
        given = field->kind == LINKAGE_GIVEN_NAME ? (int)i : given;
        family = field->kind == LINKAGE_FAMILY_NAME ? (int)i : family;
    }
    if (given >= 0 && family >= 0 && is_name_apart(linkage_level_of(pattern, (size_t)given)) &&
        is_name_apart(linkage_level_of(pattern, (size_t)family)))
        pattern = tell_exchanged(schema, left, right, given, family, pattern);
    return pattern;
}

/* ---- what levels are called ---- */

static const char *const name_levels[] = {"missing", "exact", "part",      "near",     "sound",
                                          "initial", "edges", "exchanged", "different"};
static const char *const birth_levels[] = {"missing",   "exact",       "exchanged", "near",
                                           "two parts", "known parts", "year",      "different"};
static const char *const postcode_levels[] = {"missing", "exact",    "near",
                                              "sector",  "district", "different"};
static const char *const exact_levels[] = {"missing", "exact", "different"};
static const char *const text_levels[] = {"missing",    "exact", "near",     "most words",
                                          "some words", "edges", "different"};

static const char *const *levels_of(enum linkage_kind kind, unsigned *ret_count)
{
    switch (kind) {
    case LINKAGE_GIVEN_NAME:
    case LINKAGE_FAMILY_NAME:
        *ret_count = NAME_LEVELS;
        return name_levels;
    case LINKAGE_DATE_OF_BIRTH:
        *ret_count = BIRTH_LEVELS;
        return birth_levels;
    case LINKAGE_POSTCODE:
        *ret_count = POSTCODE_LEVELS;
        return postcode_levels;
    case LINKAGE_TEXT:
        *ret_count = TEXT_LEVELS;
        return text_levels;
    case LINKAGE_SEX:
    case LINKAGE_NHS_NUMBER:
    case LINKAGE_GP_PRACTICE:
    case LINKAGE_EXACT:
    default:
        *ret_count = EXACT_LEVELS;
        return exact_levels;
    }
}

unsigned linkage_level_count(enum linkage_kind kind)
{
    unsigned count;

    levels_of(kind, &count);
    return count;
}

const char *linkage_level_name(enum linkage_kind kind, unsigned level)
{
    unsigned count;
    const char *const *names = levels_of(kind, &count);

    return level < count ? names[level] : NULL;
}
