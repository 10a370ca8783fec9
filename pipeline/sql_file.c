#include "sql_file.h"

#include <string.h>

const char *sql_file_text(const char *name)
{
    for (size_t i = 0; i < sql_table_count; i++) {
        if (strcmp(sql_table[i].name, name) == 0)
            return sql_table[i].text;
    }
    return NULL;
}
