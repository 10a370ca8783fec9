#include "page_array.h"

#include <sys/mman.h>

enum { FIRST_BYTES = 1 << 20, HUGE_PAGE_BYTES = 2 << 20 };

int page_array_reserve(struct page_array *array, size_t size, struct error *error)
{
    size_t wanted = array->size == 0 ? FIRST_BYTES : array->size;
    void *bytes;

    if (size <= array->size)
        return 0;
    while (wanted < size && wanted <= SIZE_MAX / 4)
        wanted *= 2;
    if (array->bytes == NULL)
        bytes = mmap(NULL, wanted, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    else
        bytes = mremap(array->bytes, array->size, wanted, MREMAP_MAYMOVE);
    if (wanted < size || bytes == MAP_FAILED)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %zu MiB of records",
                         wanted >> 20);
    /* Faces are met in no order: fewer pages, fewer misses. A wish, no more. */
    if (wanted >= 4 * (size_t)HUGE_PAGE_BYTES)
        (void)madvise(bytes, wanted, MADV_HUGEPAGE);
    *array = (struct page_array){bytes, wanted};
    return 0;
}

void page_array_release(struct page_array *array)
{
    if (array->bytes != NULL)
        munmap(array->bytes, array->size);
    *array = (struct page_array){NULL, 0};
}
