/*
 * identity.c: what a sender knows of a person, with the slips of real registration desks.
 */
#include <stdio.h>

#include "day.h"
#include "names.h"
#include "population.h"

/* Per mille of the people a sender knows. */
struct slips {
    unsigned no_nhs_number, no_postcode, no_birth_day;
    unsigned misspelt, nickname, birth_day_swapped, old_postcode;
};

static const struct slips slips_of_feed[] = {[FEED_MHSDS] = {40, 8, 0, 0, 0, 10, 60},
                                             [FEED_GP_SMI] = {0, 2, 0, 0, 0, 3, 20},
                                             [FEED_SOCIAL_CARE] = {150, 15, 5, 30, 10, 15, 80},
                                             [FEED_SUPPORT] = {600, 120, 80, 90, 120, 25, 100},
                                             [FEED_IPS] = {200, 40, 10, 50, 80, 15, 80},
                                             [FEED_HOMELESSNESS] = {400, 250, 5, 60, 30, 20, 150},
                                             [FEED_REFERENCE] = {0, 0, 0, 0, 0, 0, 0}};

void identity_of(const struct world *world, const struct person *person, enum feed_name feed,
                 enum sender sender, int32_t day, struct identity *ret)
{
    const struct slips *slips = &slips_of_feed[feed];
    struct stream stream = stream_of(world->seed, PURPOSE_IDENTITY, person->number,
                                     (uint64_t)feed * 16 + (uint64_t)sender);
    bool no_nhs_number = stream_chance(&stream, slips->no_nhs_number);
    bool no_postcode = stream_chance(&stream, slips->no_postcode);
    bool no_birth_day = stream_chance(&stream, slips->no_birth_day);
    bool swapped = stream_chance(&stream, slips->birth_day_swapped);
    swapped = swapped && age_on(person->birth_day, world->first_day) >= 5; /* stays in the past */
    /* Some senders never hear of a move, others some weeks late. */
    bool never_told = stream_chance(&stream, slips->old_postcode);
    int delay = stream_between(&stream, 0, 45);
    bool moved = person->move_day != NO_DAY && !never_told && day >= person->move_day + delay;
    const char *nickname =
        stream_chance(&stream, slips->nickname) ? name_nickname(person->forename) : NULL;

    snprintf(ret->nhs_number, sizeof ret->nhs_number, "%s",
             no_nhs_number ? "" : person->nhs_number);
    snprintf(ret->postcode, sizeof ret->postcode, "%s",
             no_postcode ? ""
             : moved     ? person->new_postcode
                         : person->postcode);
    ret->birth_day = no_birth_day ? NO_DAY
                     : swapped    ? day_swapped(person->birth_day)
                                  : person->birth_day;
    snprintf(ret->forename, sizeof ret->forename, "%s", nickname ? nickname : person->forename);
    snprintf(ret->surname, sizeof ret->surname, "%s", person->surname);
    if (stream_chance(&stream, slips->misspelt)) {
        if (stream_chance(&stream, 500)) {
            name_misspell(&stream, person->surname, ret->surname, sizeof ret->surname);
        } else if (!nickname) {
            name_misspell(&stream, person->forename, ret->forename, sizeof ret->forename);
        }
    }
}

const struct practice *practice_of(const struct world *world, const struct person *person,
                                   int32_t day)
{
    bool changed = person->practice_change_day != NO_DAY && day > person->practice_change_day;
    return &world->facts.practices[changed ? person->new_practice : person->practice];
}

unsigned local_number(enum sender sender, uint32_t person)
{
    static const uint64_t steps[] = {7654321, 6271829, 5915587, 4256233, 8675309, 3367900};
    /* A prime, so that the walk meets every number below it once. */
    return (unsigned)((person * steps[sender] + 1234567 * (uint64_t)(sender + 1)) % 9999991);
}

char *local_id(enum sender sender, uint32_t person, char *buffer)
{
    static const char *const prefixes[] = {"S", "X", "VP", "LW-", "P", "G"};
    snprintf(buffer, 16, "%s%07u", prefixes[sender], local_number(sender, person));
    return buffer;
}
