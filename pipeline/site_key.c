#include "site_key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "token.h"

enum { KEY_FILE_MAX = 512, SECURE_HEAP_BYTES = 64 << 10, SECURE_HEAP_LEAST = 32 };

static const char first_line[] = "joinedup-key 1\n";

/* Locked memory, no core dump, no debugger: from here on this process holds a key. */
static int guard_process(struct error *error)
{
    static const struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_set_errno(error, ERROR_INTERNAL, errno, "core dumps cannot be switched off");
    /* 2 means: in memory that could not be locked, where a strict limit forbids it. */
    if (!CRYPTO_secure_malloc_initialized() &&
        CRYPTO_secure_malloc_init(SECURE_HEAP_BYTES, SECURE_HEAP_LEAST) == 0)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key");
    return 0;
}

void site_key_release(struct site_key *key)
{
    if (key->bytes != NULL)
        OPENSSL_secure_clear_free(key->bytes, SITE_KEY_SIZE);
    *key = (struct site_key){0};
}

/* id = first 8 bytes of SHA-256("joinedup key id" | a derived key): names the key, tells nothing.
 */
static int describe(struct site_key *key, struct error *error)
{
    static const char label[] = "joinedup key id";
    unsigned char input[sizeof label - 1 + 32], hash[32];
    int result;

    memcpy(input, label, sizeof label - 1);
    result = token_derive_key(key->bytes, "id", input + sizeof label - 1, error);
    if (result == 0 && EVP_Digest(input, sizeof input, hash, NULL, EVP_sha256(), NULL) != 1)
        result = error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    OPENSSL_cleanse(input, sizeof input);
    if (result < 0)
        return result;
    file_hex(hash, 8, key->id);
    return token_check_value(key->bytes, key->check_value, error);
}

static int key_invalid(const struct site *site, struct error *error, const char *reason)
{
    error_set(error, ERROR_KEY_INVALID, "the site key cannot be used: %s", reason);
    error_place(error, "%.500s", site->key_file);
    error_hint(error, "restore it from the key custodians; its mode must be 0600");
    return error->code;
}

/* ---- reading ---- */

static int open_key(const struct site *site, int *ret_fd, struct error *error)
{
    int fd = open(site->key_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat facts;
    const char *reason = NULL;

    if (fd < 0 && errno == ENOENT) {
        error_set(error, ERROR_KEY_MISSING, "there is no site key");
        error_place(error, "%.500s", site->key_file);
        error_hint(error, "make one with: joinedup key new");
        return error->code;
    }
    if (fd < 0)
        return key_invalid(site, error, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        reason = "it is not a plain file";
    else if ((facts.st_mode & 077) != 0)
        reason = "others than its owner may read it";
    else if (facts.st_uid != geteuid() && geteuid() != 0)
        reason = "it belongs to another user";
    if (reason != NULL) {
        close(fd);
        return key_invalid(site, error, reason);
    }
    *ret_fd = fd;
    return 0;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool read_hex(const char *text, unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(text[2 * i]), low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

        if (low < 0)
            return false;
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

/* The value of a line "name: value", or NULL. */
static const char *line_value(const char *text, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0)
            return line + length + 2;
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

static int parse_key(const struct site *site, const char *text, struct site_key *key,
                     struct error *error)
{
    const char *id = line_value(text, "id"), *hex = line_value(text, "key");
    int result;

    if (strncmp(text, first_line, sizeof first_line - 1) != 0)
        return key_invalid(site, error, "its first line is not \"joinedup-key 1\"");
    if (id == NULL || hex == NULL || !read_hex(hex, key->bytes, SITE_KEY_SIZE) ||
        (hex[64] != '\n' && hex[64] != '\0'))
        return key_invalid(site, error, "it lacks an id: or key: line of the right length");
    result = describe(key, error);
    if (result == 0 && strncmp(id, key->id, 16) != 0)
        return key_invalid(site, error, "its id does not fit its key: the file is damaged");
    return result;
}

/* read(2) into guarded memory: stdio would keep a copy. */
static int read_key(const struct site *site, int fd, struct site_key *key, struct error *error)
{
    char *text = OPENSSL_secure_zalloc(KEY_FILE_MAX + 1);
    size_t used = 0;
    ssize_t count = 1;
    int result;

    if (text == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key");
    while (count > 0 && used < KEY_FILE_MAX) {
        count = file_read_some(fd, text + used, KEY_FILE_MAX - used, error);
        used += count > 0 ? (size_t)count : 0;
    }
    result = count < 0 ? error->code : parse_key(site, text, key, error);
    OPENSSL_secure_clear_free(text, KEY_FILE_MAX + 1);
    return result;
}

int site_key_load(const struct site *site, struct site_key *ret, struct error *error)
{
    struct site_key key = {0};
    int fd = -1, result = guard_process(error);

    if (result < 0)
        return result;
    result = open_key(site, &fd, error);
    if (result < 0)
        return result;
    key.bytes = OPENSSL_secure_zalloc(SITE_KEY_SIZE);
    result = key.bytes == NULL
                 ? error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key")
                 : read_key(site, fd, &key, error);
    close(fd);
    if (result < 0) {
        site_key_release(&key);
        return result;
    }
    *ret = key;
    return 0;
}

/* ---- making one ---- */

static int write_key(const struct site *site, int fd, const struct site_key *key,
                     struct error *error)
{
    char *text = OPENSSL_secure_zalloc(KEY_FILE_MAX);
    time_t now = time(NULL);
    struct tm day;
    int length, result;

    if (text == NULL || gmtime_r(&now, &day) == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key");
    length = snprintf(text, KEY_FILE_MAX, "%sid: %s\ncreated: %04d-%02d-%02d\nkey: ", first_line,
                      key->id, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
    file_hex(key->bytes, SITE_KEY_SIZE, text + length);
    strcpy(text + length + 2 * SITE_KEY_SIZE, "\n");
    result = file_write_all(fd, text, strlen(text), error);
    OPENSSL_secure_clear_free(text, KEY_FILE_MAX);
    if (result == 0 && fsync(fd) != 0)
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the key cannot be written");
    if (result < 0)
        error_place(error, "%.500s", site->key_file);
    return result;
}

/* Written under another name and linked into place: link() never replaces a key that is there. */
static int place_key(const struct site *site, const struct site_key *key, struct error *error)
{
    char path[sizeof site->key_file + 8], folder[sizeof site->key_file];
    int fd, result;

    snprintf(path, sizeof path, "%s.new", site->key_file);
    snprintf(folder, sizeof folder, "%s", site->key_file);
    *strrchr(folder, '/') = '\0';
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "the key cannot be written");
    result = write_key(site, fd, key, error);
    close(fd);
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
    return result == 0 ? file_sync_folder(folder, error) : result;
}

int site_key_create(const struct site *site, struct site_key *ret, struct error *error)
{
    struct site_key key = {0};
    int result = guard_process(error);

    if (result < 0)
        return result;
    key.bytes = OPENSSL_secure_zalloc(SITE_KEY_SIZE);
    if (key.bytes == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key");
    if (RAND_priv_bytes(key.bytes, SITE_KEY_SIZE) != 1)
        result = error_set(error, ERROR_INTERNAL, "the machine gives no random bytes");
    if (result == 0)
        result = describe(&key, error);
    if (result == 0)
        result = place_key(site, &key, error);
    if (result < 0) {
        site_key_release(&key);
        return result;
    }
    *ret = key;
    return 0;
}
