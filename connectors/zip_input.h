/*
 * zip_input.h: an open file as a libzip source that needs nothing but pread, so that libzip works
 * inside the sandbox and without stdio.
 */
#ifndef ZIP_INPUT_H
#define ZIP_INPUT_H

#include <stdint.h>
#include <zip.h>

/* file stays the caller's. NULL with zip_error filled when memory is out. */
zip_source_t *zip_input_new(int file, uint64_t size, zip_error_t *zip_error);

#endif
