/* row_derive.c: what is kept of a row. */
#include "row_plan.h"

static int text_value(struct row_engine *engine, struct slice text, struct staging_value *ret)
{
    char *copy = arena_copy(&engine->row, text.data, text.length);

    if (copy == NULL)
        return ERROR_OUT_OF_MEMORY;
    ret->text = (struct slice){copy, text.length};
    ret->null = false;
    return 0;
}

static void number_value(struct slice digits, enum field_type type, const struct cell *cell,
                         struct staging_value *ret)
{
    int64_t number;

    if (type == FIELD_DECIMAL) {
        ret->number = cell->number;
        ret->null = false;
    } else if (validate_integer(digits, &number)) {
        ret->number = (double)number;
        ret->null = false;
    }
}

/* The validated value itself. row_plan.c has seen to it that column and field fit. */
static int derive_value(struct row_engine *engine, const struct column_plan *column,
                        const struct cell *cell, struct staging_value *ret)
{
    struct slice value = secret_open(cell->value);

    switch (column->type) {
    case COLUMN_TEXT:
        return text_value(engine, value, ret);
    case COLUMN_DATE:
        ret->day = cell->moment.day;
        break;
    case COLUMN_TIME:
        ret->microseconds = cell->moment.microseconds;
        break;
    case COLUMN_TIMESTAMP:
        ret->microseconds = (int64_t)cell->moment.day * 86400000000 + cell->moment.microseconds;
        break;
    case COLUMN_SMALLINT:
    case COLUMN_INTEGER:
    case COLUMN_BIGINT:
        ret->null = !validate_integer(value, &ret->integer);
        return 0;
    case COLUMN_NUMERIC:
        number_value(value, engine->plan->fields[column->source].field->type, cell, ret);
        return 0;
    case COLUMN_BOOLEAN:
        ret->boolean = cell->boolean;
        break;
    case COLUMN_UUID:
    case COLUMN_BYTEA:
    default:
        return ERROR_INTERNAL;
    }
    ret->null = false;
    return 0;
}

/* One text may be mapped by several lists; it is told once. */
static void tell_unmapped(struct row_engine *engine, int field)
{
    for (size_t i = 0; i < engine->result.finding_count; i++)
        if (engine->result.findings[i].field == field &&
            engine->result.findings[i].code == RULE_TEXT_UNMAPPED)
            return;
    row_add_finding(engine, field, RULE_TEXT_UNMAPPED, NULL, true);
}

static int derive_map(struct row_engine *engine, const struct column_plan *column,
                      const struct cell *cell, struct staging_value *ret)
{
    char key[NORMALISE_KEY_MAX];
    size_t length = normalise_key(secret_open(cell->value), key);
    const struct code_list_entry *entry =
        length == 0 ? NULL : code_index_find(column->map, (struct slice){key, length});
    struct slice code;

    if (entry == NULL) {
        tell_unmapped(engine, column->source);
        return 0;
    }
    code = entry->code.length > 0 ? entry->code : entry->value;
    if (column->type == COLUMN_TEXT)
        return text_value(engine, code, ret);
    if (column->type == COLUMN_BOOLEAN)
        ret->null = validate_yes_no(code, &ret->boolean) != VALUE_VALID;
    else
        ret->null = !validate_integer(code, &ret->integer);
    return 0;
}

static int32_t age_date(const struct row_engine *engine, int date)
{
    const struct delivery_facts *facts = engine->facts;

    if (date >= 0)
        return engine->cells[date].state == VALUE_VALID ? engine->cells[date].moment.day
                                                        : CALENDAR_NO_DAY;
    if (!facts->has_period)
        return CALENDAR_NO_DAY;
    return date == AGE_AT_PERIOD_END ? facts->period_end : facts->period_start;
}

static void derive_age(const struct row_engine *engine, const struct column_plan *column,
                       struct staging_value *ret)
{
    int32_t day = age_date(engine, column->date);
    int32_t birth = engine->person.known ? engine->person.person.birth : CALENDAR_NO_DAY;
    int years;

    if (column->birth != FIELD_NONE) {
        const struct cell *cell = &engine->cells[column->birth];

        birth = cell->state == VALUE_VALID && !identity_is_placeholder_birth(cell->moment.day)
                    ? cell->moment.day
                    : CALENDAR_NO_DAY;
    }
    if (day == CALENDAR_NO_DAY || birth == CALENDAR_NO_DAY)
        return;
    years = calendar_whole_years(birth, day);
    if (years < 0)
        return;
    ret->integer = years;
    ret->null = false;
}

/* 1 = made, 0 = none, negative = error: as the functions of identity.h say it. */
static int token_value(int made, struct staging_value *ret)
{
    if (made == 1)
        ret->null = false;
    return made < 0 ? made : 0;
}

static int derive_token(struct row_engine *engine, const struct column_plan *column,
                        struct staging_value *ret)
{
    int result = row_cell_token(engine, column->source, &ret->token);

    ret->null = result != 0;
    return result;
}

/* What a column takes from one filled and valid cell. */
static int derive_from_cell(struct row_engine *engine, const struct column_plan *column,
                            const struct cell *cell, struct staging_value *ret)
{
    switch (column->derivation) {
    case DERIVE_VALUE:
        return derive_value(engine, column, cell, ret);
    case DERIVE_TOKEN:
        return derive_token(engine, column, ret);
    case DERIVE_MAP:
        return derive_map(engine, column, cell, ret);
    case DERIVE_POSTCODE_TOKEN:
        return token_value(identity_postcode_token(engine->tokeniser, cell->value, &ret->token),
                           ret);
    case DERIVE_AGE:
    case DERIVE_PRESENT:
    case DERIVE_PERSON:
    case DERIVE_IDENTITY:
    case DERIVE_ROW_NUMBER:
    default:
        return ERROR_INTERNAL;
    }
}

static int derive_column(struct row_engine *engine, const struct column_plan *column,
                         uint64_t row_number, struct staging_value *ret)
{
    const struct cell *cell = column->source == FIELD_NONE ? NULL : &engine->cells[column->source];

    ret->null = true;
    switch (column->derivation) {
    case DERIVE_AGE:
        derive_age(engine, column, ret);
        return 0;
    case DERIVE_PRESENT:
        ret->null = false;
        ret->boolean = cell->state == VALUE_VALID;
        return 0;
    case DERIVE_PERSON:
        ret->null = !engine->person.known;
        ret->token = engine->person.person.key;
        return 0;
    case DERIVE_IDENTITY:
        return engine->person.known ? row_seal_identity(engine, ret) : 0;
    case DERIVE_ROW_NUMBER:
        ret->null = false;
        ret->integer = (int64_t)row_number;
        return 0;
    case DERIVE_VALUE:
    case DERIVE_TOKEN:
    case DERIVE_MAP:
    case DERIVE_POSTCODE_TOKEN:
    default:
        return cell->state == VALUE_VALID ? derive_from_cell(engine, column, cell, ret) : 0;
    }
}

int row_derive(struct row_engine *engine, uint64_t row_number)
{
    const struct table_plan *plan = engine->plan;

    for (size_t i = 0; i < plan->table->column_count; i++) {
        int result =
            derive_column(engine, &plan->columns[i], row_number, &engine->result.values[i]);

        if (result != 0)
            return result;
    }
    return 0;
}
