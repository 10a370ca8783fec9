/* The story of a failure: set, added to, cut off safely; and the list of codes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void test_story(void **state)
{
    (void)state;
    struct error error;
    memset(&error, 'x', sizeof error);
    assert_int_equal(error_set(&error, ERROR_USAGE, "no such command: %s", "fly"), ERROR_USAGE);
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.primary, "no such command: fly");
    assert_string_equal(error.detail, "");
    assert_string_equal(error.hint, "");
    assert_string_equal(error.place, "");
    assert_int_equal(error.frame_count, 0);

    error_detail(&error, "found %d", 2);
    error_hint(&error, "try %s", "run");
    error_place(&error, "line %d", 3);
    assert_int_equal(error_while(&error, "loading %s", "a"), ERROR_USAGE);
    assert_string_equal(error.detail, "found 2");
    assert_string_equal(error.hint, "try run");
    assert_string_equal(error.place, "line 3");
    assert_string_equal(error.frame[0], "while loading a");

    /* A new story has nothing of the old one. */
    error_set(&error, ERROR_INTERNAL, "x");
    assert_string_equal(error.detail, "");
    assert_string_equal(error.place, "");
    assert_int_equal(error.frame_count, 0);
}

static void test_frames_end(void **state)
{
    (void)state;
    struct error error;
    error_set(&error, ERROR_INTERNAL, "x");
    for (int i = 0; i < ERROR_FRAME_MAX + 3; i++)
        assert_int_equal(error_while(&error, "step %d", i), ERROR_INTERNAL);
    assert_int_equal(error.frame_count, ERROR_FRAME_MAX);
    assert_string_equal(error.frame[0], "while step 0");
    assert_string_equal(error.frame[ERROR_FRAME_MAX - 1], "while step 3");
}

static void test_long_texts(void **state)
{
    (void)state;
    static char text[2 * ERROR_TEXT_MAX];
    struct error error;
    memset(text, 'a', sizeof text - 1);
    error_set(&error, ERROR_INTERNAL, "%s", text);
    assert_int_equal(strlen(error.primary), ERROR_TEXT_MAX - 1);
    error_set_errno(&error, ERROR_INTERNAL, EACCES, "%s", text);
    assert_int_equal(strlen(error.primary), ERROR_TEXT_MAX - 1);
    error_while(&error, "%s", text);
    assert_int_equal(strlen(error.frame[0]), sizeof error.frame[0] - 1);

    /* No character is cut in two: three-byte characters, at each of the three offsets. */
    for (size_t offset = 0; offset < 3; offset++) {
        size_t length = offset;
        memset(text, 'a', offset);
        for (; length + 3 < sizeof text; length += 3)
            memcpy(text + length, "\xE2\x82\xAC", 3);
        text[length] = '\0';
        error_detail(&error, "%s", text);
        size_t kept = strlen(error.detail);
        assert_true(kept > ERROR_TEXT_MAX - 4 && kept < ERROR_TEXT_MAX);
        assert_int_equal((kept - offset) % 3, 0);
    }
}

static void test_errno(void **state)
{
    (void)state;
    static const struct {
        int saved_errno, code;
    } cases[] = {{EACCES, ERROR_FILE_FAILED},
                 {EIO, ERROR_FILE_FAILED},
                 {ENOSPC, ERROR_DISK_FULL},
                 {EDQUOT, ERROR_DISK_FULL},
                 {ENOMEM, ERROR_OUT_OF_MEMORY}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        int code = error_set_errno(&error, ERROR_FILE_FAILED, cases[i].saved_errno, "cannot read");
        assert_int_equal(code, cases[i].code);
        assert_int_equal(error.code, cases[i].code);
        assert_memory_equal(error.primary, "cannot read: ", 13);
        assert_string_equal(error.primary + 13, strerror(cases[i].saved_errno));
    }
}

static void test_entries(void **state)
{
    (void)state;
    size_t count = 0;
    const struct error_entry *entries = error_entries(&count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        const struct error_entry *entry = &entries[i];
        if (i > 0)
            assert_true(entries[i - 1].code > entry->code);
        assert_ptr_equal(error_entry_by_code(entry->code), entry);
        assert_ptr_equal(error_entry_by_text(entry->name), entry);
        char text[8];
        assert_ptr_equal(error_entry_by_text(error_code_text(entry->code, text)), entry);
        assert_ptr_equal(error_entry_by_text(text + 2), entry);
        assert_true(strlen(entry->title) > 0 && strlen(entry->meaning) > 0 &&
                    strlen(entry->action) > 0);
        /* Only errors end a command, but for files that are merely not for tonight. */
        bool passed_over = entry->code == ERROR_DELIVERY_UNRECOGNISED ||
                           entry->code == ERROR_DELIVERY_BEING_WRITTEN ||
                           entry->code == ERROR_DELIVERY_CHANGED;
        assert_int_equal(entry->exit_status != 0,
                         strcmp(entry->kind, "error") == 0 && !passed_over);
    }
}

static void test_looking_up(void **state)
{
    (void)state;
    const struct error_entry *quote = error_entry_by_code(ERROR_CSV_UNTERMINATED_QUOTE);
    static const char *const names[] = {"JU1210", "ju1210", "1210", "csv_unterminated_quote",
                                        "CSV_UNTERMINATED_QUOTE"};
    static const char *const none[] = {
        "",     "JU",    "JU12",  "JU12100", "JU-1210", "0",        "9999",
        "12x0", " 1210", "+1210", "1210 ",   "CSV",     "JUJU1210", "99999999999999999999"};
    assert_non_null(quote);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_ptr_equal(error_entry_by_text(names[i]), quote);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (error_entry_by_text(none[i]))
            fail_msg("found: %s", none[i]);
    assert_null(error_entry_by_code(0));
    assert_null(error_entry_by_code(1210));
}

static void test_code_text(void **state)
{
    (void)state;
    char text[8];
    assert_string_equal(error_code_text(ERROR_USAGE, text), "JU1001");
    assert_string_equal(error_code_text(2001, text), "JU2001");
    assert_string_equal(error_code_text(-7, text), "JU0007");
    assert_string_equal(error_code_text(INT32_MIN, text), "JU83648"); /* cut, never overrun */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_story),      cmocka_unit_test(test_frames_end),
        cmocka_unit_test(test_long_texts), cmocka_unit_test(test_errno),
        cmocka_unit_test(test_entries),    cmocka_unit_test(test_looking_up),
        cmocka_unit_test(test_code_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
