/*
 * zip_archive.h: the directory of a zip delivery, checked before any member is read. Nothing is
 * ever unpacked to disk; a member's name only picks the table it is for.
 *
 * Refused as a whole: names that are absolute, climb ("..") or hold backslashes or control
 * characters; links and devices; encryption; more than ZIP_MEMBERS_MAX entries. Folders are
 * skipped, one leading folder is allowed, __MACOSX and .DS_Store are passed over in silence.
 */
#ifndef ZIP_ARCHIVE_H
#define ZIP_ARCHIVE_H

#include "byte_source.h"

enum { ZIP_MEMBERS_MAX = 1000, ZIP_NAME_MAX = 64 };

struct zip;

struct zip_member {
    uint64_t index;   /* in the zip directory */
    const char *name; /* below the one leading folder; owned by the archive */
    char clean_name[ZIP_NAME_MAX + 1];
    uint64_t packed, unpacked; /* bytes, as the directory has it */
    bool nested;               /* lies deeper than one folder: can stand for no table */
    bool known;                /* some table asked for it */
    bool opened;               /* its bytes are in the budget already */
};

struct zip_archive {
    struct zip *zip;
    struct zip_member *members;
    size_t member_count;
};

/* Opens and checks the directory. file (size bytes) stays the caller's and must stay open.
 * ERROR_ZIP_TRUNCATED, ERROR_ZIP_CORRUPT, ERROR_ZIP_MEMBER_NAME, ERROR_ZIP_ENCRYPTED,
 * ERROR_ARCHIVE_BOMB; ERROR_DELIVERY_EMPTY for a file without bytes. */
int zip_archive_open(struct zip_archive *ret, int file, uint64_t size, struct error *error);
void zip_archive_release(struct zip_archive *archive);

/* The member whose base name fits pattern (* = anything, ASCII case ignored), marked known; NULL
 * when there is none. ERROR_ZIP_MEMBER_DUPLICATE when two fit. */
int zip_archive_find(struct zip_archive *archive, const char *pattern, struct zip_member **ret,
                     struct error *error);

/* A source of the member's bytes; damage is told as ERROR_ZIP_CORRUPT by byte_source_read. The
 * archive must outlive it. */
int zip_archive_open_member(struct zip_archive *archive, const struct zip_member *member,
                            struct unpack_budget *budget, struct byte_source *ret,
                            struct error *error);

/* Whether name fits pattern as zip_archive_find has it. */
bool zip_name_fits(const char *pattern, const char *name);

#endif
