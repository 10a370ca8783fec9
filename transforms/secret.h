/*
 * secret.h: identifying values are a type, not a habit.
 *
 * A struct secret wraps bytes that identify a person. It has no printable member, is not a slice,
 * and nothing in the logging, error or COPY interfaces takes one, so the compiler refuses to pass
 * it there. Only transforms/ opens it, through secret_open: what
 * normalises, validates or makes tokens, and the row engine for fields that do not identify.
 * tests/unit/check_secret.sh proves both.
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
