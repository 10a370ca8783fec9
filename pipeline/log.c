#include "log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {"error", "warning", "info", "debug"};
/* Of syslog(3), as sd-daemon(3) reads them. */
static const char *const journal_prefixes[] = {"<3>", "<4>", "<6>", "<7>"};

static enum log_level highest = LOG_LEVEL_INFO;
static bool as_json;

void log_open(enum log_level level, bool json)
{
    highest = level;
    as_json = json;
}

int log_level_by_name(const char *name)
{
    for (int i = 0; i < (int)(sizeof level_names / sizeof level_names[0]); i++) {
        if (strcmp(level_names[i], name) == 0)
            return i;
    }
    return -1;
}

/* JOURNAL_STREAM holds device and inode of the stream the service was given; standard error may
 * have been turned elsewhere since. */
const char *log_journal_prefix(enum log_level level)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat facts;

    if (stream == NULL || sscanf(stream, "%llu:%llu", &device, &inode) != 2 ||
        fstat(STDERR_FILENO, &facts) != 0 || facts.st_dev != device || facts.st_ino != inode)
        return "";
    return journal_prefixes[level];
}

static void now_text(char text[32])
{
    time_t now = time(NULL);
    struct tm parts;

    gmtime_r(&now, &parts);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char text[1024], now[32];
    va_list arguments;

    if (level > highest)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    now_text(now);
    if (as_json) {
        json_t *line = json_pack("{s:s, s:s, s:s, s:s}", "time", now, "level", level_names[level],
                                 "event", event, "text", text);

        if (line != NULL)
            json_dumpf(line, stderr, JSON_COMPACT);
        json_decref(line);
        fputc('\n', stderr);
    } else if (*log_journal_prefix(level) != '\0') {
        fprintf(stderr, "%s%s: %s\n", log_journal_prefix(level), event, text);
    } else {
        fprintf(stderr, "%s %-7s %s\n", now, level_names[level], text);
    }
}
