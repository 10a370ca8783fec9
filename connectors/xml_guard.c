#include "xml_guard.h"

#include <string.h>
#include <strings.h>

#include "text_encoding.h"

enum { DECLARATION_BYTES_MAX = 1024, ENCODING_NAME_MAX = 32 };

void xml_guard_init(struct xml_guard *guard)
{
    *guard = (struct xml_guard){.state = XML_IN_TEXT};
}

/* ---- encoding ---- */

static bool encoding_accepted(const char *name)
{
    static const char *const accepted[] = {"utf-8",      "utf8",         "us-ascii", "ascii",
                                           "iso-8859-1", "windows-1252", "cp1252"};
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        if (strcasecmp(name, accepted[i]) == 0)
            return true;
    return false;
}

static bool starts_declaration(const char *bytes, size_t length)
{
    return length >= 5 && memcmp(bytes, "<?xml", 5) == 0;
}

/* The value of encoding="..." in the XML declaration; empty when there is none. */
static void declared_encoding(const char *bytes, size_t length, char name[ENCODING_NAME_MAX])
{
    name[0] = '\0';
    if (!starts_declaration(bytes, length))
        return;
    const char *end = memchr(bytes, '>', length);
    size_t declaration = end ? (size_t)(end - bytes) : length;
    const char *at = memmem(bytes, declaration, "encoding", 8);
    if (!at)
        return;
    at += 8;
    end = bytes + declaration;
    while (at < end && *at != '"' && *at != '\'')
        at++;
    if (at == end)
        return;
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    size_t size = close ? (size_t)(close - at - 1) : (size_t)(end - at - 1);
    if (size >= ENCODING_NAME_MAX)
        size = ENCODING_NAME_MAX - 1;
    memcpy(name, at + 1, size);
    name[size] = '\0';
}

int xml_guard_check_opening(const char *bytes, size_t length, struct error *error)
{
    static const char ebcdic[] = {0x4C, 0x6F, (char)0xA7, (char)0x94};
    if (length > DECLARATION_BYTES_MAX)
        length = DECLARATION_BYTES_MAX;
    enum text_opening opening = text_opening_of(bytes, length);
    if (opening == TEXT_OPENING_WIDE || (length >= 4 && memcmp(bytes, ebcdic, 4) == 0))
        return error_set(error, ERROR_ENCODING_UNSUPPORTED, "the file is not UTF-8");
    size_t skip = opening == TEXT_OPENING_UTF8_MARK ? TEXT_UTF8_MARK_BYTES : 0;
    /* A declaration that goes on for ever could name its encoding out of our sight. */
    if (starts_declaration(bytes + skip, length - skip) && !memchr(bytes, '>', length))
        return error_set(error, ERROR_ENCODING_UNSUPPORTED, "the XML declaration has no end");
    char name[ENCODING_NAME_MAX], clean[ENCODING_NAME_MAX];
    declared_encoding(bytes + skip, length - skip, name);
    if (name[0] == '\0' || encoding_accepted(name))
        return 0;
    text_clean(clean, sizeof clean, name);
    error_set(error, ERROR_ENCODING_UNSUPPORTED, "the XML declares an encoding that is not read");
    error_detail(error, "%s, expected UTF-8, ISO-8859-1 or windows-1252", clean);
    return error->code;
}

/* ---- structure ---- */

static int limit(struct error *error, const char *text, size_t cap)
{
    error_set(error, ERROR_XML_LIMIT, "%s", text);
    error_detail(error, "at most %zu", cap);
    return error->code;
}

static void enter(struct xml_guard *guard, enum xml_guard_state state)
{
    guard->state = state;
    guard->run = 0;
    guard->previous[0] = guard->previous[1] = '\0';
}

static int after_less(struct xml_guard *guard, char c, struct error *error)
{
    guard->attributes = 0;
    if (c == '!') {
        guard->state = XML_AFTER_BANG;
    } else if (c == '?') {
        enter(guard, XML_IN_INSTRUCTION);
    } else if (c == '/') {
        enter(guard, XML_IN_END_TAG);
    } else {
        enter(guard, XML_IN_TAG);
        if (++guard->depth > XML_DEPTH_MAX)
            return limit(error, "elements are nested too deep", XML_DEPTH_MAX);
    }
    return 0;
}

static int after_bang(struct xml_guard *guard, char c, struct error *error)
{
    if (c == 'D' || c == 'd')
        return error_set(error, ERROR_XML_DOCTYPE, "the file has a document type declaration");
    if (c == '-')
        enter(guard, XML_IN_COMMENT);
    else if (c == '[')
        enter(guard, XML_IN_CDATA);
    else
        enter(guard, XML_IN_TEXT); /* malformed: libxml2 will say so */
    return 0;
}

static int in_tag(struct xml_guard *guard, char c, struct error *error)
{
    if (c == '"' || c == '\'') {
        guard->quote = c;
        guard->state = XML_IN_QUOTE;
    } else if (c == '=') {
        if (++guard->attributes > XML_ATTRIBUTES_MAX)
            return limit(error, "an element has too many attributes", XML_ATTRIBUTES_MAX);
    } else if (c == '>') {
        if (guard->previous[1] == '/')
            guard->depth--;
        enter(guard, XML_IN_TEXT);
    }
    return 0;
}

static int step(struct xml_guard *guard, char c, struct error *error)
{
    const char *previous = guard->previous;
    switch (guard->state) {
    case XML_IN_TEXT:
        if (c == '<')
            guard->state = XML_AFTER_LESS;
        return 0;
    case XML_AFTER_LESS:
        return after_less(guard, c, error);
    case XML_AFTER_BANG:
        return after_bang(guard, c, error);
    case XML_IN_TAG:
        return in_tag(guard, c, error);
    case XML_IN_QUOTE:
        if (c == guard->quote)
            guard->state = XML_IN_TAG;
        return 0;
    case XML_IN_END_TAG:
        if (c == '>') {
            guard->depth -= guard->depth > 0;
            enter(guard, XML_IN_TEXT);
        }
        return 0;
    case XML_IN_INSTRUCTION:
        if (c == '>' && previous[1] == '?')
            enter(guard, XML_IN_TEXT);
        return 0;
    case XML_IN_COMMENT:
    case XML_IN_CDATA: {
        char closing = guard->state == XML_IN_COMMENT ? '-' : ']';
        /* "<!-->" and "<!--->" do not close themselves: the opening dashes count for nothing. */
        if (c == '>' && previous[0] == closing && previous[1] == closing && guard->run >= 4)
            enter(guard, XML_IN_TEXT);
        return 0;
    }
    }
    return 0;
}

int xml_guard_check(struct xml_guard *guard, const char *bytes, size_t length, struct error *error)
{
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        enum xml_guard_state before = guard->state;
        int rc = step(guard, c, error);
        if (rc)
            return rc;
        if (c == '\n')
            guard->lines++;
        guard->previous[0] = guard->previous[1];
        guard->previous[1] = c;
        if (guard->state != before && before == XML_AFTER_LESS)
            continue;
        bool tag = guard->state == XML_IN_TAG || guard->state == XML_IN_QUOTE ||
                   guard->state == XML_IN_END_TAG;
        size_t cap = tag ? XML_TAG_BYTES_MAX : XML_TEXT_BYTES_MAX;
        if (++guard->run > cap)
            return limit(error, tag ? "a tag is too long" : "a text is too long", cap);
    }
    return 0;
}
