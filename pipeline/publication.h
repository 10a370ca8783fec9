/*
 * publication.h: from the exact cube in mart to a numbered publication. Invariant 8: the published
 * bytes, their order and their hash depend on nothing but the protected figures.
 */
#ifndef PUBLICATION_H
#define PUBLICATION_H

#include "measure.h"

/* Of the profile's rule: raised with it, so that a mended rule makes a new publication. */
#define PUBLICATION_POLICY_VERSION "1"

/* One row in NHS England's 11 columns, REPORTING_PERIOD_START to MEASURE_VALUE. */
enum { PUBLICATION_COLUMNS = 11 };
extern const char *const publication_header[PUBLICATION_COLUMNS];

/* CSV text that grows: comma, LF, quotes only where a value needs them, as the published files are.
 */
struct publication_text {
    char *data;
    size_t used, size;
};
int publication_text_row(struct publication_text *text, const char *const values[],
                         struct error *error);
void publication_text_release(struct publication_text *text);

/* Within the caller's transaction: protects the cube by the policy's profile and, unless the
 * current publication has the same rows, policy and deliveries, writes the next and makes it
 * current. Fills publication and published of *summary. ERROR_CONFIG_INVALID for an unknown policy.
 */
int publication_make(struct database *database, int64_t run_id, const char *policy,
                     struct measure_summary *summary, struct error *error);

#endif
