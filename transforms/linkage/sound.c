#include "sound.h"

#include <stdbool.h>

/* A word being read. Letters before its start and behind its end read as NUL. */
struct reader {
    struct slice word;
    size_t at;
    char *code;
    size_t length;
    bool apart; /* a vowel since the last letter of the code: the same sound counts again */
};

static char look(const struct reader *reader, ptrdiff_t offset)
{
    ptrdiff_t at = (ptrdiff_t)reader->at + offset;

    return at < 0 || at >= (ptrdiff_t)reader->word.length ? '\0' : reader->word.data[at];
}

static bool among(char letter, const char *letters)
{
    return letter != '\0' && strchr(letters, letter) != NULL;
}

static bool is_vowel(char letter)
{
    return among(letter, "AEIOUY");
}

/* Do the letters at offset read text? */
static bool reads(const struct reader *reader, ptrdiff_t offset, const char *text)
{
    for (; *text != '\0'; text++, offset++)
        if (look(reader, offset) != *text)
            return false;
    return true;
}

static void sound(struct reader *reader, char letter)
{
    if (reader->length == SOUND_MAX)
        return;
    if (reader->apart || reader->length == 0 || reader->code[reader->length - 1] != letter)
        reader->code[reader->length++] = letter;
    reader->apart = false;
}

/* Each reads the letter at reader->at and returns how many letters it took. */

static size_t read_start(struct reader *reader)
{
    if (reads(reader, 0, "KN") || reads(reader, 0, "GN") || reads(reader, 0, "PN")) {
        sound(reader, 'N');
        return 2;
    }
    if (reads(reader, 0, "WR")) {
        sound(reader, 'R');
        return 2;
    }
    if (reads(reader, 0, "PS")) {
        sound(reader, 'S');
        return 2;
    }
    if (look(reader, 0) == 'X') {
        sound(reader, 'S');
        return 1;
    }
    if (reads(reader, 0, "WH")) {
        sound(reader, 'W');
        return 2;
    }
    if (look(reader, 0) == 'Y' && among(look(reader, 1), "AEIOU")) {
        sound(reader, 'Y'); /* Yusuf; but Yvonne is Ivonne */
        return 1;
    }
    if (is_vowel(look(reader, 0))) {
        sound(reader, 'A');
        return 1;
    }
    if (look(reader, 0) == 'H') {
        if (is_vowel(look(reader, 1)))
            sound(reader, 'H');
        return 1;
    }
    return 0;
}

/* CH that is a K: Christine, Chloe, Michael, Nichola, Zachary. */
static bool is_hard_ch(const struct reader *reader)
{
    return among(look(reader, 2), "RL") || (reads(reader, 2, "OL") && is_vowel(look(reader, -1))) ||
           (reads(reader, -2, "MICHA") || reads(reader, -2, "MICHEA") ||
            reads(reader, -2, "ZACHA"));
}

static size_t read_c(struct reader *reader)
{
    if (look(reader, 1) == 'H') {
        sound(reader, is_hard_ch(reader) ? 'K' : 'X');
        return 2;
    }
    sound(reader, among(look(reader, 1), "EIY") ? 'S' : 'K');
    return 1;
}

static size_t read_g(struct reader *reader)
{
    if (look(reader, 1) == 'H') {
        /* Wright, Keighley, Hughes; but Ghulam, Meghan, Singh. */
        if (!among(look(reader, -1), "IU"))
            sound(reader, 'G');
        return 2;
    }
    if (look(reader, 1) == 'G') {
        sound(reader, 'G');
        return 2;
    }
    sound(reader, among(look(reader, 1), "EIY") ? 'J' : 'G');
    return 1;
}

static size_t read_s(struct reader *reader)
{
    if (reads(reader, 0, "SCH")) {
        sound(reader, 'S');
        sound(reader, 'K');
        return 3;
    }
    if (look(reader, 1) == 'H') {
        sound(reader, look(reader, -1) == 'K' ? 'S' : 'X'); /* Lakshmi is Laxmi */
        return 2;
    }
    sound(reader, 'S');
    return reads(reader, 0, "SC") && among(look(reader, 2), "EIY") ? 2 : 1;
}

static size_t read_p(struct reader *reader)
{
    if (look(reader, 1) == 'H') {
        sound(reader, reads(reader, -3, "SHE") ? 'P' : 'F'); /* Shepherd */
        return 2;
    }
    /* Thompson, Crompton, Campbell. */
    if (look(reader, -1) != 'M' || !among(look(reader, 1), "STB"))
        sound(reader, 'P');
    return 1;
}

static size_t read_d(struct reader *reader)
{
    if (look(reader, 1) == 'J' || (look(reader, 1) == 'G' && among(look(reader, 2), "EIY"))) {
        sound(reader, 'J');
        return 2;
    }
    sound(reader, 'D');
    return 1;
}

static size_t read_letter(struct reader *reader)
{
    char letter = look(reader, 0);

    switch (letter) {
    case 'A':
    case 'E':
    case 'I':
    case 'O':
    case 'U':
    case 'Y':
        reader->apart = true;
        return 1;
    case 'H':
        return 1;
    case 'B':
        if (look(reader, -1) != 'M' || look(reader, 1) != '\0')
            sound(reader, 'B');
        return 1;
    case 'C':
        return read_c(reader);
    case 'D':
        return read_d(reader);
    case 'G':
        return read_g(reader);
    case 'P':
        return read_p(reader);
    case 'S':
        return read_s(reader);
    case 'Z':
        sound(reader, 'S');
        return 1;
    case 'T':
        if (!reads(reader, 0, "TCH"))
            sound(reader, 'T');
        return 1;
    case 'V':
        sound(reader, 'F');
        return 1;
    case 'W':
        /* Behind a vowel it belongs to it: Stewart, Lawrence, Lowe. */
        if (is_vowel(look(reader, 1)) && !is_vowel(look(reader, -1)))
            sound(reader, 'W');
        return 1;
    case 'Q':
        sound(reader, 'K');
        return 1;
    case 'X':
        sound(reader, 'K');
        sound(reader, 'S');
        return 1;
    default:
        sound(reader, letter);
        return 1;
    }
}

size_t sound_code(struct slice word, char code[SOUND_MAX])
{
    struct reader reader = {.word = word, .code = code};

    if (word.length < 2)
        return 0;
    for (size_t i = 0; i < word.length; i++)
        if (word.data[i] < 'A' || word.data[i] > 'Z')
            return 0;
    reader.at = read_start(&reader);
    while (reader.at < word.length)
        reader.at += read_letter(&reader);
    return reader.length;
}
