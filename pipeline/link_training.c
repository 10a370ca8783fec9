#include "link_training.h"

#include <math.h>
#include <stdio.h>

#include "linkage/compare.h"

static double weight_of(const struct linkage_level *level)
{
    return log2(level->m / level->u);
}

static bool disagrees(const struct linkage_session *session)
{
    return session->worst > LINK_SESSION_WARNING && session->matches >= LINK_SESSION_MATCHES;
}

/* Sources that have records, in this set. */
static void find_present(const struct linkage_set *set, bool present[LINKAGE_SOURCES_MAX])
{
    for (size_t i = 0; i < LINKAGE_SOURCES_MAX; i++) {
        present[i] = false;
    }
    for (size_t i = 0; i < set->record_count; i++) {
        present[linkage_source_of(set, (uint32_t)i)] = true;
    }
}

static bool is_present(const struct link_training *training, const bool *present,
                       const struct linkage_source_weights *sources)
{
    (void)training;
    return present[sources->left] && present[sources->right];
}

/* ---- JSON ---- */

static json_t *level_json(const struct link_training *training, size_t field, unsigned level)
{
    const struct linkage_level *now = &training->after.levels[field][level],
                               *was = &training->before.levels[field][level];
    enum linkage_kind kind = training->after.schema.fields[field].kind;
    return json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:{s:f, s:f, s:f, s:f}}", "level",
                     linkage_level_name(kind, level), "m", now->m, "u", now->u, "h", now->h,
                     "weight", weight_of(now), "fixed", now->fixed, "before", "m", was->m, "u",
                     was->u, "h", was->h, "weight", weight_of(was));
}

static json_t *fields_json(const struct link_training *training)
{
    const struct linkage_schema *schema = &training->after.schema;
    json_t *fields = json_array();
    for (size_t field = 0; field < schema->field_count; field++) {
        json_t *levels = json_array();
        for (unsigned i = 1; i < linkage_level_count(schema->fields[field].kind); i++) {
            json_array_append_new(levels, level_json(training, field, i));
        }
        json_array_append_new(
            fields, json_pack("{s:s, s:o}", "field", schema->fields[field].name, "levels", levels));
    }
    return fields;
}

static json_t *sessions_json(const struct link_training *training)
{
    json_t *list = json_array();
    for (size_t i = 0; i < training->after.rule_count; i++) {
        const struct linkage_session *session = &training->sessions[i];
        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f, s:b}", "rule",
                                              training->after.rules[i].name, "pairs",
                                              session->pairs, "matches", session->matches, "worst",
                                              session->worst, "disagrees", disagrees(session)));
    }
    return list;
}

static json_t *sources_json(const struct link_training *training)
{
    bool present[LINKAGE_SOURCES_MAX];
    json_t *list = json_array();
    find_present(training->set, present);
    for (size_t i = 0; i < training->after.source_pair_count; i++) {
        const struct linkage_source_weights *own = &training->after.sources[i];
        if (is_present(training, present, own)) {
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:f, s:f, s:f, s:f}", "left",
                                            training->set->sources[own->left].name, "right",
                                            training->set->sources[own->right].name, "links",
                                            own->links, "prior", own->prior, "rival_left",
                                            own->rival_left, "rival_right", own->rival_right));
        }
    }
    return list;
}

static json_t *change_json(const struct link_training *training)
{
    const struct linkage_partition_change *change = &training->change;
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "links_before", (json_int_t)training->links_before,
        "links_after", (json_int_t)training->links_after, "persons_before",
        (json_int_t)change->groups_before, "persons_after", (json_int_t)change->groups_after,
        "pairs_gained", (json_int_t)(change->pairs_after - change->pairs_both), "pairs_lost",
        (json_int_t)(change->pairs_before - change->pairs_both), "records_moved",
        (json_int_t)change->records_moved);
}

json_t *link_training_json(const struct link_training *training)
{
    const struct linkage_model *after = &training->after;
    return json_pack(
        "{s:s, s:b, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:f, s:f, s:{s:f, s:f, s:f, s:f}, s:o}",
        "file", training->file, "was_there", training->was_there, "version", after->version,
        "before_version", training->before.version, "records",
        (json_int_t)training->set->record_count, "faces", (json_int_t)training->set->face_count,
        "fields", fields_json(training), "sessions", sessions_json(training), "sources",
        sources_json(training), "prior", after->prior, "household_rate", after->household_rate,
        "thresholds", "threshold", after->threshold, "review", after->review, "lead", after->lead,
        "floor", after->floor, "change", change_json(training));
}

/* ---- text ---- */

static void print_fields(const struct link_training *training)
{
    const struct linkage_schema *schema = &training->after.schema;
    printf("\n  %-28s %10s %10s %8s %8s\n", "field and level", "m", "u", "weight", "was");
    for (size_t field = 0; field < schema->field_count; field++) {
        enum linkage_kind kind = schema->fields[field].kind;
        printf("  %s\n", schema->fields[field].name);
        for (unsigned i = 1; i < linkage_level_count(kind); i++) {
            const struct linkage_level *now = &training->after.levels[field][i];
            printf("    %-26s %10.4g %10.4g %8.2f %8.2f%s\n", linkage_level_name(kind, i), now->m,
                   now->u, weight_of(now), weight_of(&training->before.levels[field][i]),
                   now->fixed ? "  fixed" : "");
        }
    }
}

static void print_sessions(const struct link_training *training)
{
    bool any = false;
    printf("\n  %12s %12s %8s  %s\n", "pairs", "matches", "worst", "session of the blocking rule");
    for (size_t i = 0; i < training->after.rule_count; i++) {
        const struct linkage_session *session = &training->sessions[i];
        any = any || disagrees(session);
        printf("  %12.0f %12.1f %8.3f  %s%s\n", session->pairs, session->matches, session->worst,
               training->after.rules[i].name, disagrees(session) ? "  (disagrees)" : "");
    }
    if (any) {
        printf("\nWarning: a session alone gives an m that is more than %.2f from what all of them "
               "agreed on.\nLook at the fields outside its rule before the model is used.\n",
               LINK_SESSION_WARNING);
    }
}

static void print_sources(const struct link_training *training)
{
    bool present[LINKAGE_SOURCES_MAX];
    find_present(training->set, present);
    printf("\n  %10s %8s  %s\n", "links", "prior", "sources");
    for (size_t i = 0; i < training->after.source_pair_count; i++) {
        const struct linkage_source_weights *own = &training->after.sources[i];
        if (is_present(training, present, own)) {
            printf("  %10.1f %8.2f  %s, %s\n", own->links, own->prior,
                   training->set->sources[own->left].name, training->set->sources[own->right].name);
        }
    }
}

void link_training_print(const struct link_training *training)
{
    const struct linkage_partition_change *change = &training->change;
    const struct linkage_model *after = &training->after;
    printf("Trained on %zu records (%zu faces)\n", training->set->record_count,
           training->set->face_count);
    print_fields(training);
    print_sessions(training);
    print_sources(training);
    printf("\nThresholds    link from %g bits, review from %g, lead %g, floor %g\n",
           after->threshold, after->review, after->lead, after->floor);
    printf("\nAgainst the model in use (%.8s):\n"
           "  links       %llu, were %llu\n"
           "  persons     %llu, were %llu\n"
           "  pairs of records joined that were not  %llu\n"
           "  pairs of records no longer joined      %llu\n"
           "  records whose person would change      %llu\n",
           training->before.version, (unsigned long long)training->links_after,
           (unsigned long long)training->links_before, (unsigned long long)change->groups_after,
           (unsigned long long)change->groups_before,
           (unsigned long long)(change->pairs_after - change->pairs_both),
           (unsigned long long)(change->pairs_before - change->pairs_both),
           (unsigned long long)change->records_moved);
    printf(
        "\nModel %.8s %s %s\nNothing links by it until joinedup.yaml names it (linkage: model:).\n",
        after->version, training->was_there ? "is already in" : "written to", training->file);
}
