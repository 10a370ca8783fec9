#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The files are taken in by the assembler; make runs in the folder of the project. */
#define EMBED(symbol, path)                                                                        \
    __asm__(".section .data\n" #symbol ":\n.incbin \"" path "\"\n.byte 0\n.previous\n");           \
    extern char symbol[]

EMBED(synth_link_given, "tests/synth/link/data/given_names.csv");
EMBED(synth_link_family, "tests/synth/link/data/family_names.csv");
EMBED(synth_link_morphemes, "tests/synth/link/data/morphemes.csv");
EMBED(synth_link_nicknames, "tests/synth/link/data/nicknames.csv");
EMBED(synth_link_variants, "tests/synth/link/data/variants.csv");

enum { ERA_OLD, ERA_MID, ERA_YOUNG, ERA_COUNT };
enum { LIST_MAX = 800, TAIL_MAX = 40000, PAIRS_MAX = 1200, KEPT_BLOCK = 1 << 20 };

/* Names in order of how common they are. weight[i] is the running total up to name i. */
struct list {
    const char *name[LIST_MAX];
    unsigned weight[LIST_MAX];
    size_t count;
};

/* The rare names of a culture, made of parts, commonest first. */
struct tail {
    struct list first, last, end;
    const char **name;
    size_t count;
};

struct pair {
    enum name_kind kind;
    const char *name;
    const char *other;
};

static struct list given_lists[CULTURE_COUNT][2][ERA_COUNT];
static struct list family_lists[CULTURE_COUNT];
static struct tail tails[CULTURE_COUNT];
static struct tail given_tails[2];
static struct pair nicknames[PAIRS_MAX], variants[PAIRS_MAX * 4];
static size_t nickname_count, variant_count;

static const char *const culture_names[CULTURE_COUNT] = {
    "english",   "welsh",        "irish",  "scottish",  "polish",      "iberian",
    "caribbean", "west_african", "somali", "pakistani", "bangladeshi", "hindu",
    "sikh",      "chinese",      "arabic", "turkish"};

/* What share of people, in percent, is called by the culture's own given names and own common
 * family names; the rest by English given names and the culture's rare family names. */
static const struct {
    unsigned own_given, common_family;
} habits[CULTURE_COUNT] = {[CULTURE_ENGLISH] = {100, 46},      [CULTURE_WELSH] = {35, 88},
                           [CULTURE_IRISH] = {45, 80},         [CULTURE_SCOTTISH] = {40, 84},
                           [CULTURE_POLISH] = {95, 35},        [CULTURE_IBERIAN] = {95, 70},
                           [CULTURE_CARIBBEAN] = {45, 75},     [CULTURE_WEST_AFRICAN] = {96, 66},
                           [CULTURE_SOMALI] = {100, 100},      [CULTURE_PAKISTANI] = {100, 88},
                           [CULTURE_BANGLADESHI] = {100, 100}, [CULTURE_HINDU] = {97, 80},
                           [CULTURE_SIKH] = {95, 100},         [CULTURE_CHINESE] = {90, 100},
                           [CULTURE_ARABIC] = {97, 66},        [CULTURE_TURKISH] = {97, 64}};

const char *names_keep(const char *text)
{
    static char *block;
    static size_t used = KEPT_BLOCK;
    size_t size = strlen(text) + 1;
    if (used + size > KEPT_BLOCK) {
        block = malloc(KEPT_BLOCK);
        used = 0;
        if (!block) {
            fputs("synth_link: out of memory\n", stderr);
            abort();
        }
    }
    char *copy = memcpy(block + used, text, size);
    used += size;
    return copy;
}

/* The next line that is neither comment nor heading, or NULL; cuts the text up as it goes. */
static char *next_line(char **text, bool *headed)
{
    char *line;
    while ((line = strsep(text, "\n")) != NULL) {
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        }
        if (*headed) {
            return line;
        }
        *headed = true;
    }
    return NULL;
}

static int culture_of(const char *text)
{
    for (int i = 0; i < CULTURE_COUNT; i++) {
        if (strcmp(text, culture_names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static void underscores_to_spaces(char *text)
{
    for (; *text; text++) {
        if (*text == '_') {
            *text = ' ';
        }
    }
}

/* Appends the names of a line. Names fall off with rank as 1 / (rank + flat), as Zipf has it. */
static int list_read(struct list *list, char *texts, unsigned flat, struct error *error)
{
    char *text;
    while ((text = strsep(&texts, " ")) != NULL) {
        if (text[0] == '\0') {
            continue;
        }
        if (list->count == LIST_MAX) {
            return error_set(error, ERROR_INTERNAL, "a list of names is too long");
        }
        underscores_to_spaces(text);
        size_t at = list->count++;
        list->name[at] = text;
        list->weight[at] = (at ? list->weight[at - 1] : 0) + 1000000u / ((unsigned)at + flat);
    }
    return 0;
}

static const char *list_pick(const struct list *list, struct stream *stream)
{
    unsigned point = stream_below(stream, list->weight[list->count - 1]);
    size_t low = 0, high = list->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point < list->weight[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return list->name[low];
}

static int load_given(struct error *error)
{
    char *text = synth_link_given, *line;
    bool headed = false;
    while ((line = next_line(&text, &headed)) != NULL) {
        int culture = culture_of(strsep(&line, ","));
        const char *sex = strsep(&line, ","), *era = strsep(&line, ",");
        if (culture < 0 || !line) {
            return error_set(error, ERROR_INTERNAL, "given_names.csv is not in its own format");
        }
        struct list *lists = given_lists[culture][sex[0] == 'm'];
        int at = strcmp(era, "mid") == 0     ? ERA_MID
                 : strcmp(era, "young") == 0 ? ERA_YOUNG
                                             : ERA_OLD;
        if (list_read(&lists[at], line, 8, error) < 0) {
            return error->code;
        }
        if (strcmp(era, "all") == 0) {
            lists[ERA_MID] = lists[ERA_YOUNG] = lists[ERA_OLD];
        }
    }
    return 0;
}

static int load_family(struct error *error)
{
    char *text = synth_link_family, *line;
    bool headed = false;
    while ((line = next_line(&text, &headed)) != NULL) {
        int culture = culture_of(strsep(&line, ","));
        if (culture < 0 || !line) {
            return error_set(error, ERROR_INTERNAL, "family_names.csv is not in its own format");
        }
        if (list_read(&family_lists[culture], line, culture == CULTURE_ENGLISH ? 8 : 3, error) <
            0) {
            return error->code;
        }
    }
    return 0;
}

static int load_morphemes(struct error *error)
{
    char *text = synth_link_morphemes, *line;
    bool headed = false;
    while ((line = next_line(&text, &headed)) != NULL) {
        const char *name = strsep(&line, ","), *part = strsep(&line, ",");
        int culture = culture_of(name);
        struct tail *tail =
            culture >= 0 ? &tails[culture] : &given_tails[strcmp(name, "given_m") == 0];
        struct list *list = strcmp(part, "first") == 0  ? &tail->first
                            : strcmp(part, "last") == 0 ? &tail->last
                                                        : &tail->end;
        if (list_read(list, line, 8, error) < 0) {
            return error->code;
        }
    }
    return 0;
}

/* Mac Donnell and O'Hara keep the capital of their second part, Strathmond does not. */
static void tail_name(const struct tail *tail, size_t number, char *buffer)
{
    const char *first = tail->first.name[number % tail->first.count];
    const char *last = tail->last.name[number / tail->first.count % tail->last.count];
    size_t ending = number / tail->first.count / tail->last.count;
    const char *end = ending ? tail->end.name[ending - 1] : "";
    snprintf(buffer, NAME_BYTES, "%s%s%s", first, last, end);
    size_t length = strlen(first);
    bool capital =
        first[length - 1] == 'c' || first[length - 1] == '\'' || strcmp(first, "Fitz") == 0;
    if (isalpha((unsigned char)buffer[length])) {
        buffer[length] = (char)(capital ? toupper(buffer[length]) : tolower(buffer[length]));
    }
}

static int tail_make(struct tail *tail, struct error *error)
{
    size_t total = tail->first.count * tail->last.count * (tail->end.count + 1);
    if (total == 0) {
        return 0;
    }
    tail->count = total < TAIL_MAX ? total : TAIL_MAX;
    tail->name = calloc(tail->count, sizeof *tail->name);
    if (!tail->name) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for names");
    }
    /* Steps of a prime, so that neighbours in rank share no part; names with an ending are rarest.
     */
    size_t plain = tail->first.count * tail->last.count;
    for (size_t i = 0; i < tail->count; i++) {
        char buffer[NAME_BYTES];
        tail_name(tail, i / plain * plain + (i * 1000003u + 12345u) % plain, buffer);
        tail->name[i] = names_keep(buffer);
    }
    return 0;
}

static const char *tail_pick(const struct tail *tail, struct stream *stream)
{
    /* The square of an even draw: rare names are rarer still towards the end of the tail. */
    uint64_t draw = stream_next(stream) >> 32;
    return tail->name[(((draw * draw) >> 32) * tail->count) >> 32];
}

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->other, b->other);
}

static void load_nicknames(void)
{
    char *text = synth_link_nicknames, *line;
    bool headed = false;
    while ((line = next_line(&text, &headed)) != NULL && nickname_count < PAIRS_MAX) {
        const char *name = strsep(&line, ",");
        nicknames[nickname_count++] = (struct pair){NAME_GIVEN, name, line};
    }
    qsort(nicknames, nickname_count, sizeof *nicknames, compare_pairs);
}

/* Every name of a line with every other of it. */
static int load_variants(struct error *error)
{
    char *text = synth_link_variants, *line;
    bool headed = false;
    while ((line = next_line(&text, &headed)) != NULL) {
        enum name_kind kind = strcmp(strsep(&line, ","), "family") == 0 ? NAME_FAMILY : NAME_GIVEN;
        const char *names[16];
        size_t count = 0;
        while (line && count < 16) {
            char *name = strsep(&line, " ");
            underscores_to_spaces(name);
            names[count++] = name;
        }
        for (size_t i = 0; i < count * count; i++) {
            if (i / count == i % count) {
                continue;
            }
            if (variant_count == sizeof variants / sizeof *variants) {
                return error_set(error, ERROR_INTERNAL, "variants.csv is too long");
            }
            variants[variant_count++] = (struct pair){kind, names[i / count], names[i % count]};
        }
    }
    qsort(variants, variant_count, sizeof *variants, compare_pairs);
    return 0;
}

int names_load(struct error *error)
{
    if (load_given(error) < 0 || load_family(error) < 0 || load_morphemes(error) < 0 ||
        load_variants(error) < 0) {
        return error->code;
    }
    load_nicknames();
    for (int i = 0; i < CULTURE_COUNT + 2; i++) {
        if (tail_make(i < CULTURE_COUNT ? &tails[i] : &given_tails[i - CULTURE_COUNT], error) < 0) {
            return error->code;
        }
    }
    return 0;
}

const char *names_given(struct stream *stream, enum culture culture, char sex, int birth_year)
{
    if (!stream_chance(stream, habits[culture].own_given * 10)) {
        culture = CULTURE_ENGLISH;
    }
    int year = birth_year + stream_between(stream, -8, 8);
    int era = year < 1955 ? ERA_OLD : year < 1985 ? ERA_MID : ERA_YOUNG;
    bool invents = culture == CULTURE_ENGLISH || culture == CULTURE_CARIBBEAN;
    if (invents && era == ERA_YOUNG && stream_chance(stream, 50)) {
        return tail_pick(&given_tails[sex == 'M'], stream);
    }
    return list_pick(&given_lists[culture][sex == 'M'][era], stream);
}

const char *names_family(struct stream *stream, enum culture culture)
{
    if (tails[culture].count == 0 || stream_chance(stream, habits[culture].common_family * 10)) {
        return list_pick(&family_lists[culture], stream);
    }
    return tail_pick(&tails[culture], stream);
}

/* One of the pairs of the name, each as likely, or NULL. */
static const char *pair_pick(const struct pair *pairs, size_t count, struct stream *stream,
                             enum name_kind kind, const char *name)
{
    struct pair wanted = {kind, name, ""};
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_pairs(&pairs[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t found = 0;
    while (low + found < count && pairs[low + found].kind == kind &&
           strcmp(pairs[low + found].name, name) == 0) {
        found++;
    }
    return found ? pairs[low + stream_below(stream, (unsigned)found)].other : NULL;
}

const char *names_nickname(struct stream *stream, const char *given)
{
    return pair_pick(nicknames, nickname_count, stream, NAME_GIVEN, given);
}

const char *names_variant(struct stream *stream, enum name_kind kind, const char *name)
{
    return pair_pick(variants, variant_count, stream, kind, name);
}
