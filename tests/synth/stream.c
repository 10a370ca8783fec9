#include "stream.h"

static uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

struct stream stream_of(uint64_t seed, enum purpose purpose, uint64_t who, uint64_t number)
{
    uint64_t state = mix(seed);
    state = mix(state ^ (uint64_t)purpose);
    state = mix(state ^ who);
    state = mix(state ^ number);
    return (struct stream){state};
}

uint64_t stream_next(struct stream *stream)
{
    uint64_t value = mix(stream->state);
    stream->state += 0x9e3779b97f4a7c15u;
    return value;
}

unsigned stream_below(struct stream *stream, unsigned limit)
{
    return (unsigned)(((stream_next(stream) >> 32) * limit) >> 32);
}

int stream_between(struct stream *stream, int low, int high)
{
    return high <= low ? low : low + (int)stream_below(stream, (unsigned)(high - low + 1));
}

bool stream_chance(struct stream *stream, unsigned per_mille)
{
    return stream_below(stream, 1000) < per_mille;
}

size_t stream_weighted(struct stream *stream, const unsigned *weights, size_t count)
{
    unsigned total = 0;
    for (size_t i = 0; i < count; i++) {
        total += weights[i];
    }
    unsigned point = stream_below(stream, total);
    for (size_t i = 0; i + 1 < count; i++) {
        if (point < weights[i]) {
            return i;
        }
        point -= weights[i];
    }
    return count - 1;
}

const char *stream_pick(struct stream *stream, const char *const *choices, size_t count)
{
    return choices[stream_below(stream, (unsigned)count)];
}
