#include "link_review.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of sql/link/review_bins.sql. */
enum {
    AT_BIN,
    AT_GROUP,
    AT_TOTAL,
    AT_DRAWN,
    AT_ANSWERED,
    AT_SAME,
    AT_UNSURE,
    AT_THRESHOLD,
    AT_MODEL
};

static uint64_t number_at(const PGresult *rows, int row, int column)
{
    return strtoull(PQgetvalue(rows, row, column), NULL, 10);
}

int link_review_read(struct database *database, const char *batch, struct link_review *ret,
                     struct error *error)
{
    const char *parameters[] = {batch};
    PGresult *rows = NULL;
    memset(ret, 0, sizeof *ret);
    snprintf(ret->batch, sizeof ret->batch, "%s", batch);
    int failed = database_query(database, "sql/link/review_bins.sql", parameters, 1, &rows, error);
    for (int row = 0; failed == 0 && row < PQntuples(rows) && row < LINK_REVIEW_BINS_MAX; row++) {
        struct link_review_bin *bin = &ret->bins[ret->bin_count++];
        bin->bin = (int)strtol(PQgetvalue(rows, row, AT_BIN), NULL, 10);
        snprintf(bin->group, sizeof bin->group, "%s", PQgetvalue(rows, row, AT_GROUP));
        bin->total = number_at(rows, row, AT_TOTAL);
        bin->drawn = number_at(rows, row, AT_DRAWN);
        bin->answered = number_at(rows, row, AT_ANSWERED);
        bin->same = number_at(rows, row, AT_SAME);
        bin->unsure = number_at(rows, row, AT_UNSURE);
        ret->threshold = strtod(PQgetvalue(rows, row, AT_THRESHOLD), NULL);
        snprintf(ret->model_version, sizeof ret->model_version, "%s",
                 PQgetvalue(rows, row, AT_MODEL));
    }
    PQclear(rows);
    return failed;
}

/* ---- estimates ---- */

/* The strata, with the links that were made; or, from bin `from` on, with those that a threshold
 * there would make: what something else than the threshold barred stays barred. */
static void make_strata(const struct link_review *review, bool as_made, int from,
                        struct review_stratum *strata)
{
    for (size_t i = 0; i < review->bin_count; i++) {
        const struct link_review_bin *bin = &review->bins[i];
        bool linked = strcmp(bin->group, "linked") == 0, open = strcmp(bin->group, "open") == 0;
        strata[i] = (struct review_stratum){.odds = review->threshold + bin->bin + 0.5,
                                            .total = bin->total,
                                            .answered = bin->answered,
                                            .same = bin->same,
                                            .said = as_made ? linked
                                                            : (linked || open) && bin->bin >= from};
    }
}

struct figures {
    struct review_interval precision, recall;
    uint64_t pairs;
};

static struct figures estimate(const struct link_review *review, bool as_made, int from)
{
    struct review_stratum strata[LINK_REVIEW_BINS_MAX];
    struct figures figures = {.pairs = 0};
    make_strata(review, as_made, from, strata);
    for (size_t i = 0; i < review->bin_count; i++) {
        figures.pairs += strata[i].said ? strata[i].total : 0;
    }
    figures.precision = review_precision(strata, review->bin_count);
    figures.recall = review_recall(strata, review->bin_count);
    return figures;
}

static int lowest_bin(const struct link_review *review)
{
    int lowest = LINK_REVIEW_HIGHEST;
    for (size_t i = 0; i < review->bin_count; i++) {
        lowest = review->bins[i].bin < lowest ? review->bins[i].bin : lowest;
    }
    return lowest;
}

static uint64_t sum_of(const struct link_review *review, bool of_unsure)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < review->bin_count; i++) {
        sum += of_unsure ? review->bins[i].unsure : review->bins[i].answered;
    }
    return sum;
}

static struct review_interval share_of(const struct link_review *review,
                                       const struct link_review_bin *bin)
{
    struct review_stratum stratum = {.odds = review->threshold + bin->bin + 0.5,
                                     .total = bin->total,
                                     .answered = bin->answered,
                                     .same = bin->same};
    return review_share(&stratum);
}

/* ---- JSON ---- */

static json_t *interval_json(struct review_interval interval)
{
    return isnan(interval.value) ? json_null()
                                 : json_pack("{s:f, s:f, s:f}", "value", interval.value, "low",
                                             interval.low, "high", interval.high);
}

static json_t *bins_json(const struct link_review *review)
{
    json_t *bins = json_array();
    for (size_t i = 0; i < review->bin_count; i++) {
        const struct link_review_bin *bin = &review->bins[i];
        json_array_append_new(
            bins, json_pack("{s:i, s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "bin", bin->bin, "group",
                            bin->group, "pairs", (json_int_t)bin->total, "drawn",
                            (json_int_t)bin->drawn, "answered", (json_int_t)bin->answered, "same",
                            (json_int_t)bin->same, "unsure", (json_int_t)bin->unsure, "share_same",
                            interval_json(share_of(review, bin))));
    }
    return bins;
}

static json_t *thresholds_json(const struct link_review *review)
{
    json_t *list = json_array();
    for (int bin = lowest_bin(review); bin <= LINK_REVIEW_HIGHEST; bin++) {
        struct figures figures = estimate(review, false, bin);
        json_array_append_new(list,
                              json_pack("{s:f, s:I, s:o, s:o}", "threshold",
                                        review->threshold + bin, "pairs", (json_int_t)figures.pairs,
                                        "precision", interval_json(figures.precision), "recall",
                                        interval_json(figures.recall)));
    }
    return list;
}

json_t *link_review_json(const struct link_review *review)
{
    struct figures figures = estimate(review, true, 0);
    return json_pack("{s:s, s:s, s:f, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "batch", review->batch,
                     "model_version", review->model_version, "threshold", review->threshold,
                     "answered", (json_int_t)sum_of(review, false), "unsure",
                     (json_int_t)sum_of(review, true), "links", (json_int_t)figures.pairs,
                     "precision", interval_json(figures.precision), "recall",
                     interval_json(figures.recall), "bins", bins_json(review), "thresholds",
                     thresholds_json(review));
}

/* ---- text ---- */

static void print_interval(const char *before, struct review_interval interval)
{
    if (isnan(interval.value)) {
        printf("%s-", before);
    } else {
        printf("%s%.4f (%.4f to %.4f)", before, interval.value, interval.low, interval.high);
    }
}

void link_review_print(const struct link_review *review)
{
    struct figures figures = estimate(review, true, 0);
    printf("Batch %s, model %.8s: %llu pairs judged, %llu unsure\n", review->batch,
           review->model_version, (unsigned long long)sum_of(review, false),
           (unsigned long long)sum_of(review, true));
    print_interval("\n  precision of links  ", figures.precision);
    print_interval("\n  recall of matches   ", figures.recall);
    printf("\n  95 %% intervals; recall is of the matches among the pairs from %g bits on\n",
           review->threshold + lowest_bin(review));
    printf("\n  %6s  %-8s %10s %8s %8s %8s  %s\n", "from", "group", "pairs", "judged", "same",
           "unsure", "share that is the same");
    for (size_t i = 0; i < review->bin_count; i++) {
        const struct link_review_bin *bin = &review->bins[i];
        printf("  %6g  %-8s %10llu %8llu %8llu %8llu", review->threshold + bin->bin, bin->group,
               (unsigned long long)bin->total, (unsigned long long)bin->answered,
               (unsigned long long)bin->same, (unsigned long long)bin->unsure);
        print_interval("  ", share_of(review, bin));
        putchar('\n');
    }
    printf("\n  %9s %10s  %-26s %s\n", "threshold", "links", "precision", "recall");
    for (int bin = lowest_bin(review); bin <= LINK_REVIEW_HIGHEST; bin++) {
        figures = estimate(review, false, bin);
        printf("  %9g %10llu", review->threshold + bin, (unsigned long long)figures.pairs);
        print_interval("  ", figures.precision);
        print_interval("  ", figures.recall);
        putchar('\n');
    }
}
