/* What follows from fields.csv and feed.yaml together: persons, labels of tokens, load order. */
#include <stdio.h>

#include "feed_parts.h"

bool has_person_rule(const struct table *table)
{
    const struct person_rule *person = &table->person;

    return person->local_patient_id != FIELD_NONE || person->nhs_number != FIELD_NONE ||
           person->date_of_birth != FIELD_NONE;
}

int person_table(const struct feed *feed, int table)
{
    /* As many steps as there are tables: a circle of parents has been told elsewhere. */
    for (size_t step = 0; table != TABLE_NONE && step <= feed->table_count; step++) {
        const struct table *entry = &feed->tables[table];

        if (has_person_rule(entry))
            return table;
        if (entry->person_parent == FIELD_NONE)
            return TABLE_NONE;
        table = entry->fields[entry->person_parent].parent_table;
    }
    return TABLE_NONE;
}

static void check_person(const struct definition *definition, const struct csv_row *row,
                         struct field_place place)
{
    const struct table *table = &definition->feed.tables[place.table];
    int known = person_table(&definition->feed, place.table);
    const struct person_rule *person =
        known == TABLE_NONE ? NULL : &definition->feed.tables[known].person;

    switch (table->fields[place.field].derivation) {
    case DERIVE_AGE:
        if (person == NULL || person->date_of_birth == FIELD_NONE)
            field_fault(definition, row, CELL_DERIVATION,
                        "age needs a person with a date of birth: feed.yaml tells none for %s",
                        table->name);
        break;
    case DERIVE_PERSON:
        if (person == NULL)
            field_fault(definition, row, CELL_DERIVATION,
                        "patient_key needs a person: feed.yaml tells none for %s", table->name);
        break;
    case DERIVE_IDENTITY:
        if (known != place.table)
            field_fault(definition, row, CELL_DERIVATION,
                        "identity needs a person of %s itself in feed.yaml", table->name);
        break;
    default:
        break;
    }
}

/* A token belongs to the key it points to, up to the key that points to none. */
static int make_label(struct definition *definition, struct field_place place, struct error *error)
{
    int table = place.table, field = place.field;
    const struct feed *feed = &definition->feed;
    struct field *from = &feed->tables[table].fields[field];
    char label[512];

    if (place.label_table != TABLE_NONE) {
        table = place.label_table;
        field = place.label_field;
    } else if (from->source_field != FIELD_NONE) {
        field = from->source_field;
    }
    for (size_t step = 0; step <= feed->table_count; step++) {
        const struct field *at = &feed->tables[table].fields[field];

        if (at->parent_table == TABLE_NONE)
            break;
        table = at->parent_table;
        field = at->parent_field;
    }
    snprintf(label, sizeof label, "%s.%s.%s", feed->name, feed->tables[table].name,
             feed->tables[table].fields[field].name);
    from->label = arena_copy_string(definition->arena, label);
    return from->label == NULL ? definition_no_memory(definition, error) : 0;
}

static bool parents_are_placed(const struct table *table, const bool *placed)
{
    for (size_t i = 0; i < table->input_count; i++) {
        if (table->fields[i].parent_table != TABLE_NONE && !placed[table->fields[i].parent_table])
            return false;
    }
    return true;
}

/* The next table in layout order whose parents are placed; the header table before all. */
static int next_table(const struct feed *feed, const bool *placed)
{
    if (feed->header_table != TABLE_NONE && !placed[feed->header_table])
        return feed->header_table;
    for (size_t i = 0; i < feed->table_count; i++) {
        if (!placed[i] && parents_are_placed(&feed->tables[i], placed))
            return (int)i;
    }
    return TABLE_NONE;
}

static int make_load_order(struct definition *definition, struct error *error)
{
    struct feed *feed = &definition->feed;
    int *order = arena_take_array(definition->arena, feed->table_count, sizeof *order);
    bool *placed = arena_take_array(definition->arena, feed->table_count, sizeof *placed);

    if (order == NULL || placed == NULL)
        return definition_no_memory(definition, error);
    for (size_t count = 0; count < feed->table_count; count++) {
        int table = next_table(feed, placed);

        if (table == TABLE_NONE) {
            for (size_t i = 0; i < feed->table_count; i++) {
                if (!placed[i])
                    settings_fault(&definition->fields, feed->tables[i].fields[0].line, 1,
                                   "the parents of table %s go round in a circle",
                                   feed->tables[i].name);
            }
            break;
        }
        placed[table] = true;
        order[count] = table;
    }
    feed->load_order = order;
    return 0;
}

static void check_person_tables(const struct definition *definition)
{
    const struct feed *feed = &definition->feed;

    for (size_t i = 0; i < feed->table_count; i++) {
        const struct table *table = &feed->tables[i];

        if (table->input_count == 0)
            settings_fault(&definition->fields, table->fields[0].line, 1, "table %s has no field",
                           table->name);
        if (table->person_parent != FIELD_NONE && person_table(feed, (int)i) == TABLE_NONE)
            settings_fault(&definition->yaml, 1, 1,
                           "person: via of table %s leads to no table that knows a person",
                           table->name);
    }
}

int feed_follow_up(struct definition *definition, struct error *error)
{
    int result = make_load_order(definition, error);

    check_person_tables(definition);
    for (size_t i = 0; result == 0 && i < definition->field_rows.count; i++) {
        struct field_place place = definition->places[i];

        if (place.table == TABLE_NONE)
            continue;
        check_person(definition, &definition->field_rows.rows[i], place);
        result = make_label(definition, place, error);
    }
    return result;
}
