#include "worker_pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "token.h"

enum { WORKERS_MAX = 64, TICK_NANOSECONDS = 50000000 };

static volatile sig_atomic_t caught_signal;

static void catch_signal(int signal_number)
{
    caught_signal = signal_number;
}

void worker_signals_install(void)
{
    struct sigaction action = {.sa_handler = catch_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL); /* a dead parser or server is an error, not our death */
    sigaction(SIGIO, &action, NULL);   /* sent when another program breaks our read lease */
}

void worker_signals_restore(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

struct delivery_result *worker_results_map(size_t count)
{
    size_t size = (count ? count : 1) * sizeof(struct delivery_result);
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void worker_results_unmap(struct delivery_result *results, size_t count)
{
    if (results != NULL) {
        munmap(results, (count ? count : 1) * sizeof *results);
    }
}

static bool same_place(const struct delivery *left, const struct delivery *right)
{
    return left->feed == right->feed && strcmp(left->sender, right->sender) == 0 &&
           left->facts.has_period == right->facts.has_period &&
           (!left->facts.has_period || left->facts.period_start == right->facts.period_start);
}

/* A delivery that failed because the database is gone, after its second try: the others would too.
 */
static bool database_gone(const struct worker_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        if (pool->results[i].state == DELIVERY_FAILED &&
            pool->results[i].error.code == ERROR_DATABASE_UNREACHABLE) {
            return true;
        }
    }
    return false;
}

/* The next delivery to start: the first that waits and has no unfinished earlier one for its place.
 */
static size_t next_waiting(const struct worker_pool *pool, unsigned stage)
{
    if (database_gone(pool)) {
        return pool->count;
    }
    for (size_t i = 0; i < pool->count; i++) {
        const struct delivery *delivery = &pool->deliveries[i];
        if (delivery->feed == NULL || delivery->feed->stage != stage ||
            pool->results[i].state != DELIVERY_WAITING) {
            continue;
        }
        bool blocked = false;
        for (size_t j = 0; j < i && !blocked; j++) {
            blocked = pool->results[j].state <= DELIVERY_LOADING &&
                      pool->deliveries[j].feed != NULL &&
                      same_place(&pool->deliveries[j], delivery);
        }
        if (!blocked) {
            return i;
        }
    }
    return pool->count;
}

struct worker {
    pid_t pid;
    size_t delivery;
};

static void worker_main(const struct worker_pool *pool, size_t i, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1); /* the coordinator died before we could ask to die with it */
    }
    /* Locks are not inherited. */
    mlock(pool->context->key->bytes, pool->context->key->count * SITE_KEY_SIZE);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    /* Delivery facts found by the worker are wanted by the report: they go back through results. */
    loader_load(pool->context, &pool->deliveries[i], &pool->results[i]);
    _exit(0);
}

static void worker_died(struct delivery_result *result, int status)
{
    if (result->state <= DELIVERY_LOADING) {
        result->state = DELIVERY_FAILED;
        error_set(&result->error, ERROR_INTERNAL, "the loader of this delivery died");
        if (WIFSIGNALED(status)) {
            error_detail(&result->error, "signal %d", WTERMSIG(status));
        }
        error_hint(&result->error, "nothing of it was kept; run again");
    }
}

static void reap(struct worker_pool *pool, struct worker *workers, size_t *count)
{
    for (size_t i = 0; i < *count;) {
        int status = 0;
        pid_t pid = waitpid(workers[i].pid, &status, WNOHANG);
        if (pid == 0 || (pid < 0 && errno == EINTR)) {
            i++;
            continue;
        }
        worker_died(&pool->results[workers[i].delivery], status);
        workers[i] = workers[--*count];
    }
}

static int start_worker(struct worker_pool *pool, size_t delivery, struct worker *ret,
                        struct error *error)
{
    pid_t parent = getpid();
    pool->results[delivery].state = DELIVERY_LOADING;
    pid_t pid = fork();
    if (pid < 0) {
        pool->results[delivery].state = DELIVERY_WAITING;
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot start a loader");
    }
    if (pid == 0) {
        worker_main(pool, delivery, parent);
    }
    *ret = (struct worker){pid, delivery};
    return 0;
}

static void stop_workers(struct worker_pool *pool, struct worker *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        kill(workers[i].pid, SIGKILL);
        waitpid(workers[i].pid, NULL, 0);
        worker_died(&pool->results[workers[i].delivery], 0);
    }
}

static int run_parallel(struct worker_pool *pool, unsigned stage, struct error *error)
{
    struct worker workers[WORKERS_MAX];
    size_t running = 0;
    size_t jobs = pool->jobs < WORKERS_MAX ? pool->jobs : WORKERS_MAX;
    int failed = 0;
    for (;;) {
        size_t next = next_waiting(pool, stage);
        while (running < jobs && next < pool->count && failed == 0 && !caught_signal) {
            failed = start_worker(pool, next, &workers[running], error);
            running += failed == 0;
            next = next_waiting(pool, stage);
        }
        if (running == 0) {
            break;
        }
        struct timespec pause = {0, TICK_NANOSECONDS / 10};
        nanosleep(&pause, NULL);
        if (pool->tick != NULL) {
            pool->tick(pool->tick_data);
        }
        if (caught_signal) {
            stop_workers(pool, workers, running);
            break;
        }
        reap(pool, workers, &running);
    }
    return failed;
}

static int run_here(struct worker_pool *pool, unsigned stage)
{
    for (size_t next = next_waiting(pool, stage); next < pool->count && !caught_signal;
         next = next_waiting(pool, stage)) {
        loader_load(pool->context, &pool->deliveries[next], &pool->results[next]);
        if (pool->tick != NULL) {
            pool->tick(pool->tick_data);
        }
    }
    return 0;
}

int worker_pool_run(struct worker_pool *pool, unsigned stage, struct error *error)
{
    int failed = pool->jobs > 1 ? run_parallel(pool, stage, error) : run_here(pool, stage);
    if (failed == 0 && caught_signal) {
        failed = error_set(error, ERROR_INTERRUPTED, "stopped by signal %d", (int)caught_signal);
        error_hint(error, "what was loaded is whole; run again when ready");
    }
    return failed;
}
