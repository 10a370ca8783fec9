#include "site_key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "token.h"

enum { SECURE_HEAP_BYTES = 64 << 10, SECURE_HEAP_LEAST = 32 };

/* Locked memory, no core dump, no debugger: from here on this process holds a key. */
int site_key_guard_process(struct error *error)
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
        OPENSSL_secure_clear_free(key->bytes, (size_t)SITE_KEYS_MAX * SITE_KEY_SIZE);
    *key = (struct site_key){0};
}

const unsigned char *site_key_first(const struct site_key *key)
{
    return key->bytes + (key->count - 1) * SITE_KEY_SIZE;
}

int site_key_make_room(struct site_key *key, struct error *error)
{
    key->bytes = OPENSSL_secure_zalloc((size_t)SITE_KEYS_MAX * SITE_KEY_SIZE);
    return key->bytes == NULL
               ? error_set(error, ERROR_OUT_OF_MEMORY, "no guarded memory for the site key")
               : 0;
}

/* id = first 8 bytes of SHA-256("joinedup key id" | a derived key): names the key, tells nothing.
 */
int site_key_id(const unsigned char *bytes, char ret_id[17], struct error *error)
{
    static const char label[] = "joinedup key id";
    unsigned char input[sizeof label - 1 + 32], hash[32];
    int result;

    memcpy(input, label, sizeof label - 1);
    result = token_derive_key(bytes, "id", input + sizeof label - 1, error);
    if (result == 0 && EVP_Digest(input, sizeof input, hash, NULL, EVP_sha256(), NULL) != 1)
        result = error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    OPENSSL_cleanse(input, sizeof input);
    if (result < 0)
        return result;
    file_hex(hash, 8, ret_id);
    return 0;
}

/* Of a chain: over all its keys, so that one that is missing or out of place is seen. */
static int chain_check_value(struct site_key *key, struct error *error)
{
    const struct slice keys = {(const char *)key->bytes, key->count * SITE_KEY_SIZE};
    struct tokeniser *tokeniser;
    struct token token;
    int result = tokeniser_new_for(key->bytes, "check", &tokeniser, error);

    if (result < 0)
        return result;
    if (tokeniser_token(tokeniser, "chain", &keys, 1, &token) != 0)
        result = error_set(error, ERROR_INTERNAL, "check value could not be computed");
    else
        file_hex(token.bytes, 8, key->check_value);
    tokeniser_free(tokeniser);
    return result;
}

int site_key_describe(struct site_key *key, struct error *error)
{
    int result = site_key_id(key->bytes, key->id, error);

    if (result == 0)
        result = site_key_id(site_key_first(key), key->first_id, error);
    if (result < 0)
        return result;
    return key->count == 1 ? token_check_value(key->bytes, key->check_value, error)
                           : chain_check_value(key, error);
}

static int key_invalid(const char *path, struct error *error, const char *reason)
{
    error_set(error, ERROR_KEY_INVALID, "the site key cannot be used: %s", reason);
    error_place(error, "%.500s", path);
    error_hint(error, "restore it from the key custodians; its mode must be 0600");
    return error->code;
}

/* ---- reading ---- */

static int open_key(const char *path, int *ret_fd, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat facts;
    const char *reason = NULL;

    if (fd < 0 && errno == ENOENT) {
        error_set(error, ERROR_KEY_MISSING, "there is no site key");
        error_place(error, "%.500s", path);
        error_hint(error, "make one with: joinedup key new");
        return error->code;
    }
    if (fd < 0)
        return key_invalid(path, error, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        reason = "it is not a plain file";
    else if ((facts.st_mode & 077) != 0)
        reason = "others than its owner may read it";
    else if (facts.st_uid != geteuid() && geteuid() != 0)
        reason = "it belongs to another user";
    if (reason != NULL) {
        close(fd);
        return key_invalid(path, error, reason);
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
static const char *line_value(const char *line, const char *name)
{
    size_t length = strlen(name);

    return strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0
               ? line + length + 2
               : NULL;
}

/* The key of a line, whose id stood before it. NULL, or what is wrong. */
static const char *take_key(struct site_key *key, const char *id, const char *hex)
{
    unsigned char *bytes = key->bytes + key->count * SITE_KEY_SIZE;
    struct error ignored = {0};
    char own[17];

    if (key->count == SITE_KEYS_MAX)
        return "it holds too many keys";
    if (id == NULL || !read_hex(hex, bytes, SITE_KEY_SIZE) || (hex[64] != '\n' && hex[64] != '\0'))
        return "it lacks an id: or key: line of the right length";
    if (site_key_id(bytes, own, &ignored) < 0 || strncmp(id, own, 16) != 0)
        return "its id does not fit its key: the file is damaged";
    key->count++;
    return NULL;
}

static int parse_key(const char *path, const char *text, struct site_key *key, struct error *error)
{
    bool chain = strncmp(text, KEY_FILE_CHAIN, strlen(KEY_FILE_CHAIN)) == 0;
    const char *id = NULL, *hex, *fault = NULL;

    if (!chain && strncmp(text, KEY_FILE_SINGLE, strlen(KEY_FILE_SINGLE)) != 0)
        return key_invalid(path, error, "its first line is not \"joinedup-key 1\" or 2");
    for (const char *line = text; line != NULL && *line != '\0' && fault == NULL;) {
        id = line_value(line, "id") != NULL ? line_value(line, "id") : id;
        hex = line_value(line, "key");
        if (hex != NULL) {
            fault = take_key(key, id, hex);
            id = NULL;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    if (fault == NULL && (key->count == 0 || (key->count > 1) != chain))
        fault = "it lacks an id: or key: line of the right length";
    return fault != NULL ? key_invalid(path, error, fault) : site_key_describe(key, error);
}

/* read(2) into guarded memory: stdio would keep a copy. */
static int read_key(const char *path, int fd, struct site_key *key, struct error *error)
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
    result = count < 0 ? error->code : parse_key(path, text, key, error);
    OPENSSL_secure_clear_free(text, KEY_FILE_MAX + 1);
    return result;
}

int site_key_load_file(const char *path, struct site_key *ret, struct error *error)
{
    struct site_key key = {0};
    int fd = -1, result = site_key_guard_process(error);

    if (result < 0)
        return result;
    result = open_key(path, &fd, error);
    if (result < 0)
        return result;
    result = site_key_make_room(&key, error);
    if (result == 0)
        result = read_key(path, fd, &key, error);
    close(fd);
    if (result < 0) {
        site_key_release(&key);
        return result;
    }
    *ret = key;
    return 0;
}

int site_key_load(const struct site *site, struct site_key *ret, struct error *error)
{
    return site_key_load_file(site->key_file, ret, error);
}
