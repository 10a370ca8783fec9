/*
 * token_origin.c: what a site's tokens were before any rotation of its key, for key_rotate.sh.
 *
 * token_origin KEYFILE < text: copies the text; every uuid in it becomes its origin under the
 * chain of keys in KEYFILE. Written apart from the program's own reader of key files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rekey.h"

enum { KEYS_MAX = 64, UUID_LENGTH = 36 };

static size_t read_keys(const char *path, unsigned char *keys)
{
    char line[256];
    size_t count = 0;
    FILE *file = fopen(path, "r");

    while (file != NULL && count < KEYS_MAX && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "key: ", 5) != 0) {
            continue;
        }
        for (size_t i = 0; i < SITE_KEY_SIZE; i++) {
            unsigned byte = 0;

            sscanf(line + 5 + 2 * i, "%2x", &byte);
            keys[count * SITE_KEY_SIZE + i] = (unsigned char)byte;
        }
        count++;
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

/* Is there a uuid at text? */
static bool take_uuid(const char *text, struct token *ret)
{
    static const char hex[] = "0123456789abcdef";
    size_t digits = 0;

    for (size_t i = 0; i < UUID_LENGTH; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char *digit = strchr(hex, text[i]);

        if (text[i] == '\0' || (dash ? text[i] != '-' : digit == NULL)) {
            return false;
        }
        if (!dash) {
            int value = (int)(digit - hex);
            ret->bytes[digits / 2] = (unsigned char)(ret->bytes[digits / 2] << 4 | value);
            digits++;
        }
    }
    return true;
}

static void print_uuid(const struct token *token)
{
    for (size_t i = 0; i < TOKEN_SIZE; i++) {
        printf("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", token->bytes[i]);
    }
}

int main(int argc, char **argv)
{
    static unsigned char keys[KEYS_MAX * SITE_KEY_SIZE];
    static char line[1 << 20];
    struct rekeyer *rekeyer = NULL;
    struct error error = {0};
    size_t count = argc == 2 ? read_keys(argv[1], keys) : 0;

    if (count == 0 || rekeyer_new(keys, count, &rekeyer, &error) != 0) {
        fprintf(stderr, "token_origin: no key could be read\n");
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        for (const char *at = line; *at != '\0';) {
            struct token token = {{0}};

            if (take_uuid(at, &token) && rekeyer_origin(rekeyer, &token) == 0) {
                print_uuid(&token);
                at += UUID_LENGTH;
            } else {
                putchar(*at++);
            }
        }
    }
    rekeyer_free(rekeyer);
    return 0;
}
