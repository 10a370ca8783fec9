#include "run_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger.h"

static json_t *count_json(uint64_t count)
{
    return json_integer((json_int_t)count);
}

static void set_counts(json_t *object, const struct row_counts *counts)
{
    json_object_set_new(object, "received", count_json(counts->received));
    json_object_set_new(object, "staged", count_json(counts->staged));
    json_object_set_new(object, "rejected", count_json(counts->rejected));
    json_object_set_new(object, "duplicate", count_json(counts->duplicate));
    json_object_set_new(object, "withheld", count_json(counts->withheld));
}

static json_t *error_json(const struct error *error)
{
    char code[8];
    if (error == NULL || error->code == 0) {
        return json_null();
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", error_code_text(error->code, code),
                     "primary", error->primary, "place", error->place, "detail", error->detail,
                     "hint", error->hint);
}

static json_t *tables_json(const struct feed *feed, const struct delivery_result *result)
{
    json_t *tables = json_array();
    for (size_t i = 0; feed != NULL && i < feed->table_count; i++) {
        if (result->tables[i].received > 0) {
            json_t *table = json_pack("{s:s}", "table", feed->tables[i].name);
            set_counts(table, &result->tables[i]);
            json_array_append_new(tables, table);
        }
    }
    return tables;
}

static json_t *delivery_json(const struct delivery *delivery, const struct delivery_result *result)
{
    char label[DELIVERY_NAME_MAX], start[16] = "", end[16] = "";
    delivery_label(delivery, label, sizeof label);
    if (result->has_period) {
        ledger_day_text(result->period_start, start);
        ledger_day_text(result->period_end, end);
    }
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s}", "feed", delivery->feed ? delivery->feed->name : "", "delivery",
        label, "sender", delivery->sender, "state", delivery_state_name(result->state));
    json_object_set_new(object, "period_start", start[0] ? json_string(start) : json_null());
    json_object_set_new(object, "period_end", end[0] ? json_string(end) : json_null());
    set_counts(object, &result->total);
    json_object_set_new(object, "warnings", count_json(result->warnings));
    json_object_set_new(object, "seconds", json_real(result->seconds));
    json_object_set_new(object, "staging_seconds", json_real(result->staging_seconds));
    json_object_set_new(object, "key_bytes", count_json(result->key_bytes));
    json_object_set_new(object, "tables", tables_json(delivery->feed, result));
    json_object_set_new(object, "error", error_json(&result->error));
    return object;
}

static struct row_counts report_totals(const struct run_report *report)
{
    struct row_counts total = {0};
    for (size_t i = 0; i < report->count; i++) {
        const struct row_counts *counts = &report->results[i].total;
        total.received += counts->received;
        total.staged += counts->staged;
        total.rejected += counts->rejected;
        total.duplicate += counts->duplicate;
        total.withheld += counts->withheld;
    }
    return total;
}

/* How tonight's links were found; null when nothing had changed. */
static json_t *link_work_json(const struct link_work *work)
{
    if (!work->done) {
        return json_null();
    }
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:f}", "mode", work->full ? "full" : "incremental",
                     "reason", work->reason, "changed", (json_int_t)work->changed, "against",
                     (json_int_t)work->against, "decided", (json_int_t)work->decided, "seconds",
                     work->seconds);
}

json_t *run_report_json(const struct run_report *report)
{
    json_t *deliveries = json_array();
    for (size_t i = 0; i < report->count; i++) {
        json_array_append_new(deliveries,
                              delivery_json(&report->deliveries[i], &report->results[i]));
    }
    json_t *totals = json_object();
    struct row_counts total = report_totals(report);
    set_counts(totals, &total);
    return json_pack(
        "{s:I, s:i, s:f, s:o, s:o, s:I, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}, "
        "s:{s:I, s:I, s:I, s:b}, s:o, s:o}",
        "run", (json_int_t)report->run_id, "exit_status", report->exit_status, "seconds",
        report->seconds, "deliveries", deliveries, "totals", totals, "persons",
        (json_int_t)report->links.persons, "links", "records", (json_int_t)report->links.records,
        "nhs_number", (json_int_t)report->links.links_nhs_number, "weights",
        (json_int_t)report->links.links_weights, "steward", (json_int_t)report->links.links_steward,
        "many_match", (json_int_t)report->links.many_match, "conflicts",
        (json_int_t)report->links.conflicts, "reviews", (json_int_t)report->links.reviews,
        "computed", (int)report->linked, "linking", link_work_json(&report->link_work), "measures",
        "measures", (json_int_t)report->measures.measures, "periods",
        (json_int_t)report->measures.periods, "figures", (json_int_t)report->measures.figures,
        "computed", (int)report->measured, "publication",
        report->measures.publication > 0 ? json_integer(report->measures.publication) : json_null(),
        "error", error_json(report->failure));
}

/* 1234567 as 1,234,567. */
static const char *grouped(uint64_t number, char text[32])
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[out++] = ',';
        }
        text[out++] = digits[i];
    }
    text[out] = '\0';
    return text;
}

static void print_counts(const char *feed, const char *name, const struct row_counts *counts,
                         double seconds, const char *remark)
{
    char text[5][32];
    printf("  %-13s %-36s %11s %11s %9s %9s %9s %8.1f%s%s\n", feed, name,
           grouped(counts->received, text[0]), grouped(counts->staged, text[1]),
           grouped(counts->rejected, text[2]), grouped(counts->duplicate, text[3]),
           grouped(counts->withheld, text[4]), seconds, remark[0] ? "  " : "", remark);
}

static void print_table(const struct run_report *report)
{
    double seconds = 0;
    printf("  %-13s %-36s %11s %11s %9s %9s %9s %8s\n", "feed", "delivery", "received", "staged",
           "rejected", "duplicate", "withheld", "seconds");
    for (size_t i = 0; i < report->count; i++) {
        char label[DELIVERY_NAME_MAX];
        const struct delivery_result *result = &report->results[i];
        delivery_label(&report->deliveries[i], label, sizeof label);
        print_counts(report->deliveries[i].feed ? report->deliveries[i].feed->name : "-", label,
                     &result->total, result->seconds,
                     result->state == DELIVERY_APPLIED ? "" : delivery_state_name(result->state));
        seconds += result->seconds;
    }
    struct row_counts total = report_totals(report);
    print_counts("total", "", &total, seconds, "");
}

static void print_stories(const struct run_report *report)
{
    int number = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct error *error = &report->results[i].error;
        const struct error_entry *entry = error_entry_by_code(error->code);
        char code[8];
        if (error->code == 0) {
            continue;
        }
        printf("%s  %d. %s: %s  (%s)\n", number == 0 ? "\n" : "", number + 1, error->place,
               error->primary, error_code_text(error->code, code));
        number++;
        if (error->detail[0] != '\0') {
            printf("     %s\n", error->detail);
        }
        if (error->hint[0] != '\0' || entry != NULL) {
            printf("     %s\n", error->hint[0] ? error->hint : entry->action);
        }
    }
}

static uint64_t report_warnings(const struct run_report *report)
{
    uint64_t warnings = 0;
    for (size_t i = 0; i < report->count; i++) {
        warnings += report->results[i].warnings;
    }
    return warnings;
}

static void print_link_work(const struct link_work *work)
{
    char text[2][32];
    if (!work->done) {
        return;
    }
    if (work->full) {
        printf("  linked        all %s records: %s\n", grouped(work->changed, text[0]),
               work->reason);
    } else {
        printf("  linked        %s changed records against %s (incremental)\n",
               grouped(work->changed, text[0]), grouped(work->against, text[1]));
    }
}

static void print_links(const struct link_summary *links)
{
    char text[4][32];
    printf("  persons       %s, from %s records (%s linked by NHS number, %s by weights",
           grouped(links->persons, text[0]), grouped(links->records, text[1]),
           grouped(links->links_nhs_number, text[2]), grouped(links->links_weights, text[3]));
    if (links->links_steward > 0) {
        printf(", %s by stewards", grouped(links->links_steward, text[0]));
    }
    printf(")\n");
    if (links->many_match + links->conflicts + links->reviews > 0) {
        printf("  not linked    %s records with too close a runner-up, %s in conflict\n"
               "  review        %s records are in a pair to review; link report counts the pairs\n",
               grouped(links->many_match, text[0]), grouped(links->conflicts, text[1]),
               grouped(links->reviews, text[2]));
    }
}

void run_report_print(const struct run_report *report)
{
    char text[4][32];
    if (report->count > 0) {
        print_table(report);
        print_stories(report);
        printf("\n");
    } else {
        printf("  nothing in landing\n");
    }
    uint64_t warnings = report_warnings(report);
    if (warnings > 0) {
        printf(
            "  warnings      %s on rows and columns that were kept: joinedup rejects --warnings\n",
            grouped(warnings, text[0]));
    }
    print_link_work(&report->link_work);
    print_links(&report->links);
    printf("  measures      %s in %s periods, %s figures%s\n",
           grouped(report->measures.measures, text[0]), grouped(report->measures.periods, text[1]),
           grouped(report->measures.figures, text[2]), report->measured ? "" : " (as before)");
    if (report->measures.publication > 0) {
        printf("  publication   %d%s\n", report->measures.publication,
               report->measures.published ? "" : " (as before)");
    } else {
        printf("  publication   none yet\n");
    }
}
