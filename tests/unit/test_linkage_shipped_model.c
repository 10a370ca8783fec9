/* The model in config/linkage is the one the program starts with, so that what is reviewed there is
 * what links. When it is changed on purpose, write the file anew from the failing test's text. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "linkage/model.h"
#include "linkage/rule.h"

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void the_shipped_model_is_the_one_we_start_with(void **state)
{
    static struct linkage_model model;
    struct error error;
    char *written, *shipped = read_file("config/linkage/model.json");

    (void)state;
    linkage_model_default(linkage_schema_person(), &model);
    assert_int_equal(
        linkage_rules_drop_covered(linkage_schema_person(), model.rules, &model.rule_count), 0);
    assert_int_equal(linkage_model_write(&model, &written, &error), 0);
    shipped[strlen(shipped) - 1] = '\0'; /* its last line end */
    assert_string_equal(shipped, written);
    free(written);
    free(shipped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_model_is_the_one_we_start_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
