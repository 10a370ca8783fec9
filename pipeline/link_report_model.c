/* link report: rules, weights, histogram, thresholds: what is told of the model and the pairs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "link_report.h"
#include "linkage/compare.h"
#include "linkage/report_statistics.h"

/* ---- rules ---- */

static void tell_rules(const struct link_report_data *data, struct report *report)
{
    const struct linkage_result *result = &data->result;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_RULES, NULL, "rule,,",
                         "pairs new_pairs cumulative largest_block capped_blocks pairs_dropped");
    uint64_t cumulative = 0, capped = 0;
    for (size_t i = 0; i < result->model.rule_count; i++) {
        const struct linkage_rule_count *count = &result->rules[i];
        struct report_row *row =
            report_row_add(report, table, result->model.rules[i].name, NULL, NULL);
        cumulative += count->pairs;
        capped += count->capped;
        report_put_count(row, count->all);
        report_put_count(row, count->pairs);
        report_put_count(row, cumulative);
        report_put_count(row, count->largest);
        report_put_count(row, count->capped);
        report_put_count(row, count->dropped);
    }
    report_note(report, LINK_REPORT_RULES, REPORT_NOTE,
                "new: found by no earlier rule. Blocks of more than %u identities are left out.",
                result->model.block_cap);
    if (capped > 0) {
        report_note(report, LINK_REPORT_RULES, REPORT_ALARM,
                    "%llu blocks were too large to compare and left out; other rules may still "
                    "find their pairs",
                    (unsigned long long)capped);
    }
}

/* ---- weights ---- */

static const char *level_name(const struct linkage_field *field, unsigned level)
{
    const char *name = linkage_level_name(field->kind, level);
    return name == NULL ? "" : name;
}

static void add_levels(const struct link_report_data *data, struct report *report,
                       struct report_table *table, int sources)
{
    const struct linkage_model *model = &data->result.model;
    const struct linkage_source_weights *own = sources < 0 ? NULL : &model->sources[sources];
    const char *names =
        own == NULL ? NULL : link_report_sources(data, report, own->left, own->right);
    for (size_t f = 0; f < model->schema.field_count; f++) {
        const struct linkage_field *field = &model->schema.fields[f];
        for (unsigned level = 1; level < linkage_level_count(field->kind); level++) {
            const struct linkage_level *l = &model->levels[f][level];
            double m = own == NULL ? l->m : own->m[f][level];
            struct report_row *row =
                report_row_add(report, table, field->name, names, level_name(field, level));
            report_put_number(row, m);
            report_put_number(row, l->u);
            report_put_number(row, l->h);
            report_put_number(row, log2(m / l->u));
        }
    }
}

static void tell_weights(const struct link_report_data *data, struct report *report)
{
    const struct linkage_model *model = &data->result.model;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_WEIGHTS, NULL, "field,,level", "m u h bits");
    add_levels(data, report, table, -1);
    table = report_table_add(report, LINK_REPORT_WEIGHTS, NULL, ",,", "m u h bits");
    if (table != NULL) {
        table->unseen = true;
    }
    for (size_t i = 0; i < model->source_pair_count; i++) {
        add_levels(data, report, table, (int)i);
    }
    table =
        report_table_add(report, LINK_REPORT_WEIGHTS,
                         "pairs of sources: how likely a pair is to match before it is compared",
                         ",sources,", "prior rival_left rival_right");
    for (size_t i = 0; i < model->source_pair_count; i++) {
        const struct linkage_source_weights *own = &model->sources[i];
        struct report_row *row = report_row_add(
            report, table, "prior", link_report_sources(data, report, own->left, own->right), NULL);
        report_put_number(row, own->prior);
        report_put_number(row, own->rival_left);
        report_put_number(row, own->rival_right);
    }
    report_note(report, LINK_REPORT_WEIGHTS, REPORT_NOTE,
                "m, u, h: how often one person's, two strangers', two household members' records "
                "agree so. bits = log2(m / u). An exact agreement of names, birth dates, postcodes "
                "and practices counts by its own value's frequency instead of u. Prior of two "
                "records of any sources: %.2f bits; household pairs a pair of strangers: %.3g. "
                "Weights of each pair of sources are in the JSON and CSV forms.",
                model->prior, model->household_rate);
}

/* ---- histogram ---- */

enum { BAR_WIDTH = 50 };

static void add_bins(struct report *report, struct report_table *table, const char *sources,
                     const uint64_t *bins, bool with_bar)
{
    static const char bar[] = "##################################################";
    uint64_t most = 1;
    int low = LINKAGE_HISTOGRAM_BINS, high = -1;
    for (int i = 0; i < LINKAGE_HISTOGRAM_BINS; i++) {
        most = bins[i] > most ? bins[i] : most;
        low = bins[i] > 0 && low == LINKAGE_HISTOGRAM_BINS ? i : low;
        high = bins[i] > 0 ? i : high;
    }
    for (int i = low; i <= high; i++) {
        const char *bin = report_text(report, "%+.1f", LINKAGE_HISTOGRAM_LOW + i / 2.0);
        struct report_row *row = report_row_add(report, table, "weight", sources, bin);
        report_put_count(row, bins[i]);
        if (with_bar) {
            int length = (int)lround(BAR_WIDTH * (double)bins[i] / (double)most);
            report_put_text(row, report_text(report, "%.*s", length, bar));
        }
    }
}

/* A histogram on one line: a letter for two bits, its height the pairs there, from 0 up in eighths
 * of the highest. */
static const char *line_of(struct report *report, const uint64_t *bins)
{
    static const char *const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    enum { STEP = 4, LETTERS = LINKAGE_HISTOGRAM_BINS / STEP };
    uint64_t sums[LETTERS] = {0}, most = 1;
    char text[4 * LETTERS] = "";
    for (int i = 0; i < LINKAGE_HISTOGRAM_BINS; i++) {
        sums[i / STEP] += bins[i];
        most = sums[i / STEP] > most ? sums[i / STEP] : most;
    }
    for (int i = 0; i < LETTERS; i++) {
        strcat(text, heights[(int)ceil(8.0 * (double)sums[i] / (double)most)]);
    }
    return report_text(report, "|%s|", text);
}

static void tell_histogram(const struct link_report_data *data, struct report *report)
{
    size_t count = LINKAGE_SOURCES_MAX * LINKAGE_SOURCES_MAX;
    uint64_t *bins = calloc(count * LINKAGE_HISTOGRAM_BINS, sizeof *bins);
    uint64_t all[LINKAGE_HISTOGRAM_BINS] = {0};
    if (bins == NULL) {
        report->failed = true;
        return;
    }
    linkage_count_weights(&data->records.set, data->result.pairs, data->result.pair_count, bins);
    struct report_table *lines = report_table_add(
        report, LINK_REPORT_HISTOGRAM, "each pair of sources, two bits a letter from -20 to +60",
        ",sources,", "shape");
    struct report_table *each =
        report_table_add(report, LINK_REPORT_HISTOGRAM, NULL, ",,", "pairs");
    struct report_table *bars = report_table_add(report, LINK_REPORT_HISTOGRAM, "all pairs kept",
                                                 ",,bits from", "pairs bar");
    for (size_t i = 0; i < count; i++) {
        const uint64_t *own = bins + i * LINKAGE_HISTOGRAM_BINS;
        uint64_t sum = 0;
        for (size_t b = 0; b < LINKAGE_HISTOGRAM_BINS; b++) {
            all[b] += own[b];
            sum += own[b];
        }
        if (sum > 0) {
            const char *sources =
                link_report_sources(data, report, i / LINKAGE_SOURCES_MAX, i % LINKAGE_SOURCES_MAX);
            report_put_text(report_row_add(report, lines, "shape", sources, NULL),
                            line_of(report, own));
            add_bins(report, each, sources, own, false);
        }
    }
    add_bins(report, bars, "all", all, true);
    if (each != NULL) {
        each->unseen = true;
    }
    free(bins);
    report_note(report, LINK_REPORT_HISTOGRAM, REPORT_NOTE,
                "Pairs whose odds are below %.0f bits were forgotten. A bin holds weights from its "
                "number up to half a bit more. Counts of each pair of sources are in the JSON and "
                "CSV forms.",
                data->result.model.floor);
}

/* ---- thresholds ---- */

static void tell_thresholds(const struct link_report_data *data, struct report *report)
{
    const struct linkage_model *model = &data->result.model;
    double band = model->threshold - model->review;
    struct linkage_threshold thresholds[LINKAGE_THRESHOLDS];
    linkage_count_thresholds(data->result.pairs, data->result.pair_count, band, thresholds);
    struct report_table *table = report_table_add(
        report, LINK_REPORT_THRESHOLDS, NULL, ",,log2 odds",
        "links review precision recall .hidden_true .hidden_said .hidden_right hidden_precision "
        "hidden_recall hidden_f1");
    for (int t = 0; t < LINKAGE_THRESHOLDS; t++) {
        const struct linkage_hidden_count *at = &data->hidden.at[t];
        struct report_row *row =
            report_row_add(report, table, "threshold", NULL,
                           report_text(report, "%+.0f", thresholds[t].threshold));
        report_put_count(row, thresholds[t].links);
        report_put_count(row, thresholds[t].review);
        report_put_rate(row, thresholds[t].precision);
        report_put_rate(row, thresholds[t].recall);
        report_put_count(row, at->truth);
        report_put_count(row, at->said);
        report_put_count(row, at->right);
        report_put_rate(row, linkage_share(at->right, at->said));
        report_put_rate(row, linkage_share(at->right, at->truth));
        report_put_rate(row, linkage_share(2 * at->right, at->said + at->truth));
    }
    report_note(
        report, LINK_REPORT_THRESHOLDS, false,
        "In use: %+.2f; review from %+.2f. precision and recall: by the model's own chances, "
        "over the pairs kept. hidden: of all pairs that groups imply, by the test with "
        "hidden NHS numbers. review: pairs a clerk would see, less than %.1f bits below.",
        model->threshold, model->review, band);
}

void link_report_tell_model(struct link_report_data *data, struct report *report)
{
    tell_rules(data, report);
    tell_weights(data, report);
    tell_histogram(data, report);
    tell_thresholds(data, report);
}
