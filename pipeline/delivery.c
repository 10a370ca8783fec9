#include "delivery.h"

#include <stdio.h>
#include <string.h>

#include "text_encoding.h"

const char *delivery_state_name(enum delivery_state state)
{
    static const char *const names[] = {"waiting", "loading", "applied", "superseded",
                                        "already", "refused", "left",    "failed"};
    return names[state];
}

const char *delivery_file_name(const struct delivery *delivery)
{
    const char *slash = strrchr(delivery->name, '/');
    return slash ? slash + 1 : delivery->name;
}

void delivery_label(const struct delivery *delivery, char *text, size_t size)
{
    if (delivery->feed != NULL) {
        snprintf(text, size, "%s", delivery_file_name(delivery));
        return;
    }
    char name[DELIVERY_NAME_MAX];
    text_label(name, sizeof name, delivery->name);
    snprintf(text, size, "%s (%llu bytes)", name, (unsigned long long)delivery->bytes);
}
