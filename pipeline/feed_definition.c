#include "feed_definition.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "feed_parts.h"
#include "yaml_tree.h"

/* ---- the hash by which a changed definition is seen ---- */

struct hashing {
    EVP_MD_CTX *context;
    bool failed;
};

static void hash_piece(struct hashing *hashing, struct slice piece)
{
    unsigned char length[8];

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (unsigned char)((uint64_t)piece.length >> (56 - 8 * i));
    if (EVP_DigestUpdate(hashing->context, length, sizeof length) != 1 ||
        (piece.length > 0 && EVP_DigestUpdate(hashing->context, piece.data, piece.length) != 1))
        hashing->failed = true;
}

static void hash_list(void *context, struct slice name, struct slice bytes)
{
    hash_piece(context, name);
    hash_piece(context, bytes);
}

static int make_hash(struct definition *definition, struct error *error)
{
    struct hashing hashing = {EVP_MD_CTX_new(), false};

    if (hashing.context == NULL || EVP_DigestInit_ex2(hashing.context, EVP_sha256(), NULL) != 1) {
        hashing.failed = true;
    } else {
        hash_piece(&hashing, definition->yaml_text);
        hash_piece(&hashing, definition->fields_text);
        hash_piece(&hashing, definition->rules_text);
        code_list_each(&definition->lists, hash_list, &hashing);
        if (EVP_DigestFinal_ex(hashing.context, definition->feed.hash, NULL) != 1)
            hashing.failed = true;
    }
    EVP_MD_CTX_free(hashing.context);
    return hashing.failed ? error_set(error, ERROR_INTERNAL, "SHA-256 failed") : 0;
}

/* ---- loading ---- */

static int load_parts(struct definition *definition, struct error *error)
{
    int result = 0;

    if (definition->fields_text.data != NULL)
        result = feed_fields_read(definition, error);
    if (result == 0)
        result = feed_derivations_read(definition, error);
    if (result == 0 && definition->yaml_text.data != NULL)
        result = feed_yaml_read(definition, error);
    if (result == 0)
        result = feed_rules_read(definition, error);
    if (result == 0)
        result = feed_follow_up(definition, error);
    return result == 0 ? make_hash(definition, error) : result;
}

static const char *shown_name(struct arena *arena, const char *feed, const char *file)
{
    char text[512];

    snprintf(text, sizeof text, "feeds/%.200s/%s", feed, file);
    return arena_copy_string(arena, text);
}

static int definition_init(struct definition *definition, struct arena *arena, const char *name,
                           struct problem_list *problems, struct error *error)
{
    struct settings_reader reader = {arena, NULL, ERROR_FEED_DEFINITION_INVALID, problems};

    *definition = (struct definition){.arena = arena, .name = name, .problems = problems};
    definition->feed.header_table = TABLE_NONE;
    definition->feed.extract_time_field = definition->feed.sender_field = FIELD_NONE;
    definition->feed.period_start_field = definition->feed.period_end_field = FIELD_NONE;
    definition->feed.name = name;
    definition->yaml = definition->fields = definition->rules = reader;
    definition->yaml.name = shown_name(arena, name, "feed.yaml");
    definition->fields.name = shown_name(arena, name, "fields.csv");
    definition->rules.name = shown_name(arena, name, "rules.csv");
    definition->lists = (struct code_list_store){arena, "", problems, NULL};
    if (definition->yaml.name == NULL || definition->fields.name == NULL ||
        definition->rules.name == NULL)
        return definition_no_memory(definition, error);
    return 0;
}

static int finish(struct definition *definition, size_t faults_before, struct feed *ret,
                  struct error *error)
{
    int result = load_parts(definition, error);
    size_t faults = settings_fault_count(definition->problems) - faults_before;

    if (result < 0)
        return result;
    if (faults > 0) {
        error_set(error, ERROR_FEED_DEFINITION_INVALID, "the definition of feed %s has %zu fault%s",
                  definition->name, faults, faults == 1 ? "" : "s");
        return error->code;
    }
    *ret = definition->feed;
    return 0;
}

static int read_texts(struct definition *definition, const char *folder, struct error *error)
{
    struct {
        const struct settings_reader *reader;
        const char *file;
        size_t most;
        bool optional;
        struct slice *text;
    } const parts[] = {
        {&definition->yaml, "feed.yaml", YAML_FILE_MAX, false, &definition->yaml_text},
        {&definition->fields, "fields.csv", CSV_TABLE_BYTES_MAX, false, &definition->fields_text},
        {&definition->rules, "rules.csv", CSV_TABLE_BYTES_MAX, true, &definition->rules_text}};
    int result = 0;

    for (size_t i = 0; result == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", folder, parts[i].file);
        result = settings_read_file(parts[i].reader, path, parts[i].most, parts[i].optional,
                                    parts[i].text, error);
    }
    return result;
}

int feed_definition_load(struct arena *arena, const char *feed_folder, const char *code_list_folder,
                         struct feed *ret, struct problem_list *problems, struct error *error)
{
    struct definition definition;
    size_t faults = settings_fault_count(problems);
    const char *folder = arena_copy_string(arena, feed_folder);
    const char *slash = folder == NULL ? NULL : strrchr(folder, '/');
    int result;

    if (folder == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a feed definition");
    result =
        definition_init(&definition, arena, slash == NULL ? folder : slash + 1, problems, error);
    if (result < 0)
        return result;
    definition.lists.folder = code_list_folder;
    definition.feed.folder = folder;
    result = read_texts(&definition, feed_folder, error);
    return result < 0 ? result : finish(&definition, faults, ret, error);
}

int feed_definition_parse(struct arena *arena, const char *feed_name, struct slice feed_yaml,
                          struct slice fields_csv, struct slice rules_csv, struct feed *ret,
                          struct problem_list *problems, struct error *error)
{
    struct definition definition;
    size_t faults = settings_fault_count(problems);
    int result = definition_init(&definition, arena, feed_name, problems, error);

    if (result < 0)
        return result;
    definition.lists.folder = "/nonexistent";
    definition.feed.folder = "";
    definition.yaml_text = feed_yaml;
    definition.fields_text = fields_csv;
    definition.rules_text = rules_csv;
    return finish(&definition, faults, ret, error);
}
