/*
 * rule.h: the blocking rules a schema gets.
 *
 * For the identifiers of a person the rules are written down here, so that one wrong or missing
 * identifier, and most pairs of them, leave a rule that still finds the pair. Exact and text fields
 * are of unknown meaning: each gets a rule of its own and one with every other field's main form;
 * linkage_rules_choose drops those that would look at too many pairs.
 */
#ifndef LINKAGE_RULE_H
#define LINKAGE_RULE_H

#include "model.h"

void linkage_rules_make(const struct linkage_schema *schema, struct linkage_rule *rules,
                        size_t *ret_count);

/* Keeps the rules that look at no more than pairs_a_face pairs for each face of the set and leave
 * no block out; of those, the ones whose forms are not another's and more besides; of those, the
 * LINKAGE_RULES_MAX that look at most pairs. ERROR_OUT_OF_MEMORY. */
int linkage_rules_choose(const struct linkage_set *set, double pairs_a_face, uint32_t block_cap,
                         struct linkage_rule *rules, size_t *count);

/* Drops rules that find (nearly) nothing that another does not: its forms and more besides, or a
 * name's sound where the other has its initial. ERROR_OUT_OF_MEMORY. */
int linkage_rules_drop_covered(const struct linkage_schema *schema, struct linkage_rule *rules,
                               size_t *count);

/* A small set is compared in full; a model that is kept, or used on a large set, must not be. */
void linkage_rules_drop_every_pair(struct linkage_model *model);

/* A rule of the forms named, a NULL ends them early; a count of 0 is every pair. False when a field
 * lacks a form. */
bool linkage_rule_make(const struct linkage_schema *schema, const char *const *names, size_t count,
                       struct linkage_rule *ret);

/* "family_name.sound"; false when the field has no such form. */
bool linkage_form_name(const struct linkage_schema *schema, const struct linkage_rule_form *form,
                       char *ret, size_t size);
bool linkage_form_by_name(const struct linkage_schema *schema, const char *name,
                          struct linkage_rule_form *ret);

#endif
