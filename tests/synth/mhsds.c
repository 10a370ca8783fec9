#include "mhsds.h"

#include <stdio.h>
#include <string.h>

/* The day after the end of a month on which its submission is made, by variant. */
static const int made_after_days[] = {
    [VARIANT_USUAL] = 18, [VARIANT_OLDER] = 6, [VARIANT_RESUBMITTED] = 41};

void mhsds_begin(struct mhsds_delivery *delivery)
{
    const struct facts *facts = &delivery->world->facts;
    for (size_t i = 0; i < MHSDS_TABLE_COUNT; i++) {
        csv_table_init(&delivery->tables[i], facts->tables[i].name, facts->tables[i].fields, NULL,
                       facts->tables[i].field_count);
    }
    csv_row(TABLE(delivery, MHS000Header), "DatSetVer", "6.0", "OrgIDProvider",
            delivery->provider->code, "OrgIDSubmit", delivery->provider->code, "PrimSystemInUse",
            "SYNTH", "ReportingPeriodStartDate", day_iso(delivery->start), "ReportingPeriodEndDate",
            day_iso(delivery->end), "DateTimeDatSetCreate",
            note("%sT%02d:15:00", day_iso(delivery->end + made_after_days[delivery->variant]),
                 9 + delivery->month % 8),
            NULL);
}

int mhsds_end(struct mhsds_delivery *delivery, const char *out, struct error *error)
{
    struct zip_part parts[MHSDS_TABLE_COUNT];
    char names[MHSDS_TABLE_COUNT][64];
    unsigned long rows = 0;
    for (size_t i = 0; i < MHSDS_TABLE_COUNT; i++) {
        snprintf(names[i], sizeof names[i], "%s.csv", delivery->tables[i].name);
        parts[i] = (struct zip_part){names[i], &delivery->tables[i].text};
        rows += csv_rows(&delivery->tables[i]);
    }
    truth_file(delivery->truth, delivery->file, "mhsds", delivery->provider->code,
               month_compact(delivery->month), rows);
    return zip_save(out, delivery->file, parts, MHSDS_TABLE_COUNT, error);
}

void mhsds_release(struct mhsds_delivery *delivery)
{
    for (size_t i = 0; i < MHSDS_TABLE_COUNT; i++) {
        csv_table_release(&delivery->tables[i]);
    }
}

static void remember_anchor(struct mhsds_delivery *delivery, const struct patient *patient,
                            const struct referral *referral)
{
    if (delivery->anchor_patient[0] || referral->rejected != NO_DAY) {
        return;
    }
    snprintf(delivery->anchor_patient, sizeof delivery->anchor_patient, "%s", patient->local_id);
    snprintf(delivery->anchor_referral, sizeof delivery->anchor_referral, "%s", referral->id);
    delivery->anchor_day =
        referral->received > delivery->start ? referral->received : delivery->start;
}

/* All rows of a person who was in care in the month; none for others. */
static void person_rows(struct mhsds_delivery *delivery, const struct person *person)
{
    struct referral referrals[REFERRALS_MAX];
    size_t count = referrals_of(delivery->world, person, delivery->provider, referrals);
    bool active = false;
    for (size_t i = 0; i < count; i++) {
        active = active || referral_in_month(&referrals[i], delivery->month);
    }
    if (!active) {
        return;
    }
    struct patient patient = {.person = person};
    local_id(delivery->provider->sender, person->number, patient.local_id);
    identity_of(delivery->world, person, FEED_MHSDS, delivery->provider->sender, delivery->end,
                &patient.identity);
    patient.practice = practice_of(delivery->world, person, delivery->end);
    uint64_t number = (uint64_t)delivery->month * 16 + (uint64_t)delivery->provider->sender;
    struct stream stream =
        stream_of(delivery->world->seed, PURPOSE_PATIENT_MONTH, person->number, number);
    mhsds_patient_rows(delivery, &patient, &stream);
    for (size_t i = 0; i < count; i++) {
        if (referral_in_month(&referrals[i], delivery->month)) {
            stream = stream_of(delivery->world->seed, PURPOSE_REFERRAL_MONTH, person->number,
                               number * 16 + i);
            mhsds_referral_rows(delivery, &patient, &referrals[i], &stream);
            mhsds_spell_rows(delivery, &patient, &referrals[i], &stream);
            remember_anchor(delivery, &patient, &referrals[i]);
        }
    }
    truth_person(delivery->truth, (unsigned)delivery->provider->sender, "mhsds",
                 delivery->provider->code, patient.local_id, person->number);
    truth_identity(delivery->truth, &patient.identity, false, false);
}

static int write_month(const struct world *world, struct truth *truth, const char *out,
                       const struct provider *provider, int month, enum variant variant, bool late,
                       struct error *error)
{
    struct mhsds_delivery delivery = {.world = world,
                                      .truth = truth,
                                      .provider = provider,
                                      .month = month,
                                      .start = month_first_day(month),
                                      .end = month_last_day(month),
                                      .variant = variant};
    snprintf(delivery.file, sizeof delivery.file, "%sMHSDS_%s_%s.zip", late ? "late/" : "",
             provider->code, month_compact(month));
    mhsds_begin(&delivery);
    mhsds_provider_rows(&delivery);
    unsigned half = world->people / 2;
    bool planted = !world->errors || variant == VARIANT_OLDER;
    for (unsigned i = 0; i < world->people; i++) {
        if (world->persons[i].in_care[provider->sender]) {
            person_rows(&delivery, &world->persons[i]);
        }
        /* Bad rows stand in the middle, where a reader that stops at one would be found out. */
        if (!planted && i >= half && delivery.anchor_patient[0]) {
            mhsds_bad_rows(&delivery, delivery.anchor_patient, delivery.anchor_referral,
                           delivery.anchor_day);
            planted = true;
        }
    }
    bool has_people = csv_rows(TABLE(&delivery, MHS101Referral)) > 0;
    int result = has_people ? mhsds_end(&delivery, out, error) : 0;
    mhsds_release(&delivery);
    return result;
}

int mhsds_write(const struct world *world, struct truth *truth, const char *out,
                struct error *error)
{
    int months = world->end_month - world->first_month + 1;
    int late_month = world->end_month - 1;                     /* RPG sends it a night later */
    int resubmitted = world->end_month - (months > 2 ? 2 : 0); /* RV5 sends it again */
    int superseded = world->end_month - (months > 3 ? 3 : 1);  /* an older extract turns up */
    for (size_t i = 0; i < 3; i++) {
        const struct provider *provider = &mhsds_providers[i];
        for (int month = world->first_month; month <= world->end_month; month++) {
            bool late =
                world->late && months > 1 && provider->sender == SENDER_RPG && month == late_month;
            if (write_month(world, truth, out, provider, month, VARIANT_USUAL, late, error) < 0) {
                return error->code;
            }
        }
    }
    if (!world->late) {
        return 0;
    }
    if (write_month(world, truth, out, &mhsds_providers[0], resubmitted, VARIANT_RESUBMITTED, true,
                    error) < 0) {
        return error->code;
    }
    if (months > 1 && write_month(world, truth, out, &mhsds_providers[0], superseded, VARIANT_OLDER,
                                  true, error) < 0) {
        return error->code;
    }
    return 0;
}
