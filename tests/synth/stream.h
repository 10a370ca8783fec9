/*
 * stream.h: chance, as a function of the seed. Every person and purpose has a stream of its own, so
 * that a change in one feed does not ripple into the others. Generator: splitmix64 (Steele, Lea,
 * Flood 2014), its state mixed from seed, purpose, person and number.
 */
#ifndef SYNTH_STREAM_H
#define SYNTH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum purpose {
    PURPOSE_POPULATION = 1,
    PURPOSE_IDENTITY,
    PURPOSE_REFERRAL,
    PURPOSE_PATIENT_MONTH,
    PURPOSE_REFERRAL_MONTH,
    PURPOSE_SPELL,
    PURPOSE_PROVIDER,
    PURPOSE_GP_SMI,
    PURPOSE_SOCIAL_CARE,
    PURPOSE_SUPPORT,
    PURPOSE_IPS,
    PURPOSE_HOMELESSNESS,
    PURPOSE_CANARY,
    PURPOSE_BENCH
};

struct stream {
    uint64_t state;
};

struct stream stream_of(uint64_t seed, enum purpose purpose, uint64_t who, uint64_t number);
uint64_t stream_next(struct stream *stream);
/* 0 .. limit - 1; 0 for limit 0. */
unsigned stream_below(struct stream *stream, unsigned limit);
/* low .. high, both included. */
int stream_between(struct stream *stream, int low, int high);
/* True in per_mille of 1000 calls. */
bool stream_chance(struct stream *stream, unsigned per_mille);
/* An index, in proportion to its weight. */
size_t stream_weighted(struct stream *stream, const unsigned *weights, size_t count);
/* One of the choices, each as likely. */
const char *stream_pick(struct stream *stream, const char *const *choices, size_t count);

#define PICK(stream, ...)                                                                          \
    stream_pick(stream, (const char *const[]){__VA_ARGS__},                                        \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#endif
