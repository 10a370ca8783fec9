/*
 * synth: writes the feeds of a made-up population, the same bytes for the same arguments.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feeds.h"
#include "mhsds.h"

static const char usage[] =
    "usage: synth --out DIR [--people N] [--months M] [--end YYYY-MM] [--seed S]\n"
    "             [--reference DIR] [--truth DIR] [--errors yes|no] [--late yes|no]\n"
    "             [--canaries yes|no]\n"
    "       synth --bench-contacts N --out DIR [--seed S]\n"
    "\n"
    "Writes deliveries of all seven feeds into DIR, and what arrives a night later into DIR/late.\n"
    "Defaults: 20000 people, 18 months, end 2026-09, seed 1, errors yes, late yes, canaries no,\n"
    "reference data into DIR too, no truth.\n";

struct arguments {
    const char *out, *reference, *truth;
    unsigned long bench_contacts;
    unsigned months;
};

enum option_id {
    OPTION_OUT = 256,
    OPTION_PEOPLE,
    OPTION_MONTHS,
    OPTION_END,
    OPTION_SEED,
    OPTION_REFERENCE,
    OPTION_TRUTH,
    OPTION_ERRORS,
    OPTION_LATE,
    OPTION_CANARIES,
    OPTION_BENCH
};

static const struct option options[] = {{"out", required_argument, NULL, OPTION_OUT},
                                        {"people", required_argument, NULL, OPTION_PEOPLE},
                                        {"months", required_argument, NULL, OPTION_MONTHS},
                                        {"end", required_argument, NULL, OPTION_END},
                                        {"seed", required_argument, NULL, OPTION_SEED},
                                        {"reference", required_argument, NULL, OPTION_REFERENCE},
                                        {"truth", required_argument, NULL, OPTION_TRUTH},
                                        {"errors", required_argument, NULL, OPTION_ERRORS},
                                        {"late", required_argument, NULL, OPTION_LATE},
                                        {"canaries", required_argument, NULL, OPTION_CANARIES},
                                        {"bench-contacts", required_argument, NULL, OPTION_BENCH},
                                        {NULL, 0, NULL, 0}};

static int take_number(const char *text, unsigned long most, unsigned long *ret_number,
                       struct error *error)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end != '\0' || end == text || number > most) {
        return error_set(error, ERROR_USAGE, "%s is no number up to %lu", text, most);
    }
    *ret_number = number;
    return 0;
}

static int take_yes_no(const char *text, bool *ret_yes, struct error *error)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0) {
        return error_set(error, ERROR_USAGE, "%s is neither yes nor no", text);
    }
    *ret_yes = strcmp(text, "yes") == 0;
    return 0;
}

static int take_month(const char *text, int *ret_month, struct error *error)
{
    int year, month, length = 0;
    if (sscanf(text, "%4d-%2d%n", &year, &month, &length) != 2 || text[length] != '\0' ||
        year < 2015 || year > 2040 || month < 1 || month > 12) {
        return error_set(error, ERROR_USAGE, "%s is no month like 2026-09", text);
    }
    *ret_month = year * 12 + month - 1;
    return 0;
}

static int take_option(int option, const char *text, struct arguments *arguments,
                       struct world *world, struct error *error)
{
    unsigned long number = 0;
    int result = 0;
    switch (option) {
    case OPTION_OUT:
        arguments->out = text;
        return 0;
    case OPTION_REFERENCE:
        arguments->reference = text;
        return 0;
    case OPTION_TRUTH:
        arguments->truth = text;
        return 0;
    case OPTION_PEOPLE:
        result = take_number(text, 900000, &number, error);
        world->people = (unsigned)number;
        return result;
    case OPTION_MONTHS:
        result = take_number(text, 60, &number, error);
        arguments->months = (unsigned)number;
        return result;
    case OPTION_SEED:
        result = take_number(text, 1000000000, &number, error);
        world->seed = number;
        return result;
    case OPTION_BENCH:
        return take_number(text, 100000000, &arguments->bench_contacts, error);
    case OPTION_END:
        return take_month(text, &world->end_month, error);
    case OPTION_ERRORS:
        return take_yes_no(text, &world->errors, error);
    case OPTION_LATE:
        return take_yes_no(text, &world->late, error);
    case OPTION_CANARIES:
        return take_yes_no(text, &world->canaries, error);
    default:
        return error_set(error, ERROR_USAGE, "see the usage below");
    }
}

static int take_arguments(int count, char **texts, struct arguments *arguments, struct world *world,
                          struct error *error)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(count, texts, "", options, NULL)) != -1) {
        if (take_option(option, optarg, arguments, world, error) < 0) {
            return error->code;
        }
    }
    if (!arguments->out || optind != count || world->people == 0 || arguments->months == 0) {
        return error_set(error, ERROR_USAGE, "see the usage below");
    }
    if (!arguments->reference) {
        arguments->reference = arguments->out;
    }
    world->first_month = world->end_month - (int)arguments->months + 1;
    world->first_day = month_first_day(world->first_month);
    world->last_day = month_last_day(world->end_month);
    return 0;
}

static int write_feeds(const struct arguments *arguments, const struct world *world,
                       struct truth *truth, struct error *error)
{
    char late[1024];
    snprintf(late, sizeof late, "%s/late", arguments->out);
    if (folder_make(world->late ? late : arguments->out, error) < 0 ||
        folder_make(arguments->reference, error) < 0 ||
        reference_write(world, truth, arguments->reference, error) < 0 ||
        mhsds_write(world, truth, arguments->out, error) < 0 ||
        gp_smi_write(world, truth, arguments->out, error) < 0 ||
        social_care_write(world, truth, arguments->out, error) < 0 ||
        support_write(world, truth, arguments->out, error) < 0 ||
        ips_write(world, truth, arguments->out, error) < 0 ||
        homelessness_write(world, truth, arguments->out, error) < 0) {
        return error->code;
    }
    return arguments->truth ? truth_save(truth, arguments->truth, error) : 0;
}

static int synth(const struct arguments *arguments, struct world *world, struct error *error)
{
    struct truth truth;
    if (facts_load(&world->facts, error) < 0) {
        return error->code;
    }
    if (arguments->bench_contacts > 0) {
        return bench_write(world, arguments->bench_contacts, arguments->out, error);
    }
    int result = population_make(world, error);
    if (result == 0) {
        result = truth_init(&truth, world, error);
        if (result == 0) {
            result = write_feeds(arguments, world, &truth, error);
        }
        truth_release(&truth);
    }
    population_release(world);
    return result;
}

int main(int count, char **texts)
{
    static struct world world = {
        .seed = 1, .people = 20000, .end_month = 2026 * 12 + 8, .errors = true, .late = true};
    struct arguments arguments = {.months = 18};
    struct error error = {0};
    setenv("TZ", "UTC0", 1); /* zip keeps local times */
    tzset();
    if (take_arguments(count, texts, &arguments, &world, &error) < 0 ||
        synth(&arguments, &world, &error) < 0) {
        fprintf(stderr, "synth: %s\n", error.primary);
        if (error.code == ERROR_USAGE) {
            fputs(usage, stderr);
        }
        return error.code == ERROR_USAGE ? 2 : 1;
    }
    return 0;
}
