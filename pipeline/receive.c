#include "receive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "archive.h"
#include "file.h"

enum { SCAN_DEPTH = 2, SCAN_MAX = 100000, SETTLE_NANOSECONDS = 1000000000 };

struct scan {
    const struct site *site;
    struct delivery *items;
    size_t count, size;
};

static bool passed_over(const char *name)
{
    static const char *const endings[] = {".part", ".tmp", ".filepart", ".crdownload", "~"};
    size_t length = strlen(name);
    if (name[0] == '.') {
        return true;
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t tail = strlen(endings[i]);
        if (length > tail && strcasecmp(name + length - tail, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void recognise(const struct site *site, const char *name, struct delivery *delivery)
{
    for (size_t i = 0; i < site->feed_count; i++) {
        const struct feed *feed = &site->feeds[i];
        if (!feed_match_name(feed, name, &delivery->facts)) {
            continue;
        }
        delivery->feed = feed;
        snprintf(delivery->sender, sizeof delivery->sender, "%s", delivery->facts.sender);
        int table = feed->files[delivery->facts.file].table;
        if (delivery->sender[0] == '\0' && table != TABLE_NONE) {
            snprintf(delivery->sender, sizeof delivery->sender, "%.32s", feed->tables[table].stage);
            for (char *c = delivery->sender; *c != '\0'; c++) {
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
            }
        }
        return;
    }
}

static int scan_add(struct scan *scan, const char *path, const char *name,
                    const struct stat *status, struct error *error)
{
    if (scan->count == SCAN_MAX) {
        return error_set(error, ERROR_FILE_FAILED, "more than %d files in landing", SCAN_MAX);
    }
    if (scan->count == scan->size) {
        size_t size = scan->size ? 2 * scan->size : 64;
        struct delivery *items = realloc(scan->items, size * sizeof *items);
        if (items == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the list of deliveries");
        }
        scan->items = items;
        scan->size = size;
    }
    struct delivery *delivery = &scan->items[scan->count++];
    memset(delivery, 0, sizeof *delivery);
    snprintf(delivery->name, sizeof delivery->name, "%s", path);
    delivery->bytes = (uint64_t)status->st_size;
    delivery->modified = status->st_mtim;
    recognise(scan->site, name, delivery);
    return 0;
}

static int scan_folder(struct scan *scan, int landing, const char *folder, int depth,
                       struct error *error);

static int scan_entry(struct scan *scan, int landing, int fd, const char *folder, const char *name,
                      int depth, struct error *error)
{
    struct stat status;
    char path[DELIVERY_NAME_MAX];
    int length = snprintf(path, sizeof path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (passed_over(name) || length >= (int)sizeof path) {
        return 0;
    }
    if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 /* gone again */
                               : error_set_errno(error, ERROR_FILE_FAILED, errno,
                                                 "an entry of landing cannot be looked at");
    }
    if (!S_ISDIR(status.st_mode)) {
        return scan_add(scan, path, name, &status, error);
    }
    return depth < SCAN_DEPTH ? scan_folder(scan, landing, path, depth + 1, error) : 0;
}

static int scan_folder(struct scan *scan, int landing, const char *folder, int depth,
                       struct error *error)
{
    int fd =
        openat(landing, folder[0] ? folder : ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        int saved = errno;
        if (fd >= 0) {
            close(fd);
        }
        return error_set_errno(error, ERROR_FILE_FAILED, saved, "landing cannot be read");
    }
    int result = 0;
    while (result == 0) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            /* A folder read in part would leave deliveries unseen, and the night would say well. */
            result = errno == 0 ? 0
                                : error_set_errno(error, ERROR_FILE_FAILED, errno,
                                                  "landing cannot be read to its end");
            break;
        }
        result = scan_entry(scan, landing, fd, folder, entry->d_name, depth, error);
    }
    closedir(dir);
    return result;
}

/* A file younger than a second may be one of several writes of the same copy: give it that second.
 */
static void wait_until_settled(const struct scan *scan)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t youngest = SETTLE_NANOSECONDS;
    for (size_t i = 0; i < scan->count; i++) {
        const struct timespec *modified = &scan->items[i].modified;
        int64_t age = (int64_t)(now.tv_sec - modified->tv_sec) * 1000000000 +
                      (now.tv_nsec - modified->tv_nsec);
        if (age >= 0 && age < youngest) {
            youngest = age;
        }
    }
    if (youngest < SETTLE_NANOSECONDS) {
        struct timespec rest = {0, (long)(SETTLE_NANOSECONDS - youngest - 1)};
        nanosleep(&rest, NULL);
    }
}

/* Reference data first, then the feeds, then what nobody claims; by name within each. An original
 * comes before its copies and corrections ("x.csv", "x (1).csv", "x-v2.csv"): the name without its
 * ending is compared first, numbers in it as numbers. */
static int by_stage_and_name(const void *left, const void *right)
{
    const struct delivery *a = left, *b = right;
    unsigned stage_a = a->feed ? a->feed->stage : 9, stage_b = b->feed ? b->feed->stage : 9;
    char stem_a[DELIVERY_NAME_MAX], stem_b[DELIVERY_NAME_MAX];
    if (stage_a != stage_b) {
        return stage_a < stage_b ? -1 : 1;
    }
    snprintf(stem_a, sizeof stem_a, "%.*s", (int)strcspn(a->name, "."), a->name);
    snprintf(stem_b, sizeof stem_b, "%.*s", (int)strcspn(b->name, "."), b->name);
    int order = strverscmp(stem_a, stem_b);
    return order != 0 ? order : strcmp(a->name, b->name);
}

int receive_scan(const struct site *site, struct arena *arena, struct delivery **ret,
                 size_t *ret_count, struct error *error)
{
    struct scan scan = {.site = site};
    int landing = open(site->landing, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (landing < 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot open %s", site->landing);
    }
    int result = scan_folder(&scan, landing, "", 0, error);
    close(landing);
    struct delivery *items = NULL;
    if (result == 0) {
        wait_until_settled(&scan);
        items = arena_take_array(arena, scan.count ? scan.count : 1, sizeof *items);
        if (items == NULL) {
            result = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the list of deliveries");
        }
    }
    if (result == 0) {
        if (scan.count > 0) {
            qsort(scan.items, scan.count, sizeof *items, by_stage_and_name);
            memcpy(items, scan.items, scan.count * sizeof *items);
        }
        *ret = items;
        *ret_count = scan.count;
    }
    free(scan.items);
    return result;
}

int receive_tell_unclaimed(const struct site *site, const struct delivery *delivery,
                           struct error *error)
{
    char label[DELIVERY_NAME_MAX];
    const char *slash = strrchr(delivery->name, '/');
    const char *name = slash ? slash + 1 : delivery->name;
    const struct feed *alike = NULL;
    for (size_t i = 0; i < site->feed_count && alike == NULL; i++) {
        alike = feed_resembles_name(&site->feeds[i], name) ? &site->feeds[i] : NULL;
    }
    if (alike != NULL) {
        error_set(error, ERROR_DELIVERY_MISNAMED,
                  "the file name is almost that of a delivery of %s", alike->name);
        error_detail(error, "expected %s", alike->files[0].name);
    } else {
        error_set(error, ERROR_DELIVERY_UNRECOGNISED, "no feed claims this file");
        error_hint(error, "feeds/NAME/feed.yaml says under files: what names a feed expects");
    }
    delivery_label(delivery, label, sizeof label);
    error_place(error, "landing/%s", label);
    return error->code;
}

/* openat2 follows no link in any part of the path and cannot leave landing. */
static int open_beneath(const struct site *site, const char *name)
{
    int landing = open(site->landing, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (landing < 0) {
        return -1;
    }
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    int fd = (int)syscall(SYS_openat2, landing, name, &how, sizeof how);
    if (fd < 0 && errno == ENOSYS) {
        fd = openat(landing, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    }
    int saved = errno;
    close(landing);
    errno = saved;
    return fd;
}

/* A read lease is only given when nobody has the file open for writing. Other refusals (not the
 * owner, a file system without leases) say nothing. */
static bool open_for_writing_elsewhere(int fd)
{
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(fd, F_SETLEASE, F_UNLCK);
        return false;
    }
    return errno == EAGAIN;
}

static bool is_as_listed(const struct stat *status, const struct delivery *delivery)
{
    return (uint64_t)status->st_size == delivery->bytes &&
           status->st_mtim.tv_sec == delivery->modified.tv_sec &&
           status->st_mtim.tv_nsec == delivery->modified.tv_nsec;
}

int receive_open(const struct site *site, struct delivery *delivery, int *ret_fd,
                 struct error *error)
{
    char label[DELIVERY_NAME_MAX];
    struct stat status;
    delivery_label(delivery, label, sizeof label);

    int fd = open_beneath(site, delivery->name);
    if (fd < 0) {
        bool link = errno == ELOOP || errno == ENXIO || errno == EXDEV;
        int result = link ? error_set(error, ERROR_DELIVERY_NOT_REGULAR, "not a plain file")
                          : error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot be opened");
        error_place(error, "landing/%s", label);
        return result;
    }
    int result = 0;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        result = error_set(error, ERROR_DELIVERY_NOT_REGULAR, "not a plain file");
    } else if (open_for_writing_elsewhere(fd) || !is_as_listed(&status, delivery)) {
        result = error_set(error, ERROR_DELIVERY_BEING_WRITTEN, "still being written");
    }
    if (result != 0) {
        error_place(error, "landing/%s", label);
        close(fd);
        return result;
    }
    delivery->inode = status.st_ino; /* the one that is read, should it have been replaced */
    *ret_fd = fd;
    return 0;
}

static int hash_content(int fd, EVP_MD_CTX *content, struct archive_writer *writer,
                        struct error *error)
{
    static _Thread_local unsigned char buffer[256 * 1024];
    for (;;) {
        ssize_t length = file_read_some(fd, buffer, sizeof buffer, error);
        if (length <= 0) {
            return (int)length;
        }
        if (EVP_DigestUpdate(content, buffer, (size_t)length) != 1) {
            return error_set(error, ERROR_INTERNAL, "SHA-256 failed");
        }
        int result = writer ? archive_write(writer, buffer, (size_t)length, error) : 0;
        if (result != 0) {
            return result;
        }
    }
}

/* Where only the file name says whose rows these are and of when, that is part of the identity: a
 * register that is again what it was two snapshots ago tells something new. */
static size_t identity_text(const struct delivery *delivery, char *text, size_t size)
{
    const struct file_name_facts *facts = &delivery->facts;
    int length;
    if (delivery->feed->header_table != TABLE_NONE) {
        length = snprintf(text, size, "%s", delivery->feed->name);
    } else {
        length = snprintf(text, size, "%s|%s|%d|%d", delivery->feed->name, delivery->sender,
                          facts->has_period ? facts->period_start : 0,
                          facts->has_period ? facts->period_end : 0);
    }
    return (size_t)length < size ? (size_t)length : size - 1;
}

static int make_id(struct delivery *delivery, struct error *error)
{
    char text[192 + 32];
    unsigned char digest[32];
    size_t length = identity_text(delivery, text, 192);
    text[length++] = '\0';
    memcpy(text + length, delivery->sha256, 32);
    if (EVP_Digest(text, length + 32, digest, NULL, EVP_sha256(), NULL) != 1) {
        return error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    }
    uint64_t id = 0;
    for (size_t i = 0; i < 8; i++) {
        id = id << 8 | digest[i];
    }
    delivery->id = (int64_t)(id >> 1);
    return 0;
}

int receive_hash(const struct site *site, struct delivery *delivery, int fd,
                 const unsigned char *archive_key, struct error *error)
{
    struct archive_writer *writer = NULL;
    EVP_MD_CTX *content = EVP_MD_CTX_new();
    int result = 0;

    if (content == NULL || EVP_DigestInit_ex(content, EVP_sha256(), NULL) != 1) {
        result = error_set(error, ERROR_INTERNAL, "SHA-256 cannot be set up");
    }
    if (result == 0 && archive_key != NULL) {
        result = archive_writer_new(site->archive, archive_key, &writer, error);
    }
    if (result == 0) {
        result = hash_content(fd, content, writer, error);
    }
    if (result == 0 && EVP_DigestFinal_ex(content, delivery->sha256, NULL) != 1) {
        result = error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    }
    if (result == 0) {
        result = make_id(delivery, error);
    }
    if (result == 0 && writer != NULL) {
        result = archive_writer_commit(writer, site->archive, delivery->sha256, error);
    }
    if (result == 0 && lseek(fd, 0, SEEK_SET) != 0) {
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot go back to the start");
    }
    archive_writer_free(writer);
    EVP_MD_CTX_free(content);
    if (result == 0 && delivery->bytes == 0) {
        result = error_set(error, ERROR_DELIVERY_EMPTY, "the file has no bytes");
    }
    return result;
}

int receive_unchanged(const struct delivery *delivery, int fd, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot look at the file");
    }
    if (!is_as_listed(&status, delivery)) {
        return error_set(error, ERROR_DELIVERY_CHANGED,
                         "the file was written to while it was read");
    }
    return 0;
}

/* Is the entry still the file that was judged? A sender may have put a later file under the same
 * name in the meantime; that one stays for the next run. */
static bool is_judged_file(const char *path, const struct delivery *delivery)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_ino == delivery->inode && is_as_listed(&status, delivery);
}

int receive_done(const struct site *site, const struct delivery *delivery, struct error *error)
{
    char path[4096 + DELIVERY_NAME_MAX + 2];
    snprintf(path, sizeof path, "%s/%s", site->landing, delivery->name);
    if (!is_judged_file(path, delivery)) {
        return 0;
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno,
                               "the landing copy cannot be removed");
    }
    return file_sync_folder(site->landing, error);
}

int receive_hold(const struct site *site, const struct delivery *delivery, struct error *error)
{
    char from[4096 + DELIVERY_NAME_MAX + 2], to[4096 + DELIVERY_NAME_MAX + 16], hex[9];
    file_hex(delivery->sha256, 4, hex);
    snprintf(from, sizeof from, "%s/%s", site->landing, delivery->name);
    snprintf(to, sizeof to, "%s/%s-%s", site->held, hex, delivery_file_name(delivery));
    if (!is_judged_file(from, delivery)) {
        return 0;
    }
    if (rename(from, to) != 0 && errno != ENOENT) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot be moved to held");
    }
    chmod(to, 0600);
    return file_sync_folder(site->held, error);
}
