/* test_linkage_gather.c: the faces of one record, from what its deliveries said. */
#include "linkage_faces.h"

#include "linkage/gather.h"

enum { MOST = 4 };

/* Faces as texts: a letter for each of family name, postcode and NHS number; '-' = not told. */
static size_t settle(const char *const *told, size_t count, char settled[][4], bool *ret_renumbered)
{
    struct linkage_set set = new_set(linkage_schema_person(), count);

    for (size_t i = 0; i < count; i++) {
        if (told[i][0] != '-') {
            hot_of(&set, i, FAMILY)[NAME_WHOLE] = (uint32_t)told[i][0];
            face_of(&set, i)[set.schema->fields[FAMILY].cold + NAME_INITIAL] = 1;
        }
        if (told[i][1] != '-') /* a district only: nothing in the hot words */
            face_of(&set, i)[set.schema->fields[POSTCODE].cold + POSTCODE_DISTRICT] =
                (uint32_t)told[i][1];
        if (told[i][2] != '-')
            hot_of(&set, i, NHS)[NHS_NUMBER_LOW] = (uint32_t)told[i][2];
    }
    *ret_renumbered = linkage_faces_renumbered(set.schema, set.faces, count);
    size_t left = linkage_faces_settle(set.schema, set.faces, count, MOST);
    for (size_t i = 0; i < left; i++) {
        const char letters[3] = {
            (char)hot_of(&set, i, FAMILY)[NAME_WHOLE],
            (char)face_of(&set, i)[set.schema->fields[POSTCODE].cold + POSTCODE_DISTRICT],
            (char)hot_of(&set, i, NHS)[NHS_NUMBER_LOW]};

        for (size_t field = 0; field < 3; field++)
            settled[i][field] = letters[field] == '\0' ? '-' : letters[field];
        settled[i][3] = '\0';
        if (settled[i][0] != '-')
            assert_int_equal(face_of(&set, i)[set.schema->fields[FAMILY].cold + NAME_INITIAL], 1);
    }
    free_set(&set);
    return left;
}

static void faces_settle(void **state)
{
    static const struct {
        const char *told[8], *settled[8];
        bool renumbered;
    } cases[] = {
        {{NULL}, {NULL}, false},
        {{"---"}, {"---"}, false},
        {{"a1x", "a1x"}, {"a1x"}, false},
        {{"a1x", "a2x"}, {"a1x", "a2x"}, false},
        {{"a1x", "a2x", "a1x"}, {"a2x", "a1x"}, false}, /* moved back */
        {{"a--", "-1-", "--x"}, {"a1x"}, false},        /* put together */
        {{"a1-", "b--"}, {"a1-", "b1-"}, false},        /* a new name; the postcode holds on */
        {{"a1x", "b--", "-2-"}, {"a1x", "b2x"}, false},
        {{"-1-", "a--", "b--"}, {"a1-", "b1-"}, false},
        {{"a-x", "a-y", "a--"}, {"a-x", "a-y"}, true}, /* the last known number stands */
        {{"a1x", "b1x", "c1x", "d1x", "e1x", "f1x"}, {"c1x", "d1x", "e1x", "f1x"}, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char settled[8][4], name[32];
        size_t count = 0, left;
        bool renumbered;

        snprintf(name, sizeof name, "case %zu", i);
        while (count < 8 && cases[i].told[count] != NULL)
            count++;
        left = settle(cases[i].told, count, settled, &renumbered);
        for (size_t j = 0; j < left; j++) {
            assert_case(cases[i].settled[j] != NULL, name);
            assert_string_equal(settled[j], cases[i].settled[j]);
        }
        assert_case(left == 8 || cases[i].settled[left] == NULL, name);
        assert_case(renumbered == cases[i].renumbered, name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(faces_settle)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
