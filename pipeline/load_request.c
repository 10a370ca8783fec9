#include "load_request.h"

#include <stdio.h>

static int add_table(struct load_request *load, const struct feed *feed, int table,
                     const struct feed_file *file, const char *member, struct arena *arena,
                     struct error *error)
{
    size_t i = load->request.table_count;
    if (i == PARSE_TABLES_MAX) {
        return error_set(error, ERROR_FEED_DEFINITION_INVALID, "more than %d tables",
                         PARSE_TABLES_MAX);
    }
    struct parse_table *parse = &load->tables[i];
    *parse = (struct parse_table){.name = feed->tables[table].name,
                                  .member = member,
                                  .has_header = file == NULL || file->has_header,
                                  .column_count = feed->tables[table].input_count};
    if (feed->format == FORMAT_XML && file != NULL) {
        const char **paths = arena_take_array(arena, file->path_count, sizeof *paths);
        if (paths == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the parse request");
        }
        for (size_t path = 0; path < file->path_count; path++) {
            paths[path] = file->paths[path].path;
        }
        parse->record_path = file->record_path;
        parse->paths = paths;
        parse->path_count = file->path_count;
    }
    load->table_index[i] = table;
    load->file[i] = file;
    load->request.table_count++;
    return 0;
}

static int add_members(struct load_request *load, const struct feed *feed, int table,
                       struct arena *arena, struct error *error)
{
    for (size_t i = 0; i < feed->member_count; i++) {
        if (feed->members[i].table == table) {
            int failed = add_table(load, feed, table, &feed->members[i], feed->members[i].name,
                                   arena, error);
            if (failed != 0) {
                return failed;
            }
        }
    }
    return 0;
}

static int add_zip_tables(struct load_request *load, const struct feed *feed, struct arena *arena,
                          struct error *error)
{
    int failed = 0;
    for (size_t i = 0; i < feed->table_count && failed == 0; i++) {
        int table = feed->load_order[i];
        if (feed->member_count > 0) {
            failed = add_members(load, feed, table, arena, error);
        } else {
            char member[160];
            snprintf(member, sizeof member, "%s.csv", feed->tables[table].name);
            failed =
                add_table(load, feed, table, NULL, arena_copy_string(arena, member), arena, error);
        }
    }
    return failed;
}

int load_request_make(const struct site *site, const struct delivery *delivery, struct arena *arena,
                      struct load_request *ret, struct error *error)
{
    const struct feed *feed = delivery->feed;
    memset(ret, 0, sizeof *ret);
    ret->request = (struct parse_request){
        .container = feed->container == CONTAINER_ZIP ? PARSE_ZIP
                     : delivery->facts.gzipped        ? PARSE_GZIP
                                                      : PARSE_PLAIN,
        .format = feed->format == FORMAT_XML ? PARSE_XML : PARSE_CSV,
        .encoding = feed->encoding == ENCODING_WINDOWS_1252 ? PARSE_WINDOWS_1252 : PARSE_UTF8,
        .limits = {.output_bytes = site->limit_output_bytes,
                   .ratio = site->limit_ratio,
                   .memory_bytes = site->limit_memory_bytes,
                   .cpu_seconds = site->limit_cpu_seconds},
        .tables = ret->tables};
    if (feed->container == CONTAINER_ZIP) {
        return add_zip_tables(ret, feed, arena, error);
    }
    const struct feed_file *file = &feed->files[delivery->facts.file];
    return add_table(ret, feed, file->table, file, NULL, arena, error);
}

int load_request_find(const struct load_request *request, struct slice name)
{
    for (size_t i = 0; i < request->request.table_count; i++) {
        if (slice_equal(slice_of(request->tables[i].name), name)) {
            return (int)i;
        }
    }
    return -1;
}
