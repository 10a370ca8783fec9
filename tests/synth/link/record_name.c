/* The names of a record, and what befalls them. */
#include <stdio.h>
#include <string.h>

#include "../day.h"
#include "record_maker.h"

/* Typing, hearing and reading are alike for both names. */
static bool pen_slip(struct stream *stream, char *text, enum hard_case kind)
{
    bool changed = kind == HARD_TYPO    ? slip_typo(stream, text)
                   : kind == HARD_SOUND ? slip_sound(stream, text)
                                        : slip_scan(stream, text);
    if (changed && chance(stream, 6000)) {
        slip_typo(stream, text);
    }
    return changed || slip_typo(stream, text);
}

static bool variant_slip(struct stream *stream, enum name_kind kind, char *text)
{
    const char *variant = names_variant(stream, kind, text);
    if (variant) {
        record_write(text, variant);
    }
    return variant != NULL;
}

static void given_placeholder(struct maker *maker)
{
    bool infant = maker->person->birth_day > day_of(2019, 6, 1);
    const char *text = infant && maker->person->hard == HARD_TWIN
                           ? PICK(&maker->stream, "TWIN 1", "TWIN 2", "BABY")
                       : infant ? PICK(&maker->stream, "BABY", "BABY", "BABY BOY", "BABY GIRL")
                                : PICK(&maker->stream, "UNKNOWN", "NOT KNOWN", "TEST", "X");
    record_write(maker->record->given, text);
    record_hard(maker, HARD_PLACEHOLDER);
}

static void given_decorated(struct maker *maker)
{
    const struct person *person = maker->person;
    const char *nickname = names_nickname(&maker->stream, person->given);
    char both[SLIP_BYTES];
    if (nickname) {
        snprintf(both, sizeof both, "%.28s (%.20s)", maker->record->given, nickname);
    } else {
        snprintf(both, sizeof both, "%s %.40s",
                 person->sex == 'M' ? "Mr" : PICK(&maker->stream, "Mrs", "Miss", "Ms"),
                 maker->record->given);
    }
    record_write(maker->record->given, both);
    record_hard(maker, HARD_DECORATED);
}

static void given_slip(struct maker *maker, size_t slip)
{
    const struct person *person = maker->person;
    struct stream *stream = &maker->stream;
    char *text = maker->record->given;
    const char *nickname;
    char both[SLIP_BYTES];
    switch (slip) {
    case GIVEN_BLANK:
        text[0] = '\0';
        record_hard(maker, HARD_MISSING);
        return;
    case GIVEN_INITIAL:
        if (slip_initial(stream, text)) {
            record_hard(maker, HARD_INITIAL);
        }
        return;
    case GIVEN_NICKNAME:
        if ((nickname = names_nickname(stream, person->given)) != NULL) {
            record_write(text, nickname);
            record_hard(maker, HARD_NICKNAME);
        }
        return;
    case GIVEN_MIDDLE:
    case GIVEN_BOTH:
        if (person->middle[0] && strcmp(person->middle, person->given) != 0) {
            snprintf(both, sizeof both, "%.30s %.30s", text, person->middle);
            record_write(text, slip == GIVEN_MIDDLE ? person->middle : both);
            record_hard(maker, HARD_MIDDLE_NAME);
        }
        return;
    case GIVEN_VARIANT:
        if (variant_slip(stream, NAME_GIVEN, text)) {
            record_hard(maker, HARD_TRANSLITERATION);
        }
        return;
    case GIVEN_TYPO:
    case GIVEN_SOUND:
    case GIVEN_SCAN: {
        enum hard_case kind = slip == GIVEN_TYPO    ? HARD_TYPO
                              : slip == GIVEN_SOUND ? HARD_SOUND
                                                    : HARD_SCAN;
        if (pen_slip(stream, text, kind)) {
            record_hard(maker, kind);
        }
        return;
    }
    case GIVEN_TRUNCATED:
        if (slip_truncate(stream, text)) {
            record_hard(maker, HARD_TRUNCATED);
        }
        return;
    case GIVEN_DECORATED:
        given_decorated(maker);
        return;
    case GIVEN_PLACEHOLDER:
        given_placeholder(maker);
        return;
    default:
        return;
    }
}

static void family_decorated(struct maker *maker)
{
    const struct person *person = maker->person;
    char both[SLIP_BYTES];
    if (person->birth_family) {
        snprintf(both, sizeof both, "%.26s (nee %.26s)", person->family, person->birth_family);
    } else {
        snprintf(both, sizeof both, "%.40s %s", person->family,
                 person->sex == 'M' ? PICK(&maker->stream, "Jnr", "(Mr)", "Snr", "MBE")
                                    : PICK(&maker->stream, "(Mrs)", "(Miss)", "- deceased"));
    }
    record_write(maker->record->family, both);
    record_hard(maker, HARD_DECORATED);
}

/* Some are known by another of their names as a rule: the Mohammeds by the second, Chinese by an
 * English one, West Africans by either. */
static bool second_name(struct maker *maker)
{
    const struct person *person = maker->person;
    bool mohammed = strncmp(person->given, "Moh", 3) == 0 || strcmp(person->given, "Md") == 0 ||
                    strncmp(person->given, "Muh", 3) == 0;
    unsigned rate = person->culture == CULTURE_CHINESE        ? 6000
                    : person->culture == CULTURE_WEST_AFRICAN ? 2500
                    : mohammed                                ? 7000
                                                              : 0;
    rate = maker->file == FILE_LEFT ? rate / 3 : rate;
    if (person->former_given || person->middle[0] == '\0' || !chance(&maker->stream, rate)) {
        return false;
    }
    record_write(maker->record->given, person->middle);
    record_hard(maker, HARD_MIDDLE_NAME);
    return true;
}

static void family_slip(struct maker *maker, size_t slip)
{
    struct stream *stream = &maker->stream;
    char *text = maker->record->family;
    switch (slip) {
    case FAMILY_BLANK:
        text[0] = '\0';
        record_hard(maker, HARD_MISSING);
        return;
    case FAMILY_VARIANT:
        if (variant_slip(stream, NAME_FAMILY, text)) {
            record_hard(maker, HARD_TRANSLITERATION);
        }
        return;
    case FAMILY_TYPO:
    case FAMILY_SOUND:
    case FAMILY_SCAN: {
        enum hard_case kind = slip == FAMILY_TYPO    ? HARD_TYPO
                              : slip == FAMILY_SOUND ? HARD_SOUND
                                                     : HARD_SCAN;
        if (pen_slip(stream, text, kind)) {
            record_hard(maker, kind);
        }
        return;
    }
    case FAMILY_TRUNCATED:
        if (slip_truncate(stream, text)) {
            record_hard(maker, HARD_TRUNCATED);
        }
        return;
    case FAMILY_OTHER:
        record_write(text, names_family(stream, maker->person->culture));
        record_hard(maker, HARD_RENAMED);
        return;
    case FAMILY_DECORATED:
        family_decorated(maker);
        return;
    case FAMILY_PLACEHOLDER:
        record_write(text, PICK(stream, "UNKNOWN", "NOT KNOWN", "SURNAME", "X"));
        record_hard(maker, HARD_PLACEHOLDER);
        return;
    default:
        return;
    }
}

/* Where the other name or a title takes the place of the family name: Begum, Bibi, Singh, Kaur. */
static void title_name(struct maker *maker)
{
    const struct person *person = maker->person;
    struct stream *stream = &maker->stream;
    unsigned rate = maker->file == FILE_LEFT ? 900 : 3000;
    const char *title = NULL;
    if (person->culture == CULTURE_SIKH) {
        title = person->sex == 'M' ? "Singh" : "Kaur";
    } else if (person->sex == 'F' &&
               (person->culture == CULTURE_PAKISTANI || person->culture == CULTURE_BANGLADESHI)) {
        title = PICK(stream, "Begum", "Bibi", "Khatun");
    }
    if (title && chance(stream, rate) && strcmp(title, person->family) != 0) {
        record_write(maker->record->family, title);
        record_hard(maker, HARD_TITLE_NAME);
    }
}

/* Names in two parts, and letters with accents, as this file has them. */
static void parts_and_accents(struct maker *maker)
{
    struct record *record = maker->record;
    struct stream *stream = &maker->stream;
    const struct rates *rates = maker->rates;
    for (int i = 0; i < 2; i++) {
        char *text = i ? record->family : record->given;
        if (strpbrk(text, " -'") && !strpbrk(text, "()")) {
            if (chance(stream, rates->part) && slip_part(stream, text)) {
                record_hard(maker, HARD_DOUBLE_NAME);
            } else if (chance(stream, rates->join) && slip_join(stream, text)) {
                record_hard(maker, HARD_DOUBLE_NAME);
            }
        }
        if (chance(stream, rates->accents)) {
            slip_accents(text);
        }
    }
}

/* One interviewer writes down one household: the same family name goes wrong in the same way. */
static bool household_slip(struct maker *maker)
{
    struct stream stream = link_stream(maker->world, LINK_FAMILY_NAME,
                                       (uint64_t)maker->person->household << 1 | maker->file);
    if (!chance(&stream, maker->rates->household * maker->names / maker->care)) {
        return false;
    }
    if (variant_slip(&stream, NAME_FAMILY, maker->record->family) ||
        pen_slip(&stream, maker->record->family,
                 stream_chance(&stream, 500) ? HARD_SOUND : HARD_SCAN)) {
        record_hard(maker, HARD_HOUSEHOLD_SLIP);
        return true;
    }
    return false;
}

static void one_field(struct maker *maker)
{
    struct record *record = maker->record;
    bool in_given = stream_chance(&maker->stream, 500);
    bool comma_order = stream_chance(&maker->stream, 300);
    char both[SLIP_BYTES];
    snprintf(both, sizeof both, "%.30s %.30s", comma_order ? record->family : record->given,
             comma_order ? record->given : record->family);
    record_write(in_given ? record->given : record->family, both);
    (in_given ? record->family : record->given)[0] = '\0';
    record_hard(maker, HARD_ONE_FIELD);
}

void record_names(struct maker *maker)
{
    const struct person *person = maker->person;
    struct record *record = maker->record;
    struct stream *stream = &maker->stream;
    bool former = person->former_name == maker->file;
    record_write(record->given,
                 former && person->former_given ? person->former_given : person->given);
    record_write(record->family,
                 former && person->birth_family ? person->birth_family : person->family);
    if (!second_name(maker)) {
        given_slip(maker, record_slip(stream, maker->rates->given, GIVEN_SLIPS, maker->names));
    }
    title_name(maker);
    if (!household_slip(maker)) {
        family_slip(maker, record_slip(stream, maker->rates->family, FAMILY_SLIPS, maker->names));
    }
    parts_and_accents(maker);
    /* Where the family name comes first at home, forms are filled in that way. */
    bool family_first = person->culture == CULTURE_CHINESE || person->culture == CULTURE_SOMALI ||
                        person->ethnicity == ETHNICITY_ASIAN;
    unsigned swapped = maker->rates->swapped * (family_first ? 3 : 1) * maker->care / 100;
    if (record->given[0] && record->family[0] && chance(stream, swapped)) {
        char kept[SLIP_BYTES];
        record_write(kept, record->given);
        record_write(record->given, record->family);
        record_write(record->family, kept);
        record_hard(maker, HARD_SWAPPED);
    } else if (chance(stream, maker->rates->one_field)) {
        one_field(maker);
    }
}
