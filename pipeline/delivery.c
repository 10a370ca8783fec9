#include "delivery.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *delivery_state_name(enum delivery_state state)
{
    static const char *const names[] = {"waiting", "loading", "applied", "superseded",
                                        "already", "refused", "left",    "failed"};
    return names[state];
}

void delivery_label(const struct delivery *delivery, char *text, size_t size)
{
    if (delivery->feed != NULL) {
        snprintf(text, size, "%s", delivery->name);
        return;
    }
    const char *slash = strrchr(delivery->name, '/');
    const char *name = slash ? slash + 1 : delivery->name;
    const char *dot = strrchr(name, '.');
    char start[4] = "";
    for (size_t i = 0; i < 3 && name[i] != '\0' && name + i != dot; i++) {
        start[i] = isalpha((unsigned char)name[i]) ? name[i] : '_';
    }
    bool plain = dot != NULL && strlen(dot) <= 5;
    for (const char *c = dot; plain && c != NULL && *c != '\0'; c++) {
        plain = c == dot || isalpha((unsigned char)*c);
    }
    snprintf(text, size, "%s*%s (%llu bytes)", start, plain ? dot : "",
             (unsigned long long)delivery->bytes);
}
