/*
 * cluster_process.h: running something as the user the cluster belongs to.
 */
#ifndef CLUSTER_PROCESS_H
#define CLUSTER_PROCESS_H

#include <sys/types.h>

#include "base/error.h"

/* What root runs may lie where that user cannot walk to: below a folder of mode 0700, such as
 * /root. The folder is then opened before root's rights are given up, and handed on as this
 * descriptor, through which the programs of Postgres reach all they need. */
enum { CLUSTER_FOLDER_DESCRIPTOR = 3 };
#define CLUSTER_FOLDER_PATH "/proc/self/fd/3"

struct cluster_user {
    uid_t user;
    gid_t group;
    bool reaches; /* can it walk to the folder? */
    char name[64];
};

/* The user a cluster in folder runs as: for root the owner of folder, or user postgres when that is
 * root or folder is not there yet; for others themselves. */
int cluster_user_find(const char *folder, struct cluster_user *ret, struct error *error);

/* What a program run in folder calls it: "." or, when user does not reach it, its descriptor. */
const char *cluster_here(const struct cluster_user *user);

/* Forks, becomes user (root only), closes every other file, gives it /dev/null and output (a path
 * below folder) as standard files, and runs work in folder. Returns its exit status, 0..255, or a
 * negative error code. */
int cluster_run_as(const struct cluster_user *user, const char *folder, const char *output,
                   int (*work)(void *context), void *context, struct error *error);
/* The same for a program, which names what is in folder by cluster_here(). arguments end with NULL;
 * arguments[0] is its path. */
int cluster_run_program(const struct cluster_user *user, const char *folder, const char *output,
                        const char *const *arguments, struct error *error);

/* Folder of the server programs. version: major version of a cluster, 0 = the highest from 15. */
int cluster_programs(int version, char *ret, size_t size, struct error *error);

#endif
