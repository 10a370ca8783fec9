/* row_engine.c: the order in which a row is judged. The parts are in row_check.c, row_person.c and
 * row_derive.c. */
#include "row_engine.h"

#include <stdlib.h>

#include "row_plan.h"

static int allocate(struct row_engine *engine, struct error *error)
{
    size_t field_most = 1, column_most = 1;

    for (size_t i = 0; i < engine->feed->table_count; i++) {
        const struct table *table = &engine->feed->tables[i];

        if (table->field_count > field_most)
            field_most = table->field_count;
        if (table->column_count > column_most)
            column_most = table->column_count;
    }
    engine->recent = recent_tokens_new();
    engine->cells = arena_take_array(&engine->memory, field_most, sizeof *engine->cells);
    engine->column_of = arena_take_array(&engine->memory, field_most, sizeof(int));
    engine->result.values =
        arena_take_array(&engine->memory, column_most, sizeof *engine->result.values);
    if (engine->recent == NULL || engine->cells == NULL || engine->column_of == NULL ||
        engine->result.values == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the row engine");
    return 0;
}

int row_engine_new(const struct feed *feed, struct tokeniser *tokeniser,
                   struct delivery_facts *facts, struct row_engine **ret, struct error *error)
{
    struct row_engine *engine = calloc(1, sizeof *engine);
    int result;

    if (engine == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the row engine");
    engine->feed = feed;
    engine->tokeniser = tokeniser;
    engine->facts = facts;
    arena_init(&engine->memory, 0);
    arena_init(&engine->row, 0);
    if (!identity_labels_init(&engine->labels, feed->name))
        result = error_set(error, ERROR_FEED_DEFINITION_INVALID, "name of a feed is too long");
    else
        result = allocate(engine, error);
    if (result == 0)
        result = row_plan_make(engine, error);
    if (result != 0) {
        row_engine_free(engine);
        return result;
    }
    *ret = engine;
    return 0;
}

void row_engine_free(struct row_engine *engine)
{
    if (engine == NULL)
        return;
    for (size_t i = 0; i < engine->key_set_count; i++)
        key_set_release(&engine->key_sets[i]);
    recent_tokens_free(engine->recent);
    free(engine->persons);
    arena_release(&engine->row);
    arena_release(&engine->memory);
    free(engine);
}

void row_engine_seal_with(struct row_engine *engine, struct linkage_deriver *deriver,
                          struct linkage_sealer *sealer)
{
    engine->deriver = deriver;
    engine->sealer = sealer;
}

int row_engine_begin_table(struct row_engine *engine, int table, const int *positions,
                           size_t position_count, struct error *error)
{
    const struct table_plan *plan;

    if (table < 0 || (size_t)table >= engine->feed->table_count)
        return error_set(error, ERROR_INTERNAL, "no such table in the feed");
    plan = &engine->tables[table];
    engine->plan = NULL;
    for (size_t i = 0; i < plan->table->field_count; i++)
        engine->column_of[i] = -1;
    for (size_t i = 0; i < position_count; i++) {
        int field = positions[i];

        if (field == FIELD_NONE)
            continue;
        if (field < 0 || (size_t)field >= plan->table->field_count ||
            plan->table->fields[field].name[0] == '\0' || engine->column_of[field] != -1)
            return error_set(error, ERROR_INTERNAL, "binding of table %s does not fit it",
                             plan->table->name);
        engine->column_of[field] = (int)i;
    }
    engine->position_count = position_count;
    engine->plan = plan;
    return 0;
}

static void begin_row(struct row_engine *engine)
{
    arena_reset(&engine->row);
    engine->result.finding_count = 0;
    engine->result.bad_nhs_number = false;
    engine->rejected = engine->duplicate = engine->withheld = false;
    engine->person.known = false;
    engine->person.index = PERSON_NONE;
    engine->person.person.birth = CALENDAR_NO_DAY;
}

/* A row's own fault weighs more than that it came twice, and that more than whose row it is. */
static enum row_outcome outcome_of(const struct row_engine *engine)
{
    if (engine->rejected)
        return ROW_REJECTED;
    if (engine->duplicate)
        return ROW_DUPLICATE;
    return engine->withheld ? ROW_WITHHELD : ROW_STAGED;
}

static int judge(struct row_engine *engine, uint64_t row_number)
{
    int result;

    if (engine->feed->header_table != TABLE_NONE &&
        engine->plan == &engine->tables[engine->feed->header_table])
        row_check_header(engine);
    result = row_make_tokens(engine);
    row_check_rules(engine);
    if (result == 0)
        result = row_find_parents(engine);
    if (result == 0)
        result = row_find_duplicates(engine);
    if (result == 0)
        result = row_find_person(engine);
    if (result != 0)
        return result;
    engine->result.outcome = outcome_of(engine);
    result = row_remember_keys(engine);
    if (result == 0 && engine->result.outcome == ROW_STAGED)
        result = row_derive(engine, row_number);
    return result;
}

int row_engine_row(struct row_engine *engine, uint64_t row_number, const struct slice *raw,
                   struct row_result **ret, struct error *error)
{
    int result;

    if (engine->plan == NULL)
        return error_set(error, ERROR_INTERNAL, "a row came before its table");
    begin_row(engine);
    row_check_values(engine, raw);
    result = judge(engine, row_number);
    if (result == ERROR_OUT_OF_MEMORY)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the keys of a delivery");
    if (result != 0)
        return error_set(error, ERROR_INTERNAL, "hashing failed in OpenSSL");
    *ret = &engine->result;
    return 0;
}

size_t row_engine_key_bytes(const struct row_engine *engine)
{
    size_t bytes = engine->person_size * sizeof *engine->persons;

    for (size_t i = 0; i < engine->key_set_count; i++)
        bytes += key_set_bytes(&engine->key_sets[i]);
    return bytes;
}
