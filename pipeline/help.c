/* joinedup --help and joinedup COMMAND --help, from config/options.csv. */
#include <stdio.h>
#include <string.h>

#include "options.h"

enum { LEFT = 26, WIDTH = 98 };

/* Text from column LEFT on, broken between words. */
static void print_wrapped(const char *text, size_t used)
{
    size_t column = used;

    if (used > LEFT - 2) {
        putchar('\n');
        column = 0;
    }
    printf("%*s", (int)(LEFT - column), "");
    column = LEFT;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        if (column > LEFT && column + 1 + length > WIDTH) {
            printf("\n%*s", LEFT, "");
            column = LEFT;
        } else if (column > LEFT) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_option(const struct option_entry *entry)
{
    char left[128], help[512];
    int used;

    if (*entry->option == '\0')
        used = snprintf(left, sizeof left, "  %s", entry->argument);
    else
        used = snprintf(left, sizeof left, "  --%s%s%s", entry->option,
                        *entry->argument == '\0' ? "" : " ", entry->argument);
    snprintf(help, sizeof help, "%s%s%s%s", entry->help, *entry->standard == '\0' ? "" : " (",
             entry->standard, *entry->standard == '\0' ? "" : ")");
    fputs(left, stdout);
    print_wrapped(help, (size_t)used);
}

static void print_options(const char *command)
{
    for (size_t i = 0; i < option_table_count; i++) {
        if (strcmp(option_table[i].command, command) == 0)
            print_option(&option_table[i]);
    }
}

static void print_exits(void)
{
    puts("\nExit status:");
    for (size_t i = 0; i < exit_table_count; i++) {
        int used = printf("  %d", exit_table[i].status);

        print_wrapped(exit_table[i].meaning, (size_t)used);
    }
}

static void print_program(void)
{
    puts("joinedup: an ICS's feeds, from files to a linked warehouse and published measures\n\n"
         "  joinedup init DIR         then, in DIR:\n"
         "  joinedup key new          make the site key\n"
         "  joinedup check            is everything in place?\n"
         "  joinedup run              run the night\n\n"
         "Commands:");
    for (size_t i = 0; i < command_table_count; i++) {
        int used = printf("  %s", command_table[i].name);

        print_wrapped(command_table[i].summary, (size_t)used);
    }
    puts("\nOptions of every command:");
    print_options("*");
    fputs("  --version", stdout);
    print_wrapped("show the version (without a command)", strlen("  --version"));
    print_exits();
    puts("\nMore: joinedup COMMAND --help, joinedup explain CODE, man joinedup");
}

void help_print_group(const char *words)
{
    size_t length = strlen(words);

    printf("joinedup %s: commands that begin so\n\nCommands:\n", words);
    for (size_t i = 0; i < command_table_count; i++) {
        const struct command *command = &command_table[i];

        if (strncmp(command->name, words, length) == 0 && command->name[length] == ' ')
            print_wrapped(command->summary, (size_t)printf("  %s", command->name));
    }
    puts("\nOptions of every command:");
    print_options("*");
    print_exits();
    printf("\nMore: joinedup %s COMMAND --help\n", words);
}

void help_print(const struct command *command)
{
    bool any = false;

    if (command == NULL) {
        print_program();
        return;
    }
    printf("joinedup %s: %s\n\nUsage: joinedup %s", command->name, command->summary, command->name);
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_entry *entry = &option_table[i];

        if (strcmp(entry->command, command->name) != 0)
            continue;
        any = true;
        if (*entry->option == '\0')
            printf(" %s", entry->argument);
    }
    puts(" [options]\n\nOptions:");
    print_options(command->name);
    if (any)
        putchar('\n');
    print_options("*");
    print_exits();
}
