/* row_identity.c: what linkage is to know of a row's person. */
#include <openssl/crypto.h>

#include "row_plan.h"

/* One field of a face. Values that the layout finds wrong may still say something: a district in
 * place of a postcode, a year in place of a date. linkage_derive takes what it can and no more. */
static int derive_form(struct row_engine *engine, enum linkage_kind kind, int field, uint32_t *face)
{
    const struct linkage_schema *schema = linkage_schema_person();
    int result;

    if (field == FIELD_NONE || engine->cells[field].state == VALUE_BLANK)
        return 0;
    result = linkage_derive(engine->deriver, &schema->fields[linkage_schema_find(schema, kind)],
                            engine->cells[field].value, face);
    return result < 0 ? result : 0;
}

static int derive_face(struct row_engine *engine, uint32_t *face)
{
    const struct person_rule *rule = &engine->plan->table->person;
    const struct {
        enum linkage_kind kind;
        int field;
    } parts[] = {
        {LINKAGE_GIVEN_NAME, rule->given_name},       {LINKAGE_FAMILY_NAME, rule->family_name},
        {LINKAGE_DATE_OF_BIRTH, rule->date_of_birth}, {LINKAGE_SEX, rule->sex},
        {LINKAGE_POSTCODE, rule->postcode},           {LINKAGE_NHS_NUMBER, rule->nhs_number}};
    int result = 0;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && result == 0; i++)
        result = derive_form(engine, parts[i].kind, parts[i].field, face);
    return result;
}

int row_seal_identity(struct row_engine *engine, struct staging_value *ret)
{
    int postcode = engine->plan->table->person.postcode;
    struct linkage_identity identity = {0};
    unsigned char *sealed;
    int result;

    if (engine->deriver == NULL)
        return ERROR_INTERNAL;
    sealed = arena_take_array(&engine->row, SEALED_SIZE, 1);
    if (sealed == NULL)
        return ERROR_OUT_OF_MEMORY;
    result = derive_face(engine, identity.face);
    if (result == 0 && postcode != FIELD_NONE && engine->cells[postcode].state == VALUE_VALID)
        result = identity_postcode_token(engine->tokeniser, engine->cells[postcode].value,
                                         &identity.postcode);
    if (result >= 0)
        result = linkage_seal(engine->sealer, &engine->person.person.key, &identity, sealed);
    OPENSSL_cleanse(&identity, sizeof identity);
    if (result == 0) {
        ret->text = (struct slice){(const char *)sealed, SEALED_SIZE};
        ret->null = false;
    }
    return result;
}
