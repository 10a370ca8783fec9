/*
 * night.h: one run of the night: take what is in landing, link, measure, publish, report. Each
 * stage does only what is due, so a night with nothing new ends at once, and a killed one is simply
 * run again.
 */
#ifndef NIGHT_H
#define NIGHT_H

#include "progress.h"
#include "run_report.h"
#include "worker_pool.h"

struct night {
    struct site site;
    struct site_key key;
    bool key_loaded, site_loaded, database_open;
    struct linkage_model *model; /* the weights records are linked by */
    struct linkage_nicknames *nicknames;
    unsigned char archive_key[32];
    char parser_program[4096];
    struct database database;
    struct arena arena;
    struct delivery *deliveries;
    struct delivery_result *results;
    size_t count;
    int64_t run_id;
    struct run_report report;
};

/* Site, definitions, key, database, the run lock and the key's check value, in that order:
 * everything that may refuse a run does so before row 1. */
int night_open(struct night *night, const char *site_folder, struct error *error);
/* Takes every delivery in landing. */
int night_load(struct night *night, unsigned jobs, bool progress, struct error *error);
/* Links and measures when the applied deliveries are not those of last time. */
int night_link(struct night *night, struct error *error);
int night_measure(struct night *night, struct error *error);
/* Exit status of the whole: of the worst failure, ERROR_PARTIAL's when a delivery was refused, else
 * 0. */
int night_exit_status(const struct night *night);
/* Writes the end of the run into meta.run. */
int night_close(struct night *night, struct error *error);
void night_release(struct night *night);

#endif
