/*
 * mhsds_bad.c: rows that must be refused, each for one rule. They hang on a real person and
 * referral of the month, or on people who exist nowhere else and are refused themselves.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

struct bad {
    struct mhsds_delivery *delivery;
    const char *patient, *referral; /* real ones of this month */
    char stranger[16];              /* a patient id of nobody */
    char own_referral[21];          /* for a bad referral */
    char contact[21], activity[22];
    const char *day; /* in the period, and in the referral */
};

static void refused(struct bad *bad, enum mhsds_table table, const char *outcome, const char *rule)
{
    truth_reject(bad->delivery->truth, bad->delivery->file, &bad->delivery->tables[table], outcome,
                 rule);
}

static void contact(struct bad *bad, const char *referral, const char *day, const char *outcome,
                    const char *rule)
{
    csv_row(TABLE(bad->delivery, MHS201CareContact), "CareContactID", bad->contact,
            "ServiceRequestID", referral, "CareContDate", day, "CareContTime", "10:10:00",
            "OrgIDComm", "08L", "ConsMechanismMH", "01", "AttendStatus", "5", NULL);
    refused(bad, TABLE_MHS201CareContact, outcome, rule);
}

static void activity(struct bad *bad, const char *outcome, const char *rule)
{
    csv_row(TABLE(bad->delivery, MHS202CareActivity), "CareActID", bad->activity, "CareContactID",
            bad->contact, "Procedure", "10197000", NULL);
    refused(bad, TABLE_MHS202CareActivity, outcome, rule);
}

static void referral(struct bad *bad, const char *id, const char *patient, const char *commissioner,
                     const char *received, const char *outcome, const char *rule)
{
    csv_row(TABLE(bad->delivery, MHS101Referral), "ServiceRequestID", id, "LocalPatientID", patient,
            "OrgIDComm", commissioner, "CareProfTeamLocalID", bad->delivery->provider->teams[0].id,
            "ReferralRequestReceivedDate", received, "PrimReasonReferralMH", "04", NULL);
    refused(bad, TABLE_MHS101Referral, outcome, rule);
}

static void practice(struct bad *bad, const char *patient, const char *code, const char *outcome,
                     const char *rule)
{
    csv_row(TABLE(bad->delivery, MHS002GP), "LocalPatientID", patient, "GMPReg", code, NULL);
    refused(bad, TABLE_MHS002GP, outcome, rule);
}

static void master(struct bad *bad, const char *patient, const char *organisation,
                   const char *nhs_number, const char *outcome, const char *rule)
{
    csv_row(TABLE(bad->delivery, MHS001MPI), "LocalPatientID", patient, "OrgIDLocalPatientID",
            organisation, "NHSNumber", nhs_number, "NHSNumberStatus", "01", "PersonBirthDate",
            "1948-06-17", "Postcode", "SE13 6LH", "GenderIDCode", "1", "Gender", "1",
            "EthnicCategory", "A", NULL);
    refused(bad, TABLE_MHS001MPI, outcome, rule);
}

static void bad_blank(struct bad *bad)
{
    referral(bad, bad->own_referral, bad->patient, "08L", "", "rejected", "BLANK");
    contact(bad, bad->own_referral, bad->day, "rejected", "PARENT_REJECTED");
    activity(bad, "rejected", "PARENT_REJECTED");
}

static void bad_format(struct bad *bad)
{
    contact(bad, bad->referral, note("%.4s-13-05", bad->day), "rejected", "FORMAT");
    referral(bad, bad->own_referral, bad->patient, "08L", "unknown", "rejected", "FORMAT");
}

static void bad_length(struct bad *bad)
{
    referral(bad, bad->own_referral, bad->patient, "08LXYZ9", bad->day, "rejected", "LENGTH");
    practice(bad, bad->patient, "G85", "rejected", "LENGTH");
}

static void bad_code(struct bad *bad)
{
    struct csv_table *table = TABLE(bad->delivery, MHS101Referral);
    const char *team = bad->delivery->provider->teams[0].id;
    csv_row(table, "ServiceRequestID", bad->own_referral, "LocalPatientID", bad->patient,
            "OrgIDComm", "08L", "CareProfTeamLocalID", team, "ReferralRequestReceivedDate",
            bad->day, "ReferRejectionDate", bad->day, "ReferRejectReason", "09", NULL);
    refused(bad, TABLE_MHS101Referral, "rejected", "CODE");
    csv_row(table, "ServiceRequestID", note("%.18sC", bad->own_referral), "LocalPatientID",
            bad->patient, "OrgIDComm", "08L", "CareProfTeamLocalID", team,
            "ReferralRequestReceivedDate", bad->day, "ServDischDate", bad->day, "ReferClosReason",
            "77", NULL);
    refused(bad, TABLE_MHS101Referral, "rejected", "CODE");
}

static void bad_duplicate(struct bad *bad)
{
    referral(bad, bad->referral, bad->patient, "08L", bad->day, "duplicate", "KEY_DUPLICATE");
    csv_row(TABLE(bad->delivery, MHS001MPI), "LocalPatientID", bad->patient, "OrgIDLocalPatientID",
            bad->delivery->provider->code, "PersonBirthDate", "1948-06-17", "GenderIDCode", "1",
            NULL);
    refused(bad, TABLE_MHS001MPI, "duplicate", "KEY_DUPLICATE");
}

static void bad_parent(struct bad *bad)
{
    contact(bad, bad->own_referral, bad->day, "rejected", "PARENT_MISSING");
    practice(bad, bad->stranger, "G85003", "rejected", "PARENT_MISSING");
    csv_row(TABLE(bad->delivery, MHS202CareActivity), "CareActID", bad->activity, "CareContactID",
            "NOSUCHCONTACT", "Procedure", "10197000", NULL);
    refused(bad, TABLE_MHS202CareActivity, "rejected", "PARENT_MISSING");
}

static void bad_cascade(struct bad *bad)
{
    char number[11] = "";
    for (unsigned index = 3; !nhs_number_of(index, number); index++) {
    }
    master(bad, bad->stranger, "", number, "rejected", "BLANK");
    practice(bad, bad->stranger, "G85003", "rejected", "PARENT_REJECTED");
    referral(bad, bad->own_referral, bad->stranger, "08L", bad->day, "rejected", "PARENT_REJECTED");
    contact(bad, bad->own_referral, bad->day, "rejected", "PARENT_REJECTED");
    activity(bad, "rejected", "PARENT_REJECTED");
}

/* The person and all that hangs on them are held back. */
static void withheld(struct bad *bad, const char *nhs_number)
{
    master(bad, bad->stranger, bad->delivery->provider->code, nhs_number, "withheld", "NHS_NUMBER");
    practice(bad, bad->stranger, "G85003", "withheld", "PARENT_WITHHELD");
    referral(bad, bad->own_referral, bad->stranger, "08L", bad->day, "withheld", "PARENT_WITHHELD");
    contact(bad, bad->own_referral, bad->day, "withheld", "PARENT_WITHHELD");
    activity(bad, "withheld", "PARENT_WITHHELD");
}

static void bad_check_digit(struct bad *bad)
{
    char number[11] = "";
    for (unsigned index = 7; !nhs_number_of(index, number); index++) {
    }
    number[9] = number[9] == '9' ? '0' : (char)(number[9] + 1);
    withheld(bad, number);
}

static void bad_placeholder(struct bad *bad)
{
    withheld(bad, "9999999999");
}

static void bad_period(struct bad *bad)
{
    contact(bad, bad->referral, day_iso(bad->delivery->start - 3), "rejected",
            "DATE_OUTSIDE_PERIOD");
    csv_row(TABLE(bad->delivery, MHS204IndirectActivity), "ServiceRequestID", bad->referral,
            "IndirectActDate", day_iso(bad->delivery->end + 2), NULL);
    refused(bad, TABLE_MHS204IndirectActivity, "rejected", "DATE_OUTSIDE_PERIOD");
}

static void bad_order(struct bad *bad)
{
    csv_row(TABLE(bad->delivery, MHS101Referral), "ServiceRequestID", bad->own_referral,
            "LocalPatientID", bad->patient, "OrgIDComm", "08L", "CareProfTeamLocalID",
            bad->delivery->provider->teams[0].id, "ReferralRequestReceivedDate",
            day_iso(bad->delivery->end), "ServDischDate", day_iso(bad->delivery->start),
            "ReferClosReason", "02", NULL);
    refused(bad, TABLE_MHS101Referral, "rejected", "DATE_ORDER");
}

static void bad_ragged(struct bad *bad)
{
    struct csv_table *table = TABLE(bad->delivery, MHS201CareContact);
    csv_raw(table, note("%s,%s,%s", bad->contact, bad->referral, bad->day));
    refused(bad, TABLE_MHS201CareContact, "rejected", "RAGGED");
    csv_raw(table,
            note("%s,%s,%s,,,,,,,,,,,,,,,,,,,,,,,,,,,", bad->contact, bad->referral, bad->day));
    refused(bad, TABLE_MHS201CareContact, "rejected", "RAGGED");
}

static void bad_quote(struct bad *bad)
{
    csv_raw(TABLE(bad->delivery, MHS201CareContact),
            note("%s,%s,%s,10:10:00,,08\"L,,,,,,,,,,,,,,,,,,,,,,", bad->contact, bad->referral,
                 bad->day));
    refused(bad, TABLE_MHS201CareContact, "rejected", "STRAY_QUOTE");
}

static void bad_blank_line(struct bad *bad)
{
    csv_raw(TABLE(bad->delivery, MHS201CareContact), "");
    refused(bad, TABLE_MHS201CareContact, "rejected", "BLANK_LINE");
    /* A blank line at the end of a file counts for nothing: something must follow. */
    contact(bad, bad->referral, "", "rejected", "BLANK");
}

static void bad_encoding(struct bad *bad)
{
    csv_row(TABLE(bad->delivery, MHS101Referral), "ServiceRequestID", bad->own_referral,
            "LocalPatientID", bad->patient, "OrgIDComm", "08L", "CareProfTeamLocalID",
            bad->delivery->provider->teams[0].id, "ReferralRequestReceivedDate", bad->day,
            "SpecialisedMHServiceCode", "caf\xe9", NULL);
    refused(bad, TABLE_MHS101Referral, "rejected", "ENCODING");
}

/* Kept, with a warning: a code that is none, where the national rule only warns. */
static void warned_code(struct bad *bad)
{
    struct csv_table *table = TABLE(bad->delivery, MHS201CareContact);
    csv_row(table, "CareContactID", bad->contact, "ServiceRequestID", bad->referral, "CareContDate",
            bad->day, "OrgIDComm", "08L", "ConsMechanismMH", "01", "AttendStatus", "9", NULL);
    truth_warning(bad->delivery->truth, bad->delivery->file, table, "CODE");
}

void mhsds_bad_rows(struct mhsds_delivery *delivery, const char *patient, const char *referral_id,
                    int32_t day)
{
    static void (*const groups[])(struct bad *) = {
        bad_blank,   bad_format,      bad_length,      bad_code,   bad_duplicate, bad_parent,
        bad_cascade, bad_check_digit, bad_placeholder, bad_period, bad_order,     bad_ragged,
        bad_quote,   bad_blank_line,  bad_encoding,    warned_code};
    size_t count = sizeof groups / sizeof groups[0];
    size_t months = (size_t)(delivery->world->end_month - delivery->world->first_month + 1);
    size_t share = months < count ? months : count;
    size_t turn = (size_t)(delivery->month - delivery->world->first_month) +
                  5 * (size_t)delivery->provider->sender;
    for (size_t i = 0; i < count; i++) {
        if (i % share != turn % share) {
            continue;
        }
        char kept_day[16];
        snprintf(kept_day, sizeof kept_day, "%s", day_iso(day));
        struct bad bad = {delivery, patient, referral_id, "", "", "", "", kept_day};
        snprintf(bad.stranger, sizeof bad.stranger, "NOBODY%02zu", i);
        snprintf(bad.own_referral, sizeof bad.own_referral, "NOREF%02zu", i);
        snprintf(bad.contact, sizeof bad.contact, "NOCONTACT%02zu", i);
        snprintf(bad.activity, sizeof bad.activity, "NOCONTACT%02zuA", i);
        groups[i](&bad);
    }
}
