/*
 * cluster.h: a site's private Postgres cluster in SITE/postgres.
 *
 *     SITE/postgres/data/      the cluster (PGDATA)
 *     SITE/postgres/log/       its log: no data values, see cluster_settings.c
 *     SITE/postgres/socket/    the only way in: a unix socket in a folder of mode 0700
 *     SITE/postgres/socket_path  where the socket is: elsewhere when the site's path is too long or
 *                              has a comma
 *
 * It listens on no network address. Postgres refuses to run as root: for root all of it belongs to
 * user postgres and runs as that user. The role is "joinedup", by peer authentication: only the
 * cluster's owner and root are let in. That user need not be able to walk to the site: see
 * cluster_process.h. Server programs are those in /usr/lib/postgresql (the
 * highest version from 15, or the version of a cluster that is there), else those on PATH.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "base/error.h"

/* Makes the cluster with an empty database "joinedup". Interrupted at any point it can be run
 * again. A cluster that is there is left as it is. */
int cluster_prepare(const char *site_folder, struct error *error);
/* Starts it unless it runs; returns when it takes connections. What a crash left behind (a stale
 * postmaster.pid) does not stop it. */
int cluster_start(const char *site_folder, struct error *error);
/* Stops it (fast: sessions are ended) unless it is down. */
int cluster_stop(const char *site_folder, struct error *error);
/* Is it there? */
bool cluster_exists(const char *site_folder);
/* A libpq connection string to its database, into ret. */
int cluster_connection(const char *site_folder, char *ret, size_t size, struct error *error);

#endif
