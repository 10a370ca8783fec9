/*
 * social_care.h: events of adult social care as they happened, and the texts two releases have for
 * them.
 */
#ifndef SYNTH_SOCIAL_CARE_H
#define SYNTH_SOCIAL_CARE_H

#include "population.h"

enum { EVENTS_MAX = 24, ACCOMMODATIONS = 10 };

/* A text of Release 2 and what Release 1 wrote. */
struct wording {
    const char *release_2, *release_1;
};

extern const struct wording cld_accommodations[ACCOMMODATIONS];
extern const struct wording cld_services[6];
extern const struct wording cld_outcomes[6];
extern const struct wording cld_mechanisms[3];

enum event_type { EVENT_REQUEST, EVENT_ASSESSMENT, EVENT_SERVICE, EVENT_REVIEW };

struct event {
    enum event_type type;
    int32_t start, end; /* end NO_DAY: an open service */
    size_t service, mechanism, outcome;
    int cost;
};

/* A person's events: request, assessment, services one after the other, reviews. Returns how many.
 */
size_t events_of(const struct world *world, const struct person *person,
                 struct event events[EVENTS_MAX]);

#endif
