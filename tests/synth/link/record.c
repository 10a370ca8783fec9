#include "record.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../day.h"
#include "record_maker.h"

void record_hard(struct maker *maker, enum hard_case hard_case)
{
    if (hard_case < maker->record->hard) {
        maker->record->hard = hard_case;
    }
}

size_t record_slip(struct stream *stream, const unsigned *rates, size_t count, unsigned percent)
{
    unsigned point = stream_below(stream, 10000000), total = 0;
    for (size_t i = 0; i < count; i++) {
        total += rates[i] * percent;
        if (point < total) {
            return i;
        }
    }
    return count;
}

void record_write(char *text, const char *value)
{
    snprintf(text, SLIP_BYTES, "%s", value);
}

static void write_day(char *text, int32_t day)
{
    snprintf(text, sizeof((struct record *)0)->birth, "%s", day_iso(day));
}

static bool is_date(const char *text)
{
    int year, month, day, back[3];
    if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || month < 1 || month > 12 ||
        day < 1 || day > 31 || year < 1900 || year > 2020) {
        return false;
    }
    day_parts(day_of(year, month, day), &back[0], &back[1], &back[2]);
    return back[1] == month && back[2] == day;
}

/* A digit of day, month or year, such that a date stays: day and month most often. */
static void date_digits(struct maker *maker, bool turned)
{
    char *text = maker->record->birth;
    char kept[sizeof maker->record->birth];
    snprintf(kept, sizeof kept, "%s", text);
    for (int attempt = 0; attempt < 40; attempt++) {
        bool in_year = turned || stream_chance(&maker->stream, 350);
        char part[8];
        snprintf(part, sizeof part, "%.*s", in_year ? 4 : 5, in_year ? kept : kept + 5);
        if (turned ? !slip_digits_swapped(&maker->stream, part)
                   : !slip_digit(&maker->stream, part)) {
            continue;
        }
        memcpy(text + (in_year ? 0 : 5), part, in_year ? 4 : 5);
        if (is_date(text)) {
            record_hard(maker, HARD_DATE_SLIP);
            return;
        }
        snprintf(text, sizeof kept, "%s", kept);
    }
}

static void birth_near(struct maker *maker)
{
    static const int steps[] = {1, 1, 2, 7, 30, 31, 365, 366, 731, 3652};
    int step = steps[stream_below(&maker->stream, sizeof steps / sizeof *steps)];
    int32_t day = maker->person->birth_day + (stream_chance(&maker->stream, 500) ? step : -step);
    write_day(maker->record->birth, day);
    record_hard(maker, HARD_DATE_SLIP);
}

static void birth_other(struct maker *maker)
{
    const struct person *person = maker->person;
    uint32_t other = person->sibling != NOBODY  ? person->sibling
                     : person->mother != NOBODY ? person->mother
                                                : stream_below(&maker->stream, maker->world->count);
    write_day(maker->record->birth, maker->world->people[other].birth_day);
    record_hard(maker, HARD_DATE_SLIP);
}

static void make_birth(struct maker *maker)
{
    char *text = maker->record->birth;
    int32_t born = maker->person->birth_day;
    int year, month, day;
    day_parts(born, &year, &month, &day);
    write_day(text, born);
    switch (record_slip(&maker->stream, maker->rates->birth, BIRTH_SLIPS, maker->care)) {
    case BIRTH_BLANK:
        text[0] = '\0';
        record_hard(maker, HARD_MISSING);
        return;
    case BIRTH_NO_DAY:
        text[7] = '\0';
        record_hard(maker, HARD_DATE_PART);
        return;
    case BIRTH_SWAPPED:
        write_day(text, day_swapped(born));
        record_hard(maker, day <= 12 && day != month ? HARD_DATE_SWAPPED : HARD_PLAIN);
        return;
    case BIRTH_DIGIT:
        date_digits(maker, false);
        return;
    case BIRTH_TURNED:
        date_digits(maker, true);
        return;
    case BIRTH_NEAR:
        birth_near(maker);
        return;
    case BIRTH_JANUARY:
        write_day(text, day_of(year, 1, 1));
        record_hard(maker, HARD_PLACEHOLDER);
        return;
    case BIRTH_DEFAULT:
        write_day(text, day_of(1900, 1, 1));
        record_hard(maker, HARD_PLACEHOLDER);
        return;
    case BIRTH_INVALID:
        snprintf(text, sizeof maker->record->birth, "%04d-%s", year,
                 PICK(&maker->stream, "02-30", "02-31", "13-01", "00-00", "06-31"));
        record_hard(maker, HARD_DATE_SLIP);
        return;
    case BIRTH_OTHER:
        birth_other(maker);
        return;
    default:
        return;
    }
}

static void make_sex(struct maker *maker)
{
    const struct person *person = maker->person;
    char sex = person->former_name == maker->file ? person->former_sex : person->sex;
    if (chance(&maker->stream, maker->rates->sex_wrong * maker->care / 100)) {
        sex = sex == 'M' ? 'F' : 'M';
        record_hard(maker, HARD_SEX_SLIP);
    } else if (chance(&maker->stream, maker->rates->sex_blank)) {
        sex = '\0';
        record_hard(maker, HARD_MISSING);
    }
    maker->record->sex[0] = sex;
    maker->record->sex[1] = '\0';
}

static void postcode_typo(struct maker *maker)
{
    char *text = maker->record->postcode;
    size_t at = stream_below(&maker->stream, (unsigned)strlen(text));
    char byte = text[at];
    if (byte == '0' || byte == '1') {
        text[at] = byte == '0' ? 'O' : 'I';
    } else if (isdigit((unsigned char)byte)) {
        text[at] = (char)('0' + (byte - '0' + stream_between(&maker->stream, 1, 9)) % 10);
    } else if (byte != ' ') {
        text[at] = (char)('A' + (byte - 'A' + stream_between(&maker->stream, 1, 25)) % 26);
    }
}

static void make_postcode(struct maker *maker)
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    const struct person *person = maker->person;
    struct stream *stream = &maker->stream;
    char *text = maker->record->postcode;
    uint32_t place = person->former_address == maker->file ? person->former_place : person->place;
    snprintf(text, sizeof maker->record->postcode, "%s", maker->world->places[place].postcode);
    char *inward = strchr(text, ' ') + 1;
    switch (record_slip(stream, maker->rates->postcode, POSTCODE_SLIPS, maker->care)) {
    case POSTCODE_BLANK:
        text[0] = '\0';
        record_hard(maker, HARD_MISSING);
        return;
    case POSTCODE_UNIT:
        inward += stream_below(stream, 2);
        inward[1] = letters[stream_below(stream, 20)];
        inward = strchr(text, ' ') + 1;
        record_hard(maker, HARD_POSTCODE_SLIP);
        break;
    case POSTCODE_TYPO:
        postcode_typo(maker);
        record_hard(maker, HARD_POSTCODE_SLIP);
        break;
    case POSTCODE_PART:
        inward[-1] = '\0';
        record_hard(maker, HARD_POSTCODE_SLIP);
        return;
    case POSTCODE_UNKNOWN:
        snprintf(text, sizeof maker->record->postcode, "%s",
                 PICK(stream, "ZZ99 3VZ", "ZZ99 3VZ", "ZZ99 3WZ", "ZZ99 3CZ", "ZZ99 3AZ"));
        record_hard(maker, HARD_PLACEHOLDER);
        return;
    default:
        break;
    }
    if (chance(stream, maker->rates->squeezed) && *(inward - 1) == ' ') {
        memmove(inward - 1, inward, strlen(inward) + 1);
    }
}

static void number_text(uint32_t number, char text[24])
{
    uint32_t digits = 999000000u + number, sum = 0;
    for (uint32_t weight = 2, left = digits; weight <= 10; weight++, left /= 10) {
        sum += left % 10 * weight;
    }
    snprintf(text, 24, "%09u%u", digits, (11 - sum % 11) % 11);
}

/* Whose number gets into the record: the mother's, a brother's or sister's, or the row before. */
static uint32_t others_number(struct maker *maker)
{
    const struct person *person = maker->person;
    uint32_t index = (uint32_t)(person - maker->world->people);
    unsigned point = stream_below(&maker->stream, 100);
    uint32_t other = point < 45 && person->mother != NOBODY    ? person->mother
                     : point < 75 && person->sibling != NOBODY ? person->sibling
                     : index                                   ? index - 1
                                                               : index + 1;
    return maker->world->people[other].number;
}

static void make_number(struct maker *maker)
{
    struct stream *stream = &maker->stream;
    char text[24];
    const struct person *person = maker->person;
    bool former = person->former_name == maker->file;
    number_text(former ? person->former_number : person->number, text);
    maker->record->nhs_number[0] = '\0';
    switch (record_slip(stream, maker->rates->number, NUMBER_SLIPS, maker->care > 100 ? 130 : 97)) {
    case NUMBER_BLANK:
        return; /* too common to be a case of its own */
    case NUMBER_OTHERS:
        number_text(others_number(maker), text);
        record_hard(maker, HARD_OTHERS_NUMBER);
        break;
    case NUMBER_FAILS:
        /* Every change of one digit, and of two neighbours, fails modulus 11. */
        if (stream_chance(stream, 600) || !slip_digits_swapped(stream, text)) {
            slip_digit(stream, text);
        }
        record_hard(maker, HARD_BAD_NUMBER);
        break;
    case NUMBER_PLACEHOLDER:
        snprintf(text, sizeof text, "%s", PICK(stream, "0000000000", "9999999999", "1234567890"));
        record_hard(maker, HARD_PLACEHOLDER);
        break;
    default:
        break;
    }
    bool spaced = chance(stream, maker->rates->spaced);
    snprintf(maker->record->nhs_number, sizeof maker->record->nhs_number, "%.3s%s%.3s%s%.4s", text,
             spaced ? " " : "", text + 3, spaced ? " " : "", text + 6);
}

static void make_practice(struct maker *maker)
{
    const struct person *person = maker->person;
    char *text = maker->record->practice;
    unsigned practice =
        person->former_address == maker->file ? person->former_practice : person->practice;
    text[0] = '\0';
    if (chance(&maker->stream, maker->rates->practice_blank)) {
        return;
    }
    if (chance(&maker->stream, maker->rates->practice_unknown)) {
        /* not registered, not known */
        snprintf(text, sizeof maker->record->practice, "%s",
                 PICK(&maker->stream, "V81997", "V81999"));
        return;
    }
    snprintf(text, sizeof maker->record->practice, "Q%05u", 80000 + practice * 7 % 19997);
}

/* Names, and one or two things more at best: nothing here may be linked with certainty. */
static void make_thin(struct maker *maker)
{
    struct record *record = maker->record;
    struct stream *stream = &maker->stream;
    if (!chance(stream, maker->rates->thin)) {
        return;
    }
    record->nhs_number[0] = '\0';
    record->postcode[0] = '\0';
    record->practice[0] = '\0';
    switch (stream_below(stream, 3)) {
    case 0:
        record->birth[0] = '\0';
        break;
    case 1:
        record->birth[0] = '\0';
        slip_initial(stream, record->given);
        break;
    default:
        record->birth[record->birth[0] ? 7 : 0] = '\0';
        break;
    }
    record_hard(maker, HARD_THIN);
}

/* Systems that know capitals only know no accents either. */
static void make_case(struct maker *maker)
{
    bool upper = chance(&maker->stream, maker->rates->upper);
    bool lower = !upper && chance(&maker->stream, maker->rates->lower);
    for (int i = 0; (upper || lower) && i < 2; i++) {
        slip_accents(i ? maker->record->family : maker->record->given);
        for (char *at = i ? maker->record->family : maker->record->given; *at; at++) {
            *at = (char)(upper ? toupper(*at) : tolower(*at));
        }
    }
    for (char *at = maker->record->postcode; lower && *at; at++) {
        *at = (char)tolower(*at);
    }
}

void record_make(const struct world *world, uint32_t index, enum file file, unsigned copy,
                 struct record *ret)
{
    const struct person *person = &world->people[index];
    struct maker maker = {.world = world,
                          .person = person,
                          .rates = &rates_of[world->shape][file],
                          .file = file,
                          .stream = link_stream(world, LINK_RECORD,
                                                (uint64_t)copy << 40 | (uint64_t)index << 1 | file),
                          .record = ret};
    static const unsigned group[ETHNICITY_COUNT] = {95, 152, 152, 152, 110};
    /* Errors keep each other company: one record in ten was written in a hurry. */
    maker.care = stream_chance(&maker.stream, 100) ? 280 : 80;
    maker.names = maker.care * group[person->ethnicity] / 100;
    ret->hard = person->hard;
    record_names(&maker);
    make_birth(&maker);
    make_sex(&maker);
    make_postcode(&maker);
    make_number(&maker);
    make_practice(&maker);
    make_thin(&maker);
    make_case(&maker);
}
