/* A link's story as text and as JSON. */
#include <math.h>
#include <stdio.h>

#include "link_story.h"

static const struct {
    const char *name, *text;
} constraint_texts[LINK_CONSTRAINTS] = {
    [LINK_NUMBERS_DIFFER] = {"nhs_numbers_differ", "they have different valid NHS numbers"},
    [LINK_SEX_AND_BIRTH_DIFFER] = {"sex_and_birth_date_differ",
                                   "sex and date of birth are both different"},
    [LINK_ONE_SOURCE] = {"one_duplicate_free_source",
                         "both are of one source in which nobody is twice"},
    [LINK_PARTED] = {"parted_by_steward", "a steward decided that they are two persons"},
    [LINK_GROUPS_CLASH] = {"groups_exclude_each_other",
                           "records already linked to them exclude each other"},
    [LINK_SOURCE_TAKEN] = {"source_taken", "a record of the same duplicate-free source is better "
                                           "linked there already"},
    [LINK_RIVAL_CLOSE] = {"rival_too_close", "another record fits about as well: none is taken"},
    [LINK_GROUPS_DISAGREE] = {"groups_disagree",
                              "it alone would join two groups whose other members do not agree"},
    [LINK_NEVER_COMPARED] = {"never_compared", "no blocking rule brings them together"},
    [LINK_BLOCK_TOO_LARGE] = {"block_too_large",
                              "they meet only in blocks too large to be looked at"},
    [LINK_RIVAL_BARS_NOTHING] = {"rival_bars_nothing",
                                 "a close rival does not stand in the way: it is the same person, "
                                 "excludes nobody, or can be had no more"},
    [LINK_FORGOTTEN] = {"below_floor", "the odds are below the model's floor"},
};

static double chance_of(double bits)
{
    return 1 / (1 + exp2(-bits));
}

/* ---- JSON ---- */

static json_t *fields_json(const struct link_story *story)
{
    json_t *fields = json_array();
    for (size_t i = 0; i < story->field_count; i++) {
        const struct link_story_field *part = &story->fields[i];
        bool missing = part->m <= 0;
        json_array_append_new(fields, json_pack("{s:s, s:s, s:o, s:o, s:f, s:f}", "field",
                                                part->field, "level", part->level, "m",
                                                missing ? json_null() : json_real(part->m), "u",
                                                missing ? json_null() : json_real(part->u),
                                                "weight", part->weight, "rarity", part->rarity));
    }
    return fields;
}

static json_t *record_json(const struct link_input *input, uint32_t record, size_t face,
                           size_t faces)
{
    char name[LINK_NAME_MAX];
    return json_pack("{s:s, s:s, s:I, s:I}", "record", link_input_name(input, record, name),
                     "source", input->set->sources[linkage_source_of(input->set, record)].name,
                     "face", (json_int_t)face, "faces", (json_int_t)faces);
}

json_t *link_story_json(const struct link_input *input, const struct link_story *story)
{
    json_t *rules = json_array(), *constraints = json_array();
    for (size_t i = 0; i < story->rule_count; i++) {
        json_array_append_new(rules, json_string(story->rules[i]));
    }
    for (size_t i = 0; i < LINK_CONSTRAINTS; i++) {
        if (story->constraints[i]) {
            json_array_append_new(constraints, json_string(constraint_texts[i].name));
        }
    }
    return json_pack(
        "{s:o, s:o, s:f, s:o, s:f, s:f, s:f, s:f, s:f, s:o, s:f, s:s, s:b, s:b, s:o, s:o, s:s}",
        "left", record_json(input, story->left, story->face_left, story->faces_left), "right",
        record_json(input, story->right, story->face_right, story->faces_right), "prior",
        story->prior, "fields", fields_json(story), "household", story->household, "rivals",
        story->rivals, "odds", story->total, "probability", chance_of(story->total), "threshold",
        story->threshold, "lead",
        story->lead >= LINKAGE_NO_RIVAL ? json_null() : json_real(story->lead), "lead_needed",
        story->lead_needed, "outcome", story->outcome, "same_person", story->together, "weighed",
        story->weighed, "reasons", constraints, "rules", rules, "counts",
        link_input_counts_kept(input) ? "kept" : "anew");
}

/* ---- text ---- */

static void print_record(const struct link_input *input, uint32_t record, size_t face, size_t faces)
{
    char name[LINK_NAME_MAX];
    printf("  %s  %s, identity %zu of %zu\n", link_input_name(input, record, name),
           input->set->sources[linkage_source_of(input->set, record)].name, face, faces);
}

static void print_fields(const struct link_story *story)
{
    printf("\n  %-18s %-16s %10s %10s %8s\n", "", "level", "m", "u", "bits");
    printf("  %-18s %-16s %10s %10s %8.2f\n", "before any look", "", "", "", story->prior);
    for (size_t i = 0; i < story->field_count; i++) {
        const struct link_story_field *part = &story->fields[i];
        if (part->m <= 0) {
            printf("  %-18.40s %-16s %10s %10s %8.2f\n", part->field, part->level, "", "", 0.0);
            continue;
        }
        printf("  %-18.40s %-16s %10.4g %10.4g %8.2f\n", part->field, part->level, part->m, part->u,
               part->weight);
        if (part->rarity > 0.5 || part->rarity < -0.5) {
            printf("  %-18s %-16s %10s %10s %8.2f\n", "",
                   part->rarity > 0 ? "rare value" : "common value", "", "", part->rarity);
        }
    }
    printf("  %-18s %-16s %10s %10s %8.2f\n", "household", "", "", "", story->household);
    printf("  %-18s %-16s %10s %10s %8.2f\n", "rivals", "", "", "", story->rivals);
    printf("  %-18s %-16s %10s %10s %8.2f\n", "odds", "", "", "", story->total);
}

void link_story_print(const struct link_input *input, const struct link_story *story)
{
    print_record(input, story->left, story->face_left, story->faces_left);
    print_record(input, story->right, story->face_right, story->faces_right);
    print_fields(story);
    printf("\n  probability   %.4f (threshold: %.2f bits, %.4f)\n", chance_of(story->total),
           story->threshold, chance_of(story->threshold));
    if (story->lead < LINKAGE_NO_RIVAL) {
        printf("  best rival    %.0f bits behind, cut to whole bits (%g needed)\n", story->lead,
               story->lead_needed);
    }
    printf("  outcome       %s; %s\n", story->outcome,
           story->together ? "one person" : "two persons");
    for (size_t i = 0; i < LINK_CONSTRAINTS; i++) {
        if (story->constraints[i]) {
            printf("  because       %s\n", constraint_texts[i].text);
        }
    }
    for (size_t i = 0; i < story->rule_count; i++) {
        printf("  %s %s\n", i == 0 ? "brought together by" : "                   ",
               story->rules[i]);
    }
    if (!link_input_counts_kept(input) && !input->from_files) {
        puts("\n  Counts and priors were made anew: those of the last full linking do not fit the "
             "model, key or feeds of now.");
    }
    puts("\n  What a value's rarity adds is rounded to whole bits; decided was by the exact odds.");
}
