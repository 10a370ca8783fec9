/*
 * synth_link: writes two files of records of made-up people, with the truth of who is who, the same
 * bytes for the same arguments. See README.md.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "people.h"
#include "record.h"

static const char usage[] =
    "usage: synth_link --shape survey|system --out DIR [--people N] [--seed S]\n"
    "                  [--repeats PERCENT]\n"
    "\n"
    "Writes left.csv, right.csv and map.yaml into DIR. Defaults: seed 1; 26000 people in all for\n"
    "survey, 500000 people in each file for system; nobody twice in right.csv.\n";

static const char *const ethnicity_names[ETHNICITY_COUNT] = {"white", "black", "asian", "other",
                                                             "mixed"};

struct arguments {
    const char *out;
    enum shape shape;
    uint32_t people; /* 0: the default of the shape */
    uint64_t seed;
    unsigned repeats; /* percent of the people of right that are there twice */
};

/* A member of a file is the index of a person; with this bit, their second record. */
enum { SECOND_RECORD = 1 << 30 };

static int take_number(const char *text, unsigned long most, unsigned long *ret_number,
                       struct error *error)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end != '\0' || end == text || text[0] == '-' || number > most) {
        return error_set(error, ERROR_USAGE, "%s is no number up to %lu", text, most);
    }
    *ret_number = number;
    return 0;
}

static int take_option(int option, const char *text, struct arguments *arguments,
                       struct error *error)
{
    unsigned long number = 0;
    switch (option) {
    case 'o':
        arguments->out = text;
        return 0;
    case 's':
        if (take_number(text, 1000000000, &number, error) < 0) {
            return error->code;
        }
        arguments->seed = number;
        return 0;
    case 'p':
        if (take_number(text, PEOPLE_MOST, &number, error) < 0) {
            return error->code;
        }
        arguments->people = (uint32_t)number;
        return 0;
    case 'r':
        if (take_number(text, 100, &number, error) < 0) {
            return error->code;
        }
        arguments->repeats = (unsigned)number;
        return 0;
    case 'h':
        if (strcmp(text, "survey") != 0 && strcmp(text, "system") != 0) {
            return error_set(error, ERROR_USAGE, "%s is neither survey nor system", text);
        }
        arguments->shape = strcmp(text, "survey") == 0 ? SHAPE_SURVEY : SHAPE_SYSTEM;
        return 0;
    default:
        return error_set(error, ERROR_USAGE, "see the usage below");
    }
}

static int take_arguments(int count, char **texts, struct arguments *arguments, struct error *error)
{
    static const struct option options[] = {
        {"shape", required_argument, NULL, 'h'},   {"people", required_argument, NULL, 'p'},
        {"seed", required_argument, NULL, 's'},    {"out", required_argument, NULL, 'o'},
        {"repeats", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(count, texts, "", options, NULL)) != -1) {
        if (take_option(option, optarg, arguments, error) < 0) {
            return error->code;
        }
    }
    if (!arguments->out || optind != count) {
        return error_set(error, ERROR_USAGE, "an output folder is needed, and nothing but options");
    }
    return 0;
}

static void shuffle(struct stream *stream, uint32_t *items, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = stream_below(stream, i), kept = items[i - 1];
        items[i - 1] = items[other];
        items[other] = kept;
    }
}

static int write_file(const struct world *world, enum file file, const uint32_t *members,
                      uint32_t count, const char *out, struct error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.csv", out, file == FILE_LEFT ? "left" : "right");
    FILE *stream = fopen(path, "w");
    if (!stream) {
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot write %s", path);
    }
    fputs("id,given_name,family_name,date_of_birth,sex,postcode,nhs_number,gp_practice,ethnicity,"
          "deprivation,person,note\n",
          stream);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = members[i] & ~(uint32_t)SECOND_RECORD;
        const struct person *person = &world->people[index];
        struct record record;
        record_make(world, index, file, members[i] != index, &record);
        /* No name here holds a comma or a quote, so that none needs quoting. */
        fprintf(stream, "%c%07u,%s,%s,%s,%s,%s,%s,%s,%s,%u,%u,%s\n", file == FILE_LEFT ? 'L' : 'R',
                i + 1, record.given, record.family, record.birth, record.sex, record.postcode,
                world->shape == SHAPE_SYSTEM ? record.nhs_number : "",
                world->shape == SHAPE_SYSTEM ? record.practice : "",
                ethnicity_names[person->ethnicity], world->places[person->place].decile, index + 1,
                hard_case_names[record.hard]);
    }
    bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0 || failed) {
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot write %s", path);
    }
    return 0;
}

static int write_map(const struct arguments *arguments, struct error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/map.yaml", arguments->out);
    FILE *stream = fopen(path, "w");
    if (!stream) {
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot write %s", path);
    }
    fprintf(stream,
            "id: id\n"
            "fields: {given_name: given_name, family_name: family_name, "
            "date_of_birth: date_of_birth, sex: sex, postcode: postcode%s}\n"
            "unique: [left%s]\n",
            arguments->shape == SHAPE_SYSTEM ? ", nhs_number: nhs_number, gp_practice: gp_practice"
                                             : "",
            arguments->repeats ? "" : ", right");
    if (fclose(stream) != 0) {
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot write %s", path);
    }
    return 0;
}

/* Who is in both files, in one, in none: in random order of people, then by share. The survey's
 * shares are those of the ONS sets: 24,043 in both, 25,343 left, 24,613 right. */
static int write_files(const struct world *world, uint32_t people,
                       const struct arguments *arguments, struct error *error)
{
    bool survey = world->shape == SHAPE_SURVEY;
    uint32_t both = (uint32_t)((uint64_t)people * (survey ? 923 : 800) / 1000);
    uint32_t left = (uint32_t)((uint64_t)people * (survey ? 50 : 200) / 1000);
    uint32_t right = (uint32_t)((uint64_t)people * (survey ? 23 : 200) / 1000);
    uint32_t *order = malloc((size_t)world->count * sizeof *order);
    uint32_t *members = malloc(2 * (size_t)world->count * sizeof *members);
    if (!order || !members) {
        free(order);
        free(members);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %u people", world->count);
    }
    for (uint32_t i = 0; i < world->count; i++) {
        order[i] = i;
    }
    struct stream stream = link_stream(world, LINK_CHOICE, 0);
    shuffle(&stream, order, world->count);
    int result = 0;
    for (int file = FILE_LEFT; file < FILE_COUNT && result == 0; file++) {
        uint32_t own = file == FILE_LEFT ? left : right;
        memcpy(members, order, both * sizeof *order);
        memcpy(members + both, order + both + (file == FILE_LEFT ? 0 : left), own * sizeof *order);
        stream = link_stream(world, LINK_ORDER, (uint64_t)file);
        uint32_t count = both + own;
        for (uint32_t i = 0; file == FILE_RIGHT && i < both + own; i++) {
            if (stream_below(&stream, 100) < arguments->repeats) {
                members[count++] = members[i] | SECOND_RECORD;
            }
        }
        shuffle(&stream, members, count);
        result = write_file(world, (enum file)file, members, count, arguments->out, error);
    }
    free(order);
    free(members);
    return result;
}

static int run(const struct arguments *arguments, struct error *error)
{
    uint32_t people = arguments->people                  ? arguments->people
                      : arguments->shape == SHAPE_SURVEY ? 26000
                                                         : 500000;
    struct world world = {.seed = arguments->seed, .shape = arguments->shape, .wanted = people};
    if (arguments->shape == SHAPE_SYSTEM) {
        world.wanted = people + people / 5 + 1;
    }
    if (world.wanted > PEOPLE_MOST) {
        return error_set(error, ERROR_USAGE, "more than %d people", PEOPLE_MOST);
    }
    if (mkdir(arguments->out, 0777) != 0 && errno != EEXIST) {
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot make %s", arguments->out);
    }
    int result = names_load(error);
    if (result == 0) {
        result = world_make(&world, error);
    }
    if (result == 0) {
        result = write_files(&world, people, arguments, error);
    }
    if (result == 0) {
        result = write_map(arguments, error);
    }
    world_release(&world);
    return result;
}

int main(int count, char **texts)
{
    struct error error = {0};
    struct arguments arguments = {.seed = 1, .shape = SHAPE_SURVEY};
    if (take_arguments(count, texts, &arguments, &error) < 0 || run(&arguments, &error) < 0) {
        fprintf(stderr, "synth_link: %s\n%s", error.primary,
                error.code == ERROR_USAGE ? usage : "");
        return error.code == ERROR_USAGE ? 2 : 1;
    }
    return 0;
}
