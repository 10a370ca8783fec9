/* frequency_population.c: the public list of names, who is attacked, and the shuffled copies. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "frequency.h"

struct word {
    char *text;
    uint32_t number, count;
    UT_hash_handle hh;
};

static struct word *names[ATTRIBUTES], *people, *groups;

static struct word *word_of(struct word **words, const char *text)
{
    struct word *word = NULL;
    HASH_FIND_STR(*words, text, word);
    if (word == NULL) {
        word = calloc(1, sizeof *word);
        char *copy = strdup(text);
        if (word == NULL || copy == NULL) {
            fprintf(stderr, "frequency: out of memory\n");
            exit(1);
        }
        word->text = copy;
        word->number = (uint32_t)HASH_COUNT(*words);
        HASH_ADD_KEYPTR(hh, *words, word->text, strlen(word->text), word);
    }
    return word;
}

static int by_count(struct word *left, struct word *right)
{
    return left->count != right->count ? (left->count > right->count ? -1 : 1)
                                       : strcmp(left->text, right->text);
}

static void *room(size_t count)
{
    void *memory = calloc(count + 1, sizeof(uint32_t));
    if (memory == NULL) {
        fprintf(stderr, "frequency: out of memory\n");
        exit(1);
    }
    return memory;
}

static void rank(struct population *ret)
{
    for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
        size_t count = HASH_COUNT(names[attribute]), at = 0;
        ret->name_count[attribute] = count;
        ret->ranked[attribute] = room(count);
        ret->common[attribute] = room(count);
        ret->bits[attribute] = calloc(count, sizeof(double));
        HASH_SORT(names[attribute], by_count);
        for (struct word *word = names[attribute]; word != NULL; word = word->hh.next, at++) {
            ret->ranked[attribute][at] = word->number;
            ret->common[attribute][at] = word->count;
            ret->bits[attribute][word->number] = log2(word->count);
        }
    }
}

/* The same every time: the test's own numbers need no secret. */
static uint32_t below(uint64_t *state, uint32_t bound)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(((*state >> 32) * bound) >> 32);
}

/* Who takes whose name: from, shuffled within each group. */
static void shuffle_groups(const struct population *population, const uint32_t *group,
                           uint64_t *state, uint32_t *from, uint32_t *member)
{
    for (uint32_t now = 0; now < HASH_COUNT(groups); now++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < population->people; i++) {
            if (group[i] == now) {
                member[count++] = i;
                from[i] = i;
            }
        }
        for (uint32_t i = count; i > 1; i--) {
            uint32_t other = below(state, i), kept = from[member[i - 1]];
            from[member[i - 1]] = from[member[other]];
            from[member[other]] = kept;
        }
    }
}

static void shuffle_people(struct population *ret)
{
    uint64_t state = 20261121;
    uint32_t *from = room(ret->people), *member = room(ret->people);
    for (size_t shuffle = 1; shuffle <= SHUFFLES; shuffle++) {
        for (int kind = 0; kind < 2; kind++) {
            shuffle_groups(ret, ret->group[kind], &state, from, member);
            for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
                for (size_t i = 0; i < ret->people && (attribute == BIRTH_DATE) == kind; i++) {
                    ret->name[attribute][shuffle][i] = ret->name[attribute][0][from[i]];
                }
            }
        }
    }
    free(from);
    free(member);
}

struct line {
    char *person, *group[2], *values[ATTRIBUTES], *attacked;
};

/* Parts a line of the file; full has room for a full name. */
static bool part(char *text, char *full, size_t size, struct line *ret)
{
    ret->person = strsep(&text, ",");
    ret->group[0] = strsep(&text, ",");
    ret->group[1] = strsep(&text, ",");
    ret->values[GIVEN_NAME] = strsep(&text, ",");
    ret->values[FAMILY_NAME] = strsep(&text, ",");
    ret->values[BIRTH_DATE] = strsep(&text, ",");
    ret->attacked = strsep(&text, "\n");
    ret->values[FULL_NAME] = full;
    snprintf(full, size, "%s %s", ret->values[GIVEN_NAME], ret->values[FAMILY_NAME]);
    return ret->attacked != NULL;
}

/* Those attacked take the first numbers, so the file is read for them, then for the others. */
static void read_people(FILE *file, bool attacked, struct population *ret)
{
    char text[512], full[512];
    struct line line;
    rewind(file);
    while (fgets(text, sizeof text, file) != NULL) {
        if (!part(text, full, sizeof full, &line) || (*line.attacked == '1') != attacked) {
            continue;
        }
        for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
            struct word *word = word_of(&names[attribute], line.values[attribute]);
            word->count++;
            ret->name[attribute][0][ret->all] = word->number;
        }
        for (int kind = 0; kind < 2; kind++) {
            ret->group[kind][ret->all] = word_of(&groups, line.group[kind])->number;
        }
        word_of(&people, line.person);
        ret->all++;
        ret->people += attacked;
    }
}

bool population_read(const char *path, struct population *ret)
{
    char line[512];
    FILE *file = fopen(path, "r");
    size_t lines = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        lines++;
    }
    ret->group[0] = room(lines);
    ret->group[1] = room(lines);
    for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
        for (size_t shuffle = 0; shuffle <= SHUFFLES; shuffle++) {
            ret->name[attribute][shuffle] = room(lines);
        }
    }
    if (file != NULL) {
        read_people(file, true, ret);
        read_people(file, false, ret);
        fclose(file);
        rank(ret);
        shuffle_people(ret);
    }
    return ret->people > 0;
}

int population_find(const char *person)
{
    struct word *word = NULL;
    HASH_FIND_STR(people, person, word);
    return word == NULL ? NOBODY : (int)word->number;
}
