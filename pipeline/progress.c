#include "progress.h"

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

void progress_init(struct progress *progress, bool wanted, const struct delivery *deliveries,
                   const struct delivery_result *results, size_t count)
{
    *progress = (struct progress){.shown = wanted && isatty(STDERR_FILENO),
                                  .deliveries = deliveries,
                                  .results = results,
                                  .count = count};
    clock_gettime(CLOCK_MONOTONIC, &progress->started);
}

static void draw(const struct progress *progress, double seconds)
{
    uint64_t rows = 0, bytes = 0, all_bytes = 0;
    size_t done = 0;
    for (size_t i = 0; i < progress->count; i++) {
        const struct delivery_result *result = &progress->results[i];
        bool finished = result->state > DELIVERY_LOADING;
        done += finished;
        rows += finished ? result->total.received : result->rows_read;
        bytes += finished ? progress->deliveries[i].bytes : result->bytes_read;
        all_bytes += progress->deliveries[i].bytes;
    }
    double rate = seconds > 0 ? (double)bytes / seconds : 0;
    double left = rate > 0 && all_bytes > bytes ? (double)(all_bytes - bytes) / rate : 0;
    fprintf(stderr,
            "\r\033[K  %zu of %zu deliveries  %llu rows  %.1f of %.1f MB  %.1f MB/s  %d:%02d left",
            done, progress->count, (unsigned long long)rows, (double)bytes / 1e6,
            (double)all_bytes / 1e6, rate / 1e6, (int)left / 60, (int)left % 60);
    fflush(stderr);
}

void progress_tick(void *data)
{
    struct progress *progress = data;
    struct timespec now;
    if (!progress->shown) {
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (progress->last.tv_sec != 0 && seconds_between(&progress->last, &now) < 0.2) {
        return;
    }
    progress->last = now;
    draw(progress, seconds_between(&progress->started, &now));
}

void progress_clear(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
