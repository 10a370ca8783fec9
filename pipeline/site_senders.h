/*
 * site_senders.h: senders: of joinedup.yaml, what one sender calls a feed's columns.
 */
#ifndef SITE_SENDERS_H
#define SITE_SENDERS_H

#include "settings_reader.h"
#include "site.h"
#include "yaml_tree.h"

/* node may be NULL. Fills site->senders, and mixes what was said of a feed, here and under feeds:,
 * into that feed's hash: a delivery refused for a column's name is tried again once the name is
 * mapped. */
int site_senders_read(struct site *site, const struct settings_reader *reader,
                      const struct yaml_node *node, struct error *error);

#endif
