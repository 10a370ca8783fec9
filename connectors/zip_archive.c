#include "zip_archive.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <zip.h>

#include "text_encoding.h"
#include "zip_input.h"

/* ---- names ---- */

static unsigned char folded(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool zip_name_fits(const char *pattern, const char *name)
{
    const char *star = NULL, *retry = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (folded(*pattern) == folded(*name)) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool has_component(const char *name, const char *wanted)
{
    size_t length = strlen(wanted);
    for (const char *at = name; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
        if (strncasecmp(at, wanted, length) == 0 && (at[length] == '/' || at[length] == '\0'))
            return true;
    return false;
}

static bool name_is_safe(const char *name)
{
    if (name[0] == '\0' || name[0] == '/' || (name[0] != '\0' && name[1] == ':'))
        return false;
    if (has_component(name, "..") || strchr(name, '\\'))
        return false;
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return false;
    return true;
}

static int refuse(struct error *error, enum error_code code, const char *name, const char *text)
{
    char clean[ZIP_NAME_MAX + 1];
    text_label(clean, sizeof clean, name);
    error_set(error, code, "%s", text);
    error_place(error, "%s", clean);
    return error->code;
}

/* ---- directory ---- */

static int check_type(struct zip *zip, uint64_t index, const char *name, struct error *error)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0)
        return refuse(error, ERROR_ZIP_CORRUPT, name, "the zip directory cannot be read");
    /* The upper half is a Unix file mode; other systems leave it 0. */
    unsigned int type = attributes >> 16 & S_IFMT;
    if (type != 0 && type != S_IFREG && type != S_IFDIR)
        return refuse(error, ERROR_ZIP_MEMBER_NAME, name, "a member is a link or a device");
    return 0;
}

static int check_packing(const struct zip_stat *stat, const char *name, struct error *error)
{
    if ((stat->valid & ZIP_STAT_ENCRYPTION_METHOD) && stat->encryption_method != ZIP_EM_NONE)
        return refuse(error, ERROR_ZIP_ENCRYPTED, name, "a member of the zip needs a password");
    if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE) {
        refuse(error, ERROR_ZIP_CORRUPT, name, "a member is packed in a way that is not read");
        error_detail(error, "method %u, expected 0 (stored) or 8 (deflate)", stat->comp_method);
        return error->code;
    }
    return 0;
}

/* Adds one entry; folders and litter are left out. */
static int add_member(struct zip_archive *archive, uint64_t index, struct error *error)
{
    struct zip_stat stat;
    zip_stat_init(&stat);
    const char *name = zip_get_name(archive->zip, index, ZIP_FL_ENC_RAW);
    if (!name || zip_stat_index(archive->zip, index, 0, &stat) != 0)
        return error_set(error, ERROR_ZIP_CORRUPT, "the zip directory cannot be read");
    if (!name_is_safe(name))
        return refuse(error, ERROR_ZIP_MEMBER_NAME, name, "a member of the zip has an unsafe name");
    int rc = check_type(archive->zip, index, name, error);
    if (rc || name[strlen(name) - 1] == '/')
        return rc;
    if (has_component(name, "__MACOSX") || has_component(name, ".DS_Store"))
        return 0;
    rc = check_packing(&stat, name, error);
    if (rc)
        return rc;

    const char *folder_end = strchr(name, '/');
    const char *base = folder_end ? folder_end + 1 : name;
    struct zip_member *member = &archive->members[archive->member_count++];
    *member =
        (struct zip_member){.index = index, .name = base, .nested = strchr(base, '/') != NULL};
    text_label(member->clean_name, sizeof member->clean_name, base);
    member->packed = stat.comp_size;
    member->unpacked = stat.size;
    return 0;
}

static int read_directory(struct zip_archive *archive, struct error *error)
{
    zip_int64_t entries = zip_get_num_entries(archive->zip, 0);
    if (entries < 0)
        return error_set(error, ERROR_ZIP_CORRUPT, "the zip directory cannot be read");
    if (entries > ZIP_MEMBERS_MAX) {
        error_set(error, ERROR_ARCHIVE_BOMB, "the zip holds too many members");
        error_detail(error, "%lld, at most %d", (long long)entries, ZIP_MEMBERS_MAX);
        return error->code;
    }
    archive->members = calloc((size_t)entries + 1, sizeof *archive->members);
    if (!archive->members)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the zip directory");
    for (uint64_t i = 0; i < (uint64_t)entries; i++) {
        int rc = add_member(archive, i, error);
        if (rc)
            return rc;
    }
    return 0;
}

static int open_failed(int zip_code, int file, struct error *error)
{
    if (zip_code == ZIP_ER_MEMORY)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the zip directory");
    char start[4] = {0};
    size_t length = 0;
    if (byte_source_pread(file, start, sizeof start, 0, &length, error))
        return error->code;
    if (zip_code == ZIP_ER_NOZIP && length == 4 && memcmp(start, "PK\3\4", 4) == 0)
        return error_set(error, ERROR_ZIP_TRUNCATED,
                         "the directory at the end of the zip is missing");
    error_set(error, ERROR_ZIP_CORRUPT, "the zip directory is damaged or the file is not a zip");
    error_detail(error, "libzip code %d", zip_code);
    return error->code;
}

/* A zip that was written to a pipe states its members' sizes behind them (general purpose bit 3),
 * which libzip's consistency check takes for damage. The checksums still tell. */
static bool is_streamed(int file)
{
    unsigned char start[8] = {0};
    size_t length = 0;
    struct error ignored = {0};
    return byte_source_pread(file, (char *)start, sizeof start, 0, &length, &ignored) == 0 &&
           length == sizeof start && memcmp(start, "PK\3\4", 4) == 0 && (start[6] & 8) != 0;
}

int zip_archive_open(struct zip_archive *ret, int file, uint64_t size, struct error *error)
{
    if (size == 0)
        return error_set(error, ERROR_DELIVERY_EMPTY, "the file has no bytes");
    struct zip_archive archive = {0};
    zip_error_t zip_error;
    zip_error_init(&zip_error);
    zip_source_t *source = zip_input_new(file, size, &zip_error);
    if (source)
        archive.zip = zip_open_from_source(
            source, ZIP_RDONLY | (is_streamed(file) ? 0 : ZIP_CHECKCONS), &zip_error);
    int zip_code = zip_error_code_zip(&zip_error);
    zip_error_fini(&zip_error);
    if (!archive.zip) {
        zip_source_free(source);
        return open_failed(zip_code, file, error);
    }
    int rc = read_directory(&archive, error);
    if (rc) {
        zip_archive_release(&archive);
        return rc;
    }
    *ret = archive;
    return 0;
}

void zip_archive_release(struct zip_archive *archive)
{
    if (archive->zip)
        zip_discard(archive->zip);
    free(archive->members);
    *archive = (struct zip_archive){0};
}

int zip_archive_find(struct zip_archive *archive, const char *pattern, struct zip_member **ret,
                     struct error *error)
{
    struct zip_member *found = NULL;
    for (size_t i = 0; i < archive->member_count; i++) {
        struct zip_member *member = &archive->members[i];
        if (member->nested || !zip_name_fits(pattern, member->name))
            continue;
        if (found) {
            return refuse(error, ERROR_ZIP_MEMBER_DUPLICATE, member->name,
                          "two members of the zip stand for the same table");
        }
        found = member;
        member->known = true;
        if (strchr(pattern, '*') == NULL)
            text_clean(member->clean_name, sizeof member->clean_name, member->name);
    }
    *ret = found;
    return 0;
}

/* ---- member source ---- */

static int member_failed(struct byte_source *source, struct error *error)
{
    int zip_code = zip_error_code_zip(zip_file_get_error(source->member));
    if (zip_code == ZIP_ER_MEMORY)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to unpack a zip member");
    error_set(error, ERROR_ZIP_CORRUPT, "a member of the zip is damaged");
    error_detail(error, zip_code == ZIP_ER_CRC ? "its checksum is wrong" : "libzip code %d",
                 zip_code);
    return error->code;
}

static int member_read(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                       struct error *error)
{
    size_t used = 0;
    while (used < size && !source->ended) {
        zip_int64_t got = zip_fread(source->member, buffer + used, size - used);
        if (got < 0)
            return member_failed(source, error);
        source->ended = got == 0; /* libzip has compared checksum and length by now */
        used += (size_t)got;
    }
    source->member_read += used;
    double share = source->member_unpacked == 0
                       ? 1.0
                       : (double)source->member_read / (double)source->member_unpacked;
    source->consumed = (uint64_t)((double)source->member_packed * (share > 1.0 ? 1.0 : share));
    *ret_length = used;
    return 0;
}

static void member_release(struct byte_source *source)
{
    zip_fclose(source->member);
}

static const struct byte_source_ops member_ops = {member_read, member_release};

int zip_archive_open_member(struct zip_archive *archive, const struct zip_member *member,
                            struct unpack_budget *budget, struct byte_source *ret,
                            struct error *error)
{
    struct zip_file *file = zip_fopen_index(archive->zip, member->index, 0);
    if (!file) {
        error_set(error, ERROR_ZIP_CORRUPT, "a member of the zip cannot be opened");
        error_detail(error, "libzip code %d", zip_error_code_zip(zip_get_error(archive->zip)));
        error_place(error, "%s", member->clean_name);
        return error->code;
    }
    *ret = (struct byte_source){.ops = &member_ops,
                                .budget = budget,
                                .member = file,
                                .member_packed = member->packed,
                                .member_unpacked = member->unpacked};
    return 0;
}
