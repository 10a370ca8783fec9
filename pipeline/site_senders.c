#include "site_senders.h"

#include <openssl/evp.h>
#include <stdio.h>

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the senders");
}

static bool is_field_of(const struct feed *feed, const char *name)
{
    for (size_t t = 0; t < feed->table_count; t++) {
        for (size_t f = 0; f < feed->tables[t].input_count; f++) {
            if (strcmp(feed->tables[t].fields[f].name, name) == 0)
                return true;
        }
    }
    return false;
}

static int read_columns(struct site *site, const struct settings_reader *reader,
                        const struct yaml_node *node, const struct feed *feed,
                        struct sender_columns *ret, struct error *error)
{
    static const char *const keys[] = {"columns", NULL};
    const struct yaml_node *columns;

    if (!yaml_expect_map(reader, node, keys))
        return 0;
    columns = yaml_get(node, "columns");
    if (columns == NULL || columns->kind != YAML_MAP) {
        yaml_fault(reader, node, "columns must map field names to the sender's column names");
        return 0;
    }
    ret->names = arena_take_array(&site->arena, columns->count, sizeof *ret->names);
    if (ret->names == NULL)
        return no_memory(error);
    for (size_t i = 0; i < columns->count; i++) {
        const struct yaml_node *field = &columns->keys[i], *name = &columns->items[i];

        if (!is_field_of(feed, field->text)) {
            yaml_fault(reader, field, "feed %s has no field \"%s\"", feed->name, field->text);
        } else if (name->kind != YAML_TEXT || *name->text == '\0') {
            yaml_fault(reader, name, "the sender's name of the column expected");
        } else {
            ret->names[ret->count][0] = name->text;
            ret->names[ret->count++][1] = field->text;
        }
    }
    return 0;
}

static const char *upper_case(struct arena *arena, const char *text)
{
    char *copy = arena_copy_string(arena, text);

    for (char *letter = copy; letter != NULL && *letter != '\0'; letter++) {
        if (*letter >= 'a' && *letter <= 'z')
            *letter = (char)(*letter - 'a' + 'A');
    }
    return copy;
}

static int read_sender(struct site *site, const struct settings_reader *reader,
                       const struct yaml_node *name, const struct yaml_node *feeds,
                       struct error *error)
{
    const char *sender = upper_case(&site->arena, name->text);
    int result = 0;

    if (sender == NULL)
        return no_memory(error);
    if (*sender == '\0' || strlen(sender) > 32)
        yaml_fault(reader, name, "a sender is a code of up to 32 characters");
    if (feeds->kind != YAML_MAP) {
        yaml_fault(reader, feeds, "feeds of the sender expected");
        return 0;
    }
    for (size_t i = 0; result == 0 && i < feeds->count; i++) {
        const struct feed *feed = site_feed(site, feeds->keys[i].text);
        struct sender_columns *columns = &site->senders[site->sender_count];

        if (feed == NULL) {
            yaml_fault(reader, &feeds->keys[i], "there is no feed \"%s\"", feeds->keys[i].text);
            continue;
        }
        *columns = (struct sender_columns){.sender = sender, .feed = feed->name};
        result = read_columns(site, reader, &feeds->items[i], feed, columns, error);
        site->sender_count++;
    }
    return result;
}

/* ---- the feeds' hashes ---- */

static bool mix_text(EVP_MD_CTX *context, const char *text)
{
    /* With its NUL, which ends it: no two lists of texts look alike. */
    return EVP_DigestUpdate(context, text, strlen(text) + 1) == 1;
}

static int mix_hash(const struct site *site, struct feed *feed, struct error *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char policy = (unsigned char)feed->bad_nhs_number;
    bool done = context != NULL && EVP_DigestInit_ex2(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, feed->hash, sizeof feed->hash) == 1 &&
                EVP_DigestUpdate(context, &policy, 1) == 1;

    for (size_t s = 0; done && s < site->sender_count; s++) {
        const struct sender_columns *sender = &site->senders[s];

        if (strcmp(sender->feed, feed->name) != 0)
            continue;
        done = mix_text(context, sender->sender);
        for (size_t i = 0; done && i < sender->count; i++)
            done = mix_text(context, sender->names[i][0]) && mix_text(context, sender->names[i][1]);
    }
    done = done && EVP_DigestFinal_ex(context, feed->hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    return done ? 0 : error_set(error, ERROR_INTERNAL, "SHA-256 failed");
}

int site_senders_read(struct site *site, const struct settings_reader *reader,
                      const struct yaml_node *node, struct error *error)
{
    size_t count = 0;
    int result = 0;

    if (node != NULL && node->kind != YAML_MAP) {
        yaml_fault(reader, node, "senders must be a map of sender codes");
        node = NULL;
    }
    for (size_t i = 0; node != NULL && i < node->count; i++)
        count += node->items[i].count;
    site->senders = arena_take_array(&site->arena, count, sizeof *site->senders);
    if (site->senders == NULL)
        return no_memory(error);
    for (size_t i = 0; result == 0 && node != NULL && i < node->count; i++)
        result = read_sender(site, reader, &node->keys[i], &node->items[i], error);
    for (size_t i = 0; result == 0 && i < site->feed_count; i++)
        result = mix_hash(site, &site->feeds[i], error);
    return result;
}
