/*
 * split.c: where the time of a load goes. Takes the one delivery in SITE/landing through the rooms
 * of the program step by step and prints the seconds of each as name=value lines:
 *
 *   parse      the parser child alone, its records drained as fast as they come (wall)
 *   parse_cpu  its processor time
 *   validate   reading the records and judging the rows, without hashing
 *   hash       making the tokens of those rows; tokens = how many
 *   copy       rows into staging by binary COPY, server included
 *   stage      all of it at once as the loader does it, parser beside loader: file to staging
 *
 * Nothing is committed. Linked with --wrap=tokeniser_token, so that hashing can be timed where it
 * happens.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "load_request.h"
#include "receive.h"
#include "record_pipe.h"
#include "staging.h"

static double hash_seconds;
static unsigned long hash_count;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int __real_tokeniser_token(struct tokeniser *tokeniser, const char *label,
                           const struct slice *fields, size_t field_count, struct token *ret_token);
int __wrap_tokeniser_token(struct tokeniser *tokeniser, const char *label,
                           const struct slice *fields, size_t field_count, struct token *ret_token);

int __wrap_tokeniser_token(struct tokeniser *tokeniser, const char *label,
                           const struct slice *fields, size_t field_count, struct token *ret_token)
{
    double start = now();
    int result = __real_tokeniser_token(tokeniser, label, fields, field_count, ret_token);
    hash_seconds += now() - start;
    hash_count++;
    return result;
}

struct bench {
    struct site site;
    struct site_key key;
    struct database database;
    struct arena arena;
    struct delivery *delivery;
    struct load_request request;
    char parser[4096];
    struct error error;
};

static void must(const struct bench *bench, int result)
{
    if (result != 0) {
        fprintf(stderr, "split: %s %s %s\n", bench->error.place, bench->error.primary,
                bench->error.detail);
        exit(1);
    }
}

static void open_bench(struct bench *bench, const char *folder)
{
    struct problem_list problems;
    size_t count = 0;
    problem_list_init(&problems);
    must(bench, site_load(folder, &bench->site, &problems, &bench->error));
    must(bench, site_key_load(&bench->site, &bench->key, &bench->error));
    must(bench, site_parser_program(bench->parser, sizeof bench->parser, &bench->error));
    must(bench, database_open(&bench->site, false, &bench->database, &bench->error));
    arena_init(&bench->arena, 0);
    must(bench, receive_scan(&bench->site, &bench->arena, &bench->delivery, &count, &bench->error));
    if (count != 1 || bench->delivery->feed == NULL ||
        bench->delivery->feed->format != FORMAT_CSV) {
        fprintf(stderr, "split: landing must hold one delivery of a CSV feed\n");
        exit(1);
    }
    must(bench, load_request_make(&bench->site, bench->delivery, &bench->arena, &bench->request,
                                  &bench->error));
}

static void start_parser(struct bench *bench, struct parser_child *child)
{
    int file = -1;
    must(bench, receive_open(&bench->site, bench->delivery, &file, &bench->error));
    must(bench, parser_start(bench->parser, file, &bench->request.request, child, &bench->error));
    close(file);
}

/* The parser alone; its records stay in memory for the steps that follow. */
static int time_parse(struct bench *bench)
{
    static char buffer[1 << 20];
    struct parser_child child;
    struct rusage usage;
    ssize_t length;
    int kept = memfd_create("records", MFD_CLOEXEC);
    double start = now();
    start_parser(bench, &child);
    while ((length = file_read_some(child.records, buffer, sizeof buffer, &bench->error)) > 0) {
        must(bench, file_write_all(kept, buffer, (size_t)length, &bench->error));
    }
    must(bench, parser_wait(&child, &bench->error));
    parser_stop(&child);
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("parse=%.3f\n", now() - start);
    printf("parse_cpu=%.3f\n", (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    return kept;
}

/* The part of the loader that the bench wants, and nothing around it. */
struct pass {
    struct bench *bench;
    struct row_engine *engine;
    struct staging *staging; /* or NULL: rows are judged and dropped */
    int table;
    unsigned long rows, staged;
};

static void begin_table(struct pass *pass, const struct record *record)
{
    struct bench *bench = pass->bench;
    struct binding binding;
    must(bench, binding_make(&bench->delivery->feed->tables[pass->table], record->fields,
                             record->field_count, NULL, 0, &bench->arena, &binding, &bench->error));
    must(bench, row_engine_begin_table(pass->engine, pass->table, binding.positions,
                                       binding.column_count, &bench->error));
    if (pass->staging != NULL) {
        must(bench, staging_open(pass->staging, pass->table, &bench->error));
    }
}

static void take_row(struct pass *pass, const struct record *record)
{
    struct row_result *row;
    must(pass->bench,
         row_engine_row(pass->engine, record->row, record->fields, &row, &pass->bench->error));
    pass->rows++;
    pass->staged += row->outcome == ROW_STAGED;
    if (row->outcome == ROW_STAGED && pass->staging != NULL) {
        must(pass->bench, staging_row(pass->staging, row->values, &pass->bench->error));
    }
}

static void take_records(struct pass *pass, int records)
{
    struct bench *bench = pass->bench;
    struct record_reader *reader = NULL;
    struct record record = {0};
    must(bench, record_reader_new(records, &reader, &bench->error));
    while (record.kind != RECORD_DONE) {
        must(bench, record_read(reader, &record, &bench->error));
        if (record.kind == RECORD_TABLE) {
            pass->table =
                bench->request.table_index[load_request_find(&bench->request, record.text)];
        } else if (record.kind == RECORD_HEADER) {
            begin_table(pass, &record);
        } else if (record.kind == RECORD_ROW) {
            take_row(pass, &record);
        } else if (record.kind == RECORD_TABLE_END && pass->staging != NULL) {
            must(bench, staging_close(pass->staging, &bench->error));
        } else if (record.kind == RECORD_FAILURE) {
            fprintf(stderr, "split: the delivery is bad: JU%d\n", -record.code);
            exit(1);
        }
    }
    record_reader_free(reader);
}

/* One pass over records (-1: of a parser child started now). Returns its seconds. */
static double time_pass(struct bench *bench, int records, bool stage, struct pass *ret)
{
    struct delivery_facts facts = {0};
    struct tokeniser *tokeniser = NULL;
    struct linkage_deriver *deriver = NULL;
    struct linkage_sealer *sealer = NULL;
    struct parser_child child = {0};
    struct staging staging;
    *ret = (struct pass){.bench = bench, .staging = stage ? &staging : NULL};
    snprintf(facts.sender, sizeof facts.sender, "%s", bench->delivery->sender);
    must(bench, tokeniser_new(bench->key.bytes, &tokeniser, &bench->error));
    must(bench,
         row_engine_new(bench->delivery->feed, tokeniser, &facts, &ret->engine, &bench->error));
    must(bench, linkage_deriver_new(bench->key.bytes, NULL, 8 << 20, &deriver, &bench->error));
    must(bench, linkage_sealer_new(bench->key.bytes, &sealer, &bench->error));
    row_engine_seal_with(ret->engine, deriver, sealer);
    if (stage) {
        must(bench, database_begin(&bench->database, &bench->error));
        must(bench, staging_begin(&bench->database, bench->delivery->feed, &bench->error));
        staging_init(&staging, &bench->database, bench->delivery->feed);
    }
    hash_seconds = 0;
    hash_count = 0;
    double start = now();
    if (records < 0) {
        start_parser(bench, &child);
        take_records(ret, child.records);
        must(bench, parser_wait(&child, &bench->error));
        parser_stop(&child);
    } else {
        lseek(records, 0, SEEK_SET);
        take_records(ret, records);
    }
    double seconds = now() - start;
    if (stage) {
        database_rollback(&bench->database);
    }
    row_engine_free(ret->engine);
    tokeniser_free(tokeniser);
    linkage_deriver_free(deriver);
    linkage_sealer_free(sealer);
    return seconds;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct pass pass;
    if (argc != 2) {
        fprintf(stderr, "usage: split SITE\n");
        return 2;
    }
    open_bench(&bench, argv[1]);
    int records = time_parse(&bench);
    double judge = time_pass(&bench, records, false, &pass);
    double hash = hash_seconds;
    printf("validate=%.3f\nhash=%.3f\ntokens=%lu\nrows=%lu\nstaged=%lu\n", judge - hash, hash,
           hash_count, pass.rows, pass.staged);
    printf("copy=%.3f\n", time_pass(&bench, records, true, &pass) - judge);
    close(records);
    printf("stage=%.3f\n", time_pass(&bench, -1, true, &pass));
    database_close(&bench.database);
    site_key_release(&bench.key);
    site_release(&bench.site);
    arena_release(&bench.arena);
    return 0;
}
