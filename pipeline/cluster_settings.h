/*
 * cluster_settings.h: where the private cluster's socket is, and the settings it is started with.
 */
#ifndef CLUSTER_SETTINGS_H
#define CLUSTER_SETTINGS_H

#include "cluster_process.h"

/* The folder of the socket: folder/socket, or, when its path is too long for a unix socket or holds
 * a comma, a folder below /tmp named after folder. Makes nothing. */
int cluster_socket_folder(const char *folder, char *ret, size_t size, struct error *error);

/* Is it folder/socket? */
bool cluster_socket_is_inside(const char *folder, const char *socket);

/* Writes folder/data/joinedup.conf, pg_hba.conf and pg_ident.conf, and makes the socket folder when
 * it is below /tmp, as user. Done before each start: a site that was moved still starts. */
int cluster_write_settings(const struct cluster_user *user, const char *folder, const char *socket,
                           struct error *error);

#endif
