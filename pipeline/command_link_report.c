/* link report: how good a site's linkage is, as text, JSON and CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "link_model.h"
#include "link_report.h"

/* Everything one report holds. */
struct report_desk {
    struct site site;
    struct problem_list problems;
    struct site_key key;
    struct database database;
    struct linkage_model model;
    struct linkage_nicknames *nicknames;
    struct link_context context;
    struct link_report_data data;
    struct report report;
    uint32_t wanted;
    bool key_loaded, connected;
};

static int unknown_section(const char *name, size_t length, struct error *error)
{
    char known[256] = "";
    for (size_t s = 0; s < LINK_REPORT_PARTS; s++) {
        strcat(strcat(known, s == 0 ? "" : ", "), link_report_sections[s].name);
    }
    error_set(error, ERROR_USAGE, "there is no section \"%.*s\"", length > 40 ? 40 : (int)length,
              name);
    error_hint(error, "the sections are %s", known);
    return error->code;
}

/* "hidden,linked" as bits; all without the option. */
static int read_sections(const struct invocation *invocation, uint32_t *ret, struct error *error)
{
    const char *text = invocation_value(invocation, "section");
    *ret = text == NULL ? (1u << LINK_REPORT_PARTS) - 1 : 0;
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ","), s = 0;
        while (s < LINK_REPORT_PARTS &&
               (strlen(link_report_sections[s].name) != length ||
                strncmp(link_report_sections[s].name, text, length) != 0)) {
            s++;
        }
        if (s == LINK_REPORT_PARTS) {
            return unknown_section(text, length, error);
        }
        *ret |= 1u << s;
        text += length + (text[length] == ',');
    }
    return *ret == 0 ? error_set(error, ERROR_USAGE, "--section names no section") : 0;
}

static int open_desk(const struct invocation *invocation, struct report_desk *desk,
                     struct error *error)
{
    int failed = site_load(invocation_site(invocation), &desk->site, &desk->problems, error);
    if (failed == 0) {
        failed = site_key_load(&desk->site, &desk->key, error);
        desk->key_loaded = failed == 0;
    }
    failed = failed ? failed : link_model_load(&desk->site, &desk->model, error);
    failed = failed ? failed : link_nicknames_load(&desk->nicknames, error);
    if (failed == 0) {
        failed = database_open(&desk->site, false, &desk->database, error);
        desk->connected = failed == 0;
    }
    desk->context = (struct link_context){.database = &desk->database,
                                          .site = &desk->site,
                                          .key = &desk->key,
                                          .nicknames = desk->nicknames,
                                          .model = &desk->model};
    return failed;
}

static void close_desk(struct report_desk *desk)
{
    link_report_release(&desk->data);
    report_release(&desk->report);
    linkage_nicknames_free(desk->nicknames);
    if (desk->key_loaded) {
        site_key_release(&desk->key);
    }
    if (desk->connected) {
        database_close(&desk->database);
    }
    site_release(&desk->site);
    problem_list_release(&desk->problems);
}

static int tell(const struct invocation *invocation, const struct report_desk *desk,
                struct error *error)
{
    const char *csv = invocation_value(invocation, "csv");
    int failed = csv == NULL ? 0
                             : report_write_csv(&desk->report, link_report_sections, desk->wanted,
                                                csv, error);
    if (failed != 0 || (csv != NULL && strcmp(csv, "-") == 0)) {
        return failed; /* the figures themselves are on standard output */
    }
    if (invocation_json(invocation)) {
        return print_json(
            report_json(&desk->report, link_report_sections, LINK_REPORT_PARTS, desk->wanted),
            error);
    }
    return invocation_quiet(invocation)
               ? 0
               : report_print(&desk->report, link_report_sections, LINK_REPORT_PARTS, desk->wanted,
                              stdout, error);
}

static int make_report(const struct invocation *invocation, struct report_desk *desk,
                       struct error *error)
{
    int failed = link_report_read(&desk->context, desk->wanted, &desk->data, error);
    if (failed != 0) {
        return failed;
    }
    if (desk->report.exact && !invocation_quiet(invocation)) {
        fprintf(stderr, "warning: small numbers are told as they are: for restricted use only\n");
    }
    link_report_tell_records(&desk->data, &desk->report);
    link_report_tell_model(&desk->data, &desk->report);
    link_report_tell_persons(&desk->data, &desk->report);
    link_report_tell_groups(&desk->data, &desk->report);
    link_report_tell_guild(&desk->data, &desk->report);
    return desk->report.failed ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report")
                               : tell(invocation, desk, error);
}

int command_link_report(const struct invocation *invocation, struct error *error)
{
    /* A model is too large for the stack of a careful reader. */
    struct report_desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a report");
    }
    problem_list_init(&desk->problems);
    report_init(&desk->report, invocation_flag(invocation, "exact"));
    int failed = read_sections(invocation, &desk->wanted, error);
    if (failed == 0) {
        failed = open_desk(invocation, desk, error);
        failed = failed ? failed : make_report(invocation, desk, error);
    }
    close_desk(desk);
    free(desk);
    return failed;
}
