#include "archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

static const char archive_magic[8] = "JUSEAL1\n";
enum { NONCE_SIZE = 12, SALT_SIZE = 8, TAG_SIZE = 16 };
#define LAST_CHUNK 0x80000000u
#define SEALING    "sealing-" /* begins the name of a file not sealed yet */

struct archive_writer {
    int fd;
    char path[4200];
    EVP_CIPHER_CTX *cipher;
    unsigned char key[32];
    unsigned char salt[SALT_SIZE];
    uint32_t chunk;
    size_t used;
    unsigned char buffer[ARCHIVE_CHUNK];
    bool committed;
};

static void put_be32(unsigned char *to, uint32_t value)
{
    to[0] = (unsigned char)(value >> 24);
    to[1] = (unsigned char)(value >> 16);
    to[2] = (unsigned char)(value >> 8);
    to[3] = (unsigned char)value;
}

static uint32_t get_be32(const unsigned char *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void make_nonce(const unsigned char salt[SALT_SIZE], uint32_t chunk,
                       unsigned char nonce[NONCE_SIZE])
{
    memcpy(nonce, salt, SALT_SIZE);
    put_be32(nonce + SALT_SIZE, chunk);
}

int archive_writer_new(const char *archive, const unsigned char key[32],
                       struct archive_writer **ret, struct error *error)
{
    struct archive_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the archive");
    }
    memcpy(writer->key, key, sizeof writer->key);
    snprintf(writer->path, sizeof writer->path, "%s/" SEALING "%ld-XXXXXX", archive,
             (long)getpid());
    writer->fd = mkostemp(writer->path, O_CLOEXEC);
    writer->cipher = EVP_CIPHER_CTX_new();
    int result = 0;
    if (writer->fd < 0) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot write in %s", archive);
    } else if (writer->cipher == NULL || RAND_bytes(writer->salt, SALT_SIZE) != 1) {
        result = error_set(error, ERROR_INTERNAL, "the cipher cannot be set up");
    } else {
        result = file_write_all(writer->fd, archive_magic, sizeof archive_magic, error);
        if (result == 0) {
            result = file_write_all(writer->fd, writer->salt, SALT_SIZE, error);
        }
    }
    if (result != 0) {
        archive_writer_free(writer);
        return result;
    }
    *ret = writer;
    return 0;
}

static int seal_chunk(struct archive_writer *writer, bool last, struct error *error)
{
    static const char trouble[] = "the cipher failed";
    unsigned char out[4 + ARCHIVE_CHUNK + TAG_SIZE];
    unsigned char nonce[NONCE_SIZE];
    int length = 0, more = 0;

    put_be32(out, (uint32_t)writer->used | (last ? LAST_CHUNK : 0));
    make_nonce(writer->salt, writer->chunk++, nonce);
    if (EVP_EncryptInit_ex(writer->cipher, EVP_aes_256_gcm(), NULL, writer->key, nonce) != 1 ||
        EVP_EncryptUpdate(writer->cipher, NULL, &length, out, 4) != 1 ||
        EVP_EncryptUpdate(writer->cipher, out + 4, &length, writer->buffer, (int)writer->used) !=
            1 ||
        EVP_EncryptFinal_ex(writer->cipher, out + 4 + length, &more) != 1 ||
        EVP_CIPHER_CTX_ctrl(writer->cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                            out + 4 + writer->used) != 1) {
        return error_set(error, ERROR_INTERNAL, "%s", trouble);
    }
    size_t size = 4 + writer->used + TAG_SIZE;
    writer->used = 0;
    return file_write_all(writer->fd, out, size, error);
}

int archive_write(struct archive_writer *writer, const void *bytes, size_t length,
                  struct error *error)
{
    const unsigned char *from = bytes;
    while (length > 0) {
        if (writer->used == ARCHIVE_CHUNK) {
            int result = seal_chunk(writer, false, error);
            if (result != 0) {
                return result;
            }
        }
        size_t part = ARCHIVE_CHUNK - writer->used;
        part = part < length ? part : length;
        memcpy(writer->buffer + writer->used, from, part);
        writer->used += part;
        from += part;
        length -= part;
    }
    return 0;
}

int archive_writer_commit(struct archive_writer *writer, const char *archive,
                          const unsigned char sha256[32], struct error *error)
{
    char folder[4200], path[4400], hex[65];
    file_hex(sha256, 32, hex);
    snprintf(folder, sizeof folder, "%s/%.2s", archive, hex);
    snprintf(path, sizeof path, "%s/%s.sealed", folder, hex);

    int result = seal_chunk(writer, true, error);
    if (result != 0) {
        return result;
    }
    if (utimensat(AT_FDCWD, path, NULL, 0) == 0) {
        return 0; /* kept for archive_days from now; the free drops our copy */
    }
    if (fsync(writer->fd) != 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "the archive cannot be synced");
    }
    if (mkdir(folder, 0700) == 0) {
        result = file_sync_folder(archive, error);
    } else if (errno != EEXIST) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot make %s", folder);
    }
    if (result != 0) {
        return result;
    }
    if (rename(writer->path, path) != 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot move into %s", folder);
    }
    writer->committed = true;
    return file_sync_folder(folder, error);
}

void archive_writer_free(struct archive_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    if (writer->fd >= 0) {
        close(writer->fd);
        if (!writer->committed) {
            unlink(writer->path);
        }
    }
    EVP_CIPHER_CTX_free(writer->cipher);
    OPENSSL_cleanse(writer, sizeof *writer);
    free(writer);
}

struct sealed_chunk {
    unsigned char word[4], tag[TAG_SIZE], sealed[ARCHIVE_CHUNK], open[ARCHIVE_CHUNK + TAG_SIZE];
    uint32_t size;
    bool last;
};

static int read_chunk(FILE *file, struct sealed_chunk *chunk, struct error *error)
{
    if (fread(chunk->word, 1, sizeof chunk->word, file) != sizeof chunk->word) {
        return error_set(error, ERROR_FILE_FAILED, "the sealed file is cut short");
    }
    uint32_t head = get_be32(chunk->word);
    chunk->size = head & ~LAST_CHUNK;
    chunk->last = (head & LAST_CHUNK) != 0;
    if (chunk->size > ARCHIVE_CHUNK || fread(chunk->sealed, 1, chunk->size, file) != chunk->size ||
        fread(chunk->tag, 1, TAG_SIZE, file) != TAG_SIZE) {
        return error_set(error, ERROR_FILE_FAILED, "the sealed file is cut short");
    }
    return 0;
}

static bool open_chunk(EVP_CIPHER_CTX *cipher, const unsigned char key[32],
                       const unsigned char nonce[NONCE_SIZE], struct sealed_chunk *chunk)
{
    int length = 0, more = 0;
    return EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &length, chunk->word, sizeof chunk->word) == 1 &&
           EVP_DecryptUpdate(cipher, chunk->open, &length, chunk->sealed, (int)chunk->size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, chunk->tag) == 1 &&
           EVP_DecryptFinal_ex(cipher, chunk->open + length, &more) == 1;
}

/* All chunks after the head. *keys is narrowed to the one that opens the first. */
static int unseal_chunks(FILE *file, EVP_CIPHER_CTX *cipher, const unsigned char (*keys)[32],
                         size_t key_count, const unsigned char *salt, int output,
                         struct error *error)
{
    unsigned char nonce[NONCE_SIZE];
    struct sealed_chunk *chunk = calloc(1, sizeof *chunk);
    int result =
        chunk != NULL ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the archive");
    for (uint32_t number = 0; result == 0 && !chunk->last; number++) {
        bool open = false;
        make_nonce(salt, number, nonce);
        result = read_chunk(file, chunk, error);
        for (size_t i = 0; result == 0 && !open && i < key_count; i++) {
            open = open_chunk(cipher, keys[i], nonce, chunk);
            if (open) {
                keys += i;
                key_count = 1;
            }
        }
        if (result == 0) {
            result = open ? file_write_all(output, chunk->open, chunk->size, error)
                          : error_set(error, ERROR_FILE_FAILED,
                                      "the sealed file is damaged or sealed under another key");
        }
    }
    if (chunk != NULL) {
        OPENSSL_cleanse(chunk->open, sizeof chunk->open);
        free(chunk);
    }
    return result;
}

int archive_unseal(const char *path, const unsigned char (*keys)[32], size_t key_count, int output,
                   struct error *error)
{
    unsigned char head[sizeof archive_magic + SALT_SIZE];
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot open the sealed file");
    }
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int result = 0;
    if (cipher == NULL || fread(head, 1, sizeof head, file) != sizeof head ||
        memcmp(head, archive_magic, sizeof archive_magic) != 0) {
        result = error_set(error, ERROR_FILE_FAILED, "not a sealed file");
    } else {
        result = unseal_chunks(file, cipher, keys, key_count, head + sizeof archive_magic, output,
                               error);
    }
    if (result == 0 && fgetc(file) != EOF) {
        result = error_set(error, ERROR_FILE_FAILED, "bytes follow the sealed file's end");
    }
    EVP_CIPHER_CTX_free(cipher);
    fclose(file);
    return result;
}

static void expire_folder(const char *folder, time_t oldest)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        struct stat status;
        if (fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && status.st_mtime < oldest) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    closedir(dir);
}

int archive_expire(const char *archive, unsigned days, struct error *error)
{
    time_t oldest = time(NULL) - (time_t)days * 24 * 3600;
    DIR *dir = opendir(archive);
    if (dir == NULL) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot read the archive");
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strncmp(entry->d_name, SEALING, strlen(SEALING)) == 0) {
            unlinkat(dirfd(dir), entry->d_name, 0); /* a killed loader's: nobody seals now */
        } else if (entry->d_name[0] != '.' && strlen(entry->d_name) == 2) {
            char folder[4400];
            snprintf(folder, sizeof folder, "%s/%s", archive, entry->d_name);
            expire_folder(folder, oldest);
        }
    }
    closedir(dir);
    return 0;
}
