#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>

struct crew {
    atomic_size_t next;
    size_t tasks;
    parallel_work work;
    void *context;
};

struct hand {
    struct crew *crew;
    unsigned number;
    pthread_t thread;
};

static void *hand_run(void *argument)
{
    struct hand *hand = argument;
    struct crew *crew = hand->crew;

    for (;;) {
        size_t task = atomic_fetch_add(&crew->next, 1);

        if (task >= crew->tasks)
            return NULL;
        crew->work(task, hand->number, crew->context);
    }
}

void parallel_run(unsigned threads, size_t tasks, parallel_work work, void *context)
{
    struct crew crew = {.tasks = tasks, .work = work, .context = context};
    struct hand hands[PARALLEL_THREADS_MAX];
    unsigned started = 1;

    atomic_init(&crew.next, 0);
    if (threads > PARALLEL_THREADS_MAX)
        threads = PARALLEL_THREADS_MAX;
    for (; started < threads && started < tasks; started++) {
        hands[started] = (struct hand){.crew = &crew, .number = started};
        if (pthread_create(&hands[started].thread, NULL, hand_run, &hands[started]) != 0)
            break;
    }
    hands[0] = (struct hand){.crew = &crew};
    hand_run(&hands[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(hands[i].thread, NULL);
}
