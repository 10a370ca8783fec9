#include <stdio.h>
#include <stdlib.h>

#include "people.h"

enum {
    DISTRICTS_MOST = 40,
    UNITS_IN_DISTRICT = 120,
    PEOPLE_IN_UNIT = 42,
    PEOPLE_IN_PRACTICE = 7500
};

bool chance(struct stream *stream, unsigned per_hundred_thousand)
{
    return stream_below(stream, 100000) < per_hundred_thousand;
}

struct stream link_stream(const struct world *world, enum link_purpose purpose, uint64_t who)
{
    return stream_of(world->seed, (enum purpose)purpose, who, world->shape);
}

/* Areas that no postcode has, in the shapes that postcodes have. */
static void district_name(unsigned district, char name[5])
{
    static const char *const areas[] = {"AC", "FC", "HC", "KC", "F", "H"};
    const char *area = areas[district % 6];
    unsigned number = district / 6 + 1 + (district % 6 == 1 ? 9 : 0);
    snprintf(name, 5, district % 13 == 12 && district % 6 != 1 ? "%s%uW" : "%s%u", area,
             number % 100);
}

/* Units of a district are numbered through sectors and letters, in steps that skip about. */
static void unit_postcode(unsigned district, unsigned unit, char postcode[9])
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    char name[5];
    district_name(district, name);
    unsigned sectors = 4 + district % 4;
    unsigned within = unit / sectors * 37 % 400;
    snprintf(postcode, 9, "%s %u%c%c", name, 1 + unit % sectors, letters[within / 20],
             letters[within % 20]);
}

static unsigned decile_near(struct stream *stream, unsigned decile)
{
    int near = (int)decile + stream_between(stream, -2, 2);
    return (unsigned)(near < 1 ? 1 : near > 10 ? 10 : near);
}

int places_make(struct world *world, struct error *error)
{
    unsigned units = world->wanted / PEOPLE_IN_UNIT + 12;
    unsigned districts = units / UNITS_IN_DISTRICT + 1;
    world->district_count = districts < 6                ? 6
                            : districts > DISTRICTS_MOST ? DISTRICTS_MOST
                                                         : districts;
    world->practice_count = world->wanted / PEOPLE_IN_PRACTICE + 12;
    unsigned institutions = world->wanted / 40000 + 2;
    world->home_count = units;
    world->place_count = units + institutions;
    world->places = calloc(world->place_count, sizeof *world->places);
    if (!world->places) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %u places", world->place_count);
    }
    for (uint32_t i = 0; i < world->place_count; i++) {
        struct place *place = &world->places[i];
        unsigned district = i % world->district_count;
        struct stream stream = link_stream(world, LINK_PLACE, i);
        unit_postcode(district, i / world->district_count, place->postcode);
        place->district = (uint8_t)district;
        /* Institutions stand in the poorer places. */
        place->decile = (uint8_t)(i < units ? decile_near(&stream, 1 + district * 7 % 10)
                                            : 1 + stream_below(&stream, 4));
    }
    return 0;
}

uint32_t place_any(const struct world *world, struct stream *stream)
{
    return stream_below(stream, world->home_count);
}

uint32_t place_near(const struct world *world, struct stream *stream, uint32_t place)
{
    uint32_t steps = world->home_count / world->district_count;
    uint32_t near = world->places[place].district +
                    stream_below(stream, steps ? steps : 1) * world->district_count;
    return near < world->home_count ? near : place_any(world, stream);
}
