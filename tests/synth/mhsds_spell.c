/*
 * mhsds_spell.c: a stay in hospital within a referral: spell, wards, legal status and what happens
 * on the ward. An end is told in the month it falls into.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

/* The parts of a spell that the month knows of. */
struct stay {
    char spell[24], ward_stay[24], legal[24], incident[24];
    int32_t from, to; /* days of the spell within the month */
    const char *left; /* discharge date when in this month, else "" */
};

static void ward_rows(struct mhsds_delivery *delivery, const struct referral *referral,
                      const struct stay *stay, struct stream *stream)
{
    const char *ward = delivery->provider->ward[referral->received % 3];
    const char *class = PICK(stream, "200", "200", "200", "202", "212");
    csv_row(TABLE(delivery, MHS502WardStay), "WardStayID", stay->ward_stay, "WardCode", ward,
            "HospProvSpellID", stay->spell, "StartDateWardStay", day_iso(referral->admitted),
            "StartTimeWardStay", "14:20:00", "EndDateWardStay", stay->left, "EndTimeWardStay",
            stay->left[0] ? "11:00:00" : "", "MHAdmittedPatientClass", class, NULL);
    if (stream_chance(stream, 250)) {
        int32_t leave = stream_between(stream, stay->from, stay->to);
        csv_row(TABLE(delivery, MHS509HomeLeave), "WardStayID", stay->ward_stay,
                "StartDateHomeLeave", day_iso(leave), "StartTimeHomeLeave", "09:00:00",
                "EndDateHomeLeave", day_iso(leave < stay->to ? leave + 1 : leave),
                "EndTimeHomeLeave", "18:00:00", NULL);
    }
    if (stream_chance(stream, 60)) {
        csv_row(TABLE(delivery, MHS506Assault), "WardStayID", stay->ward_stay, "DateAssault",
                day_iso(stream_between(stream, stay->from, stay->to)), NULL);
    }
    if (stream_chance(stream, 90)) {
        csv_row(TABLE(delivery, MHS507SelfHarm), "WardStayID", stay->ward_stay, "DateSelfHarm",
                day_iso(stream_between(stream, stay->from, stay->to)), NULL);
    }
    if (stream_chance(stream, 60)) {
        csv_row(TABLE(delivery, MHS511AbsenceWithoutLeave), "WardStayID", stay->ward_stay,
                "StartDateMHAbsWOLeave", day_iso(stay->to), "EndDateMHAbsWOLeave",
                day_iso(stay->to), "MHAbsWOLeaveEndReason", "01", NULL);
    }
}

static void legal_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                       const struct referral *referral, const struct stay *stay,
                       struct stream *stream)
{
    const char *status = PICK(stream, "02", "02", "03", "01");
    csv_row(TABLE(delivery, MHS401MHActPeriod), "MHActLegalStatusClassPeriodID", stay->legal,
            "LocalPatientID", patient->local_id, "StartDateMHActLegalStatusClass",
            day_iso(referral->admitted), "StartTimeMHActLegalStatusClass", "14:20:00",
            "LegalStatusClassPeriodStartReason", "01", "EndDateMHActLegalStatusClass", stay->left,
            "EndTimeMHActLegalStatusClass", stay->left[0] ? "11:00:00" : "",
            "LegalStatusClassPeriodEndReason", stay->left[0] ? "01" : "", "LegalStatusCode", status,
            "MentalCat", "A", NULL);
    csv_row(TABLE(delivery, MHS402RespClinicianAssignPeriod), "MHActLegalStatusClassPeriodID",
            stay->legal, "StartDateRespClinAssign", day_iso(referral->admitted), "CareProfLocalID",
            mhsds_staff(delivery->provider, 0), "EndDateRespClinAssign", stay->left, NULL);
}

static void incident_rows(struct mhsds_delivery *delivery, const struct stay *stay,
                          struct stream *stream)
{
    const char *day = day_iso(stream_between(stream, stay->from, stay->to));
    csv_row(TABLE(delivery, MHS505RestrictiveInterventInc), "RestrictiveIntIncID", stay->incident,
            "HospProvSpellID", stay->spell, "StartDateRestrictiveIntInc", day,
            "StartTimeRestrictiveIntInc", "22:10:00", "EndDateRestrictiveIntInc", day,
            "EndTimeRestrictiveIntInc", "22:25:00", "RestrictiveIntReason", "10",
            "RestrictiveIntPIReviewHeldPat", "Y", "RestrictiveIntPIReviewHeldCarePers", "Y", NULL);
    csv_row(TABLE(delivery, MHS515RestrictiveInterventType), "RestrictiveIntIncID", stay->incident,
            "RestrictiveIntTypeID", stay->incident, "RestrictiveIntType", "01",
            "StartDateRestrictiveIntType", day, "StartTimeRestrictiveIntType", "22:10:00",
            "EndDateRestrictiveIntType", day, "EndTimeRestrictiveIntType", "22:25:00",
            "RestraintInjuryPatient", "N", NULL);
}

void mhsds_spell_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                      const struct referral *referral, struct stream *stream)
{
    if (referral->admitted == NO_DAY || referral->admitted > delivery->end ||
        referral->left_hospital < delivery->start) {
        return;
    }
    struct stay stay;
    bool left = referral->left_hospital <= delivery->end;
    stay.from = referral->admitted > delivery->start ? referral->admitted : delivery->start;
    stay.to = left ? referral->left_hospital : delivery->end;
    stay.left = left ? day_iso(referral->left_hospital) : "";
    char kept[16];
    snprintf(kept, sizeof kept, "%s", stay.left);
    stay.left = kept;
    snprintf(stay.spell, sizeof stay.spell, "%s-H", referral->id);
    snprintf(stay.ward_stay, sizeof stay.ward_stay, "%s-W", referral->id);
    snprintf(stay.legal, sizeof stay.legal, "%s-L", referral->id);
    snprintf(stay.incident, sizeof stay.incident, "%s-I%u", referral->id,
             (unsigned)delivery->month % 12 + 1);
    csv_row(TABLE(delivery, MHS501HospProvSpell), "HospProvSpellID", stay.spell, "ServiceRequestID",
            referral->id, "StartDateHospProvSpell", day_iso(referral->admitted),
            "StartTimeHospProvSpell", "14:20:00", "SourceAdmMHHospProvSpell", "19",
            "MethAdmMHHospProvSpell", "2D", "DischDateHospProvSpell", stay.left,
            "DischTimeHospProvSpell", left ? "11:00:00" : "", "MethOfDischMHHospProvSpell",
            left ? "1" : "", "DestOfDischHospProvSpell", left ? "19" : "", NULL);
    ward_rows(delivery, referral, &stay, stream);
    legal_rows(delivery, patient, referral, &stay, stream);
    csv_row(TABLE(delivery, MHS503AssignedCareProf), "HospProvSpellID", stay.spell,
            "CareProfLocalID", mhsds_staff(delivery->provider, 0), "StartDateAssCareProf",
            day_iso(referral->admitted), "EndDateAssCareProf", stay.left, "TreatFuncCodeMH", "710",
            NULL);
    if (stream_chance(stream, 80)) {
        incident_rows(delivery, &stay, stream);
    }
    if (left && stream_chance(stream, 200)) {
        csv_row(TABLE(delivery, MHS518ClinReadyforDischarge), "HospProvSpellID", stay.spell,
                "StartDateClinReadyforDisch", day_iso(stay.from), "EndDateClinReadyforDisch",
                stay.left, "ClinReadyforDischDelayReason", PICK(stream, "14", "19", "09", "05"),
                "AttribToIndic", "04", NULL);
    }
}
