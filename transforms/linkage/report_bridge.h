/*
 * report_bridge.h: links that alone hold a group together.
 */
#ifndef LINKAGE_REPORT_BRIDGE_H
#define LINKAGE_REPORT_BRIDGE_H

#include "set.h"

/* Sets ret_bridge[i] for each link whose removal would part a group in two (a bridge of the graph
 * of records). Two links between the same records are no bridges. ERROR_OUT_OF_MEMORY. */
int linkage_find_bridges(const struct linkage_pair *links, size_t link_count, size_t record_count,
                         bool *ret_bridge);

#endif
