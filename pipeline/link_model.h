/*
 * link_model.h: the files of config/linkage and of the site that say how to link.
 */
#ifndef LINK_MODEL_H
#define LINK_MODEL_H

#include "linkage/model.h"
#include "linkage/nickname.h"
#include "site.h"

/* The model a site links by: that of joinedup.yaml (linkage: model:), else linkage/model.json of
 * the program's data, else the built-in one; with the site's own thresholds. Its version is that of
 * what it says in the end. ERROR_MODEL_INVALID, ERROR_CONFIG_INVALID. */
int link_model_load(const struct site *site, struct linkage_model *ret, struct error *error);

/* linkage/nicknames.csv of the program's data. */
int link_nicknames_load(struct linkage_nicknames **ret, struct error *error);

/* The threads to link with: the site's, else one a processor. */
unsigned link_threads(const struct site *site);

#endif
