/*
 * mhsds_history.c: who is referred where, when and for how long, as it really was.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

static const struct team teams_rv5[] = {
    {"T01", "A06", "03", 18, 64, 200},  {"T02", "A06", "03", 18, 64, 190},
    {"T03", "A05", "03", 18, 120, 220}, {"T04", "A08", "03", 18, 64, 40},
    {"T05", "A14", "02", 14, 35, 50},   {"T06", "C10", "03", 16, 64, 40},
    {"T07", "A02", "03", 18, 120, 110}, {"T08", "A11", "03", 18, 120, 120},
    {"T09", "A13", "03", 18, 120, 90},  {"T10", "A16", "03", 18, 64, 50},
    {"T11", "A09", "03", 18, 64, 30},   {"T12", "A07", "04", 65, 120, 260},
    {"T13", "C02", "03", 18, 45, 30},   {"T14", "C04", "01", 4, 17, 300},
    {"T15", "F01", "01", 4, 17, 250},   {"T16", "A06", "01", 4, 17, 300}};
static const struct team teams_rpg[] = {
    {"OX1", "A06", "03", 18, 64, 200},  {"OX2", "A05", "03", 18, 120, 200},
    {"OX3", "A14", "02", 14, 35, 50},   {"OX4", "C10", "03", 16, 64, 40},
    {"OX5", "A02", "03", 18, 120, 100}, {"OX6", "A07", "04", 65, 120, 200},
    {"OX7", "A06", "01", 4, 17, 200}};
static const struct team teams_g8h03[] = {{"IPS", "D05", "03", 16, 70, 1}};

const struct provider mhsds_providers[3] = {
    {SENDER_RV5, "RV5", "RV502", {"WLADY", "WPOW", "WJOHN"}, teams_rv5, 16, 60},
    {SENDER_RPG, "RPG", "RPGAE", {"WOAK", "WBECK", "WGOD"}, teams_rpg, 7, 30},
    {SENDER_G8H03, "G8H03", "G8H03", {"", "", ""}, teams_g8h03, 1, 6}};

static const struct team *choose_team(const struct provider *provider, int age,
                                      struct stream *stream)
{
    unsigned weights[16];
    unsigned total = 0;
    for (size_t i = 0; i < provider->team_count; i++) {
        const struct team *team = &provider->teams[i];
        weights[i] = age >= team->from_age && age <= team->to_age ? team->weight : 0;
        total += weights[i];
    }
    return total ? &provider->teams[stream_weighted(stream, weights, provider->team_count)] : NULL;
}

/* How long a team keeps a person, in days. */
static int length_of_care(const struct team *team, struct stream *stream)
{
    int usual = 150;
    if (strcmp(team->type, "A02") == 0 || strcmp(team->type, "A11") == 0) {
        usual = 20;
    } else if (strcmp(team->type, "A08") == 0 || strcmp(team->type, "A14") == 0) {
        usual = 500;
    }
    int length = 0;
    for (int i = 0; i < 3; i++) {
        length += stream_between(stream, 0, usual * 2 / 3);
    }
    return length + 3;
}

static void choose_spell(const struct world *world, struct referral *referral,
                         struct stream *stream)
{
    const char *type = referral->team->type;
    bool likely = strcmp(type, "A02") == 0 || strcmp(type, "A08") == 0 || strcmp(type, "A14") == 0;
    bool possible = likely || strcmp(type, "A06") == 0;
    bool admitted = possible && referral->rejected == NO_DAY &&
                    referral->provider->sender != SENDER_G8H03 && referral->team->from_age >= 14 &&
                    stream_chance(stream, likely ? 130 : 50);
    referral->admitted = referral->left_hospital = NO_DAY;
    if (!admitted) {
        return;
    }
    int32_t last = referral->discharged == NO_DAY ? world->last_day : referral->discharged;
    referral->admitted = stream_between(stream, referral->received, last);
    int32_t left = referral->admitted + stream_between(stream, 3, 70);
    referral->left_hospital =
        referral->discharged != NO_DAY && left > referral->discharged ? referral->discharged : left;
}

static void choose_dates(const struct world *world, const struct person *person,
                         struct referral *referral, int32_t from, struct stream *stream)
{
    referral->received = from;
    referral->discharged = from + length_of_care(referral->team, stream);
    referral->rejected = NO_DAY;
    referral->closure_reason = PICK(stream, "02", "02", "02", "04", "03", "05", "07", "08", "09");
    if (stream_chance(stream, 40)) {
        referral->rejected = from + stream_between(stream, 0, 20);
        referral->discharged = NO_DAY;
    }
    if (person->death_day != NO_DAY && referral->discharged != NO_DAY &&
        referral->discharged >= person->death_day) {
        referral->discharged = person->death_day;
        referral->closure_reason = "06";
    }
    choose_spell(world, referral, stream);
}

size_t referrals_of(const struct world *world, const struct person *person,
                    const struct provider *provider, struct referral referrals[REFERRALS_MAX])
{
    static const unsigned how_many[] = {0, 550, 300, 150};
    struct stream stream =
        stream_of(world->seed, PURPOSE_REFERRAL, person->number, (uint64_t)provider->sender);
    size_t wanted = stream_weighted(&stream, how_many, 4);
    int32_t from = stream_between(&stream, world->first_day - 240, world->last_day - 5);
    size_t count = 0;
    char local[16];
    local_id(provider->sender, person->number, local);
    for (size_t i = 0; i < wanted && from <= world->last_day; i++) {
        struct referral *referral = &referrals[count];
        *referral = (struct referral){.number = (unsigned)i + 1, .provider = provider};
        referral->team = choose_team(provider, age_on(person->birth_day, from), &stream);
        bool dead = person->death_day != NO_DAY && from >= person->death_day - 21;
        if (!referral->team || from < person->birth_day || dead) {
            break;
        }
        choose_dates(world, person, referral, from, &stream);
        referral->source = PICK(&stream, "A1", "A1", "A1", "A1", "B1", "H1", "H2", "C1", "E1", "G4",
                                "I1", "P1", "F2");
        referral->priority = PICK(&stream, "1", "2", "2", "3", "3", "3", "3", "4");
        referral->reason = PICK(&stream, "01", "02", "02", "03", "04", "04", "05", "05", "11", "12",
                                "14", "15", "18", "24", "08");
        const struct team *second = choose_team(provider, age_on(person->birth_day, from), &stream);
        referral->second_team =
            stream_chance(&stream, 60) && second != referral->team ? second : NULL;
        snprintf(referral->id, sizeof referral->id, "%.9s-%u", local, referral->number % 10);
        int32_t over = referral->rejected != NO_DAY ? referral->rejected : referral->discharged;
        from = over + stream_between(&stream, 5, 200);
        count++;
    }
    return count;
}

bool referral_in_month(const struct referral *referral, int month)
{
    int32_t over = referral->rejected != NO_DAY ? referral->rejected : referral->discharged;
    return referral->received <= month_last_day(month) && over >= month_first_day(month);
}
