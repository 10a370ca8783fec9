/* Making a key, growing one from another, and which of two key files holds. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "ledger.h"
#include "site_key_file.h"

enum { KEY_PATH_MAX = sizeof((struct site *)0)->key_file + 8 };

/* ---- writing ---- */

static void path_beside(const struct site *site, const char *ending, char ret[KEY_PATH_MAX])
{
    snprintf(ret, KEY_PATH_MAX, "%s%s", site->key_file, ending);
}

static int sync_folder(const struct site *site, struct error *error)
{
    char folder[sizeof site->key_file];

    snprintf(folder, sizeof folder, "%s", site->key_file);
    *strrchr(folder, '/') = '\0';
    return file_sync_folder(folder, error);
}

/* The days on which earlier keys were made are not kept: their ids say which they were. */
static int format_key(const struct site_key *key, char *text, struct error *error)
{
    time_t now = time(NULL);
    struct tm day;
    size_t used;

    if (gmtime_r(&now, &day) == NULL)
        return error_set(error, ERROR_INTERNAL, "the clock tells no day");
    used = (size_t)snprintf(text, KEY_FILE_MAX, "%s",
                            key->count == 1 ? KEY_FILE_SINGLE : KEY_FILE_CHAIN);
    for (size_t i = 0; i < key->count; i++) {
        const unsigned char *bytes = key->bytes + i * SITE_KEY_SIZE;
        char id[17];
        int result = site_key_id(bytes, id, error);

        if (result < 0)
            return result;
        used += (size_t)snprintf(text + used, KEY_FILE_MAX - used, "id: %s\n", id);
        if (i == 0)
            used += (size_t)snprintf(text + used, KEY_FILE_MAX - used, "created: %04d-%02d-%02d\n",
                                     day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
        used += (size_t)snprintf(text + used, KEY_FILE_MAX - used, "key: ");
        file_hex(bytes, SITE_KEY_SIZE, text + used);
        used += 2 * SITE_KEY_SIZE;
        text[used++] = '\n';
    }
    text[used] = '\0';
    return 0;
}

/* A new file of mode 0600, whole and synced; its name is not yet. */
static int write_file(const char *path, const struct site_key *key, struct error *error)
{
    char *text = OPENSSL_secure_zalloc(KEY_FILE_MAX);
    int fd, result;

    if (text == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key");
    result = format_key(key, text, error);
    unlink(path);
    fd = result < 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (result == 0 && fd < 0)
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the key cannot be written");
    if (result == 0)
        result = file_write_all(fd, text, strlen(text), error);
    OPENSSL_secure_clear_free(text, KEY_FILE_MAX);
    if (result == 0 && fsync(fd) != 0)
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the key cannot be written");
    if (fd >= 0)
        close(fd);
    if (result < 0)
        error_place(error, "%.500s", path);
    return result;
}

/* Written under another name and linked into place: link() never replaces a key that is there. */
static int place_key(const struct site *site, const struct site_key *key, struct error *error)
{
    char path[KEY_PATH_MAX];
    int result;

    path_beside(site, ".new", path);
    result = write_file(path, key, error);
    if (result == 0 && link(path, site->key_file) != 0) {
        if (errno == EEXIST) {
            error_set(error, ERROR_FILE_FAILED, "there is a site key already");
            error_place(error, "%.500s", site->key_file);
            error_hint(error, "a key is never overwritten: what it made could not be joined again");
            result = error->code;
        } else {
            result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the key cannot be written");
        }
    }
    unlink(path);
    return result == 0 ? sync_folder(site, error) : result;
}

/* ---- making ---- */

/* In front of the keys that are there. */
static int add_random_key(struct site_key *key, struct error *error)
{
    memmove(key->bytes + SITE_KEY_SIZE, key->bytes, key->count * SITE_KEY_SIZE);
    if (RAND_priv_bytes(key->bytes, SITE_KEY_SIZE) != 1)
        return error_set(error, ERROR_INTERNAL, "the machine gives no random bytes");
    key->count++;
    return site_key_describe(key, error);
}

int site_key_create(const struct site *site, struct site_key *ret, struct error *error)
{
    struct site_key key = {0};
    int result = site_key_guard_process(error);

    if (result < 0)
        return result;
    result = site_key_make_room(&key, error);
    if (result == 0)
        result = add_random_key(&key, error);
    if (result == 0)
        result = place_key(site, &key, error);
    if (result < 0) {
        site_key_release(&key);
        return result;
    }
    *ret = key;
    return 0;
}

int site_key_grow(const struct site *site, const struct site_key *current, struct site_key *ret,
                  struct error *error)
{
    struct site_key key = {.count = current->count};
    char path[KEY_PATH_MAX];
    int result;

    if (current->count == SITE_KEYS_MAX)
        return error_set(error, ERROR_KEY_INVALID, "the key was rotated %d times: no more can be",
                         SITE_KEYS_MAX - 1);
    path_beside(site, ".next", path);
    result = site_key_make_room(&key, error);
    if (result == 0) {
        memcpy(key.bytes, current->bytes, current->count * SITE_KEY_SIZE);
        result = add_random_key(&key, error);
    }
    if (result == 0)
        result = write_file(path, &key, error);
    if (result == 0)
        result = sync_folder(site, error);
    if (result < 0) {
        site_key_drop_next(site);
        site_key_release(&key);
        return result;
    }
    *ret = key;
    return 0;
}

int site_key_adopt(const struct site *site, struct error *error)
{
    char path[KEY_PATH_MAX];

    path_beside(site, ".next", path);
    if (rename(path, site->key_file) != 0 && errno != ENOENT) {
        error_set_errno(error, ERROR_FILE_FAILED, errno, "the new key cannot take its place");
        error_place(error, "%.500s", path);
        error_hint(error, "the database holds the new key's tokens already: keep that file; the "
                          "next command tries again");
        return error->code;
    }
    return sync_folder(site, error);
}

void site_key_drop_next(const struct site *site)
{
    struct error ignored = {0};
    char path[KEY_PATH_MAX];

    path_beside(site, ".next", path);
    if (unlink(path) == 0)
        sync_folder(site, &ignored);
}

/* ---- which holds ---- */

int site_key_fits(struct database *database, const struct site_key *key, char ret_id[256],
                  bool *ret_fits, struct error *error)
{
    char check_value[256];
    int result = ledger_setting(database, "key_id", ret_id, error);

    if (result == 0)
        result = ledger_setting(database, "key_check", check_value, error);
    if (result == 0)
        *ret_fits = (*ret_id == '\0' && *check_value == '\0') ||
                    (strcmp(ret_id, key->id) == 0 && strcmp(check_value, key->check_value) == 0);
    return result;
}

/* The key of now once more: another process may have put it in place since. */
static int load_again(const struct site *site, struct site_key *key, struct error *error)
{
    struct site_key again;
    int result = site_key_load(site, &again, error);

    if (result < 0)
        return result;
    site_key_release(key);
    *key = again;
    return 0;
}

int site_key_settle(const struct site *site, struct database *database, bool locked,
                    struct site_key *key, struct error *error)
{
    struct site_key next = {0};
    struct error unread = {0};
    char path[KEY_PATH_MAX], id[256];
    bool fits = false, there;
    int result;

    result = site_key_fits(database, key, id, &fits, error);
    if (result < 0)
        return result;
    path_beside(site, ".next", path);
    there = access(path, F_OK) == 0;
    if (!fits) {
        bool next_fits = false;

        if (there && site_key_load_file(path, &next, &unread) == 0)
            result = site_key_fits(database, &next, id, &next_fits, error);
        site_key_release(&next);
        if (result == 0 && next_fits)
            result = site_key_adopt(site, error);
        return result < 0 ? result : load_again(site, key, error);
    }
    if (there && locked)
        site_key_drop_next(site);
    return 0;
}

int site_key_require(const struct site *site, struct database *database, bool locked,
                     struct site_key *key, struct error *error)
{
    char id[256];
    bool fits = false;
    int result = site_key_settle(site, database, locked, key, error);

    if (result == 0)
        result = site_key_fits(database, key, id, &fits, error);
    if (result == 0 && !fits) {
        result = error_set(error, ERROR_KEY_MISMATCH, "this warehouse was loaded with another key");
        error_hint(error, "joinedup key check shows both ids");
    }
    return result;
}
