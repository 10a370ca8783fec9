/* link report: the summary, and the appendix after GUILD (Gilbert et al. 2018, GUidance for
 * Information about Linking Data sets). */
#include <stdlib.h>
#include <string.h>

#include "link_report.h"
#include "linkage/report_statistics.h"

/* Columns of sql/link/report_coverage.sql. */
enum { OF_FEED, OF_SENDERS, OF_DELIVERIES, OF_FIRST, OF_LAST, OF_RECEIVED, OF_STAGED };
enum { OF_REJECTED = OF_STAGED + 1, OF_DUPLICATE, OF_WITHHELD };

static uint64_t run_count(const struct link_report_data *data, int column)
{
    return strtoull(PQgetvalue(data->run, 0, column), NULL, 10);
}

static const char *share_text(struct report *report, uint64_t part, uint64_t whole)
{
    struct linkage_interval interval = linkage_wilson(part, whole);
    if (whole == 0) {
        return "-";
    }
    return report_text(report, "%.2f%% (95%% interval %.2f to %.2f)",
                       100 * linkage_share(part, whole), 100 * interval.low, 100 * interval.high);
}

static void add(struct report *report, struct report_table *table, const char *item,
                const char *group, const char *text)
{
    report_put_text(report_row_add(report, table, item, NULL, group), text);
}

static void add_errors(const struct link_report_data *data, struct report *report,
                       struct report_table *table, const char *item)
{
    const struct linkage_hidden_count *all = &data->hidden.all;
    if (all->truth == 0) {
        add(report, table, item, "recall", "not known: no two records share an NHS number");
        return;
    }
    add(report, table, item, "recall, numbers hidden", share_text(report, all->right, all->truth));
    add(report, table, item, "precision, numbers hidden",
        share_text(report, all->right, all->said));
    add(report, table, item, "block recall, numbers hidden",
        share_text(report, all->blocked, all->tested));
}

static uint64_t count_linked(const struct link_report_data *data)
{
    uint64_t linked = 0;
    for (size_t i = 0; i < data->records.count; i++) {
        linked += data->linked[i];
    }
    return linked;
}

/* The group whose recall lies furthest below the others', of those told: among the groups of
 * people, or among those of whom it is not known. */
static void add_worst_gap(const struct link_report_data *data, struct report *report,
                          struct report_table *table, const char *item, bool known)
{
    const struct link_report_grouping *worst = NULL;
    const char *label = "";
    struct linkage_interval interval, own;
    double most = 0;
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        const struct link_report_grouping *grouping = &data->groupings[i];
        for (size_t g = known ? 1 : 0; g < (known ? grouping->count : 1); g++) {
            double gap = link_report_gap(&data->hidden.all, &grouping->hidden[g], &own);
            if (!grouping->withheld[g] && gap > most) {
                most = gap;
                interval = own;
                worst = grouping;
                label = grouping->labels[g];
            }
        }
    }
    add(report, table, item, known ? "worst gap in recall" : "where the group is not known",
        worst == NULL ? "none"
                      : report_text(report, "%.1f points (%.1f to %.1f): %s %s", 100 * most,
                                    100 * interval.low, 100 * interval.high, worst->name, label));
}

static void tell_summary(const struct link_report_data *data, struct report *report)
{
    struct report_table *table =
        report_table_add(report, LINK_REPORT_SUMMARY, NULL, ",,item", "value");
    const struct linkage_model *model = &data->result.model;
    uint64_t linked = count_linked(data), review = 0;
    add(report, table, "records", "records, persons",
        report_text(report, "%zu, %llu (run %s)", data->records.count,
                    (unsigned long long)run_count(data, 1), PQgetvalue(data->run, 0, 2)));
    add(report, table, "linked", "linked to another source",
        share_text(report, linked, data->records.count));
    add(report, table, "steps", "by NHS number, weights, steward",
        report_text(report, "%llu, %llu, %llu", (unsigned long long)run_count(data, 6),
                    (unsigned long long)run_count(data, 7),
                    (unsigned long long)run_count(data, 8)));
    add_errors(data, report, table, "errors");
    add_worst_gap(data, report, table, "gap", true);
    add_worst_gap(data, report, table, "gap", false);
    add(report, table, "gap", "gaps over 2 points",
        report_text(report, "%u, of them beyond chance %u", data->gaps, data->gaps_beyond_chance));
    for (size_t i = 0; i < data->result.pair_count; i++) {
        const struct linkage_pair *pair = &data->result.pairs[i];
        review += (pair->outcome == LINKAGE_BELOW || pair->outcome == LINKAGE_WEAK ||
                   pair->outcome == LINKAGE_MANY) &&
                  pair->odds >= (float)model->review;
    }
    add(report, table, "review", "pairs to review",
        report_text(report, "%llu (the last run flagged %llu records that are in one)",
                    (unsigned long long)review, (unsigned long long)run_count(data, 12)));
    add(report, table, "unlinkable", "records too incomplete to link",
        report_is_few(report, data->unlinkable)
            ? "<5"
            : report_text(report, "%llu", (unsigned long long)data->unlinkable));
    add(report, table, "model", "model, key",
        report_text(report, "%.12s, %s; threshold %+.2f bits", model->version,
                    data->context->key->id, model->threshold));
}

static void tell_coverage(const struct link_report_data *data, struct report *report,
                          struct report_table *table)
{
    const PGresult *rows = data->coverage;
    for (int i = 0; i < PQntuples(rows); i++) {
        add(report, table, "population and coverage",
            report_text(report, "%s", PQgetvalue(rows, i, OF_FEED)),
            report_text(report, "senders %s, deliveries %s, %s to %s; rows received %s",
                        PQgetvalue(rows, i, OF_SENDERS), PQgetvalue(rows, i, OF_DELIVERIES),
                        PQgetvalue(rows, i, OF_FIRST), PQgetvalue(rows, i, OF_LAST),
                        PQgetvalue(rows, i, OF_RECEIVED)));
    }
    for (int i = 0; i < PQntuples(rows); i++) {
        add(report, table, "exclusions", report_text(report, "%s", PQgetvalue(rows, i, OF_FEED)),
            report_text(report, "rows rejected %s, duplicate %s, withheld %s",
                        PQgetvalue(rows, i, OF_REJECTED), PQgetvalue(rows, i, OF_DUPLICATE),
                        PQgetvalue(rows, i, OF_WITHHELD)));
    }
}

/* What holds at every site. */
static void tell_method(struct report *report, struct report_table *table)
{
    static const char *const lines[][3] = {
        {"identifiers", "which",
         "given and family name, birth date, sex, postcode, NHS number, GP practice"},
        {"identifiers", "collected",
         "by the senders for care, as their systems hold them; each sender's latest and earlier "
         "ones"},
        {"identifiers", "cleaned",
         "case, accents, titles, nicknames; one form of dates and postcodes; modulus 11"},
        {"identifiers", "placeholders",
         "ZZ99 postcodes, 1900-01-01, names like UNKNOWN, test numbers: taken as missing"},
        {"identifiers", "completeness", "section completeness"},
        {"method", "steps",
         "keyed digests of forms; blocking; Fellegi-Sunter weights; groups best link first"},
        {"method", "constraints",
         "never two NHS numbers, nor sex and birth date both different, nor two of one "
         "duplicate-free source"},
        {"who linked", "separation",
         "the program alone opens identifiers, in memory; analysts see pseudonyms and no key"},
        {"who linked", "payload",
         "clinical facts take no part in linking; linkage tables hold no clinical facts"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        add(report, table, lines[i][0], lines[i][1], lines[i][2]);
    }
}

static void tell_rates(const struct link_report_data *data, struct report *report,
                       struct report_table *table)
{
    const struct linkage_set *set = &data->records.set;
    bool hidden[LINKAGE_SOURCES_MAX];
    link_report_choose_sources(data, report, hidden);
    for (size_t s = 0; s < set->source_count; s++) {
        uint64_t records = 0, linked = 0;
        for (uint32_t i = 0; i < set->record_count; i++) {
            bool own = linkage_source_of(set, i) == s;
            records += own;
            linked += own && data->linked[i];
        }
        if (records > 0) {
            add(report, table, "linkage rates", set->sources[s].name,
                hidden[s] ? "hidden: of few people" : share_text(report, linked, records));
        }
    }
}

static void tell_guild(const struct link_report_data *data, struct report *report)
{
    const struct linkage_model *model = &data->result.model;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_GUILD, NULL, "subject,,item", "value");
    tell_coverage(data, report, table);
    add(report, table, "exclusions", "unlinkable records", "section unlinkables");
    tell_method(report, table);
    add(report, table, "who linked", "organisation",
        report_text(report, "%s", data->context->site->name));
    add(report, table, "versions", "software", "joinedup " JOINEDUP_VERSION);
    add(report, table, "versions", "model", report_text(report, "%s", model->version));
    add(report, table, "versions", "thresholds",
        report_text(report, "link from %+.2f, review from %+.2f, lead %.2f bits", model->threshold,
                    model->review, model->lead));
    add(report, table, "versions", "run",
        report_text(report, "%s, %s", PQgetvalue(data->run, 0, 2), PQgetvalue(data->run, 0, 3)));
    tell_rates(data, report, table);
    add_errors(data, report, table, "error estimates");
    add_worst_gap(data, report, table, "error estimates", true);
    add_worst_gap(data, report, table, "error estimates", false);
    add(report, table, "error estimates", "assumption",
        "people with an NHS number in two sources are like the others; section hidden");
    add(report, table, "linked and unlinked", "comparison", "section linked");
}

void link_report_tell_guild(struct link_report_data *data, struct report *report)
{
    tell_summary(data, report);
    tell_guild(data, report);
}
