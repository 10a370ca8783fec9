#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../day.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { FIRST_YEAR = 1925, LAST_YEAR = 2020 };

#define HARD_TEXT(name, text) text,
const char *const hard_case_names[HARD_COUNT] = {HARD_CASES(HARD_TEXT)};

/* Shares of cultures among households, in 1000: of the country, and of a big city. */
static const struct {
    enum ethnicity ethnicity;
    unsigned share[2];
} cultures[CULTURE_COUNT] = {[CULTURE_ENGLISH] = {ETHNICITY_WHITE, {690, 520}},
                             [CULTURE_WELSH] = {ETHNICITY_WHITE, {50, 20}},
                             [CULTURE_IRISH] = {ETHNICITY_WHITE, {35, 40}},
                             [CULTURE_SCOTTISH] = {ETHNICITY_WHITE, {45, 25}},
                             [CULTURE_POLISH] = {ETHNICITY_WHITE, {18, 35}},
                             [CULTURE_IBERIAN] = {ETHNICITY_WHITE, {8, 25}},
                             [CULTURE_CARIBBEAN] = {ETHNICITY_BLACK, {14, 42}},
                             [CULTURE_WEST_AFRICAN] = {ETHNICITY_BLACK, {20, 52}},
                             [CULTURE_SOMALI] = {ETHNICITY_BLACK, {4, 16}},
                             [CULTURE_PAKISTANI] = {ETHNICITY_ASIAN, {28, 50}},
                             [CULTURE_BANGLADESHI] = {ETHNICITY_ASIAN, {11, 30}},
                             [CULTURE_HINDU] = {ETHNICITY_ASIAN, {28, 50}},
                             [CULTURE_SIKH] = {ETHNICITY_ASIAN, {9, 20}},
                             [CULTURE_CHINESE] = {ETHNICITY_ASIAN, {9, 15}},
                             [CULTURE_ARABIC] = {ETHNICITY_OTHER, {9, 30}},
                             [CULTURE_TURKISH] = {ETHNICITY_OTHER, {6, 20}}};

static enum culture culture_any(const struct world *world, struct stream *stream)
{
    unsigned weights[CULTURE_COUNT];
    for (size_t i = 0; i < CULTURE_COUNT; i++) {
        weights[i] = cultures[i].share[world->shape];
    }
    return (enum culture)stream_weighted(stream, weights, CULTURE_COUNT);
}

/* Ages of those who keep a household, by tens of years from 20. */
static int adult_birth_year(struct stream *stream)
{
    static const unsigned weights[] = {14, 18, 18, 17, 15, 11, 7};
    int tens = (int)stream_weighted(stream, weights, COUNT(weights));
    int year = 2000 - tens * 10 - stream_between(stream, 0, 9);
    return year < FIRST_YEAR ? FIRST_YEAR + stream_between(stream, 0, 5) : year;
}

static int32_t day_in_year(struct stream *stream, int year)
{
    return day_of(year, 1, 1) + stream_between(stream, 0, 364);
}

/* Many who came from where births are not registered are given 1 January. */
static int32_t birth_day_in(struct stream *stream, int year, enum culture culture)
{
    bool abroad = culture >= CULTURE_WEST_AFRICAN && year < 1995;
    bool unknown = abroad && chance(stream, culture == CULTURE_SOMALI ? 15000 : 2000);
    return unknown ? day_of(year, 1, 1) : day_in_year(stream, year);
}

static int year_of(int32_t day)
{
    return month_of_day(day) / 12;
}

static bool is_womens_name(const char *name)
{
    static const char *const names[] = {"Begum", "Begom",   "Bibi",    "Khatun", "Khanom", "Akter",
                                        "Nessa", "Sultana", "Parveen", "Kauser", "Jabeen", "Jahan"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Women of some cultures have a title for a family name; Sikhs share two; Poles bend theirs. */
const char *family_name_for(struct stream *stream, enum culture culture, char sex,
                            const char *inherited)
{
    char bent[NAME_BYTES];
    const char *name = inherited ? inherited : names_family(stream, culture);
    while (sex == 'M' && is_womens_name(name)) {
        name = names_family(stream, culture);
    }
    switch (culture) {
    case CULTURE_SIKH:
        if (!inherited) {
            return stream_chance(stream, 450) ? (sex == 'M' ? "Singh" : "Kaur") : name;
        }
        return strcmp(name, "Singh") == 0 && sex == 'F'  ? "Kaur"
               : strcmp(name, "Kaur") == 0 && sex == 'M' ? "Singh"
                                                         : name;
    case CULTURE_BANGLADESHI:
        return sex == 'F' && stream_chance(stream, 550)
                   ? PICK(stream, "Begum", "Begum", "Begum", "Khatun", "Bibi", "Khanom", "Akter",
                          "Nessa")
                   : name;
    case CULTURE_PAKISTANI:
        return sex == 'F' && stream_chance(stream, 330)
                   ? PICK(stream, "Bibi", "Begum", "Begum", "Akhtar", "Kauser", "Parveen")
                   : name;
    case CULTURE_POLISH: {
        size_t length = strlen(name);
        char last = sex == 'F' ? 'a' : 'i';
        if (length > 4 && length < NAME_BYTES && name[length - 2] == 'k' &&
            name[length - 1] != last && strchr("ai", name[length - 1])) {
            snprintf(bent, sizeof bent, "%s", name);
            bent[length - 1] = last;
            return names_keep(bent);
        }
        return name;
    }
    default:
        return name;
    }
}

static const char *two_part(const char *first, const char *mark, const char *last)
{
    char both[NAME_BYTES];
    snprintf(both, sizeof both, "%.28s%s%.28s", first, mark, last);
    return names_keep(both);
}

static struct person *person_add(struct world *world, struct stream *stream, enum culture culture,
                                 char sex, int32_t birth_day, uint32_t place)
{
    if (world->count == world->wanted) {
        return NULL;
    }
    struct person *person = &world->people[world->count++];
    *person = (struct person){.household = world->household_count,
                              .mother = NOBODY,
                              .sibling = NOBODY,
                              .birth_day = birth_day,
                              .place = place,
                              .former_place = place,
                              .former_name = FILE_COUNT,
                              .former_address = FILE_COUNT,
                              .culture = (uint8_t)culture,
                              .ethnicity = (uint8_t)cultures[culture].ethnicity,
                              .hard = place < world->home_count ? HARD_PLAIN : HARD_INSTITUTION,
                              .sex = sex,
                              .former_sex = sex};
    int year = year_of(birth_day);
    person->given = names_given(stream, culture, sex, year);
    bool has_middle = stream_chance(stream, culture == CULTURE_CHINESE ? 100 : 720);
    person->middle = has_middle ? names_given(stream, culture, sex, year - 15) : "";
    /* Called by the second name, Mohammed being everyone's first. */
    bool muslim = culture == CULTURE_PAKISTANI || culture == CULTURE_BANGLADESHI;
    if (sex == 'M' && (muslim || culture == CULTURE_ARABIC) &&
        stream_chance(stream, muslim ? 170 : 80)) {
        person->middle = person->given;
        person->given = PICK(stream, "Mohammed", "Mohammed", "Mohammed", "Mohammed", "Muhammad",
                             "Muhammad", "Mohammad", "Mohamed", "Md");
    }
    if (culture == CULTURE_CHINESE && stream_chance(stream, 450)) {
        person->middle = names_given(stream, CULTURE_ENGLISH, sex, year);
    }
    if (culture == CULTURE_SIKH && stream_chance(stream, 700)) {
        person->middle = sex == 'M' ? "Singh" : "Kaur";
    }
    if (culture == CULTURE_ENGLISH && sex == 'F' && stream_chance(stream, 12)) {
        const char *mark = stream_chance(stream, 600) ? "-" : " ";
        person->given = two_part(person->given, mark,
                                 PICK(stream, "Jane", "Ann", "Marie", "Louise", "Mae", "Rose"));
    }
    return person;
}

static struct person *adult_add(struct world *world, struct stream *stream, enum culture culture,
                                char sex, int year, uint32_t place)
{
    static const unsigned mixed[CULTURE_COUNT] = {
        [CULTURE_ENGLISH] = 1200,   [CULTURE_CARIBBEAN] = 14000, [CULTURE_WEST_AFRICAN] = 4000,
        [CULTURE_PAKISTANI] = 2500, [CULTURE_HINDU] = 2500,      [CULTURE_ARABIC] = 5000,
        [CULTURE_CHINESE] = 5000};
    struct person *person =
        person_add(world, stream, culture, sex, birth_day_in(stream, year, culture), place);
    if (person) {
        person->family = family_name_for(stream, culture, sex, NULL);
        if (chance(stream, culture == CULTURE_IBERIAN ? 35000 : 1800)) {
            person->family = two_part(person->family, culture == CULTURE_IBERIAN ? " " : "-",
                                      names_family(stream, culture));
        }
        if (chance(stream, mixed[culture])) {
            person->ethnicity = ETHNICITY_MIXED;
        }
        if (sex == 'F' && stream_chance(stream, 250)) { /* widowed, divorced, or alone just now */
            person->birth_family = names_family(stream, culture);
        }
    }
    return person;
}

/* Wives who take the name keep the one they were born with in mind. */
static void marry(struct stream *stream, struct person *wife, const struct person *husband)
{
    unsigned kind = stream_below(stream, 100);
    const char *born = family_name_for(stream, wife->culture, 'F', NULL);
    if (kind < 74) {
        wife->birth_family = born;
        wife->family = family_name_for(stream, wife->culture, 'F', husband->family);
    } else if (kind < 81) {
        wife->birth_family = born;
        wife->family = two_part(born, "-", husband->family);
    }
    if (wife->birth_family && strcmp(wife->birth_family, wife->family) == 0) {
        wife->birth_family = NULL;
    }
}

static const char *child_family(struct stream *stream, const struct person *father,
                                const struct person *mother, char sex, enum culture culture)
{
    const struct person *parent = father ? father : mother;
    if (culture == CULTURE_SOMALI && father && stream_chance(stream, 600)) {
        return father->given;
    }
    if (father && mother && mother->birth_family == NULL && stream_chance(stream, 60)) {
        return two_part(mother->family, "-", father->family);
    }
    return family_name_for(stream, culture, sex, parent->family);
}

static struct person *child_add(struct world *world, struct stream *stream, struct person *mother,
                                const struct person *father, int32_t birth_day, char sex)
{
    const struct person *parent = father ? father : mother;
    enum culture culture = parent->culture;
    struct person *child = person_add(world, stream, culture, sex, birth_day, parent->place);
    if (!child) {
        return NULL;
    }
    child->family = child_family(stream, father, mother, sex, culture);
    child->ethnicity = parent->ethnicity;
    if (mother) {
        child->mother = (uint32_t)(mother - world->people);
        child->ethnicity =
            mother->ethnicity == child->ethnicity ? child->ethnicity : ETHNICITY_MIXED;
    }
    return child;
}

/* A son with his father's whole name, or seldom a daughter with her mother's. */
static void name_after(struct stream *stream, struct person *child, struct person *father,
                       struct person *mother)
{
    struct person *parent = child->sex == 'M' ? father : mother;
    if (parent && chance(stream, child->sex == 'M' ? 2000 : 300)) {
        child->given = parent->given;
        child->family = parent->family;
        child->hard = parent->hard = HARD_SAME_NAME_PARENT_CHILD;
    }
}

/* Parents like their twins' names to go together. */
static void twin_add(struct world *world, struct stream *stream, struct person *mother,
                     const struct person *father, struct person *first)
{
    char sex = stream_chance(stream, 640) ? first->sex : first->sex == 'M' ? 'F' : 'M';
    int32_t birth_day = first->birth_day + (chance(stream, 2000) ? 1 : 0);
    struct person *twin = child_add(world, stream, mother, father, birth_day, sex);
    if (!twin) {
        return;
    }
    for (int attempt = 0; attempt < 12 && strcmp(twin->given, first->given) == 0; attempt++) {
        twin->given = names_given(stream, twin->culture, sex, year_of(birth_day));
    }
    for (int attempt = 0;
         stream_chance(stream, 800) && attempt < 8 && twin->given[0] != first->given[0];
         attempt++) {
        twin->given = names_given(stream, twin->culture, sex, year_of(birth_day));
    }
    twin->family = first->family;
    twin->sibling = (uint32_t)(first - world->people);
    first->sibling = (uint32_t)(twin - world->people);
    twin->hard = first->hard = HARD_TWIN;
}

/* Two sons Mohammed are told apart by their second names; others are not called alike. */
static void same_name_siblings(struct stream *stream, struct person *one, struct person *other)
{
    if (other->culture >= CULTURE_SOMALI && other->middle[0] &&
        strcmp(one->middle, other->middle) != 0) {
        if (one->hard > HARD_SAME_NAME_SIBLINGS) {
            one->hard = HARD_SAME_NAME_SIBLINGS;
        }
        other->hard = HARD_SAME_NAME_SIBLINGS;
        return;
    }
    for (int attempt = 0; attempt < 12 && strcmp(one->given, other->given) == 0; attempt++) {
        other->given = names_given(stream, other->culture, other->sex, year_of(other->birth_day));
    }
}

/* Children who live at home: most of those under 20, some older ones. */
static void children_add(struct world *world, struct stream *stream, struct person *mother,
                         struct person *father)
{
    static const unsigned counts[] = {38, 41, 15, 6};
    int count = 1 + (int)stream_weighted(stream, counts, COUNT(counts));
    int32_t born = mother->birth_day + stream_between(stream, 18 * 366, 36 * 365);
    struct person *last = NULL;
    for (int i = 0; i < count; i++, born += stream_between(stream, 430, 1700)) {
        int year = year_of(born);
        if (born > mother->birth_day + 42 * 365 || year > LAST_YEAR) {
            return;
        }
        if (year < 1999 && !stream_chance(stream, 180)) {
            continue; /* has left home */
        }
        char sex = stream_chance(stream, 512) ? 'M' : 'F';
        struct person *child = child_add(world, stream, mother, father, born, sex);
        if (!child) {
            return;
        }
        if (last) {
            child->sibling = (uint32_t)(last - world->people);
            child->family =
                sex == last->sex || child->culture < CULTURE_SOMALI ? last->family : child->family;
        }
        name_after(stream, child, father, mother);
        if (last && strcmp(last->given, child->given) == 0) {
            same_name_siblings(stream, last, child);
        }
        last = child;
        if (chance(stream, 1500)) {
            twin_add(world, stream, mother, father, child);
        }
    }
}

static void couple_add(struct world *world, struct stream *stream, bool children)
{
    enum culture culture = culture_any(world, stream);
    enum culture other = stream_chance(stream, 910) ? culture : culture_any(world, stream);
    uint32_t place = place_any(world, stream);
    int year = adult_birth_year(stream);
    if (children && year < 1955) {
        year += 30;
    }
    struct person *man = adult_add(world, stream, culture, 'M', year, place);
    int her_year = year + stream_between(stream, -3, 6);
    her_year = her_year > 2001 ? 2001 : her_year;
    char sex = stream_chance(stream, 25) && !children ? 'M' : 'F';
    struct person *partner = man ? adult_add(world, stream, other, sex, her_year, place) : NULL;
    if (!partner) {
        return;
    }
    if (sex == 'F') {
        partner->birth_family = NULL;
        if (stream_chance(stream, year < 1970 ? 900 : 650)) {
            marry(stream, partner, man);
        }
        if (children) {
            children_add(world, stream, partner, man);
        }
    }
}

static void lone_parent_add(struct world *world, struct stream *stream)
{
    int year = stream_between(stream, 1965, 1999);
    enum culture culture = culture_any(world, stream);
    uint32_t place = place_any(world, stream);
    struct person *mother = adult_add(world, stream, culture, 'F', year, place);
    if (mother) {
        children_add(world, stream, mother, NULL);
    }
}

/* Grandparents, their son, his wife and children. */
static void three_generations_add(struct world *world, struct stream *stream)
{
    enum culture culture = culture_any(world, stream);
    uint32_t place = place_any(world, stream);
    int year = stream_between(stream, 1938, 1958);
    struct person *elder = adult_add(world, stream, culture, 'M', year, place);
    struct person *wife = elder ? adult_add(world, stream, culture, 'F', year + 2, place) : NULL;
    if (!wife) {
        return;
    }
    marry(stream, wife, elder);
    int32_t born = wife->birth_day + stream_between(stream, 19 * 365, 30 * 365);
    struct person *son = child_add(world, stream, wife, elder, born, 'M');
    if (!son) {
        return;
    }
    name_after(stream, son, elder, wife);
    struct person *daughter_in_law = adult_add(
        world, stream, culture, 'F', year_of(born) + stream_between(stream, -1, 4), place);
    if (daughter_in_law) {
        daughter_in_law->birth_family = NULL;
        marry(stream, daughter_in_law, son);
        children_add(world, stream, daughter_in_law, son);
    }
}

static void alone_add(struct world *world, struct stream *stream, int count, uint32_t place)
{
    bool institution = place >= world->home_count;
    for (int i = 0; i < count; i++) {
        char sex = stream_chance(stream, institution ? 750 : 490) ? 'M' : 'F';
        int year = count > 1 && !institution ? stream_between(stream, 1975, 2001)
                                             : adult_birth_year(stream);
        adult_add(world, stream, culture_any(world, stream), sex, year, place);
        world->household_count += institution; /* strangers to each other */
    }
}

static void household_add(struct world *world)
{
    static const unsigned kinds[] = {290, 270, 260, 90, 35, 45, 14};
    struct stream stream = link_stream(world, LINK_HOUSEHOLD, world->household_count);
    unsigned institutions = world->place_count - world->home_count;
    uint32_t place;
    switch (stream_weighted(&stream, kinds, COUNT(kinds))) {
    case 0:
        alone_add(world, &stream, 1, place_any(world, &stream));
        break;
    case 1:
        couple_add(world, &stream, false);
        break;
    case 2:
        couple_add(world, &stream, true);
        break;
    case 3:
        lone_parent_add(world, &stream);
        break;
    case 4:
        three_generations_add(world, &stream);
        break;
    case 5:
        place = place_any(world, &stream);
        alone_add(world, &stream, stream_between(&stream, 2, 5), place);
        break;
    default:
        alone_add(world, &stream, 2, world->home_count + stream_below(&stream, institutions));
        break;
    }
    world->household_count++;
}

int world_make(struct world *world, struct error *error)
{
    if (places_make(world, error) < 0) {
        return error->code;
    }
    world->people = calloc(world->wanted, sizeof *world->people);
    if (!world->people) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %u people", world->wanted);
    }
    while (world->count < world->wanted) {
        household_add(world);
    }
    lives_make(world);
    return 0;
}

void world_release(struct world *world)
{
    free(world->people);
    free(world->places);
}
