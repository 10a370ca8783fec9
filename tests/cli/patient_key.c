/*
 * patient_key.c: the patient keys of known persons, for truth.sh: only who holds the site key can
 * say which key in the warehouse is whom.
 *
 * patient_key KEYFILE < persons.csv: for each line "feed,sender,local_id,true_person" prints
 * "key,true_person,feed". For gp_smi the local id is the NHS number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"

static int read_key(const char *path, unsigned char key[SITE_KEY_SIZE])
{
    char line[256];
    int found = 0;
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        for (size_t i = 0; strncmp(line, "key: ", 5) == 0 && i < SITE_KEY_SIZE; i++) {
            unsigned byte = 0;
            found += sscanf(line + 5 + 2 * i, "%2x", &byte) == 1;
            key[i] = (unsigned char)byte;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found == SITE_KEY_SIZE ? 0 : -1;
}

static int print_key(struct tokeniser *tokeniser, char *line)
{
    struct identity_labels labels;
    struct identity_parts parts = {.birth = CALENDAR_NO_DAY};
    struct token token;
    char *rest = line, *feed = strsep(&rest, ","), *sender = strsep(&rest, ","),
         *local = strsep(&rest, ","), *person = strsep(&rest, "\r\n");

    if (person == NULL || !identity_labels_init(&labels, feed)) {
        return -1;
    }
    if (strcmp(feed, "gp_smi") == 0) {
        parts.nhs_number = secret_of(slice_of(local));
    } else {
        parts.local_patient_id = secret_of(slice_of(local));
    }
    if (identity_patient_token(tokeniser, &labels, sender, &parts, &token) != 1) {
        return -1;
    }
    for (size_t i = 0; i < TOKEN_SIZE; i++) {
        printf("%02x", token.bytes[i]);
    }
    printf(",%s,%s\n", person, feed);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned char key[SITE_KEY_SIZE];
    struct tokeniser *tokeniser = NULL;
    struct error error = {0};
    char line[512];
    int result = 0;

    if (argc != 2 || read_key(argv[1], key) != 0 || tokeniser_new(key, &tokeniser, &error) != 0) {
        fprintf(stderr, "patient_key: no key could be read\n");
        return 1;
    }
    while (result == 0 && fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "feed,", 5) != 0) {
            result = print_key(tokeniser, line);
        }
    }
    tokeniser_free(tokeniser);
    if (result != 0) {
        fprintf(stderr, "patient_key: a line makes no key\n");
    }
    return result == 0 ? 0 : 1;
}
