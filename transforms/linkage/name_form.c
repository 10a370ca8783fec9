/* name_form.c: the forms of given and family names. */
#include "derive.h"
#include "sound.h"

enum { START_LETTERS = 3 };

/* A form of a name: which key its text goes under and where its token goes. */
struct name_token {
    int key;
    struct slice text;
    uint32_t *word;
};

/* The part a given name is compared by: Liz is ELIZABETH. Initials are none. */
static struct slice part_text(const struct linkage_deriver *deriver, enum linkage_kind kind,
                              struct slice part)
{
    if (name_part_is_initial(part))
        return (struct slice){"", 0};
    return kind == LINKAGE_GIVEN_NAME ? linkage_nicknames_canonical(deriver->nicknames, part)
                                      : part;
}

/* The first and the last letters, a mark each. */
static int derive_ends(struct linkage_deriver *deriver, enum linkage_kind kind, struct slice whole,
                       uint32_t *word)
{
    uint16_t start, end;
    int result = form_mark(deriver, (struct form_key){kind, NAME_KEY_START, NULL},
                           form_start(whole, START_LETTERS), &start);

    if (result == 0)
        result = form_mark(deriver, (struct form_key){kind, NAME_KEY_END, NULL},
                           form_end(whole, START_LETTERS), &end);
    if (result == 0) {
        form_put_mark(word, 0, start);
        form_put_mark(word, 1, end);
    }
    return result;
}

static int derive_tokens(struct linkage_deriver *deriver, enum linkage_kind kind, uint32_t *hot,
                         uint32_t *cold)
{
    const struct name_parts *name = &deriver->name;
    struct slice first = name->parts[0], last = name->parts[name->count - 1], none = {"", 0};
    enum linkage_kind other = kind == LINKAGE_GIVEN_NAME ? LINKAGE_FAMILY_NAME : LINKAGE_GIVEN_NAME;
    /* Of given names the second, of family names the last. */
    struct slice second = kind == LINKAGE_GIVEN_NAME && name->count > 1 ? name->parts[1] : last;
    char code[SOUND_MAX];
    size_t code_length = sound_code(first, code);
    struct name_token tokens[] = {
        {NAME_KEY_WHOLE, name->whole, &hot[NAME_WHOLE]},
        {NAME_KEY_PART, part_text(deriver, kind, first), &hot[NAME_FIRST]},
        {NAME_KEY_PART, name->count > 1 ? part_text(deriver, kind, second) : none,
         &hot[NAME_SECOND]},
        {NAME_KEY_SOUND, {code, code_length}, &hot[NAME_SOUND]},
    };
    int result = 0;

    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0] && result == 0; i++)
        result = form_token(deriver, (struct form_key){kind, tokens[i].key, NULL}, tokens[i].text,
                            tokens[i].word);
    if (result == 0)
        result = form_token(deriver, (struct form_key){other, NAME_KEY_WHOLE, NULL}, name->whole,
                            &cold[NAME_SWAPPED]);
    if (result == 0)
        result = derive_ends(deriver, kind, name->whole, &cold[NAME_ENDS]);
    if (result == 0)
        result = form_marks(deriver, (struct form_key){kind, NAME_KEY_MARK, NULL}, name->whole,
                            LINKAGE_MARKS_MAX, &cold[NAME_MARKS]);
    OPENSSL_cleanse(code, sizeof code);
    return result;
}

/* "J" or "J P": nothing but initials. */
static bool is_initials(const struct name_parts *name)
{
    for (size_t i = 0; i < name->count; i++)
        if (!name_part_is_initial(name->parts[i]))
            return false;
    return true;
}

int derive_name(struct linkage_deriver *deriver, enum linkage_kind kind, struct secret value,
                uint32_t *hot, uint32_t *cold)
{
    struct name_parts *name = &deriver->name;
    int result;

    if (!name_parts_of(value, kind == LINKAGE_GIVEN_NAME, name))
        return 0;
    result = form_token(deriver, (struct form_key){kind, NAME_KEY_INITIAL, NULL},
                        form_start(name->whole, 1), &cold[NAME_INITIAL]);
    if (result != 0 || is_initials(name))
        return result;
    return derive_tokens(deriver, kind, hot, cold);
}
