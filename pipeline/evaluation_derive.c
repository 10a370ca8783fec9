#include "evaluation_derive.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "evaluation_faces.h"

/* Memos of all threads together: with half of it names and postcodes of half a million people are
 * derived twice over. */
enum { BATCH_RECORDS = 4096, THREADS_MAX = 256, MEMO_BYTES_ALL = 96 << 20 };

/* Tokens live and die in this process, and an evaluation of the same files must always say the
 * same; so the key is no secret. It is never the key of a site. */
static const unsigned char evaluation_key[SITE_KEY_SIZE] = "joinedup link evaluate, no site";

/* A value in the text of its batch. */
struct cell {
    uint32_t offset, length;
};

struct batch {
    enum { EMPTY, FULL, WORKING, DONE } state;
    char *text;
    size_t text_used, text_size;
    struct cell *cells; /* BATCH_RECORDS rows of column_count */
    uint32_t record_count;
    uint32_t *faces;
    uint32_t *records; /* of each face, counted from the batch's first */
    size_t face_count, face_size;
    struct error error;
};

struct worker {
    struct evaluation_deriver *owner;
    pthread_t thread;
    struct linkage_deriver *forms;
};

/* A ring: batches are filled, and join the list, in turn. */
struct evaluation_deriver {
    const struct evaluation_map *map;
    struct face_list *list;
    struct batch *batches;
    size_t batch_count;
    size_t oldest, filling; /* of the ring: next to join the list; being filled */
    struct worker *workers; /* the first is the caller's own thread */
    unsigned worker_count, started;
    bool ending;
    double seconds;
    pthread_mutex_t mutex;
    pthread_cond_t filled, done;
};

/* ---- one batch ---- */

static int batch_room(struct batch *batch, size_t words)
{
    if (batch->face_count + EVALUATION_FACES_MAX <= batch->face_size)
        return 0;
    size_t size = batch->face_size == 0 ? BATCH_RECORDS + BATCH_RECORDS / 8 : batch->face_size * 2;
    uint32_t *faces = realloc(batch->faces, size * words * sizeof *faces);
    if (faces != NULL)
        batch->faces = faces;
    uint32_t *records = realloc(batch->records, size * sizeof *records);
    if (records != NULL)
        batch->records = records;
    if (faces == NULL || records == NULL)
        return error_set(&batch->error, ERROR_OUT_OF_MEMORY, "no memory for faces");
    batch->face_size = size;
    return 0;
}

/* Faults stay in the batch until it joins the list. */
enum { RECORDS_AHEAD = 8, RECORDS_NEARER = 4 };

/* Values are looked for in a memo larger than the processor's caches: what later records need is
 * asked for while this one is derived. */
static void look_ahead(const struct evaluation_map *map, const struct linkage_deriver *forms,
                       const struct batch *batch, uint32_t record, bool nearer)
{
    const struct cell *cells = batch->cells + record * map->column_count;

    if (record >= batch->record_count)
        return;
    for (size_t c = 0; c < map->column_count; c++) {
        struct slice text = {batch->text + cells[c].offset, cells[c].length};

        if (text.length > 0 && map->columns[c].family_field < 0)
            linkage_derive_ahead(forms, &map->schema.fields[map->columns[c].field], secret_of(text),
                                 nearer);
    }
}

static void batch_derive(const struct evaluation_map *map, struct linkage_deriver *forms,
                         struct batch *batch)
{
    size_t columns = map->column_count, words = map->schema.words;
    struct slice values[LINKAGE_FIELDS_MAX];

    batch->face_count = 0;
    for (uint32_t i = 0; i < batch->record_count; i++) {
        const struct cell *cells = batch->cells + i * columns;
        size_t count = 0;

        if (batch_room(batch, words) < 0)
            return;
        look_ahead(map, forms, batch, i + RECORDS_AHEAD, false);
        look_ahead(map, forms, batch, i + RECORDS_NEARER, true);
        for (size_t c = 0; c < columns; c++)
            values[c] = (struct slice){batch->text + cells[c].offset, cells[c].length};
        if (evaluation_faces_make(map, forms, values, batch->faces + batch->face_count * words,
                                  &count, &batch->error) < 0)
            return;
        for (size_t face = 0; face < count; face++)
            batch->records[batch->face_count++] = i;
    }
}

static int batch_join(struct evaluation_deriver *deriver, struct batch *batch, struct error *error)
{
    struct face_list *list = deriver->list;
    size_t bytes = deriver->map->schema.words * sizeof(uint32_t);
    int result;

    if (batch->error.code != 0) {
        *error = batch->error;
        return error->code;
    }
    result =
        page_array_reserve(&list->faces, (list->face_count + batch->face_count) * bytes, error);
    if (result == 0)
        result = page_array_reserve(
            &list->records, (list->face_count + batch->face_count) * sizeof(uint32_t), error);
    if (result < 0)
        return result;
    memcpy((char *)list->faces.bytes + list->face_count * bytes, batch->faces,
           batch->face_count * bytes);
    uint32_t *records = (uint32_t *)list->records.bytes + list->face_count;
    for (size_t i = 0; i < batch->face_count; i++)
        records[i] = (uint32_t)list->record_count + batch->records[i];
    list->face_count += batch->face_count;
    list->record_count += batch->record_count;
    batch->record_count = 0;
    batch->text_used = 0;
    return 0;
}

/* ---- threads; all of these are called with the mutex held ---- */

/* The oldest batch that waits to be derived, or NULL. */
static struct batch *next_full(struct evaluation_deriver *deriver)
{
    for (size_t i = 0; i < deriver->batch_count; i++) {
        struct batch *batch = &deriver->batches[(deriver->oldest + i) % deriver->batch_count];

        if (batch->state == FULL)
            return batch;
    }
    return NULL;
}

static void work_on(struct worker *worker, struct batch *batch)
{
    struct evaluation_deriver *deriver = worker->owner;

    batch->state = WORKING;
    pthread_mutex_unlock(&deriver->mutex);
    batch_derive(deriver->map, worker->forms, batch);
    pthread_mutex_lock(&deriver->mutex);
    batch->state = DONE;
    pthread_cond_signal(&deriver->done);
}

static void *worker_run(void *data)
{
    struct worker *worker = data;
    struct evaluation_deriver *deriver = worker->owner;

    pthread_mutex_lock(&deriver->mutex);
    while (!deriver->ending) {
        struct batch *batch = next_full(deriver);

        if (batch != NULL)
            work_on(worker, batch);
        else
            pthread_cond_wait(&deriver->filled, &deriver->mutex);
    }
    pthread_mutex_unlock(&deriver->mutex);
    return NULL;
}

/* Takes the oldest batch out of the ring, deriving in this thread meanwhile. */
static int empty_oldest(struct evaluation_deriver *deriver, struct error *error)
{
    struct batch *oldest = &deriver->batches[deriver->oldest];
    int result;

    while (oldest->state != DONE) {
        struct batch *batch = next_full(deriver);

        if (batch != NULL)
            work_on(&deriver->workers[0], batch);
        else
            pthread_cond_wait(&deriver->done, &deriver->mutex);
    }
    pthread_mutex_unlock(&deriver->mutex);
    result = batch_join(deriver, oldest, error);
    pthread_mutex_lock(&deriver->mutex);
    oldest->state = EMPTY;
    deriver->oldest = (deriver->oldest + 1) % deriver->batch_count;
    return result;
}

/* The batch being filled is handed over; the ring turns. */
static int hand_over(struct evaluation_deriver *deriver, bool all, struct error *error)
{
    struct timespec start;
    int result = 0;

    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_mutex_lock(&deriver->mutex);
    if (deriver->batches[deriver->filling].record_count > 0) {
        deriver->batches[deriver->filling].state = FULL;
        deriver->filling = (deriver->filling + 1) % deriver->batch_count;
        pthread_cond_signal(&deriver->filled);
    }
    while (result == 0 && deriver->batches[deriver->filling].state != EMPTY)
        result = empty_oldest(deriver, error);
    while (result == 0 && all && deriver->batches[deriver->oldest].state != EMPTY)
        result = empty_oldest(deriver, error);
    pthread_mutex_unlock(&deriver->mutex);
    deriver->seconds += seconds_since(&start);
    return result;
}

/* ---- from outside ---- */

int evaluation_deriver_add(struct evaluation_deriver *deriver, const struct slice *values,
                           struct error *error)
{
    struct batch *batch = &deriver->batches[deriver->filling];
    size_t columns = deriver->map->column_count, needed = 0;
    struct cell *cells = batch->cells + batch->record_count * columns;

    for (size_t c = 0; c < columns; c++)
        needed += values[c].length;
    if (needed > batch->text_size - batch->text_used) {
        size_t size = batch->text_size * 2 + needed;
        char *text = size > UINT32_MAX ? NULL : realloc(batch->text, size);

        if (text == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for rows");
        batch->text = text;
        batch->text_size = size;
    }
    for (size_t c = 0; c < columns; c++) {
        cells[c] = (struct cell){(uint32_t)batch->text_used, (uint32_t)values[c].length};
        if (values[c].length > 0)
            memcpy(batch->text + batch->text_used, values[c].data, values[c].length);
        batch->text_used += values[c].length;
    }
    if (++batch->record_count < BATCH_RECORDS)
        return 0;
    return hand_over(deriver, false, error);
}

int evaluation_deriver_finish(struct evaluation_deriver *deriver, struct error *error)
{
    return hand_over(deriver, true, error);
}

double evaluation_deriver_seconds(const struct evaluation_deriver *deriver)
{
    return deriver->seconds;
}

static int start(struct evaluation_deriver *deriver, const struct linkage_nicknames *nicknames,
                 size_t memory_bytes, struct error *error)
{
    size_t memo_bytes =
        memory_bytes == 0 || memory_bytes / 8 > MEMO_BYTES_ALL ? MEMO_BYTES_ALL : memory_bytes / 8;

    for (unsigned i = 0; i < deriver->worker_count; i++) {
        struct worker *worker = &deriver->workers[i];
        int result = linkage_deriver_new(evaluation_key, nicknames,
                                         memo_bytes / deriver->worker_count, &worker->forms, error);

        if (result < 0)
            return result;
        worker->owner = deriver;
        /* The first is the caller. Fewer threads than asked for do as well. */
        if (i > 0 && pthread_create(&worker->thread, NULL, worker_run, worker) == 0)
            deriver->started = i;
        else if (i > 0)
            return 0;
    }
    return 0;
}

int evaluation_deriver_new(const struct evaluation_map *map,
                           const struct linkage_nicknames *nicknames, unsigned threads,
                           size_t memory_bytes, struct face_list *list,
                           struct evaluation_deriver **ret, struct error *error)
{
    struct evaluation_deriver *deriver = calloc(1, sizeof *deriver);
    bool no_memory = deriver == NULL;
    int result;

    if (no_memory)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to derive forms");
    deriver->map = map;
    deriver->list = list;
    deriver->worker_count = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    deriver->batch_count = deriver->worker_count + 1;
    deriver->workers = calloc(deriver->worker_count, sizeof *deriver->workers);
    deriver->batches = calloc(deriver->batch_count, sizeof *deriver->batches);
    pthread_mutex_init(&deriver->mutex, NULL);
    pthread_cond_init(&deriver->filled, NULL);
    pthread_cond_init(&deriver->done, NULL);
    no_memory = deriver->workers == NULL || deriver->batches == NULL;
    for (size_t i = 0; !no_memory && i < deriver->batch_count; i++) {
        deriver->batches[i].cells =
            calloc((size_t)BATCH_RECORDS * map->column_count, sizeof(struct cell));
        no_memory = deriver->batches[i].cells == NULL;
    }
    result = no_memory ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory to derive forms")
                       : start(deriver, nicknames, memory_bytes, error);
    if (result < 0) {
        evaluation_deriver_free(deriver);
        return result;
    }
    *ret = deriver;
    return 0;
}

void evaluation_deriver_free(struct evaluation_deriver *deriver)
{
    if (deriver == NULL)
        return;
    pthread_mutex_lock(&deriver->mutex);
    deriver->ending = true;
    pthread_cond_broadcast(&deriver->filled);
    pthread_mutex_unlock(&deriver->mutex);
    for (unsigned i = 1; i <= deriver->started; i++)
        pthread_join(deriver->workers[i].thread, NULL);
    for (unsigned i = 0; deriver->workers != NULL && i < deriver->worker_count; i++)
        linkage_deriver_free(deriver->workers[i].forms);
    for (size_t i = 0; deriver->batches != NULL && i < deriver->batch_count; i++) {
        free(deriver->batches[i].text);
        free(deriver->batches[i].cells);
        free(deriver->batches[i].faces);
        free(deriver->batches[i].records);
    }
    pthread_mutex_destroy(&deriver->mutex);
    pthread_cond_destroy(&deriver->filled);
    pthread_cond_destroy(&deriver->done);
    free(deriver->batches);
    free(deriver->workers);
    free(deriver);
}
