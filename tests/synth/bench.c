/*
 * bench.c: one big delivery for the benchmark: many contacts of few people, all valid, every one of
 * the 28 columns of MHS201CareContact in the file.
 */
#include <stdio.h>
#include <string.h>

#include "feeds.h"
#include "mhsds.h"

enum { BENCH_PEOPLE = 2000 };

static void patient_rows(struct mhsds_delivery *delivery, unsigned number)
{
    struct stream stream = stream_of(delivery->world->seed, PURPOSE_BENCH, number, 0);
    const struct facts *facts = &delivery->world->facts;
    const char *patient = note("S%07u", number);
    char nhs_number[11] = "";
    /* A stretch of 2 numbers a person always holds a valid one that is theirs alone. */
    if (!nhs_number_of(number * 2, nhs_number)) {
        nhs_number_of(number * 2 + 1, nhs_number);
    }
    int32_t birth = stream_between(&stream, day_of(1940, 1, 1), day_of(2005, 1, 1));
    const struct area *area = &facts->areas[stream_below(&stream, (unsigned)facts->area_count)];
    csv_row(TABLE(delivery, MHS001MPI), "LocalPatientID", patient, "OrgIDLocalPatientID", "RV5",
            "NHSNumber", nhs_number, "NHSNumberStatus", "01", "PersonBirthDate", day_iso(birth),
            "Postcode", area->postcode, "GenderIDCode", number % 2 ? "1" : "2", "Gender",
            number % 2 ? "1" : "2", "EthnicCategory", "A", NULL);
    csv_row(TABLE(delivery, MHS002GP), "LocalPatientID", patient, "GMPReg",
            facts->practices[number % facts->practice_count].code, NULL);
    csv_row(TABLE(delivery, MHS101Referral), "ServiceRequestID", note("%s-1", patient),
            "LocalPatientID", patient, "OrgIDComm", "08L", "CareProfTeamLocalID", "T01",
            "ReferralRequestReceivedDate", day_iso(delivery->start - 100), NULL);
}

/* Made by hand rather than by csv_row: a million rows should not take long. 121 bytes each. */
static void contact_line(struct mhsds_delivery *delivery, unsigned long number, const char *month,
                         const char *offered)
{
    struct stream stream = stream_of(delivery->world->seed, PURPOSE_BENCH, number, 1);
    uint64_t bits = stream_next(&stream);
    char line[160];
    int length = snprintf(
        line, sizeof line,
        "C%010lu,S%07lu-1,%s-%02d,%02d:%02d:00,,08L,01,,%d,02,01,%s,%s,N,RV502,en,1,N,Y,"
        "1,%c,%s,%s,,,Y,98,98\n",
        number, number % BENCH_PEOPLE, month, 1 + (int)(bits & 0xff) % 28, 8 + (int)(bits >> 8 & 7),
        (int)(bits >> 16 & 0xff) % 60, 15 + (int)(bits >> 24 & 63), bits >> 32 & 1 ? "01" : "11",
        bits >> 33 & 1 ? "A01" : "E01", bits >> 34 & 3 ? '5' : '3', offered, offered);
    text_add(&TABLE(delivery, MHS201CareContact)->text, line, (size_t)length);
    TABLE(delivery, MHS201CareContact)->records++;
}

int bench_write(const struct world *world, unsigned long contacts, const char *out,
                struct error *error)
{
    struct truth truth;
    struct mhsds_delivery delivery = {.world = world,
                                      .truth = &truth,
                                      .provider = &mhsds_providers[0],
                                      .month = world->end_month,
                                      .start = month_first_day(world->end_month),
                                      .end = month_last_day(world->end_month)};
    char folder[512];
    if (truth_init(&truth, world, error) < 0) {
        return error->code;
    }
    snprintf(delivery.file, sizeof delivery.file, "MHSDS_RV5_%s.zip",
             month_compact(world->end_month));
    snprintf(folder, sizeof folder, "%s/MHSDS_RV5_%s", out, month_compact(world->end_month));
    mhsds_begin(&delivery);
    mhsds_provider_rows(&delivery);
    for (unsigned i = 0; i < BENCH_PEOPLE; i++) {
        patient_rows(&delivery, i);
    }
    char month[16], offered[16];
    snprintf(month, sizeof month, "%.7s", day_iso(delivery.start));
    snprintf(offered, sizeof offered, "%s", day_iso(delivery.start - 20));
    for (unsigned long i = 0; i < contacts; i++) {
        contact_line(&delivery, i, month, offered);
    }
    int result = folder_make(folder, error);
    for (size_t i = 0; i < MHSDS_TABLE_COUNT && result == 0; i++) {
        const struct csv_table *table = &delivery.tables[i];
        char name[64];
        snprintf(name, sizeof name, "%s.csv", table->name);
        result = file_save(folder, name, &table->text, error);
    }
    if (result == 0) {
        result = mhsds_end(&delivery, out, error);
    }
    mhsds_release(&delivery);
    truth_release(&truth);
    return result;
}
