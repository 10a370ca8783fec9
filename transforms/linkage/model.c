/* model.c: the model a site starts with. */
#include "model.h"

#include <stdio.h>
#include <string.h>

#include "compare.h"
#include "rule.h"

/* How the same person agrees with themselves between two systems, and how strangers agree. m after
 * the error rates between two systems of one NHS trust in Cardinal et al. 2023 (BMC MIDM 23:85),
 * doubled, for councils and voluntary organisations send more errors; u for English names and
 * dates. Training replaces both. */
static const double name_m[NAME_LEVELS] = {1, 0.86, 0.03, 0.04, 0.01, 0.01, 0.01, 0.004, 0.036};
static const double name_u[NAME_LEVELS] = {1,      0.003, 0.001, 0.002,  0.002,
                                           0.0005, 0.012, 1e-5,  0.97949};
static const double birth_m[BIRTH_LEVELS] = {1, 0.955, 0.004, 0.012, 0.015, 0.003, 0.004, 0.007};
static const double birth_u[BIRTH_LEVELS] = {1, 4e-5, 2e-5, 4e-4, 0.003, 0.0001, 0.011, 0.98544};
static const double postcode_m[POSTCODE_LEVELS] = {1, 0.80, 0.02, 0.04, 0.04, 0.10};
static const double postcode_u[POSTCODE_LEVELS] = {1, 1e-4, 2e-4, 0.003, 0.02, 0.9767};
static const double sex_m[EXACT_LEVELS] = {1, 0.993, 0.007};
static const double sex_u[EXACT_LEVELS] = {1, 0.5, 0.5};
static const double number_m[EXACT_LEVELS] = {1, 0.99, 0.01};
static const double number_u[EXACT_LEVELS] = {1, 2e-7, 0.9999998};
static const double code_m[EXACT_LEVELS] = {1, 0.85, 0.15};
static const double code_u[EXACT_LEVELS] = {1, 0.02, 0.98};
static const double text_m[TEXT_LEVELS] = {1, 0.75, 0.1, 0.04, 0.04, 0.03, 0.04};
static const double text_u[TEXT_LEVELS] = {1, 0.004, 0.002, 0.002, 0.03, 0.01, 0.952};

/* How kin agree: they live together and share the family name. Twins, about 1 birth in 60, as seen
 * among all pairs of one household. */
static const double kin_family[NAME_LEVELS] = {1,    0.90,  0.03,  0.03, 0.005,
                                               1e-3, 0.005, 0.002, 0.027};
static const double kin_birth[BIRTH_LEVELS] = {1, 0.012, 1e-4, 0.002, 0.005, 0.002, 0.02, 0.9589};
static const double kin_postcode[POSTCODE_LEVELS] = {1, 0.95, 0.01, 0.01, 0.01, 0.02};
static const double kin_number[EXACT_LEVELS] = {1, 0.002, 0.998};
static const double kin_practice[EXACT_LEVELS] = {1, 0.85, 0.15};

struct start {
    const double *m, *u, *h;
};

static struct start start_with(enum linkage_kind kind)
{
    static const struct start starts[] = {
        [LINKAGE_GIVEN_NAME] = {name_m, name_u, name_u},
        [LINKAGE_FAMILY_NAME] = {name_m, name_u, kin_family},
        [LINKAGE_DATE_OF_BIRTH] = {birth_m, birth_u, kin_birth},
        [LINKAGE_SEX] = {sex_m, sex_u, sex_u},
        [LINKAGE_POSTCODE] = {postcode_m, postcode_u, kin_postcode},
        [LINKAGE_NHS_NUMBER] = {number_m, number_u, kin_number},
        [LINKAGE_GP_PRACTICE] = {code_m, code_u, kin_practice},
        [LINKAGE_EXACT] = {code_m, code_u, code_u},
        [LINKAGE_TEXT] = {text_m, text_u, text_u},
    };

    return starts[kind];
}

void linkage_model_default(const struct linkage_schema *schema, struct linkage_model *ret)
{
    *ret = (struct linkage_model){.schema = *schema,
                                  .household_rate = 2e-6,
                                  .prior = -20,
                                  .block_cap = 2000,
                                  .threshold = 0,
                                  .review = -6,
                                  .lead = 1,
                                  .floor = -8};
    for (size_t field = 0; field < schema->field_count; field++) {
        enum linkage_kind kind = schema->fields[field].kind;
        struct start start = start_with(kind);

        for (unsigned level = 1; level < linkage_level_count(kind); level++)
            ret->levels[field][level] = (struct linkage_level){
                .m = start.m[level], .u = start.u[level], .h = start.h[level]};
        /* A valid number differs within one person only by mistake or by law: training must not
         * learn from mislinked pairs that it often does. */
        if (kind == LINKAGE_NHS_NUMBER)
            for (unsigned level = 1; level < EXACT_LEVELS; level++)
                ret->levels[field][level].fixed = true;
    }
    linkage_rules_make(schema, ret->rules, &ret->rule_count);
}
