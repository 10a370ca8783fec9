/*
 * ledger.h: meta.delivery and its counts. The ledger row with state 'applied' is written in the
 * transaction of the facts and is the only word on what was loaded.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "database.h"
#include "delivery.h"
#include "row_engine.h"

struct ledger_entry {
    bool found;
    char state[16]; /* "applied", ... */
    char error_code[16];
    char definition_hash[65];
    char file_name[DELIVERY_NAME_MAX];
    char code_version[32];
    int64_t run_id; /* that judged it */
};

/* What is known of delivery->id. */
int ledger_find(struct database *database, const struct delivery *delivery,
                struct ledger_entry *ret, struct error *error);

/* Would the content be refused again? entry is of the same content and in state refused. Not surely
 * so under another name, by other rules or another program, or where joinedup.yaml has a say: then
 * it is judged anew. */
bool ledger_refusal_stands(const struct ledger_entry *entry, const struct delivery *delivery);

/* What a ledger row says beside the delivery itself. */
struct ledger_record {
    const struct delivery_facts *facts;
    const char *key_id;
    const char *state;
    const struct error *failure; /* for 'refused', else NULL */
    double seconds;
    int64_t run_id;
};

/* Writes the ledger row and the counts of every table that received rows. In the caller's
 * transaction. */
int ledger_record(struct database *database, const struct delivery *delivery,
                  const struct ledger_record *record, const struct delivery_result *result,
                  struct error *error);

/* Takes the lock of this content until the transaction ends: two copies never load at once. */
int ledger_lock_delivery(struct database *database, const struct delivery *delivery,
                         struct error *error);

/* Takes the run lock until the session ends: ERROR_RUN_LOCKED when another has it. */
int ledger_lock_run(struct database *database, struct error *error);

/* Takes the lock of (feed, sender) until the transaction ends. */
int ledger_lock_sender(struct database *database, const struct delivery *delivery,
                       struct error *error);
/* Is a later extract already applied? */
int ledger_is_superseded(struct database *database, const struct delivery *delivery,
                         const struct delivery_facts *facts, bool *ret, struct error *error);
/* Marks and lists (pg_temp.replaced_delivery) the deliveries whose place this one takes. */
int ledger_mark_replaced(struct database *database, const struct delivery *delivery,
                         const struct delivery_facts *facts, struct error *error);

/* Settings: *ret_value is "" when there is none; value holds 256 bytes. */
int ledger_setting(struct database *database, const char *name, char value[256],
                   struct error *error);
int ledger_set_setting(struct database *database, const char *name, const char *value,
                       struct error *error);

/* Days since 1970-01-01 as YYYY-MM-DD; microseconds as YYYY-MM-DD HH:MM:SS. */
char *ledger_day_text(int32_t day, char text[16]);
char *ledger_time_text(int64_t microseconds, char text[32]);

#endif
