/* What happened to people between the two files, and the numbers they have. */
#include <string.h>

#include "../day.h"
#include "people.h"

/* How often, in 100,000, by shape. */
static const struct {
    unsigned moves, marries, renamed, lookalike, new_identity;
} lives[] = {
    [SHAPE_SURVEY] = {2600, 3000, 100, 150, 20}, [SHAPE_SYSTEM] = {15500, 11500, 300, 200, 80}};

static bool number_is_whole(uint32_t number)
{
    uint32_t digits = 999000000u + number, sum = 0;
    for (uint32_t weight = 2; weight <= 10; weight++, digits /= 10) {
        sum += digits % 10 * weight;
    }
    /* 1 would ask for a check digit of 10; all nines is what forms hold for "not known". */
    return sum % 11 != 1 && number != 999999;
}

/* The next number that can be given: steps of a prime through the range. */
static uint32_t number_next(struct world *world)
{
    uint32_t number;
    do {
        uint64_t step = world->number_step++;
        number = (uint32_t)((step * 386117u + world->seed % 1000 * 977u) % 1000000u);
    } while (!number_is_whole(number));
    return number;
}

static void numbers_give(struct world *world)
{
    for (uint32_t i = 0; i < world->count; i++) {
        world->people[i].number = world->people[i].former_number = number_next(world);
    }
}

/* The poorest tenth moves 1.5 times as often as the middle, the richest 0.6 times. */
static unsigned moves_of(const struct world *world, uint32_t place)
{
    return lives[world->shape].moves * (160u - 10u * world->places[place].decile) / 105u;
}

static uint16_t practice_near(const struct world *world, struct stream *stream, uint32_t place)
{
    unsigned district = world->places[place].district;
    unsigned number = district + stream_below(stream, 3) * world->district_count;
    return (uint16_t)(number % world->practice_count);
}

static void move(struct world *world, struct stream *stream, struct person *person, uint32_t from,
                 enum file former)
{
    person->former_place = from;
    person->former_address = former;
    if (stream_chance(stream, 600)) {
        person->former_practice = practice_near(world, stream, from);
    }
    if (person->hard > HARD_MOVER) {
        person->hard = HARD_MOVER;
    }
}

/* The right file is older more often than the left. */
static enum file former_file(struct stream *stream)
{
    return stream_chance(stream, 620) ? FILE_RIGHT : FILE_LEFT;
}

/* An adopted child, or a changed gender: new names and a new NHS number. Only what stays says who
 * it is, and for these people a link may do harm. */
static void new_identity(struct world *world, struct stream *stream, struct person *person, int age)
{
    person->former_name = former_file(stream);
    person->former_number = number_next(world);
    person->hard = HARD_NEW_IDENTITY;
    if (age < 18) {
        person->birth_family = names_family(stream, person->culture);
        move(world, stream, person, place_any(world, stream), person->former_name);
        return;
    }
    person->birth_family = NULL;
    person->former_sex = person->sex == 'M' ? 'F' : 'M';
    person->former_given = names_given(stream, person->culture, person->former_sex,
                                       month_of_day(person->birth_day) / 12);
}

static void name_changes(struct world *world, struct stream *stream, struct person *person, int age)
{
    bool home = person->place < world->home_count;
    bool bride = person->sex == 'F' && age >= 20 && age < 46 && person->birth_family;
    if (bride && chance(stream, lives[world->shape].marries)) {
        /* Newly wed often means newly moved: the hardest of all. */
        person->former_name = former_file(stream);
        person->hard = person->hard < HARD_MARRIED ? person->hard : HARD_MARRIED;
        if (person->former_address == FILE_COUNT && home && stream_chance(stream, 350)) {
            move(world, stream, person, place_any(world, stream), person->former_name);
        }
    } else if (age < 18 && chance(stream, lives[world->shape].renamed)) {
        person->birth_family = names_family(stream, person->culture);
        person->former_name = former_file(stream);
        person->hard = person->hard < HARD_RENAMED ? person->hard : HARD_RENAMED;
    } else if (age < 70 && chance(stream, lives[world->shape].new_identity)) {
        new_identity(world, stream, person, age);
    }
}

static void household_lives(struct world *world, uint32_t from, uint32_t to)
{
    struct stream stream = link_stream(world, LINK_PERSON, (uint64_t)from << 1 | 1);
    uint32_t place = world->people[from].place;
    bool home = place < world->home_count;
    uint16_t practice = practice_near(world, &stream, place);
    unsigned moves = moves_of(world, place);
    bool moved = home && chance(&stream, moves * 7 / 10);
    uint32_t former_place =
        stream_chance(&stream, 600) ? place_near(world, &stream, place) : place_any(world, &stream);
    enum file former = former_file(&stream);
    for (uint32_t i = from; i < to; i++) {
        struct person *person = &world->people[i];
        person->practice = person->former_practice =
            stream_chance(&stream, 900) ? practice : practice_near(world, &stream, place);
        int age = age_on(person->birth_day, day_of(2021, 3, 21));
        /* The young leave alone; people in hostels come from somewhere. */
        unsigned alone = home ? (age >= 18 && age < 32 ? moves * 8 / 10 : moves * 2 / 10) : 30000;
        if (moved) {
            move(world, &stream, person, former_place, former);
        } else if (chance(&stream, alone)) {
            /* Draws stand in statements of their own, here and elsewhere: C leaves the order of
             * arguments to the compiler. */
            uint32_t left_behind = place_any(world, &stream);
            move(world, &stream, person, left_behind, former_file(&stream));
        }
        name_changes(world, &stream, person, age);
    }
}

/* Someone else with the same names who was born the same day or close by: no relation. */
static void lookalike_make(struct world *world, uint32_t index)
{
    struct stream stream = link_stream(world, LINK_PERSON, (uint64_t)index << 1);
    if (index < 2000 || !chance(&stream, lives[world->shape].lookalike)) {
        return;
    }
    struct person *person = &world->people[index];
    struct person *other = &world->people[stream_below(&stream, index)];
    if (person->hard != HARD_PLAIN || other->hard != HARD_PLAIN || other->sex != person->sex ||
        other->culture != person->culture || person->mother != NOBODY) {
        return;
    }
    person->given = other->given;
    person->family = other->family;
    switch (stream_below(&stream, 4)) {
    case 0:
        person->birth_day = other->birth_day;
        break;
    case 1:
        person->birth_day = other->birth_day + stream_between(&stream, 1, 9);
        break;
    case 2:
        person->birth_day = day_swapped(other->birth_day);
        break;
    default: /* another age, the same street */
        person->place = person->former_place = other->place;
        break;
    }
    person->hard = other->hard = HARD_LOOKALIKE;
}

void lives_make(struct world *world)
{
    numbers_give(world);
    uint32_t from = 0;
    for (uint32_t i = 1; i <= world->count; i++) {
        if (i == world->count || world->people[i].household != world->people[from].household) {
            household_lives(world, from, i);
            from = i;
        }
    }
    for (uint32_t i = 0; i < world->count; i++) {
        lookalike_make(world, i);
    }
}
