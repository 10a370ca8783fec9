/* row_check.c: is each value of the row what the layout wants. */
#include "row_plan.h"

void row_add_finding(struct row_engine *engine, int field, int code, const char *rule, bool warning)
{
    struct row_result *result = &engine->result;
    struct row_finding *finding;

    if (result->finding_count == ROW_FINDINGS_MAX)
        return;
    finding = &result->findings[result->finding_count++];
    *finding = (struct row_finding){field, code, rule, warning, ""};
    if (field != FIELD_NONE && engine->plan->table->fields[field].identifier == IDENTIFIER_NONE)
        normalise_mask(secret_open(engine->cells[field].value), finding->mask);
}

static void find_fault(struct row_engine *engine, int field, int code, const char *rule,
                       enum severity severity)
{
    if (severity == SEVERITY_NONE)
        return;
    if (severity == SEVERITY_REJECT)
        engine->rejected = true;
    row_add_finding(engine, field, code, rule, severity == SEVERITY_WARN);
}

static enum value_state check_digits(const struct field_plan *plan, struct slice value)
{
    enum value_state state = validate_digits(value);
    int64_t number;

    if (state == VALUE_VALID && plan->integer_max > 0 &&
        (!validate_integer(value, &number) || number > plan->integer_max))
        return VALUE_INVALID;
    return state;
}

/* The one place that knows which validator a type has. */
static enum value_state check_type(const struct row_engine *engine, const struct field_plan *plan,
                                   struct cell *cell)
{
    struct slice value = secret_open(cell->value);
    unsigned formats = engine->feed->date_formats;
    char postcode[NORMALISE_POSTCODE_MAX], nhs_number[NHS_NUMBER_LENGTH + 1];

    switch (plan->field->type) {
    case FIELD_TEXT:
        return validate_text(value);
    case FIELD_ALNUM:
        return validate_alnum(value);
    case FIELD_DIGITS:
        return check_digits(plan, value);
    case FIELD_DECIMAL:
        return validate_decimal(value, &cell->number);
    case FIELD_DATE:
        cell->moment.microseconds = 0;
        return validate_date(value, formats, &cell->moment.day);
    case FIELD_TIME:
        cell->moment.day = 0;
        return validate_time(value, formats, &cell->moment.microseconds);
    case FIELD_DATETIME:
        return validate_datetime(value, formats, &cell->moment);
    case FIELD_TIMESTAMP:
        return validate_timestamp(value, &cell->moment);
    case FIELD_POSTCODE:
        return validate_postcode(cell->value, postcode);
    case FIELD_NHS_NUMBER:
        return validate_nhs_number(cell->value, nhs_number);
    case FIELD_YES_NO:
        return validate_yes_no(value, &cell->boolean);
    default:
        return VALUE_INVALID;
    }
}

static void check_blank(struct row_engine *engine, const struct field_plan *plan, int field)
{
    find_fault(engine, field, RULE_BLANK, plan->field->blank_rule, plan->field->blank);
}

static void check_bad_nhs_number(struct row_engine *engine, const struct field_plan *plan,
                                 int field)
{
    struct cell *cell = &engine->cells[field];

    engine->result.bad_nhs_number = true;
    if (engine->feed->bad_nhs_number != BAD_NHS_IGNORE) {
        engine->withheld = true;
        row_add_finding(engine, field, RULE_NHS_NUMBER, NULL, false);
        return;
    }
    row_add_finding(engine, field, RULE_NHS_NUMBER_IGNORED, NULL, true);
    cell->value = secret_of((struct slice){"", 0});
    cell->state = VALUE_BLANK;
    if (plan->field->blank == SEVERITY_REJECT)
        check_blank(engine, plan, field);
}

static void check_filled(struct row_engine *engine, const struct field_plan *plan, int field)
{
    const struct field *definition = plan->field;
    struct cell *cell = &engine->cells[field];
    struct slice value = secret_open(cell->value);

    cell->state = check_type(engine, plan, cell);
    if (cell->state == VALUE_INVALID && definition->type == FIELD_NHS_NUMBER) {
        check_bad_nhs_number(engine, plan, field);
        return;
    }
    if (cell->state == VALUE_INVALID) {
        find_fault(engine, field, RULE_FORMAT, NULL, SEVERITY_REJECT);
        return;
    }
    if (plan->checks_length) {
        /* Only text may hold characters of more than one byte. */
        size_t length = definition->type == FIELD_TEXT ? validate_length(value) : value.length;

        if (length < definition->min_length ||
            (definition->max_length > 0 && length > definition->max_length)) {
            cell->state = VALUE_INVALID;
            find_fault(engine, field, RULE_LENGTH, NULL, SEVERITY_REJECT);
            return;
        }
    }
    if (plan->codes != NULL && code_index_find(plan->codes, value) == NULL)
        find_fault(engine, field, RULE_CODE, definition->codes_rule, definition->codes_severity);
}

void row_check_values(struct row_engine *engine, const struct slice *raw)
{
    const struct table_plan *plan = engine->plan;

    for (size_t i = 0; i < plan->named_count; i++) {
        int field = plan->named[i];
        int column = engine->column_of[field];
        struct cell *cell = &engine->cells[field];
        struct slice value = {"", 0};

        if (column >= 0 && raw[column].length > 0)
            value = normalise_trim(raw[column]);
        cell->value = secret_of(value);
        cell->has_token = false;
        cell->state = VALUE_BLANK;
        if (value.length > 0)
            check_filled(engine, &plan->fields[field], field);
        else if (plan->fields[field].field->blank != SEVERITY_NONE)
            check_blank(engine, &plan->fields[field], field);
    }
}

/* ---- rules across fields ---- */

static bool is_before(const struct cell *left, const struct cell *right, bool by_clock)
{
    if (left->moment.day != right->moment.day)
        return left->moment.day < right->moment.day;
    return by_clock && left->moment.microseconds < right->moment.microseconds;
}

static bool names_sender(const struct row_engine *engine, const struct cell *cell)
{
    struct slice value = secret_open(cell->value);
    const char *sender = engine->facts->sender;

    if (value.length != strlen(sender))
        return false;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c != sender[i])
            return false;
    }
    return true;
}

/* Does the row break the rule? *ret_code says which code to name. */
static bool breaks_rule(const struct row_engine *engine, const struct cross_rule *rule,
                        int *ret_code)
{
    const struct cell *cell = &engine->cells[rule->field];
    const struct delivery_facts *facts = engine->facts;
    const struct table *table = engine->plan->table;
    int32_t day = cell->moment.day;

    switch (rule->kind) {
    case CROSS_WITHIN_PERIOD:
        *ret_code = RULE_DATE_OUTSIDE_PERIOD;
        return facts->has_period && (day < facts->period_start || day > facts->period_end);
    case CROSS_NOT_AFTER_PERIOD_END:
        *ret_code = RULE_DATE_OUTSIDE_PERIOD;
        return facts->has_period && day > facts->period_end;
    case CROSS_NOT_BEFORE:
        *ret_code = RULE_DATE_ORDER;
        return engine->cells[rule->other].state == VALUE_VALID &&
               is_before(cell, &engine->cells[rule->other],
                         table->fields[rule->field].type != FIELD_DATE &&
                             table->fields[rule->other].type != FIELD_DATE);
    case CROSS_EQUALS_SENDER:
        *ret_code = RULE_SENDER_MISMATCH;
        return !names_sender(engine, cell);
    default:
        return false;
    }
}

void row_check_rules(struct row_engine *engine)
{
    const struct table *table = engine->plan->table;

    for (size_t i = 0; i < table->rule_count; i++) {
        const struct cross_rule *rule = &table->rules[i];
        int code;

        if (engine->cells[rule->field].state == VALUE_VALID && breaks_rule(engine, rule, &code))
            find_fault(engine, rule->field, code, rule->code, rule->severity);
    }
}

/* ---- the header table ---- */

static const struct cell *header_cell(const struct row_engine *engine, int field)
{
    if (field == FIELD_NONE || engine->cells[field].state != VALUE_VALID)
        return NULL;
    return &engine->cells[field];
}

static void take_sender(struct row_engine *engine)
{
    struct delivery_facts *facts = engine->facts;
    const struct cell *cell = header_cell(engine, engine->feed->sender_field);
    struct slice value;

    if (cell == NULL)
        return;
    value = secret_open(cell->value);
    if (facts->sender[0] == '\0' && value.length < sizeof facts->sender) {
        for (size_t i = 0; i < value.length; i++) {
            char c = value.data[i];

            facts->sender[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
        facts->sender[value.length] = '\0';
        recent_tokens_clear(engine->recent);
    } else if (!names_sender(engine, cell)) {
        find_fault(engine, engine->feed->sender_field, RULE_SENDER_MISMATCH, NULL, SEVERITY_REJECT);
    }
}

/* What the delivery says of itself. Called before the rules, which may ask for the period. */
void row_check_header(struct row_engine *engine)
{
    const struct feed *feed = engine->feed;
    struct delivery_facts *facts = engine->facts;
    const struct cell *start = header_cell(engine, feed->period_start_field);
    const struct cell *end = header_cell(engine, feed->period_end_field);
    const struct cell *extract = header_cell(engine, feed->extract_time_field);

    take_sender(engine);
    if (engine->rejected)
        return;
    if (start != NULL && end != NULL) {
        facts->has_period = true;
        facts->period_start = start->moment.day;
        facts->period_end = end->moment.day;
    }
    if (extract != NULL) {
        facts->has_extract_time = true;
        facts->extract_microseconds =
            (int64_t)extract->moment.day * 86400000000 + extract->moment.microseconds;
    }
}

int row_cell_token(struct row_engine *engine, int field, struct token *ret_token)
{
    const struct field_plan *plan = &engine->plan->fields[field];
    struct cell *cell = &engine->cells[field];
    struct slice value = secret_open(cell->value);
    const char *sender = engine->facts->sender;

    if (!cell->has_token) {
        int result;

        /* A unique key will not come again: no use in remembering it. */
        if (plan->field->unique)
            result = tokeniser_token(engine->tokeniser, plan->label,
                                     (struct slice[]){slice_of(sender), value}, 2, &cell->token);
        else
            result = recent_tokens_get(engine->recent, engine->tokeniser, plan->label, sender,
                                       value, &cell->token);
        if (result != 0)
            return result;
        cell->has_token = true;
    }
    *ret_token = cell->token;
    return 0;
}
