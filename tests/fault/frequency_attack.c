/* frequency_attack.c: the attack on one column, and what all of them recovered. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frequency.h"

static const char *const attribute_names[] = {"given_name", "family_name", "full_name",
                                              "birth_date"};
static const char *const method_names[] = {"by_rank", "by_order", "by_reverse", "shared", "trend"};

enum { COMMONEST = 10 };

struct run {
    size_t from, count;
};

struct finding {
    char label[120];
    int attribute, method;
    size_t people, common, common_found; /* of those with one of the commonest names, told right */
    double found, mean, deviation;
};

static struct finding *findings;
static size_t finding_count, finding_room, looked_at;
/* Right guesses over all columns, in truth and in each shuffle. */
static double totals[METHODS][ATTRIBUTES][SHUFFLES + 1];

static void *need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "frequency: out of memory\n");
        exit(1);
    }
    return memory;
}

static int by_value(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return a->value != b->value ? (a->value < b->value ? -1 : 1)
                                : (a->person > b->person) - (a->person < b->person);
}

static int by_number(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->within != b->within) {
        return a->within < b->within ? -1 : 1;
    }
    return a->number != b->number ? (a->number < b->number ? -1 : 1)
                                  : (a->person > b->person) - (a->person < b->person);
}

static int by_count(const void *left, const void *right)
{
    const struct run *a = left, *b = right;
    return a->count != b->count ? (a->count > b->count ? -1 : 1)
                                : (a->from > b->from) - (a->from < b->from);
}

static void spread(const double found[SHUFFLES + 1], double *ret_mean, double *ret_deviation)
{
    double mean = 0, squares = 0;
    for (size_t shuffle = 1; shuffle <= SHUFFLES; shuffle++) {
        mean += found[shuffle] / SHUFFLES;
    }
    for (size_t shuffle = 1; shuffle <= SHUFFLES; shuffle++) {
        squares += pow(found[shuffle] - mean, 2);
    }
    *ret_mean = mean;
    *ret_deviation = sqrt(squares / (SHUFFLES - 1));
}

/* Notes one trial: what was found in truth ([0]) and in each shuffle. */
static struct finding *note(const char *label, int attribute, int method, size_t people,
                            const double found[SHUFFLES + 1])
{
    struct finding *kept = &findings[finding_count++];
    *kept = (struct finding){
        .attribute = attribute, .method = method, .people = people, .found = found[0]};
    snprintf(kept->label, sizeof kept->label, "%s", label);
    for (size_t shuffle = 0; shuffle <= SHUFFLES; shuffle++) {
        totals[method][attribute][shuffle] += found[shuffle];
    }
    spread(found, &kept->mean, &kept->deviation);
    return kept;
}

/* Others only count: for the ranks, and for the places in an order. */
static bool attacked(const struct population *population, const struct entry *entry)
{
    return entry->person < population->people;
}

/* Notes how many guesses are right. */
static void judge(const struct population *population, const char *label, int attribute, int method,
                  const struct entry *entries, const uint32_t *guess, size_t count)
{
    double found[SHUFFLES + 1] = {0};
    const uint32_t *truth = population->name[attribute][0];

    for (size_t shuffle = 0; shuffle <= SHUFFLES; shuffle++) {
        const uint32_t *name = population->name[attribute][shuffle];
        for (size_t i = 0; i < count; i++) {
            found[shuffle] +=
                attacked(population, &entries[i]) && name[entries[i].person] == guess[i];
        }
    }
    struct finding *kept = note(label, attribute, method, count, found);
    for (size_t i = 0; i < count; i++) {
        for (size_t rank = attacked(population, &entries[i]) ? 0 : COMMONEST;
             rank < COMMONEST && rank < population->name_count[attribute]; rank++) {
            if (population->ranked[attribute][rank] == truth[entries[i].person]) {
                kept->common++;
                kept->common_found += guess[i] == truth[entries[i].person];
            }
        }
    }
}

/* Notes how many pairs of people have one value and one name. */
static void judge_shared(const struct population *population, const char *label, int attribute,
                         const struct entry *entries, const struct run *runs, size_t run_count)
{
    double found[SHUFFLES + 1] = {0};
    uint32_t *seen = need(calloc(population->name_count[attribute], sizeof *seen));
    size_t people = 0;

    for (size_t r = 0; r < run_count; r++) {
        const struct entry *run = entries + runs[r].from;
        people += runs[r].count > 1 ? runs[r].count : 0;
        for (size_t shuffle = 0; shuffle <= SHUFFLES && runs[r].count > 1; shuffle++) {
            const uint32_t *name = population->name[attribute][shuffle];
            for (size_t i = 0; i < runs[r].count; i++) {
                if (attacked(population, &run[i])) {
                    found[shuffle] += seen[name[run[i].person]]++;
                }
            }
            for (size_t i = 0; i < runs[r].count; i++) {
                if (attacked(population, &run[i])) {
                    seen[name[run[i].person]] = 0;
                }
            }
        }
    }
    free(seen);
    note(label, attribute, SHARED, people, found);
}

static void by_rank(const struct population *population, const char *label, struct entry *entries,
                    size_t count, uint32_t *guess)
{
    struct run *runs = need(malloc((count + 1) * sizeof *runs));
    size_t run_count = 0;
    qsort(entries, count, sizeof *entries, by_value);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].value != entries[i - 1].value) {
            runs[run_count++] = (struct run){.from = i};
        }
        runs[run_count - 1].count++;
    }
    if (run_count > 1 && run_count < count) {
        qsort(runs, run_count, sizeof *runs, by_count);
        for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
            for (size_t r = 0; r < run_count; r++) {
                for (size_t i = 0; i < runs[r].count; i++) {
                    guess[runs[r].from + i] = r < population->name_count[attribute]
                                                  ? population->ranked[attribute][r]
                                                  : UINT32_MAX;
                }
            }
            judge(population, label, attribute, BY_RANK, entries, guess, count);
            judge_shared(population, label, attribute, entries, runs, run_count);
        }
        looked_at++;
    }
    free(runs);
}

/* People in the order of their numbers, names in the order of their counts: each name gets as many
 * people in a row as its share. */
static void by_order(const struct population *population, const char *label, struct entry *entries,
                     size_t count, uint32_t *guess)
{
    qsort(entries, count, sizeof *entries, by_number);
    for (int method = BY_ORDER; method <= BY_REVERSE; method++) {
        for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
            double all = 0;
            for (size_t rank = 0; rank < population->name_count[attribute]; rank++) {
                all += population->common[attribute][rank];
            }
            for (size_t from = 0, to; from < count; from = to) {
                size_t rank = 0;
                double given = population->common[attribute][0];
                for (to = from; to < count && entries[to].within == entries[from].within; to++) {
                }
                for (size_t i = 0; i < to - from; i++) {
                    double share = ((double)i + 0.5) / (double)(to - from) * all;
                    while (given < share && rank + 1 < population->name_count[attribute]) {
                        given += population->common[attribute][++rank];
                    }
                    guess[method == BY_ORDER ? from + i : to - 1 - i] =
                        population->ranked[attribute][rank];
                }
            }
            judge(population, label, attribute, method, entries, guess, count);
        }
    }
}

/* Adds up how common the names are, each by its place in the order: -1/2 .. 1/2, the same for equal
 * numbers. */
static void judge_trend(const struct population *population, const char *label, int attribute,
                        const struct entry *entries, const double *place, size_t count)
{
    double found[SHUFFLES + 1] = {0};
    const double *bits = population->bits[attribute];
    for (size_t shuffle = 0; shuffle <= SHUFFLES; shuffle++) {
        const uint32_t *name = population->name[attribute][shuffle];
        for (size_t i = 0; i < count; i++) {
            if (attacked(population, &entries[i])) {
                found[shuffle] += place[i] * bits[name[entries[i].person]];
            }
        }
    }
    note(label, attribute, TREND, count, found);
}

/* entries are in the order of their numbers. */
static void trend(const struct population *population, const char *label,
                  const struct entry *entries, size_t count)
{
    double *place = need(malloc((count + 1) * sizeof *place));
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && entries[to].within == entries[from].within; to++) {
        }
        for (size_t i = from, next; i < to; i = next) {
            for (next = i; next < to && !(entries[next].number > entries[i].number); next++) {
            }
            for (size_t same = i; same < next; same++) {
                place[same] = ((double)(i + next - from - from) / (double)(to - from) - 1) / 2;
            }
        }
    }
    for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
        judge_trend(population, label, attribute, entries, place, count);
    }
    free(place);
}

void attack(const struct population *population, const char *label, struct entry *entries,
            size_t count, bool numbers)
{
    uint32_t *guess = need(malloc((count + 1) * sizeof *guess));
    if (finding_count + (size_t)METHODS * ATTRIBUTES > finding_room) {
        finding_room = 2 * finding_room + 1024;
        findings = need(realloc(findings, finding_room * sizeof *findings));
    }
    by_rank(population, label, entries, count, guess);
    if (numbers && count > 1) {
        by_order(population, label, entries, count, guess);
        trend(population, label, entries, count);
    }
    free(guess);
}

/* Deviations that chance exceeds once in 100 runs of so many trials; more than a normal's, for the
 * deviation itself is told from some shuffles only (Student's t). */
static double deviations_for(size_t trials)
{
    double z = 4;
    while (erfc(z / sqrt(2)) / 2 * (double)trials > 0.01) {
        z += 0.01;
    }
    return z * (1 + (z * z + 1) / (4 * (SHUFFLES - 1)));
}

/* Above chance; of a trend, to either side. The last term of a count is Bernstein's: rare events
 * have longer tails than the deviation tells. */
static bool stands_out(int method, double found, double mean, double deviation, double z)
{
    return method == TREND ? fabs(found - mean) > z * deviation + 1e-6
                           : found > mean + z * deviation + z * z / 3;
}

size_t attack_report(void)
{
    double z = deviations_for(finding_count);
    size_t outstanding = 0;
    printf("columns %zu, trials %zu, bound mean + %.2f deviations + %.1f\n", looked_at,
           finding_count, z, z * z / 3);
    for (size_t i = 0; i < finding_count; i++) {
        const struct finding *f = &findings[i];
        if (stands_out(f->method, f->found, f->mean, f->deviation, z)) {
            printf("found %s %s %s: %.0f, chance %.1f +- %.1f, of %zu people", f->label,
                   method_names[f->method], attribute_names[f->attribute], f->found, f->mean,
                   f->deviation, f->people);
            if (f->common > 0) {
                printf("; of those with the ten commonest %.0f %%",
                       100.0 * (double)f->common_found / (double)f->common);
            }
            putchar('\n');
            outstanding++;
        }
    }
    for (int method = 0; method < METHODS; method++) {
        for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
            const double *all = totals[method][attribute];
            double mean, deviation;
            spread(all, &mean, &deviation);
            bool above = stands_out(method, all[0], mean, deviation, deviations_for(1));
            outstanding += above;
            printf("%s %s %s: %.0f, chance %.1f +- %.1f\n", above ? "found in all" : "total",
                   method_names[method], attribute_names[attribute], all[0], mean, deviation);
        }
    }
    free(findings);
    return outstanding;
}
