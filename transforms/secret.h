/*
 * secret.h: identifying values are a type, not a habit.
 *
 * A struct secret wraps bytes that identify a person. It has no printable member, is not a slice,
 * and nothing in the logging, error or COPY interfaces takes one, so the compiler refuses to pass
 * it there. Only the functions of validate.h, normalise.h and token.h open it, through secret_open
 * (which a check in tests/ allows in transforms/ only).
 */
#ifndef SECRET_H
#define SECRET_H

#include "base/slice.h"

struct secret {
    struct slice hidden_; /* only transforms/ may touch this */
};

static inline struct secret secret_of(struct slice value)
{
    return (struct secret){value};
}

static inline struct slice secret_open(struct secret secret)
{
    return secret.hidden_;
}

#endif
