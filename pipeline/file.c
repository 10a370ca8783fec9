#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int file_write_all(int fd, const void *bytes, size_t length, struct error *error)
{
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = write(fd, from, length);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return error_set_errno(error, ERROR_FILE_FAILED, done == 0 ? ENOSPC : errno,
                                   "a file cannot be written");
        }
        from += done;
        length -= (size_t)done;
    }
    return 0;
}

ssize_t file_read_some(int fd, void *bytes, size_t size, struct error *error)
{
    for (;;) {
        ssize_t done = read(fd, bytes, size);
        if (done >= 0) {
            return done;
        }
        if (errno != EINTR) {
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "a file cannot be read");
        }
    }
}

int file_sync_folder(const char *folder, struct error *error)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        int saved = errno;
        if (fd >= 0) {
            close(fd);
        }
        return error_set_errno(error, ERROR_FILE_FAILED, saved, "folder cannot be synced");
    }
    close(fd);
    return 0;
}

void file_hex(const unsigned char *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * length] = '\0';
}
