/* joinedup init DIR */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cluster.h"
#include "command.h"
#include "database.h"
#include "file.h"
#include "folder.h"

/* Written last: until it is there, init can be run again on what it began. */
static const char settings_top[] =
    "# Settings of this site. joinedup check names every fault in here with its line.\n"
    "\n"
    "# What the system is called in reports.\n";

static const char settings_rest[] =
    "\n"
    "# The site key, below this folder or with a full path. joinedup key new makes it.\n"
    "key: keys/site.key\n"
    "\n"
    "# How many days sealed copies of deliveries are kept in archive/.\n"
    "archive_days: 2555\n"
    "\n"
    "# What may be published: mhsds = suppressed below 5, rounded to 5.\n"
    "policy: mhsds\n"
    "\n"
    "# Caps on what one delivery may take; raise them only for a file you know to be genuine.\n"
    "limits:\n"
    "  output_gib: 64\n"
    "  ratio: 200\n"
    "  memory_mib: 512\n"
    "  cpu_seconds: 3600\n"
    "\n"
    "# How records are linked (docs/linkage.md); without these lines as the program's model says.\n"
    "# linkage:\n"
    "#   model: model.json    # of this site's own, in this folder\n"
    "#   threshold: 2         # bits from which a pair is a link; 0 = even odds\n"
    "#   review: -4           # bits from which a pair is kept for review\n"
    "\n"
    "# A feed's own rules are in feeds/NAME/. What this site wants otherwise:\n"
    "# feeds:\n"
    "#   mhsds:\n"
    "#     bad_nhs_number: withhold   # or reject_file, ignore\n"
    "#     enabled: yes\n"
    "\n"
    "# Senders whose systems export other column names: field name: \"their name\".\n"
    "# senders:\n"
    "#   G8H03:\n"
    "#     support:\n"
    "#       columns: {client_ref: \"Client No\", session_date: \"Date of session\"}\n";

struct new_site {
    struct site site;
    const char *database; /* --database, or NULL */
};

/* A YAML text in double quotes. */
static void write_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', file);
        fputc(*text, file);
    }
    fputs("\"\n", file);
}

static void write_settings(FILE *file, const struct new_site *new_site)
{
    const char *slash = strrchr(new_site->site.folder, '/');

    fputs(settings_top, file);
    fputs("name: ", file);
    write_quoted(file, slash == NULL ? new_site->site.folder : slash + 1);
    fputs("\n# The warehouse: a libpq connection string. Without it: a private cluster in\n"
          "# postgres/, started when needed. Keep passwords out of it: libpq reads ~/.pgpass.\n",
          file);
    fputs(new_site->database == NULL ? "# database: \"host=... dbname=...\"\n" : "database: ",
          file);
    if (new_site->database != NULL)
        write_quoted(file, new_site->database);
    fputs(settings_rest, file);
}

static int place_settings(const struct new_site *new_site, struct error *error)
{
    char path[PATH_MAX], new_path[PATH_MAX + 8];
    FILE *file;
    bool done;

    snprintf(path, sizeof path, "%.4000s/joinedup.yaml", new_site->site.folder);
    snprintf(new_path, sizeof new_path, "%s.new", path);
    file = fopen(new_path, "w");
    if (file == NULL)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "%.400s cannot be written", path);
    write_settings(file, new_site);
    done = fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (fclose(file) != 0 || !done || rename(new_path, path) != 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "%.400s cannot be written", path);
    return file_sync_folder(new_site->site.folder, error);
}

static int make_folders(struct new_site *new_site, const char *folder, struct error *error)
{
    static const char *const parts[] = {"landing", "archive", "held", "work", "keys"};
    /* Root's private cluster runs as user postgres, who must get through to postgres/. */
    bool passed_through = geteuid() == 0 && new_site->database == NULL;
    char path[PATH_MAX + 64];
    int result = folder_make(folder, passed_through ? 0711 : 0700, error);

    if (result < 0)
        return result;
    if (realpath(folder, path) == NULL || strlen(path) > 3900)
        return error_set(error, ERROR_FILE_FAILED, "the path of the site is too long");
    snprintf(new_site->site.folder, sizeof new_site->site.folder, "%.4000s", path);
    for (size_t i = 0; result == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(path, sizeof path, "%.4000s/%s", new_site->site.folder, parts[i]);
        result = folder_make(path, 0700, error);
    }
    return result;
}

static int copy_definitions(const struct new_site *new_site, struct error *error)
{
    static const char *const endings[] = {".yaml", ".csv", NULL};
    static const char *const parts[] = {"feeds", "code_lists"};
    char data[PATH_MAX];
    int result = site_data_folder(data, sizeof data, error);

    for (size_t i = 0; result == 0 && i < 2; i++) {
        char from[PATH_MAX + 16], to[PATH_MAX + 16];

        snprintf(from, sizeof from, "%s/%s", data, parts[i]);
        snprintf(to, sizeof to, "%.4000s/%s", new_site->site.folder, parts[i]);
        result = folder_copy(from, to, endings, 1, error);
    }
    return result;
}

/* A private cluster with a whole schema is one this init began: taken up again. A server's is not.
 */
static int make_warehouse(const struct new_site *new_site, struct error *error)
{
    struct database database;
    struct error ignored = {0};
    int result = new_site->database == NULL ? cluster_prepare(new_site->site.folder, error) : 0;

    if (result < 0)
        return result;
    if (new_site->database == NULL &&
        database_open(&new_site->site, false, &database, &ignored) == 0) {
        database_close(&database);
        return 0;
    }
    result = database_open(&new_site->site, true, &database, error);
    if (result < 0)
        return result;
    result = database_create_schema(&database, error);
    database_close(&database);
    return result;
}

static int refuse_site(const char *folder, struct error *error)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%.4000s/joinedup.yaml", folder);
    if (access(path, F_OK) != 0)
        return 0;
    error_set(error, ERROR_USAGE, "there is a site already: nothing was changed");
    error_place(error, "%.500s", folder);
    error_hint(error, "see what it says with: joinedup check --site %.200s", folder);
    return error->code;
}

static int tell(const struct invocation *invocation, const struct new_site *new_site,
                struct error *error)
{
    const char *folder = new_site->site.folder;

    if (invocation_json(invocation))
        return print_json(json_pack("{s:s, s:s}", "site", folder, "database",
                                    new_site->database == NULL ? "private" : "server"),
                          error);
    if (invocation_quiet(invocation))
        return 0;
    printf("Made the site %s\n", folder);
    printf("  warehouse  %s\n", new_site->database == NULL
                                    ? "a private Postgres cluster in postgres/"
                                    : "schemas on the server of --database");
    printf("\nNext:\n"
           "  cd %s\n"
           "  joinedup key new     make the site key; give a copy to the key custodians\n"
           "  joinedup check       is everything in place?\n"
           "  joinedup run         with the night's deliveries in landing/\n",
           folder);
    return 0;
}

int command_init(const struct invocation *invocation, struct error *error)
{
    struct new_site new_site = {.database = invocation_value(invocation, "database")};
    size_t count;
    const char *folder = invocation_arguments(invocation, &count)[0];
    int result = refuse_site(folder, error);

    new_site.site.database = new_site.database;
    if (result == 0)
        result = make_folders(&new_site, folder, error);
    if (result == 0)
        result = copy_definitions(&new_site, error);
    if (result == 0)
        result = make_warehouse(&new_site, error);
    if (result == 0)
        result = place_settings(&new_site, error);
    return result < 0 ? error_while(error, "making the site") : tell(invocation, &new_site, error);
}
