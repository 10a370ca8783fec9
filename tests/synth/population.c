#include "population.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "names.h"

/* Lewisham's mix by the 16+1 ethnic categories, per mille; Z not stated, 99 not known. */
static const char *const ethnic_codes[] = {"A", "B", "C", "D", "E", "F", "G", "H", "J",
                                           "K", "L", "M", "N", "P", "R", "S", "Z", "99"};
static const unsigned ethnic_weights[] = {365, 20, 95,  35,  17, 14, 28, 20, 9,
                                          10,  47, 100, 112, 42, 21, 28, 25, 12};

/* Years of age: 0-9, 10-17, 18-24, 25-34, 35-44, 45-54, 55-64, 65-74, 75-84, 85-99. */
static const int age_floors[] = {0, 10, 18, 25, 35, 45, 55, 65, 75, 85, 100};
static const unsigned age_weights[] = {122, 85, 82, 192, 170, 125, 106, 63, 37, 18};

enum { NHS_NUMBERS = 1000000 };

bool nhs_number_of(unsigned index, char text[11])
{
    char digits[10];
    unsigned sum = 0;
    snprintf(digits, sizeof digits, "999%06u", index % NHS_NUMBERS);
    for (unsigned i = 0; i < 9; i++) {
        sum += (10 - i) * (unsigned)(digits[i] - '0');
    }
    unsigned check = (11 - sum % 11) % 11;
    if (check == 10 || strcmp(digits, "999999999") == 0) {
        return false;
    }
    snprintf(text, 11, "%s%u", digits, check);
    return true;
}

/* Each person the next valid number on a walk that meets every number once. */
static int give_nhs_numbers(struct world *world, struct error *error)
{
    unsigned step = 0;
    unsigned offset = (unsigned)(world->seed * 7919 % NHS_NUMBERS);
    for (unsigned i = 0; i < world->people; i++) {
        do {
            if (step >= NHS_NUMBERS) {
                return error_set(error, ERROR_USAGE, "at most 900000 people");
            }
            uint64_t walk = (uint64_t)step++ * 387421 + offset;
            if (nhs_number_of((unsigned)(walk % NHS_NUMBERS), world->persons[i].nhs_number)) {
                break;
            }
        } while (true);
    }
    return 0;
}

static int32_t random_birth_day(const struct world *world, struct stream *stream)
{
    if (world->canaries) {
        /* So long ago that no event date can be the same. */
        return stream_between(stream, day_of(1931, 1, 1), day_of(1949, 12, 31));
    }
    size_t band = stream_weighted(stream, age_weights, 10);
    int year, month, day;
    day_parts(world->last_day, &year, &month, &day);
    int32_t birth = stream_between(stream, day_of(year - age_floors[band + 1], 1, 1) + 1,
                                   day_of(year - age_floors[band], 1, 1) - 1);
    return birth - stream_between(stream, 0, 90);
}

static void choose_home(const struct world *world, struct person *person, struct stream *stream)
{
    const struct facts *facts = &world->facts;
    person->area = stream_below(stream, (unsigned)facts->area_count);
    person->new_area = stream_below(stream, (unsigned)facts->area_count);
    person->move_day = stream_chance(stream, 120)
                           ? stream_between(stream, world->first_day, world->last_day)
                           : NO_DAY;
    person->practice = stream_chance(stream, 930)
                           ? stream_below(stream, (unsigned)facts->home_practice_count)
                           : stream_below(stream, (unsigned)facts->practice_count);
    person->new_practice = stream_below(stream, (unsigned)facts->home_practice_count);
    person->practice_change_day = stream_chance(stream, 50)
                                      ? stream_between(stream, world->first_day, world->last_day)
                                      : NO_DAY;
    snprintf(person->postcode, sizeof person->postcode, "%s", facts->areas[person->area].postcode);
    snprintf(person->new_postcode, sizeof person->new_postcode, "%s",
             facts->areas[person->new_area].postcode);
}

static void choose_names(const struct world *world, struct person *person, struct stream *stream)
{
    if (world->canaries) {
        name_unusual(person->number * 4099, 'Q', person->forename, sizeof person->forename);
        name_unusual(person->number * 2053, 'Z', person->surname, sizeof person->surname);
        /* Well formed, in a postcode area that does not exist. */
        snprintf(person->postcode, sizeof person->postcode, "QX%u %u%c%c",
                 10 + person->number / 10 % 90, person->number % 10,
                 "ABDEFGHJ"[person->number / 900 % 8], 'D' + (char)(person->number % 5));
        person->move_day = NO_DAY;
        return;
    }
    snprintf(person->forename, sizeof person->forename, "%s", name_forename(stream, person->sex));
    snprintf(person->surname, sizeof person->surname, "%s", name_surname(stream));
}

/* How likely care is, in parts of the usual: more where deprivation is, less for the very young. */
static unsigned need(const struct world *world, const struct person *person, unsigned per_mille)
{
    static const unsigned by_decile[] = {0, 135, 125, 115, 108, 100, 92, 85, 78, 70, 62};
    int age = age_on(person->birth_day, world->last_day);
    unsigned factor = by_decile[world->facts.areas[person->area].imd_decile];
    if (age < 8) {
        factor /= 5;
    }
    return per_mille * factor / 100;
}

static void choose_services(const struct world *world, struct person *person, struct stream *stream)
{
    int age = age_on(person->birth_day, world->last_day);
    bool adult = age >= 19;
    unsigned all = world->canaries ? 700 : 0; /* canaries are met nearly everywhere */
    person->smi = adult && stream_chance(stream, all + need(world, person, 11));
    bool in_care = stream_chance(stream, (person->smi ? 700 : 0) + need(world, person, 240) + all);
    bool both = stream_chance(stream, 50);
    bool neighbour = stream_chance(stream, 160);
    person->in_care[SENDER_RV5] = in_care && (!neighbour || both);
    person->in_care[SENDER_RPG] = in_care && (neighbour || both);
    person->ips = adult && age < 65 && stream_chance(stream, in_care ? 60 : 3);
    if (world->canaries) {
        person->ips = stream_chance(stream, 500);
    }
    person->in_care[SENDER_G8H03] = person->ips && stream_chance(stream, 800);
    person->social_care =
        adult && stream_chance(stream, all + (age >= 75 ? 180 : 25) + (in_care ? 60 : 0));
    person->support[0] = adult && stream_chance(stream, (in_care ? 70 : 12) + all / 2);
    person->support[1] = adult && stream_chance(stream, (in_care ? 60 : 10) + all / 2);
    person->homeless = adult && age < 75 && stream_chance(stream, in_care ? 30 : 5);
    if (world->canaries) {
        person->homeless = stream_chance(stream, 300);
    }
    person->death_day = NO_DAY;
    if (!world->canaries && stream_chance(stream, age >= 75 ? 60 : in_care ? 8 : 3)) {
        person->death_day = stream_between(stream, world->first_day + 60, world->last_day);
    }
}

static void make_person(const struct world *world, struct person *person)
{
    struct stream stream = stream_of(world->seed, PURPOSE_POPULATION, person->number, 0);
    person->birth_day = random_birth_day(world, &stream);
    person->sex = stream_chance(&stream, 515) ? '2' : '1';
    person->gender_identity = person->sex;
    if (stream_chance(&stream, 25)) {
        person->gender_identity = "34XZ"[stream_below(&stream, 4)];
    }
    person->ethnic_category = ethnic_codes[stream_weighted(&stream, ethnic_weights, 18)];
    choose_home(world, person, &stream);
    choose_names(world, person, &stream);
    choose_services(world, person, &stream);
}

int population_make(struct world *world, struct error *error)
{
    world->persons = calloc(world->people, sizeof *world->persons);
    if (!world->persons) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the people");
    }
    for (unsigned i = 0; i < world->people; i++) {
        world->persons[i].number = i + 1;
        make_person(world, &world->persons[i]);
    }
    return give_nhs_numbers(world, error);
}

void population_release(struct world *world)
{
    free(world->persons);
    world->persons = NULL;
}
