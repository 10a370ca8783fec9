/* test_archive.c: what was sealed comes back, under whichever key of the site it was sealed. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"

static char folder[] = "/tmp/joinedup-archive-XXXXXX", sealed[128], opened[64];
static const unsigned char sha256[32] = {0xab, 0xcd};
static unsigned char content[3 * ARCHIVE_CHUNK];

/* Three keys, the newest first. */
static const unsigned char keys[3][32] = {"the third", "the second", "the first"};

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(sealed, sizeof sealed, "%s/ab/abcd%060d.sealed", folder, 0);
    snprintf(opened, sizeof opened, "%s/opened", folder);
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (unsigned char)(i * 7 + i / 251);
    return 0;
}

static int drop_folder(void **state)
{
    char sub[64];

    (void)state;
    unlink(sealed);
    unlink(opened);
    snprintf(sub, sizeof sub, "%s/ab", folder);
    rmdir(sub);
    return rmdir(folder);
}

static void seal(const unsigned char key[32], size_t length)
{
    struct archive_writer *writer;
    struct error error;

    unlink(sealed);
    assert_int_equal(archive_writer_new(folder, key, &writer, &error), 0);
    assert_int_equal(archive_write(writer, content, length, &error), 0);
    assert_int_equal(archive_writer_commit(writer, folder, sha256, &error), 0);
    archive_writer_free(writer);
}

static int unseal(size_t first, size_t count)
{
    struct error error;
    int output = open(opened, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int result = archive_unseal(sealed, keys + first, count, output, &error);

    close(output);
    return result;
}

static void assert_opened(size_t length)
{
    static unsigned char found[sizeof content + 1];
    int input = open(opened, O_RDONLY);

    assert_int_equal(read(input, found, sizeof found), (ssize_t)length);
    assert_memory_equal(found, content, length);
    close(input);
}

static void every_key_of_the_chain_opens_its_files(void **state)
{
    static const size_t lengths[] = {0, 1, ARCHIVE_CHUNK - 1, ARCHIVE_CHUNK, 2 * ARCHIVE_CHUNK + 5};

    (void)state;
    for (size_t key = 0; key < 3; key++)
        for (size_t i = 0; i < COUNT_OF(lengths); i++) {
            seal(keys[key], lengths[i]);
            assert_int_equal(unseal(0, 3), 0);
            assert_opened(lengths[i]);
        }
}

static void a_key_that_is_not_there_opens_nothing(void **state)
{
    (void)state;
    seal(keys[2], 1000);
    assert_int_equal(unseal(0, 2), ERROR_FILE_FAILED);
    seal(keys[0], 1000);
    assert_int_equal(unseal(1, 2), ERROR_FILE_FAILED);
}

/* A byte changed, anywhere after the magic; the file cut; bytes behind it. */
static void damage_is_told(void **state)
{
    static const off_t places[] = {0, 9, 17, 30, ARCHIVE_CHUNK + 40};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        unsigned char byte;
        seal(keys[1], 2 * ARCHIVE_CHUNK + 5);
        int file = open(sealed, O_RDWR);

        assert_int_equal(pread(file, &byte, 1, places[i]), 1);
        byte ^= 1;
        assert_int_equal(pwrite(file, &byte, 1, places[i]), 1);
        close(file);
        assert_int_equal(unseal(0, 3), ERROR_FILE_FAILED);
    }
    seal(keys[1], 2 * ARCHIVE_CHUNK + 5);
    assert_int_equal(truncate(sealed, ARCHIVE_CHUNK + 36), 0);
    assert_int_equal(unseal(0, 3), ERROR_FILE_FAILED);
    seal(keys[1], 5);
    int file = open(sealed, O_WRONLY | O_APPEND);
    assert_int_equal(write(file, "x", 1), 1);
    close(file);
    assert_int_equal(unseal(0, 3), ERROR_FILE_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_the_chain_opens_its_files),
        cmocka_unit_test(a_key_that_is_not_there_opens_nothing),
        cmocka_unit_test(damage_is_told),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
