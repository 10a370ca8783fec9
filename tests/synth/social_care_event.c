/*
 * social_care_event.c: the texts of Client Level Data, releases 1 and 2 (facts from DHSC's
 * dashboard code, MIT, and NHS Digital's transformations), and what happened to people in social
 * care.
 */
#include "social_care.h"

#include <string.h>

#include "day.h"
#include "feeds.h"

const struct wording cld_accommodations[ACCOMMODATIONS] = {
    {"Owner occupier or shared ownership scheme", "Owner occupier or shared ownership scheme"},
    {"Tenant: Local authority or other social housing provider", "Tenant"},
    {"Tenant: Private landlord", "Tenant - private landlord"},
    {"Settled mainstream housing with family or friends",
     "Settled mainstream housing with family / friends"},
    {"Supported accommodation, supported lodgings or supported group home",
     "Supported accommodation / supported lodgings / supported group home"},
    {"Sheltered housing, extra care housing or other sheltered housing",
     "Sheltered housing / extra care housing / other sheltered housing"},
    {"Registered care home", "Registered care home"},
    {"Other temporary accommodation", "Other temporary accommodation"},
    {"Rough sleeper or squatting", "Rough sleeper / squatting"},
    {"Unknown", "Unknown"}};

const struct wording cld_services[6] = {
    {"Long term support: Community", "Long Term Support: Community"},
    {"Long term support: Community", "Long Term Support: Community"},
    {"Long term support: Residential care", "Long Term Support: Residential Care"},
    {"Long term support: Nursing care", "Long Term Support: Nursing Care"},
    {"Short term support: ST-Max", "Short Term Support: ST-Max"},
    {"Short term support: Ongoing low level", "Short Term Support: Ongoing Low Level"}};

const struct wording cld_outcomes[6] = {
    {"Progress to assessment, review or reassessment", "Progress to Assessment"},
    {"Progress to support planning or services", "Progress to Support Planning / Services"},
    {"Continuation of support or services", "No change in package"},
    {"NFA: Information and advice or signposting", "NFA - Information & Advice / Signposting only"},
    {"NFA: Support declined", "NFA - Support declined"},
    {"NFA: Support ended as planned", "Service ended as planned"}};

const struct wording cld_mechanisms[3] = {
    {"Direct payment", "Direct Payment"},
    {"CASSR managed personal budget", "CASSR Managed Personal Budget"},
    {"CASSR commissioned support", "CASSR Commissioned support"}};

const char *ethnicity_cld(const char *code)
{
    static const char *const texts[][2] = {
        {"A", "White: English, Welsh, Scottish, Northern Irish or British"},
        {"B", "White: Irish"},
        {"C", "White: Any other White background"},
        {"D", "Mixed or multiple ethnic groups: White and Black Caribbean"},
        {"E", "Mixed or multiple ethnic groups: White and Black African"},
        {"F", "Mixed or multiple ethnic groups: White and Asian"},
        {"G", "Mixed or multiple ethnic groups: Any other Mixed or multiple ethnic background"},
        {"H", "Asian or Asian British: Indian"},
        {"J", "Asian or Asian British: Pakistani"},
        {"K", "Asian or Asian British: Bangladeshi"},
        {"L", "Asian or Asian British: Any other Asian background"},
        {"M", "Black, Black British, Caribbean or African: Caribbean"},
        {"N", "Black, Black British, Caribbean or African: African"},
        {"P", "Black, Black British, Caribbean or African: Any other Black, Black British or "
              "Caribbean background"},
        {"R", "Asian or Asian British: Chinese"},
        {"S", "Other ethnic group: Any other ethnic group"},
        {"Z", "No data: Refused"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i][0], code) == 0) {
            return texts[i][1];
        }
    }
    return "No data: Undeclared or not known";
}

size_t events_of(const struct world *world, const struct person *person,
                 struct event events[EVENTS_MAX])
{
    struct stream stream = stream_of(world->seed, PURPOSE_SOCIAL_CARE, person->number, 0);
    int32_t day = stream_between(&stream, world->first_day - 500, world->last_day - 30);
    size_t count = 0;
    while (count + 4 < EVENTS_MAX && day < world->last_day) {
        int32_t request_end = day + stream_between(&stream, 0, 9);
        bool goes_on = stream_chance(&stream, 750);
        events[count++] = (struct event){.type = EVENT_REQUEST,
                                         .start = day,
                                         .end = request_end,
                                         .outcome = goes_on ? 0 : 3 + stream_below(&stream, 2)};
        day = request_end + 1;
        if (!goes_on) {
            day += stream_between(&stream, 60, 400);
            continue;
        }
        int32_t assessed = day + stream_between(&stream, 5, 40);
        events[count++] =
            (struct event){.type = EVENT_ASSESSMENT, .start = day, .end = assessed, .outcome = 1};
        int32_t service_end = assessed + 1 + stream_between(&stream, 40, 700);
        bool open = stream_chance(&stream, 450);
        struct event service = {.type = EVENT_SERVICE,
                                .start = assessed + 1,
                                .end = open ? NO_DAY : service_end,
                                .outcome = 5};
        service.service = stream_below(&stream, 6);
        service.mechanism = stream_below(&stream, 3);
        service.cost = stream_between(&stream, 40, 900);
        events[count++] = service;
        int32_t review = assessed + stream_between(&stream, 50, 365);
        if (open || review < service_end) {
            events[count++] = (struct event){.type = EVENT_REVIEW,
                                             .start = review,
                                             .end = review + stream_between(&stream, 0, 5),
                                             .outcome = 2};
        }
        if (open) {
            break;
        }
        day = service_end + stream_between(&stream, 30, 300);
    }
    return count;
}
