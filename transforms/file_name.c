/*
 * file_name.c: does a file's name fit a feed's grammar, and what does it say. The name is what a
 * sender typed: nothing in it is trusted beyond the shape the grammar asks for.
 */
#include <strings.h>

#include "calendar.h"
#include "feed.h"

enum { NAME_MAX_LENGTH = 255, SENDER_MAX = 32, FILE_YEAR_FIRST = 1990 };

/* Where matching stands. Facts are kept by value, so that a branch given up leaves none behind. */
struct match {
    const char *name; /* NUL-terminated */
    struct file_name_facts facts;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_sender_char(char c)
{
    return is_digit(c) || c == '-' || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool take_digits(const char **at, size_t count, int *ret)
{
    int number = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_digit((*at)[i]))
            return false;
        number = number * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *ret = number;
    return true;
}

static bool is_file_year(int year)
{
    return year >= FILE_YEAR_FIRST && year <= CALENDAR_YEAR_LAST;
}

static void set_months(struct file_name_facts *facts, int year, int first, int last)
{
    facts->has_period = true;
    facts->period_start = calendar_day((struct calendar_date){year, first, 1});
    facts->period_end =
        calendar_day((struct calendar_date){year, last, calendar_days_in_month(year, last)});
}

static bool take_month(struct match *match)
{
    int year, month;

    if (!take_digits(&match->name, 4, &year) || !take_digits(&match->name, 2, &month) ||
        !is_file_year(year) || month < 1 || month > 12)
        return false;
    set_months(&match->facts, year, month, month);
    return true;
}

static bool take_day(struct match *match)
{
    struct calendar_date date;

    if (!take_digits(&match->name, 4, &date.year) || !take_digits(&match->name, 2, &date.month) ||
        !take_digits(&match->name, 2, &date.day) || !is_file_year(date.year) ||
        !calendar_date_exists(date))
        return false;
    match->facts.has_period = true;
    match->facts.period_start = match->facts.period_end = calendar_day(date);
    return true;
}

/* 2025Q1 or 2025-Q1: quarters of the calendar year. */
static bool take_quarter(struct match *match)
{
    int year, quarter;

    if (!take_digits(&match->name, 4, &year) || !is_file_year(year))
        return false;
    if (*match->name == '-')
        match->name++;
    if (lower(*match->name) != 'q')
        return false;
    match->name++;
    if (!take_digits(&match->name, 1, &quarter) || quarter < 1 || quarter > 4)
        return false;
    set_months(&match->facts, year, 3 * quarter - 2, 3 * quarter);
    return true;
}

static bool match_rest(const char *grammar, struct match *match);

/* Nine digits in a row are in no organisation code, but ten are an NHS number. */
static bool could_be_nhs_number(const char *name, size_t length)
{
    size_t run = 0;

    for (size_t i = 0; i < length; i++) {
        run = is_digit(name[i]) ? run + 1 : 0;
        if (run == 9)
            return true;
    }
    return false;
}

static bool match_sender(const char *grammar, struct match *match)
{
    size_t length = 0;

    while (length < SENDER_MAX && is_sender_char(match->name[length]))
        length++;
    if (could_be_nhs_number(match->name, length))
        return false;
    for (; length > 0; length--) {
        struct match try = *match;

        for (size_t i = 0; i < length; i++) {
            char c = lower(match->name[i]);

            try.facts.sender[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
        try.facts.sender[length] = '\0';
        try.name += length;
        if (match_rest(grammar, &try)) {
            *match = try;
            return true;
        }
    }
    return false;
}

static bool match_anything(const char *grammar, struct match *match)
{
    for (size_t length = strlen(match->name) + 1; length-- > 0;) {
        struct match try = *match;

        try.name += length;
        if (match_rest(grammar, &try)) {
            *match = try;
            return true;
        }
    }
    return false;
}

static bool starts_with(const char **grammar, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(*grammar, word, length) != 0)
        return false;
    *grammar += length;
    return true;
}

static bool match_rest(const char *grammar, struct match *match)
{
    while (*grammar != '\0') {
        if (starts_with(&grammar, "{sender}"))
            return match_sender(grammar, match);
        if (starts_with(&grammar, "*"))
            return match_anything(grammar, match);
        if (starts_with(&grammar, "{month}")) {
            if (!take_month(match))
                return false;
        } else if (starts_with(&grammar, "{date}")) {
            if (!take_day(match))
                return false;
        } else if (starts_with(&grammar, "{quarter}")) {
            if (!take_quarter(match))
                return false;
        } else {
            if (lower(*grammar) != lower(*match->name))
                return false;
            grammar++;
            match->name++;
        }
    }
    return *match->name == '\0';
}

/* Takes " (1)", "_v2" and their like from before the extension: people save a file again. */
static bool drop_copy_mark(char *name)
{
    char *dot = strrchr(name, '.');
    char *end = dot == NULL ? name + strlen(name) : dot;
    char *at = end;
    bool bracketed = at > name && at[-1] == ')';

    if (bracketed)
        at--;
    char *last = at;
    while (at > name && is_digit(at[-1]))
        at--;
    if (at == last || at == name || (bracketed ? at[-1] != '(' : lower(at[-1]) != 'v'))
        return false;
    at--;
    if (at > name && strchr(" _-", at[-1]) != NULL)
        at--;
    if (at == name)
        return false;
    memmove(at, end, strlen(end) + 1);
    return true;
}

static bool match_grammar(const char *grammar, const char *name, struct file_name_facts *ret)
{
    struct match match = {name, {.sender = ""}};

    if (!match_rest(grammar, &match))
        return false;
    *ret = match.facts;
    return true;
}

static bool drop_gz(char *name)
{
    size_t length = strlen(name);

    if (length < 4 || name[length - 3] != '.' || lower(name[length - 2]) != 'g' ||
        lower(name[length - 1]) != 'z')
        return false;
    name[length - 3] = '\0';
    return true;
}

bool feed_match_name(const struct feed *feed, const char *name, struct file_name_facts *ret_facts)
{
    char plain[NAME_MAX_LENGTH + 1], original[NAME_MAX_LENGTH + 1];
    size_t length = strlen(name);
    bool gzipped, marked;

    if (length == 0 || length > NAME_MAX_LENGTH || strchr(name, '/') != NULL)
        return false;
    memcpy(plain, name, length + 1);
    gzipped = feed->container == CONTAINER_PLAIN && drop_gz(plain);
    memcpy(original, plain, strlen(plain) + 1);
    marked = drop_copy_mark(plain);
    for (size_t i = 0; i < feed->file_count; i++) {
        struct file_name_facts facts;

        if (!match_grammar(feed->files[i].name, original, &facts) &&
            !(marked && match_grammar(feed->files[i].name, plain, &facts)))
            continue;
        facts.file = (int)i;
        facts.gzipped = gzipped;
        *ret_facts = facts;
        return true;
    }
    return false;
}

/* ---- names that are almost right ---- */

static bool begins_with(const char *name, const char *head, size_t length)
{
    return strlen(name) >= length && strncasecmp(name, head, length) == 0;
}

static bool contains(const char *name, const char *part, size_t length)
{
    for (; *name != '\0'; name++)
        if (begins_with(name, part, length))
            return true;
    return false;
}

/* The grammar's ending, or one that a delivery saved the wrong way would have. */
static bool data_ending(const char *name, const char *grammar)
{
    static const char *const others[] = {".csv", ".zip", ".xml",  ".gz",
                                         ".txt", ".xls", ".xlsx", ".accdb"};
    const char *own = strrchr(grammar, '.'), *ending = strrchr(name, '.');

    if (ending == NULL)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcasecmp(ending, others[i]) == 0)
            return true;
    return own != NULL && strcasecmp(ending, own) == 0;
}

/* The letters that make a grammar its feed's: those before the first placeholder, else those after
 * it. */
static bool resembles(const char *name, const char *grammar)
{
    size_t head = strcspn(grammar, "{*");
    const char *after = strchr(grammar, '}');

    if (!data_ending(name, grammar))
        return false;
    if (head >= 3)
        return begins_with(name, grammar, head);
    if (after == NULL)
        return false;
    size_t length = strcspn(after + 1, "{*");
    return length >= 4 && contains(name, after + 1, length);
}

bool feed_resembles_name(const struct feed *feed, const char *name)
{
    for (size_t i = 0; i < feed->file_count; i++)
        if (resembles(name, feed->files[i].name))
            return true;
    return false;
}
