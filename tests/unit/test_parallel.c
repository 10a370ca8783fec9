/* test_parallel.c: every task is done, once, before parallel_run returns. */
#include "unit.h"

#include <stdatomic.h>
#include <time.h>

#include "base/parallel.h"

enum { TASKS_MAX = 2000 };

struct done {
    unsigned threads;
    atomic_int times[TASKS_MAX];
    atomic_int strange; /* thread numbers out of bounds */
    atomic_int busy[PARALLEL_THREADS_MAX];
};

static void work(size_t task, unsigned thread, void *context)
{
    struct done *done = context;

    if (thread >= (done->threads == 0 ? 1 : done->threads) || thread >= PARALLEL_THREADS_MAX ||
        task >= TASKS_MAX) {
        atomic_fetch_add(&done->strange, 1);
        return;
    }
    /* No two tasks have one thread number at the same time: what is kept by thread is safe. */
    if (atomic_fetch_add(&done->busy[thread], 1) != 0)
        atomic_fetch_add(&done->strange, 1);
    nanosleep(&(struct timespec){.tv_nsec = thread == 0 ? 20000 : 200000}, NULL);
    atomic_fetch_add(&done->times[task], 1);
    atomic_fetch_sub(&done->busy[thread], 1);
}

static void each_task_is_done_once(void **state)
{
    static const struct {
        unsigned threads;
        size_t tasks;
    } cases[] = {{0, 3},         {1, 0}, {1, 1},   {1, 10},   {2, 1},
                 {2, TASKS_MAX}, {5, 3}, {5, 777}, {64, 100}, {1000, 200}};
    static struct done done;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char name[40];

        snprintf(name, sizeof name, "%u threads, %zu tasks", cases[i].threads, cases[i].tasks);
        memset(&done, 0, sizeof done);
        done.threads = cases[i].threads;
        parallel_run(cases[i].threads, cases[i].tasks, work, &done);
        assert_case(done.strange == 0, name);
        for (size_t task = 0; task < TASKS_MAX; task++)
            assert_case(done.times[task] == (task < cases[i].tasks), name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_task_is_done_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
