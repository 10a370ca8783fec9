/* row_person.c: what a row hangs on, what hangs on it, and whose it is. */
#include <stdlib.h>

#include "row_plan.h"

/* A filled key counts even when its value is refused, so that rows hanging on it are told why. */
static bool is_filled(const struct cell *cell)
{
    return secret_open(cell->value).length > 0;
}

static int make_token(struct row_engine *engine, int field, const struct key_set *set)
{
    struct token token;
    int result = row_cell_token(engine, field, &token);

    if (result == 0)
        key_set_prefetch(set, &token);
    return result;
}

/* Makes the tokens of all keys and parents of the row, so that each is on its way from memory while
 * the next is hashed. */
int row_make_tokens(struct row_engine *engine)
{
    const struct table_plan *plan = engine->plan;
    int result = 0;

    for (size_t i = 0; i < plan->child_count && result == 0; i++)
        if (engine->cells[plan->children[i]].state == VALUE_VALID)
            result =
                make_token(engine, plan->children[i], plan->fields[plan->children[i]].parent_keys);
    for (size_t i = 0; i < plan->keyed_count && result == 0; i++)
        if (is_filled(&engine->cells[plan->keyed[i]]))
            result = make_token(engine, plan->keyed[i], plan->fields[plan->keyed[i]].keys);
    return result;
}

/* ---- parents ---- */

static void judge_parent(struct row_engine *engine, int field, const struct key_slot *slot)
{
    enum key_state state = slot == NULL ? KEY_ABSENT : (enum key_state)slot->state;

    switch (state) {
    case KEY_ABSENT:
        engine->rejected = true;
        row_add_finding(engine, field, RULE_PARENT_MISSING, NULL, false);
        break;
    case KEY_REJECTED:
        engine->rejected = true;
        row_add_finding(engine, field, RULE_PARENT_REJECTED, NULL, false);
        break;
    case KEY_WITHHELD:
        engine->withheld = true;
        row_add_finding(engine, field, RULE_PARENT_WITHHELD, NULL, false);
        break;
    case KEY_STAGED:
    default:
        break;
    }
    if (slot != NULL && field == engine->plan->table->person_parent &&
        slot->person != PERSON_NONE) {
        engine->person.known = true;
        engine->person.index = slot->person;
        engine->person.person = engine->persons[slot->person];
    }
}

int row_find_parents(struct row_engine *engine)
{
    const struct table_plan *plan = engine->plan;

    for (size_t i = 0; i < plan->child_count; i++) {
        int field = plan->children[i];
        struct token token;
        int result;

        if (engine->cells[field].state != VALUE_VALID)
            continue;
        result = row_cell_token(engine, field, &token);
        if (result != 0)
            return result;
        judge_parent(engine, field, key_set_find(plan->fields[field].parent_keys, &token));
    }
    return 0;
}

/* ---- keys ---- */

int row_find_duplicates(struct row_engine *engine)
{
    const struct table_plan *plan = engine->plan;

    for (size_t i = 0; i < plan->keyed_count; i++) {
        int field = plan->keyed[i];
        struct token token;
        int result;

        if (!plan->fields[field].field->unique || !is_filled(&engine->cells[field]))
            continue;
        result = row_cell_token(engine, field, &token);
        if (result != 0)
            return result;
        if (key_set_find(plan->fields[field].keys, &token) != NULL) {
            engine->duplicate = true;
            row_add_finding(engine, field, RULE_KEY_DUPLICATE, NULL, false);
        }
    }
    return 0;
}

static int keep_person(struct row_engine *engine)
{
    struct row_person *person = &engine->person;

    if (!person->known || person->index != PERSON_NONE)
        return 0;
    if (engine->person_count == engine->person_size) {
        size_t size = engine->person_size == 0 ? 256 : engine->person_size * 2;
        struct person *larger =
            size >= PERSON_NONE ? NULL : realloc(engine->persons, size * sizeof *larger);

        if (larger == NULL)
            return ERROR_OUT_OF_MEMORY;
        engine->persons = larger;
        engine->person_size = size;
    }
    person->index = (uint32_t)engine->person_count;
    engine->persons[engine->person_count++] = person->person;
    return 0;
}

static enum key_state state_of(enum row_outcome outcome)
{
    switch (outcome) {
    case ROW_STAGED:
        return KEY_STAGED;
    case ROW_WITHHELD:
        return KEY_WITHHELD;
    case ROW_REJECTED:
    case ROW_DUPLICATE:
    default:
        return KEY_REJECTED;
    }
}

static int remember_key(struct row_engine *engine, int field, enum key_state state)
{
    const struct field_plan *plan = &engine->plan->fields[field];
    struct key_slot *slot;
    struct token token;
    int result = row_cell_token(engine, field, &token);

    if (result != 0)
        return result;
    slot = key_set_find(plan->keys, &token);
    if (slot != NULL && slot->state >= (uint32_t)state)
        return 0;
    /* Only a staged row's person can be asked for: the children of others are turned away. */
    if (state == KEY_STAGED && plan->field->is_parent) {
        result = keep_person(engine);
        if (result != 0)
            return result;
    }
    if (slot == NULL)
        slot = key_set_put(plan->keys, &token);
    if (slot == NULL)
        return ERROR_OUT_OF_MEMORY;
    slot->state = (uint32_t)state;
    slot->person = engine->person.index;
    return 0;
}

int row_remember_keys(struct row_engine *engine)
{
    const struct table_plan *plan = engine->plan;
    enum key_state state = state_of(engine->result.outcome);

    for (size_t i = 0; i < plan->keyed_count; i++) {
        int field = plan->keyed[i];
        int result = 0;

        if (is_filled(&engine->cells[field]))
            result = remember_key(engine, field, state);
        if (result != 0)
            return result;
    }
    return 0;
}

/* ---- the person ---- */

static struct secret part_of(const struct row_engine *engine, int field)
{
    if (field == FIELD_NONE || engine->cells[field].state != VALUE_VALID)
        return secret_of((struct slice){"", 0});
    return engine->cells[field].value;
}

static int32_t birth_of(const struct row_engine *engine, int field)
{
    const struct cell *cell = field == FIELD_NONE ? NULL : &engine->cells[field];

    if (cell == NULL || cell->state != VALUE_VALID ||
        identity_is_placeholder_birth(cell->moment.day))
        return CALENDAR_NO_DAY;
    return cell->moment.day;
}

static void identity_parts(const struct row_engine *engine, struct identity_parts *ret)
{
    const struct person_rule *rule = &engine->plan->table->person;

    ret->local_patient_id = part_of(engine, rule->local_patient_id);
    ret->nhs_number = part_of(engine, rule->nhs_number);
    ret->postcode = part_of(engine, rule->postcode);
    ret->family_name = part_of(engine, rule->family_name);
    ret->given_name = part_of(engine, rule->given_name);
    ret->sex = part_of(engine, rule->sex);
    ret->birth = birth_of(engine, rule->date_of_birth);
}

/* The patient key by the table's own fields: 1, 0 = nothing to go by, or an error. */
static int own_patient_key(struct row_engine *engine, struct token *ret_token)
{
    int local = engine->plan->table->person.local_patient_id;
    struct identity_parts parts;

    if (local != FIELD_NONE && engine->cells[local].state == VALUE_VALID) {
        int result = row_cell_token(engine, local, ret_token);

        return result == 0 ? 1 : result;
    }
    identity_parts(engine, &parts);
    return identity_patient_token(engine->tokeniser, &engine->labels, engine->facts->sender, &parts,
                                  ret_token);
}

int row_find_person(struct row_engine *engine)
{
    const struct table_plan *plan = engine->plan;
    struct row_person *person = &engine->person;

    if (!plan->has_person || (!plan->needs_identity && !plan->makes_persons))
        return 0;
    if (plan->table->person_parent == FIELD_NONE) {
        int result = own_patient_key(engine, &person->person.key);

        if (result < 0)
            return result;
        person->known = result == 1;
        person->person.birth = birth_of(engine, plan->table->person.date_of_birth);
    }
    /* A row whose parent is refused has a reason of its own already. */
    if (plan->needs_identity && !person->known && !engine->rejected && !engine->withheld) {
        engine->rejected = true;
        row_add_finding(engine, FIELD_NONE, RULE_IDENTITY_MISSING, NULL, false);
    }
    return 0;
}
