#include "settings_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

void settings_fault(const struct settings_reader *reader, unsigned line, unsigned column,
                    const char *format, ...)
{
    char place[512], text[512];
    va_list arguments;

    snprintf(place, sizeof place, "%s:%u:%u", reader->name, line, column);
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    problem_add(reader->problems, reader->code, place, "%s", text);
}

size_t settings_fault_count(const struct problem_list *problems)
{
    return problems->count + problems->lost;
}

static int read_open_file(const struct settings_reader *reader, int fd, size_t size,
                          struct slice *ret_text, struct error *error)
{
    char *text = arena_take(reader->arena, size + 1);
    size_t used = 0;

    if (text == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", reader->name);
    while (used < size) {
        ssize_t count = file_read_some(fd, text + used, size - used, error);

        if (count < 0) {
            settings_fault(reader, 1, 1, "cannot be read: %s", error->primary);
            return 0;
        }
        if (count == 0)
            break;
        used += (size_t)count;
    }
    *ret_text = (struct slice){text, used};
    return 0;
}

int settings_read_file(const struct settings_reader *reader, const char *path, size_t most,
                       bool optional, struct slice *ret_text, struct error *error)
{
    struct stat facts;
    int result = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *ret_text = (struct slice){NULL, 0};
    if (fd < 0) {
        if (!optional || errno != ENOENT)
            settings_fault(reader, 1, 1, "cannot be opened: %s", strerror(errno));
        return 0;
    }
    if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        settings_fault(reader, 1, 1, "is not a plain file");
    else if ((unsigned long long)facts.st_size > most)
        settings_fault(reader, 1, 1, "is larger than %zu KiB", most / 1024);
    else
        result = read_open_file(reader, fd, (size_t)facts.st_size, ret_text, error);
    close(fd);
    return result;
}
