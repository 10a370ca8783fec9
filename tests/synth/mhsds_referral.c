/*
 * mhsds_referral.c: what a month of a referral holds: the referral, its contacts and activities,
 * diagnoses and assessments.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

static const char *day_within(const struct mhsds_delivery *delivery, int32_t day)
{
    return day != NO_DAY && day >= delivery->start && day <= delivery->end ? day_iso(day) : "";
}

static void referral_row(struct mhsds_delivery *delivery, const struct patient *patient,
                         const struct referral *referral, struct stream *stream)
{
    const char *discharged = day_within(delivery, referral->discharged);
    const char *rejected = day_within(delivery, referral->rejected);
    csv_row(TABLE(delivery, MHS101Referral), "ServiceRequestID", referral->id, "LocalPatientID",
            patient->local_id, "OrgIDComm", patient->practice->sub_icb, "CareProfTeamLocalID",
            referral->team->id, "ReferralRequestReceivedDate", day_iso(referral->received),
            "ReferralRequestReceivedTime",
            note("%02d:%02d:00", 8 + referral->received % 10, referral->received % 60),
            "SourceOfReferralMH", referral->source, "ReferringCareProfessionalType",
            referral->source[0] == 'A' ? "A01" : "", "ClinRespPriorityType", referral->priority,
            "PrimReasonReferralMH", referral->reason, "ServDischDate", discharged, "ServDischTime",
            discharged[0] ? "16:30:00" : "", "ReferRejectionDate", rejected, "ReferRejectReason",
            rejected[0] ? PICK(stream, "01", "02", "03") : "", "ReferClosReason",
            discharged[0] ? referral->closure_reason : "", NULL);
}

static void activity_rows(struct mhsds_delivery *delivery, const struct referral *referral,
                          const char *contact, int duration, struct stream *stream)
{
    char activity[24];
    bool employment = strcmp(referral->team->type, "D05") == 0;
    const char *procedure = PICK(stream, "10197000", "225338004", "228557008", "304891004",
                                 "390773006", "183382003", "");
    if (employment) {
        procedure = PICK(stream, "1082621000000104", "1082621000000104", "772822000",
                         "1082621000000104:408730004=443390004");
    }
    bool weighed = !employment && stream_chance(stream, 60);
    snprintf(activity, sizeof activity, "%sA", contact);
    csv_row(TABLE(delivery, MHS202CareActivity), "CareActID", activity, "CareContactID", contact,
            "ClinContactDurOfCareAct", note("%d", duration), "Procedure", procedure, "Observation",
            weighed ? "27113001" : "", "ObsValue",
            weighed ? note("%d", stream_between(stream, 48, 118)) : "", "UnitofMeasurement_UCUM",
            weighed ? "kg" : "", NULL);
    csv_row(TABLE(delivery, MHS206StaffActivity), "CareActID", activity, "CareProfLocalID",
            mhsds_staff(referral->provider, stream_below(stream, referral->provider->staff)), NULL);
    if (stream_chance(stream, 15)) {
        csv_row(TABLE(delivery, MHS607CodedScoreAssessmentAct), "CareActID", activity,
                "CodedAssToolType", "1091071000000100", "PersScore",
                note("%d", stream_between(stream, 0, 40)), NULL);
    }
}

/* What is drawn of a contact. One draw a statement: the order of arguments is the compiler's. */
struct contact {
    char id[21];
    int32_t day, cancelled;
    const char *status, *mechanism, *place, *cancel_reason, *type, *subject, *planned, *time;
    int duration;
    bool attended, other_team;
};

static void draw_contact(struct contact *contact, const struct referral *referral, int32_t day,
                         struct stream *stream)
{
    static const unsigned status_weights[] = {740, 60, 10, 50, 100, 40};
    static const char *const statuses[] = {"5", "6", "7", "2", "3", "4"};
    static const unsigned mechanism_weights[] = {620, 190, 130, 20, 25, 5, 10};
    static const char *const mechanisms[] = {"01", "02", "11", "05", "09", "04", "98"};
    contact->day = day;
    contact->status = statuses[stream_weighted(stream, status_weights, 6)];
    contact->mechanism = mechanisms[stream_weighted(stream, mechanism_weights, 7)];
    contact->place = PICK(stream, "A01", "A01", "C01", "E01", "E01", "E01", "N03", "X01");
    contact->duration = stream_between(stream, 3, 18) * 5;
    contact->other_team = referral->second_team && stream_chance(stream, 300);
    contact->type = stream_chance(stream, 150) ? "01" : "02";
    contact->subject = stream_chance(stream, 930) ? "01" : "02";
    contact->planned = stream_chance(stream, 900) ? "Y" : "N";
    int hour = stream_between(stream, 8, 18);
    contact->time = note("%02d:%02d:00", hour, stream_between(stream, 0, 11) * 5);
    contact->attended = contact->status[0] == '5' || contact->status[0] == '6';
    bool cancelled = contact->status[0] == '2' || contact->status[0] == '4';
    contact->cancelled = cancelled ? day - stream_between(stream, 0, 6) : NO_DAY;
    contact->cancel_reason = cancelled ? PICK(stream, "01", "02") : "";
}

static void contact_row(struct mhsds_delivery *delivery, const struct patient *patient,
                        const struct referral *referral, const struct contact *contact)
{
    csv_row(TABLE(delivery, MHS201CareContact), "CareContactID", contact->id, "ServiceRequestID",
            referral->id, "CareContDate", day_iso(contact->day), "CareContTime", contact->time,
            "OtherCareProfTeamLocalID", contact->other_team ? referral->second_team->id : "",
            "OrgIDComm", patient->practice->sub_icb, "AdminCatCode", "01", "ClinContDurOfCareCont",
            contact->attended ? note("%d", contact->duration) : "", "ConsType", contact->type,
            "CareContSubj", contact->subject, "ConsMechanismMH", contact->mechanism,
            "ActLocTypeCode", contact->place, "SiteIDOfTreat", delivery->provider->site,
            "PlannedCareContIndicator", contact->planned, "CareContPatientTherMode", "1",
            "AttendStatus", contact->status, "CareContCancelDate", day_iso(contact->cancelled),
            "CareContCancelReas", contact->cancel_reason, NULL);
}

static void one_contact(struct mhsds_delivery *delivery, const struct patient *patient,
                        const struct referral *referral, unsigned number, int32_t day,
                        struct stream *stream)
{
    struct contact contact;
    draw_contact(&contact, referral, day, stream);
    snprintf(contact.id, sizeof contact.id, "%s-%02u%02u-%02u", referral->id,
             (unsigned)delivery->month / 12 % 100, (unsigned)delivery->month % 12 + 1,
             number % 100);
    contact_row(delivery, patient, referral, &contact);
    if (contact.attended && stream_chance(stream, 620)) {
        activity_rows(delivery, referral, contact.id, contact.duration, stream);
    }
    if (contact.attended && stream_chance(stream, 40)) {
        csv_row(TABLE(delivery, MHS203OtherAttend), "CareContactID", contact.id,
                "OtherPersonInAttend", PICK(stream, "01", "02", "03", "05", "10"), NULL);
    }
}

static void contact_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                         const struct referral *referral, struct stream *stream)
{
    static const unsigned how_many[] = {190, 300, 230, 140, 80, 30, 20, 10};
    int32_t from = referral->received > delivery->start ? referral->received : delivery->start;
    int32_t to = referral->discharged < delivery->end ? referral->discharged : delivery->end;
    if (referral->rejected != NO_DAY || from > to) {
        return;
    }
    unsigned count = (unsigned)stream_weighted(stream, how_many, 8);
    if (delivery->variant == VARIANT_RESUBMITTED && stream_chance(stream, 50)) {
        count++;
    }
    if (delivery->variant == VARIANT_OLDER && count > 0 && stream_chance(stream, 80)) {
        count--;
    }
    for (unsigned i = 0; i < count; i++) {
        int32_t day = stream_between(stream, from, to);
        one_contact(delivery, patient, referral, i + 1, day, stream);
    }
}

static const char *timestamp(int32_t day, struct stream *stream)
{
    int hour = stream_between(stream, 9, 16);
    return note("%sT%02d:%02d:00Z", day_iso(day), hour, stream_between(stream, 0, 59));
}

/* DIALOG: eleven scores at once; early in a referral and then now and again. */
static void assessment_rows(struct mhsds_delivery *delivery, const struct referral *referral,
                            int32_t day, struct stream *stream)
{
    static const char *const items[] = {"1037651000000100", "1037661000000102", "1037671000000109",
                                        "1037681000000106", "1037691000000108", "1037701000000108",
                                        "1037711000000105", "1037721000000104", "1037731000000102",
                                        "1037741000000106", "1037751000000109"};
    const char *when = timestamp(day, stream);
    const char *staff =
        mhsds_staff(referral->provider, stream_below(stream, referral->provider->staff));
    char kept_when[32], kept_staff[24];
    snprintf(kept_when, sizeof kept_when, "%s", when);
    snprintf(kept_staff, sizeof kept_staff, "%s", staff);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        csv_row(TABLE(delivery, MHS606CodedScoreAssessmentRefer), "ServiceRequestID", referral->id,
                "CodedAssToolType", items[i], "PersScore", note("%d", stream_between(stream, 1, 7)),
                "AssToolCompTimestamp", kept_when, "CareProfLocalID", kept_staff, NULL);
    }
}

static const char *diagnosis(const struct referral *referral, struct stream *stream)
{
    switch ((referral->reason[0] - '0') * 10 + referral->reason[1] - '0') {
    case 1:
    case 2:
        return PICK(stream, "F200", "F209", "F259", "F239");
    case 3:
        return PICK(stream, "F312", "F319");
    case 12:
        return PICK(stream, "F500", "F502");
    case 14:
        return "F603";
    case 8:
        return "F03X";
    default:
        return PICK(stream, "F321", "F331", "F411", "F431", "F419");
    }
}

static void indirect_row(struct mhsds_delivery *delivery, const struct referral *referral,
                         int32_t day, struct stream *stream)
{
    const char *consulted = PICK(stream, "01", "02", "03", "04");
    int duration = stream_between(stream, 1, 8) * 5;
    unsigned staff = stream_below(stream, referral->provider->staff);
    csv_row(TABLE(delivery, MHS204IndirectActivity), "ServiceRequestID", referral->id,
            "IndirectActDate", day_iso(day), "IndirectActTime", "11:20:00", "IndActPersCons",
            consulted, "DurationIndirectAct", note("%d", duration), "OrgIDComm", "08L",
            "CareProfLocalID", mhsds_staff(referral->provider, staff), NULL);
}

/* What is told once or now and again of a referral. */
static void further_rows(struct mhsds_delivery *delivery, const struct referral *referral,
                         int32_t from, int32_t to, struct stream *stream)
{
    bool first_month = referral->received >= delivery->start;
    if (first_month || stream_chance(stream, 120)) {
        const char *when = timestamp(from, stream);
        csv_row(TABLE(delivery, MHS604PrimDiag), "ServiceRequestID", referral->id,
                "DiagSchemeInUse", "02", "PrimDiag", diagnosis(referral, stream),
                "CodedDiagTimestamp", when, NULL);
        if (stream_chance(stream, 250)) {
            csv_row(TABLE(delivery, MHS605SecDiag), "ServiceRequestID", referral->id,
                    "DiagSchemeInUse", "02", "SecDiag",
                    PICK(stream, "F101", "F121", "E119", "I10X"), "CodedDiagTimestamp", when, NULL);
        }
    }
    if (first_month && stream_chance(stream, 200)) {
        csv_row(TABLE(delivery, MHS103OtherReasonReferral), "ServiceRequestID", referral->id,
                "OtherReasonReferMH", PICK(stream, "05", "09", "15", "19", "22"), NULL);
        csv_row(TABLE(delivery, MHS609PresComp), "ServiceRequestID", referral->id,
                "FindSchemeInUse", "02", "PresComp", "F419", "PresCompCodSig", "1", "PresCompDate",
                day_iso(referral->received), NULL);
    }
    bool community = referral->team->type[0] == 'A' || referral->team->type[0] == 'C';
    if (community && stream_chance(stream, first_month ? 300 : 90)) {
        assessment_rows(delivery, referral, stream_between(stream, from, to), stream);
    }
    if (stream_chance(stream, 120)) {
        indirect_row(delivery, referral, stream_between(stream, from, to), stream);
    }
    if (strcmp(referral->team->type, "A14") == 0 && first_month) {
        csv_row(TABLE(delivery, MHS104RTT), "ServiceRequestID", referral->id, "WaitTimeMeasureType",
                "02", "ReferToTreatPeriodStartDate", day_iso(referral->received),
                "ReferToTreatPeriodStatus", "20", NULL);
    }
    if (referral->discharged >= delivery->start && referral->discharged <= delivery->end &&
        stream_chance(stream, 200)) {
        csv_row(TABLE(delivery, MHS106DischargePlanAgreement), "ServiceRequestID", referral->id,
                "DischPlanContentAgreedBy", PICK(stream, "10", "12", "13"),
                "DischPlanContentAgreedDate", day_iso(referral->discharged), NULL);
        csv_row(TABLE(delivery, MHS105OnwardReferral), "ServiceRequestID", referral->id,
                "OnwardReferDate", day_iso(referral->discharged), "OnwardReferReason", "01",
                "OrgIDReceiving", "RJ2", NULL);
    }
}

void mhsds_referral_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                         const struct referral *referral, struct stream *stream)
{
    referral_row(delivery, patient, referral, stream);
    if (referral->second_team) {
        csv_row(TABLE(delivery, MHS102OtherServiceType), "ServiceRequestID", referral->id,
                "OtherCareProfTeamLocalID", referral->second_team->id, NULL);
    }
    contact_rows(delivery, patient, referral, stream);
    int32_t from = referral->received > delivery->start ? referral->received : delivery->start;
    int32_t to = referral->discharged < delivery->end ? referral->discharged : delivery->end;
    if (referral->rejected == NO_DAY && from <= to) {
        further_rows(delivery, referral, from, to, stream);
    }
}
