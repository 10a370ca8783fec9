/* feed.yaml: what the feed is, what its files are called, who its rows are about. */
#include <ctype.h>
#include <stdlib.h>

#include "feed_parts.h"
#include "nearest.h"
#include "yaml_tree.h"

static const char *const feed_keys[] = {
    "feed",         "title",          "version",    "sender_kind",  "stage",
    "container",    "format",         "encoding",   "date_formats", "replaces",
    "load",         "bad_nhs_number", "files",      "members",      "header_table",
    "extract_time", "period_start",   "period_end", "sender_field", "required_tables",
    "person",       "duplicate_free", NULL};
static const char *const sender_kinds[] = {"mental_health_trust", "gp_practice", "council",
                                           "voluntary",           "reference",   NULL};
static const char *const container_names[] = {"plain", "zip", NULL};
static const char *const format_names[] = {"csv", "xml", NULL};
static const char *const encoding_names[] = {"utf-8", "windows-1252", NULL};
static const char *const replaces_names[] = {"sender_month",   "sender_snapshot", "sender_window",
                                             "sender_quarter", "table",           NULL};
static const char *const bad_nhs_names[] = {"withhold", "reject_file", "ignore", NULL};
/* In the order of their bits in enum date_format. */
static const char *const date_format_names[] = {"yyyy-mm-dd", "dd/mm/yyyy", "yyyymmdd", NULL};

/* A table by the name at node; a fault and TABLE_NONE when there is none. */
static int table_at(const struct definition *definition, const struct yaml_node *node)
{
    int found = node->kind == YAML_TEXT ? find_table(&definition->feed, node->text) : TABLE_NONE;

    if (found == TABLE_NONE)
        yaml_fault(&definition->yaml, node, "fields.csv has no table \"%s\"",
                   node->kind == YAML_TEXT ? node->text : "");
    return found;
}

/* The field of table named under key of map; FIELD_NONE when the key is missing or (a fault) wrong.
 */
static int field_under(const struct definition *definition, const struct yaml_node *map,
                       const char *key, int table)
{
    const char *name = yaml_text(&definition->yaml, map, key, NULL);
    int found;

    if (name == NULL || table == TABLE_NONE)
        return FIELD_NONE;
    found = find_field(&definition->feed.tables[table], name);
    if (found == FIELD_NONE)
        yaml_fault(&definition->yaml, yaml_get(map, key), "table %s has no field \"%s\"",
                   definition->feed.tables[table].name, name);
    return found;
}

/* ---- files and members ---- */

static void check_grammar(const struct definition *definition, const struct yaml_node *node,
                          const char *name)
{
    static const char *const places[] = {"{sender}", "{month}", "{date}", "{quarter}", NULL};
    unsigned senders = 0, periods = 0;

    for (const char *letter = name; *letter != '\0';) {
        size_t length = 1;

        if (*letter == '{') {
            int found = -1;

            for (int i = 0; found < 0 && places[i] != NULL; i++) {
                if (strncmp(letter, places[i], strlen(places[i])) == 0)
                    found = i;
            }
            if (found < 0) {
                yaml_fault(&definition->yaml, node,
                           "a place in a name is {sender}, {month}, {date} or {quarter}");
                return;
            }
            length = strlen(places[found]);
            senders += found == 0;
            periods += found != 0;
        } else if (*letter == '/' || *letter == '}' || iscntrl((unsigned char)*letter)) {
            yaml_fault(&definition->yaml, node, "a file name may not hold '%c'",
                       isprint((unsigned char)*letter) ? *letter : '?');
            return;
        }
        letter += length;
    }
    if (senders > 1 || periods > 1)
        yaml_fault(&definition->yaml, node, "at most one {sender} and one period in a name");
}

static int read_paths(struct definition *definition, const struct yaml_node *fields,
                      struct feed_file *file, struct error *error)
{
    struct xml_field_path *paths;

    if (fields == NULL || fields->kind != YAML_MAP || fields->count == 0) {
        yaml_fault(&definition->yaml, fields, "fields must map field names to paths");
        return 0;
    }
    paths = arena_take_array(definition->arena, fields->count, sizeof *paths);
    if (paths == NULL)
        return definition_no_memory(definition, error);
    for (size_t i = 0; i < fields->count; i++) {
        const struct yaml_node *key = &fields->keys[i], *path = &fields->items[i];

        if (file->table != TABLE_NONE &&
            find_field(&definition->feed.tables[file->table], key->text) == FIELD_NONE)
            yaml_fault(&definition->yaml, key, "table %s has no field \"%s\"",
                       definition->feed.tables[file->table].name, key->text);
        if (path->kind != YAML_TEXT || *path->text == '\0' || *path->text == '/')
            yaml_fault(&definition->yaml, path, "a path such as a/b, @x, a/@x or ../@x expected");
        else
            paths[file->path_count++] = (struct xml_field_path){key->text, path->text};
    }
    file->paths = paths;
    return 0;
}

static int read_xml(struct definition *definition, const struct yaml_node *node,
                    struct feed_file *file, bool holds_rows, struct error *error)
{
    bool xml = definition->feed.format == FORMAT_XML;

    if (!xml || !holds_rows) {
        if (yaml_get(node, "record") != NULL || yaml_get(node, "fields") != NULL)
            yaml_fault(&definition->yaml, node, "record and fields are for XML only");
        return 0;
    }
    file->record_path = yaml_text_needed(&definition->yaml, node, "record");
    if (yaml_get(node, "fields") == NULL) {
        yaml_fault(&definition->yaml, node, "key \"fields\" is missing");
        return 0;
    }
    return read_paths(definition, yaml_get(node, "fields"), file, error);
}

/* One entry of files or members. holds_rows: its rows belong to one table. */
static int read_file(struct definition *definition, const struct yaml_node *node, bool holds_rows,
                     struct feed_file *ret, struct error *error)
{
    static const char *const keys[] = {"name", "table", "header", "record", "fields", NULL};
    struct feed_file file = {.table = TABLE_NONE, .has_header = true};

    if (!yaml_expect_map(&definition->yaml, node, keys))
        return 0;
    file.name = yaml_text_needed(&definition->yaml, node, "name");
    file.has_header = yaml_yes(&definition->yaml, node, "header", true);
    if (file.name != NULL)
        check_grammar(definition, yaml_get(node, "name"), file.name);
    else
        file.name = "";
    if (yaml_get(node, "table") != NULL) {
        file.table = table_at(definition, yaml_get(node, "table"));
        if (!holds_rows)
            yaml_fault(&definition->yaml, node, "the tables of a zip are told by its members");
    } else if (holds_rows) {
        yaml_fault(&definition->yaml, node, "key \"table\" is missing");
    }
    *ret = file;
    return read_xml(definition, node, ret, holds_rows, error);
}

static int read_files(struct definition *definition, const struct yaml_node *root, const char *key,
                      bool holds_rows, const struct feed_file **ret, size_t *ret_count,
                      struct error *error)
{
    const struct yaml_node *list = yaml_list(&definition->yaml, root, key);
    struct feed_file *files;
    int result = 0;

    if (list == NULL)
        return 0;
    files = arena_take_array(definition->arena, list->count, sizeof *files);
    if (files == NULL)
        return definition_no_memory(definition, error);
    for (size_t i = 0; result == 0 && i < list->count; i++)
        result = read_file(definition, &list->items[i], holds_rows, &files[i], error);
    *ret = files;
    *ret_count = list->count;
    return result;
}

static int read_all_files(struct definition *definition, const struct yaml_node *root,
                          struct error *error)
{
    struct feed *feed = &definition->feed;
    bool zip = feed->container == CONTAINER_ZIP;
    int result =
        read_files(definition, root, "files", !zip, &feed->files, &feed->file_count, error);

    if (result == 0)
        result = read_files(definition, root, "members", true, &feed->members, &feed->member_count,
                            error);
    if (feed->file_count == 0)
        yaml_fault(&definition->yaml, root, "files must name at least one kind of file");
    if (!zip && feed->member_count > 0)
        yaml_fault(&definition->yaml, yaml_get(root, "members"), "only a zip has members");
    if (zip && feed->format == FORMAT_XML && feed->member_count == 0)
        yaml_fault(&definition->yaml, root, "a zip of XML files must list its members");
    return result;
}

/* ---- persons ---- */

struct person_key {
    const char *key;
    size_t offset; /* in struct person_rule */
    enum identifier_kind identifier;
};

static const struct person_key person_keys[] = {
    {"local_patient_id", offsetof(struct person_rule, local_patient_id),
     IDENTIFIER_LOCAL_PATIENT_ID},
    {"nhs_number", offsetof(struct person_rule, nhs_number), IDENTIFIER_NHS_NUMBER},
    {"date_of_birth", offsetof(struct person_rule, date_of_birth), IDENTIFIER_DATE_OF_BIRTH},
    {"postcode", offsetof(struct person_rule, postcode), IDENTIFIER_POSTCODE},
    {"family_name", offsetof(struct person_rule, family_name), IDENTIFIER_FAMILY_NAME},
    {"given_name", offsetof(struct person_rule, given_name), IDENTIFIER_GIVEN_NAME},
    {"sex", offsetof(struct person_rule, sex), IDENTIFIER_NONE},
    {"gp_practice", offsetof(struct person_rule, gp_practice), IDENTIFIER_NONE}};

static size_t read_person_fields(const struct definition *definition, const struct yaml_node *node,
                                 int table, struct person_rule *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof person_keys / sizeof person_keys[0]; i++) {
        const struct person_key *key = &person_keys[i];
        int field = field_under(definition, node, key->key, table);

        count += yaml_get(node, key->key) != NULL;
        if (field == FIELD_NONE)
            continue;
        memcpy((char *)rule + key->offset, &field, sizeof field);
        if (key->identifier != IDENTIFIER_NONE &&
            definition->feed.tables[table].fields[field].identifier != key->identifier)
            yaml_fault(&definition->yaml, yaml_get(node, key->key),
                       "fields.csv must mark this field with identifier %s", key->key);
    }
    return count;
}

static void read_via(const struct definition *definition, const struct yaml_node *node, int table,
                     size_t own_fields)
{
    struct table *entry = &definition->feed.tables[table];

    entry->person_parent = field_under(definition, node, "via", table);
    if (own_fields > 0)
        yaml_fault(&definition->yaml, node, "either via or fields of the table's own, not both");
    if (entry->person_parent != FIELD_NONE &&
        entry->fields[entry->person_parent].parent_table == TABLE_NONE)
        yaml_fault(&definition->yaml, yaml_get(node, "via"),
                   "the field has no parent in fields.csv");
}

static void read_person(const struct definition *definition, const struct yaml_node *node)
{
    static const char *const keys[] = {"table",       "local_patient_id",
                                       "nhs_number",  "date_of_birth",
                                       "postcode",    "family_name",
                                       "given_name",  "sex",
                                       "gp_practice", "via",
                                       "holds_back",  NULL};
    const struct yaml_node *name = yaml_get(node, "table");
    struct table *entry;
    struct person_rule rule;
    size_t own_fields;
    int table;

    if (!yaml_expect_map(&definition->yaml, node, keys))
        return;
    if (name == NULL) {
        yaml_fault(&definition->yaml, node, "key \"table\" is missing");
        return;
    }
    table = table_at(definition, name);
    if (table == TABLE_NONE)
        return;
    entry = &definition->feed.tables[table];
    if (has_person_rule(entry) || entry->person_parent != FIELD_NONE)
        yaml_fault(&definition->yaml, name, "table %s has a person already", entry->name);
    rule = entry->person;
    own_fields = read_person_fields(definition, node, table, &rule);
    entry->person = rule;
    entry->is_person_table = yaml_yes(&definition->yaml, node, "holds_back", false);
    if (yaml_get(node, "via") != NULL)
        read_via(definition, node, table, own_fields);
    else if (rule.local_patient_id == FIELD_NONE && rule.nhs_number == FIELD_NONE &&
             (rule.date_of_birth == FIELD_NONE || rule.sex == FIELD_NONE ||
              rule.postcode == FIELD_NONE))
        yaml_fault(&definition->yaml, node,
                   "a person needs local_patient_id, nhs_number, via, or date_of_birth with sex "
                   "and postcode");
}

/* ---- the rest ---- */

static void read_header_table(struct definition *definition, const struct yaml_node *root)
{
    struct feed *feed = &definition->feed;
    const struct yaml_node *name = yaml_get(root, "header_table");
    static const char *const needing[] = {"extract_time", "period_start", "period_end",
                                          "sender_field", NULL};

    feed->header_table = name == NULL ? TABLE_NONE : table_at(definition, name);
    for (size_t i = 0; name == NULL && needing[i] != NULL; i++) {
        if (yaml_get(root, needing[i]) != NULL)
            yaml_fault(&definition->yaml, yaml_get(root, needing[i]),
                       "%s is a field of the header table: header_table is missing", needing[i]);
    }
    feed->extract_time_field = field_under(definition, root, "extract_time", feed->header_table);
    feed->period_start_field = field_under(definition, root, "period_start", feed->header_table);
    feed->period_end_field = field_under(definition, root, "period_end", feed->header_table);
    feed->sender_field = field_under(definition, root, "sender_field", feed->header_table);
    if ((feed->period_start_field == FIELD_NONE) != (feed->period_end_field == FIELD_NONE))
        yaml_fault(&definition->yaml, root, "period_start and period_end go together");
    for (size_t i = 0; i < 3; i++) {
        int field = (const int[]){feed->extract_time_field, feed->period_start_field,
                                  feed->period_end_field}[i];

        if (field != FIELD_NONE &&
            !is_date_type(feed->tables[feed->header_table].fields[field].type))
            yaml_fault(&definition->yaml, yaml_get(root, needing[i]), "%s is not a date field",
                       needing[i]);
    }
}

static void read_date_formats(struct definition *definition, const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_list(&definition->yaml, root, "date_formats");

    definition->feed.date_formats = list == NULL ? DATE_ISO : 0;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct yaml_node *node = &list->items[i];
        int found = node->kind == YAML_TEXT ? find_name(date_format_names, node->text) : -1;

        if (found < 0)
            yaml_fault(&definition->yaml, node,
                       "a date format is yyyy-mm-dd, dd/mm/yyyy or yyyymmdd");
        else
            definition->feed.date_formats |= 1U << found;
    }
    if (list != NULL && list->count == 0)
        yaml_fault(&definition->yaml, list, "date_formats may not be empty");
}

static int read_required_tables(struct definition *definition, const struct yaml_node *root,
                                struct error *error)
{
    const struct yaml_node *list = yaml_list(&definition->yaml, root, "required_tables");
    int *tables;

    if (list == NULL)
        return 0;
    tables = arena_take_array(definition->arena, list->count, sizeof *tables);
    if (tables == NULL)
        return definition_no_memory(definition, error);
    for (size_t i = 0; i < list->count; i++) {
        int table = table_at(definition, &list->items[i]);

        if (table != TABLE_NONE)
            tables[definition->feed.required_table_count++] = table;
    }
    definition->feed.required_tables = tables;
    return 0;
}

static void read_name(struct definition *definition, const struct yaml_node *root)
{
    const char *name = yaml_text_needed(&definition->yaml, root, "feed");
    struct feed *feed = &definition->feed;
    size_t length = strspn(definition->name, "abcdefghijklmnopqrstuvwxyz0123456789_");

    feed->name = definition->name;
    if (name != NULL && strcmp(name, definition->name) != 0)
        yaml_fault(&definition->yaml, yaml_get(root, "feed"),
                   "feed must be the folder's name, \"%s\"", definition->name);
    if (length == 0 || length > 32 || definition->name[length] != '\0')
        yaml_fault(&definition->yaml, root,
                   "a feed's name is up to 32 lower-case letters, digits and _");
    feed->title = yaml_text_needed(&definition->yaml, root, "title");
    feed->version = yaml_text(&definition->yaml, root, "version", "");
    feed->load = yaml_text_needed(&definition->yaml, root, "load");
    if (yaml_get(root, "sender_kind") == NULL)
        yaml_fault(&definition->yaml, root, "key \"sender_kind\" is missing");
    feed->sender_kind =
        sender_kinds[yaml_choice(&definition->yaml, root, "sender_kind", sender_kinds, 0)];
}

static void read_choices(struct definition *definition, const struct yaml_node *root)
{
    const struct settings_reader *yaml = &definition->yaml;
    struct feed *feed = &definition->feed;
    static const char *const needed[] = {"container", "format", "replaces", NULL};

    for (size_t i = 0; needed[i] != NULL; i++) {
        if (yaml_get(root, needed[i]) == NULL)
            yaml_fault(yaml, root, "key \"%s\" is missing", needed[i]);
    }
    feed->duplicate_free = yaml_yes(yaml, root, "duplicate_free", false);
    feed->stage = (unsigned)yaml_number(yaml, root, "stage", 2, 1, 2);
    feed->container = (enum feed_container)yaml_choice(yaml, root, "container", container_names, 0);
    feed->format = (enum feed_format)yaml_choice(yaml, root, "format", format_names, 0);
    feed->encoding = (enum feed_encoding)yaml_choice(yaml, root, "encoding", encoding_names, 0);
    feed->replaces = (enum feed_replaces)yaml_choice(yaml, root, "replaces", replaces_names, 0);
    feed->bad_nhs_number =
        (enum bad_nhs_number)yaml_choice(yaml, root, "bad_nhs_number", bad_nhs_names, 0);
}

int feed_yaml_read(struct definition *definition, struct error *error)
{
    const struct yaml_node *persons;
    struct yaml_node *root;
    int result = yaml_tree_parse(&definition->yaml, definition->yaml_text.data,
                                 definition->yaml_text.length, &root, error);

    if (result < 0)
        return result;
    if (root == NULL) {
        settings_fault(&definition->yaml, 1, 1, "no settings in it");
        return 0;
    }
    if (!yaml_expect_map(&definition->yaml, root, feed_keys))
        return 0;
    read_name(definition, root);
    read_choices(definition, root);
    read_date_formats(definition, root);
    read_header_table(definition, root);
    result = read_all_files(definition, root, error);
    if (result == 0)
        result = read_required_tables(definition, root, error);
    persons = yaml_list(&definition->yaml, root, "person");
    for (size_t i = 0; persons != NULL && i < persons->count; i++)
        read_person(definition, &persons->items[i]);
    return result;
}
