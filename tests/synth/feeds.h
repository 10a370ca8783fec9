/*
 * feeds.h: the six smaller feeds and what main needs of them. Each writes its deliveries into the
 * folder out and tells truth about them.
 */
#ifndef SYNTH_FEEDS_H
#define SYNTH_FEEDS_H

#include "day.h"
#include "population.h"
#include "truth.h"
#include "writer.h"

/* gp_smi_<practice>_<YYYYMMDD>.csv: registers of severe mental illness on the last day of quarters.
 */
int gp_smi_write(const struct world *world, struct truth *truth, const char *out,
                 struct error *error);
/* CLD_E09000023_<YYYYMMDD>.csv: adult social care events of twelve months, each quarter. */
int social_care_write(const struct world *world, struct truth *truth, const char *out,
                      struct error *error);
/* <provider>_support_<YYYYMM>.csv: sessions of two voluntary providers, Windows-1252. */
int support_write(const struct world *world, struct truth *truth, const char *out,
                  struct error *error);
/* G8H03_ips_<YYYYMM>.csv: employment support clients and their jobs. */
int ips_write(const struct world *world, struct truth *truth, const char *out, struct error *error);
/* HCLIC_E09000023_<YYYYQn>.zip: homelessness cases, two XML files. */
int homelessness_write(const struct world *world, struct truth *truth, const char *out,
                       struct error *error);
/* practices_, postcodes_, imd_2019_ and providers_<YYYYMMDD>.csv. */
int reference_write(const struct world *world, struct truth *truth, const char *out,
                    struct error *error);
/* A benchmark delivery: contacts rows of 28 columns, as a folder of CSV and as a zip. */
int bench_write(const struct world *world, unsigned long contacts, const char *out,
                struct error *error);

/* First day of the 12 months, and last day, of each quarter end within the world's months. */
int next_quarter_end(int month); /* the month itself when it ends a quarter, else a later one */

/* Ethnicity as forms write it: free text of a 16+1 code, by the number of a person. */
const char *ethnicity_text(const char *code, uint32_t number);
/* Client level data's Release 2 text of a 16+1 code. */
const char *ethnicity_cld(const char *code);

#endif
