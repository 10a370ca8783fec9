#include "name_part.h"

#include "form.h"
#include "normalise.h"

static const char *const titles[] = {"MR",   "MRS", "MS",  "MISS",   "MX",   "DR",
                                     "PROF", "REV", "SIR", "MASTER", "MSTR", "PROFESSOR"};

static const char *const particles[] = {"VAN", "VON",   "DER", "DEN", "DE",  "DI",   "DA",    "DU",
                                        "DEL", "DELLA", "DOS", "LA",  "LE",  "MC",   "MAC",   "O",
                                        "AL",  "EL",    "UD",  "BIN", "IBN", "BINT", "BINTE", "ST"};

/* Whole names that stand for nobody, parts written together. */
static const char *const placeholders[] = {
    "BABY",        "BABYBOY",    "BABYGIRL",      "BABYMALE", "BABYFEMALE", "BABYOF",
    "INFANT",      "NEWBORN",    "UNKNOWN",       "NOTKNOWN", "NOTSTATED",  "NOTGIVEN",
    "NOTRECORDED", "UNK",        "UNKN",          "NK",       "NONE",       "NULL",
    "NIL",         "TEST",       "TESTPATIENT",   "TESTER",   "TBC",        "TBA",
    "ANON",        "ANONYMOUS",  "NFA",           "NFN",      "NFNN",       "DUPLICATE",
    "DONOTUSE",    "UNNAMED",    "NOTAPPLICABLE", "REDACTED", "WITHHELD",   "NOFIRSTNAME",
    "NOSURNAME",   "NOFORENAME", "NONAME"};

/* A given name that begins with one of these words is a placeholder whatever follows. */
static const char *const given_starts[] = {"BABY", "INFANT", "UNKNOWN", "UNNAMED"};

#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof((list)[0]))

static bool is_one_of(struct slice word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(word, slice_of(list[i])))
            return true;
    return false;
}

bool name_word_is_particle(struct slice word)
{
    return IS_ONE_OF(word, particles);
}

bool name_word_is_title(struct slice word)
{
    return IS_ONE_OF(word, titles);
}

bool name_part_is_initial(struct slice part)
{
    return part.length == 1;
}

/* Adds the letter to the last part; false when the name is too long. */
static bool add_letter(struct name_parts *name, int32_t point, bool starts_part)
{
    struct slice *part;

    if (starts_part) {
        if (name->count == NAME_PARTS_MAX)
            return false;
        name->parts[name->count++] = (struct slice){name->text + name->whole.length, 0};
    }
    if (name->whole.length + 4 > sizeof name->text)
        return false;
    part = &name->parts[name->count - 1];
    size_t size = fold_encode(point, name->text + name->whole.length);
    part->length += size;
    name->whole.length += size;
    return true;
}

/* Words of letters; what stands in brackets only when there is nothing else. */
static bool take_words(struct name_parts *name, bool in_brackets)
{
    bool between = true;
    int depth = 0;

    name->count = 0;
    name->whole = (struct slice){name->text, 0};
    for (size_t i = 0; i < name->folded.count; i++) {
        int32_t point = name->folded.points[i];
        enum fold_class class = fold_class_of(point);

        if (point == '(' || point == '[')
            depth++;
        else if ((point == ')' || point == ']') && depth > 0)
            depth--;
        if (class == FOLD_LETTER && (depth == 0 || in_brackets)) {
            if (!add_letter(name, point, between))
                return false;
            between = false;
        } else if (class != FOLD_APOSTROPHE && class != FOLD_DIGIT) {
            between = true;
        }
    }
    return name->count > 0;
}

static void drop_part(struct name_parts *name, size_t at)
{
    name->count--;
    memmove(&name->parts[at], &name->parts[at + 1], (name->count - at) * sizeof name->parts[0]);
}

/* Parts lie one behind the other in text again, so that whole is all of them. */
static void close_up(struct name_parts *name)
{
    char *end = name->text;

    name->letters = 0;
    for (size_t i = 0; i < name->count; i++) {
        memmove(end, name->parts[i].data, name->parts[i].length);
        name->parts[i].data = end;
        end += name->parts[i].length;
        for (size_t at = 0; at < name->parts[i].length; name->letters++)
            at += fold_letter_size(name->parts[i].data + at);
    }
    name->whole = (struct slice){name->text, (size_t)(end - name->text)};
}

static void join_particles(struct name_parts *name, bool given)
{
    for (size_t i = name->count - 1; i-- > 0;) {
        struct slice *part = &name->parts[i];

        if (!name_word_is_particle(*part) || (given && name_part_is_initial(*part)))
            continue;
        part->length += name->parts[i + 1].length;
        drop_part(name, i + 1);
    }
}

static bool is_placeholder(const struct name_parts *name, bool given)
{
    const char *text = name->whole.data;

    if (IS_ONE_OF(name->whole, placeholders) || IS_ONE_OF(name->whole, titles))
        return true;
    if (given && IS_ONE_OF(name->parts[0], given_starts))
        return true;
    /* "X", "XXX" and test patients such as ZZTEST sort to the end of a list on purpose. */
    if (name->whole.length == 1)
        return text[0] == 'X';
    if (text[0] == text[1] && (text[0] == 'X' || text[0] == 'Z'))
        return true;
    return name->count == 2 && slice_equal(name->whole, slice_of("NA")); /* "N/A"; Na is a name */
}

bool name_parts_of(struct secret value, bool given, struct name_parts *ret)
{
    struct slice text = normalise_trim(secret_open(value));

    ret->count = 0;
    if (!fold_text(text, &ret->folded) || (!take_words(ret, false) && !take_words(ret, true))) {
        ret->count = 0;
        return false;
    }
    while (ret->count > 1 && name_word_is_title(ret->parts[0]))
        drop_part(ret, 0);
    close_up(ret);
    if (is_placeholder(ret, given)) {
        ret->count = 0;
        return false;
    }
    join_particles(ret, given);
    for (size_t i = ret->count; given && i-- > 1;)
        if (name_part_is_initial(ret->parts[i]))
            drop_part(ret, i);
    close_up(ret);
    return true;
}

/* Words of a full name are parted by blanks; hyphens stay inside. */
static size_t words_of(struct slice text, struct slice words[NAME_PARTS_MAX])
{
    size_t count = 0, at = 0;

    while (at < text.length && count < NAME_PARTS_MAX) {
        size_t start;

        while (at < text.length && (text.data[at] == ' ' || text.data[at] == '\t'))
            at++;
        for (start = at; at < text.length && text.data[at] != ' ' && text.data[at] != '\t';)
            at++;
        if (at > start)
            words[count++] = (struct slice){text.data + start, at - start};
    }
    /* A name of more words than that: the rest belongs to the last. */
    if (count == NAME_PARTS_MAX && at < text.length)
        words[count - 1].length = (size_t)(text.data + text.length - words[count - 1].data);
    return count;
}

/* "Dr." is the title DR, "de" the particle DE. */
static struct slice upper_word(struct slice word, char room[16])
{
    size_t length = 0;

    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];

        if (c == '.')
            continue;
        if (length == 16)
            return (struct slice){room, 0};
        room[length++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct slice){room, length};
}

static bool is_title(struct slice word)
{
    char room[16];

    return name_word_is_title(upper_word(word, room));
}

static bool is_particle(struct slice word)
{
    char room[16];

    return name_word_is_particle(upper_word(word, room));
}

static struct slice span(const struct slice *words, size_t first, size_t end)
{
    if (first >= end)
        return (struct slice){"", 0};
    return (struct slice){words[first].data, (size_t)(words[end - 1].data + words[end - 1].length -
                                                      words[first].data)};
}

void linkage_split_name(struct secret value, struct secret *ret_given, struct secret *ret_family)
{
    struct slice text = normalise_trim(secret_open(value)), words[NAME_PARTS_MAX];
    const char *comma = text.length == 0 ? NULL : memchr(text.data, ',', text.length);
    struct slice family = {"", 0};
    size_t count, first = 0, end;

    if (comma != NULL) {
        family = normalise_trim((struct slice){text.data, (size_t)(comma - text.data)});
        text.length -= (size_t)(comma + 1 - text.data);
        text.data = comma + 1;
    }
    count = words_of(text, words);
    while (first < count && is_title(words[first]))
        first++;
    end = count;
    if (comma == NULL && count > first) {
        /* A lone word is a family name; a particle that comes first is a given name. */
        for (end = count - 1; end > first + 1 && is_particle(words[end - 1]);)
            end--;
        family = span(words, end, count);
    }
    *ret_given = secret_of(span(words, first, end));
    *ret_family = secret_of(family);
}
