/*
 * mhsds_patient.c: a person in a trust's month: master record, practice, status, plans; and what a
 * provider tells of itself: staff, teams, wards, groups, drop-ins.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

const char *mhsds_staff(const struct provider *provider, unsigned number)
{
    return note("%sCP%03u", provider->code, number + 1);
}

static void master_row(struct mhsds_delivery *delivery, const struct patient *patient)
{
    const struct person *person = patient->person;
    const struct identity *identity = &patient->identity;
    char gender[2] = {person->sex, '\0'}, gender_identity[2] = {person->gender_identity, '\0'};
    bool died = person->death_day != NO_DAY && person->death_day >= delivery->start &&
                person->death_day <= delivery->end;
    csv_row(TABLE(delivery, MHS001MPI), "LocalPatientID", patient->local_id, "OrgIDLocalPatientID",
            delivery->provider->code, "NHSNumber", identity->nhs_number, "NHSNumberStatus",
            identity->nhs_number[0] ? "01" : "04", "PersonBirthDate", day_iso(identity->birth_day),
            "Postcode", identity->postcode, "GenderIDCode", gender_identity, "GenderSameAtBirth",
            person->gender_identity == person->sex ? "Y" : "Z", "Gender", gender, "MaritalStatus",
            note("%c", "SMDWN8"[person->number % 6]), "EthnicCategory", person->ethnic_category,
            "LanguageCodePreferred", "en", "PersDeathDate", died ? day_iso(person->death_day) : "",
            NULL);
}

static void practice_rows(struct mhsds_delivery *delivery, const struct patient *patient)
{
    const struct person *person = patient->person;
    const struct practice *practices = delivery->world->facts.practices;
    int32_t change = person->practice_change_day;
    int32_t joined = day_of(2004, 1, 5) + (int32_t)(person->number * 37 % 7000);
    if (person->number % 97 == 0) {
        csv_row(TABLE(delivery, MHS002GP), "LocalPatientID", patient->local_id, "GMPReg", "V81997",
                NULL);
        return;
    }
    if (change == NO_DAY || change >= delivery->start) {
        bool left = change != NO_DAY && change <= delivery->end;
        csv_row(TABLE(delivery, MHS002GP), "LocalPatientID", patient->local_id, "GMPReg",
                practices[person->practice].code, "StartDateGMPRegistration",
                joined <= delivery->start ? day_iso(joined) : "", "EndDateGMPRegistration",
                left ? day_iso(change) : "", NULL);
    }
    if (change != NO_DAY && change < delivery->end) {
        csv_row(TABLE(delivery, MHS002GP), "LocalPatientID", patient->local_id, "GMPReg",
                practices[person->new_practice].code, "StartDateGMPRegistration",
                day_iso(change + 1), NULL);
    }
}

static void status_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                        struct stream *stream)
{
    int age = age_on(patient->person->birth_day, delivery->end);
    int32_t day = stream_between(stream, delivery->start, delivery->end);
    if (age >= 16 && stream_chance(stream, 300)) {
        unsigned kind = patient->person->number % 10;
        static const char *const types[] = {"01", "02", "02", "03", "04",
                                            "05", "02", "08", "09", "98"};
        csv_row(TABLE(delivery, MHS003AccommStatus), "LocalPatientID", patient->local_id,
                "AccommodationType", types[kind], "SettledAccommodationInd",
                kind < 7   ? "Y"
                : kind < 9 ? "N"
                           : "9",
                "AccommodationTypeDate", day_iso(day), NULL);
    }
    if (age >= 16 && stream_chance(stream, 300)) {
        static const char *const statuses[] = {"01", "02", "04", "04", "03",
                                               "01", "05", "06", "07", "ZZ"};
        const char *status = age >= 66 ? "08" : statuses[patient->person->number / 10 % 10];
        bool employed = strcmp(status, "01") == 0;
        csv_row(TABLE(delivery, MHS004EmpStatus), "LocalPatientID", patient->local_id,
                "EmployStatus", status, "EmployStatusRecDate", day_iso(day), "PatPrimEmpContTypeMH",
                employed ? "01" : "", "WeekHoursWorked",
                employed ? PICK(stream, "01", "02", "03") : "98", NULL);
    }
    if (stream_chance(stream, 40)) {
        csv_row(TABLE(delivery, MHS005PatInd), "LocalPatientID", patient->local_id, "ParentalResp",
                "N", "CPP", "3", "ReasonableAdjustmentInd", "N", "LDStatus", "4", "AutismStatus",
                PICK(stream, "1", "4", "U"), NULL);
        csv_row(TABLE(delivery, MHS007DisabilityType), "LocalPatientID", patient->local_id,
                "DisabCode", PICK(stream, "02", "04", "06", "NN"), "DisabImpacPercep", "02", NULL);
    }
    if (stream_chance(stream, 20)) {
        csv_row(TABLE(delivery, MHS011SocPerCircumstances), "LocalPatientID", patient->local_id,
                "SocPerCircumstance", PICK(stream, "20430005", "89217008", "42035005"),
                "SocPerCircumstanceRecTimestamp", note("%sT10:00:00Z", day_iso(day)), NULL);
        csv_row(TABLE(delivery, MHS601MedHistPrevDiag), "LocalPatientID", patient->local_id,
                "DiagSchemeInUse", "02", "PrevDiag", "F322", "CodedDiagTimestamp",
                note("%sT10:05:00Z", day_iso(day)), NULL);
    }
}

static void plan_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                      struct stream *stream)
{
    int32_t day = stream_between(stream, delivery->start, delivery->end);
    int32_t created = day - stream_between(stream, 0, 20);
    const char *type = PICK(stream, "10", "10", "10", "12", "11");
    char plan[24];
    if (!stream_chance(stream, 150)) {
        return;
    }
    snprintf(plan, sizeof plan, "%s-P%02d%02d", patient->local_id, delivery->month / 12 % 100,
             delivery->month % 12 + 1);
    csv_row(TABLE(delivery, MHS008CarePlanType), "CarePlanID", plan, "LocalPatientID",
            patient->local_id, "CarePlanTypeMH", type, "CarePlanCreatDate", day_iso(created),
            "CarePlanLastUpdateDate", day_iso(day), "CarePlanImplementDate", day_iso(day), NULL);
    csv_row(TABLE(delivery, MHS009CarePlanAgreement), "CarePlanID", plan, "FamilyCarePlanIndicator",
            PICK(stream, "Y", "N", "9"), "CarePlanContentAgreedBy", "10",
            "CarePlanContentAgreedDate", day_iso(day), NULL);
    csv_row(TABLE(delivery, MHS006MHCareCoord), "LocalPatientID", patient->local_id,
            "StartDateAssCareCoord", day_iso(created), "CareProfLocalID",
            mhsds_staff(delivery->provider, stream_below(stream, delivery->provider->staff)),
            "CareProfServOrTeamTypeAssoc", delivery->provider->teams[0].type, NULL);
}

void mhsds_patient_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                        struct stream *stream)
{
    master_row(delivery, patient);
    practice_rows(delivery, patient);
    status_rows(delivery, patient, stream);
    plan_rows(delivery, patient, stream);
}

static void group_rows(struct mhsds_delivery *delivery, struct stream *stream)
{
    const struct provider *provider = delivery->provider;
    for (int i = 0; i < 6; i++) {
        int32_t day = stream_between(stream, delivery->start, delivery->end);
        unsigned staff = stream_below(stream, provider->staff);
        int people = stream_between(stream, 3, 14);
        csv_row(TABLE(delivery, MHS301GroupSession), "GroupSessID",
                note("G%s-%d", month_compact(delivery->month), i + 1), "GroupSessDate",
                day_iso(day), "OrgIDComm", "08L", "ClinContDurOfGroupSess", "60", "GroupSessType",
                "01", "NumberOfGroupSessParticip", note("%d", people), "ActLocTypeCode", "N03",
                "SiteIDOfTreat", provider->site, "CareProfLocalID", mhsds_staff(provider, staff),
                "ServTeamTypeRefToMH", provider->teams[0].type, NULL);
        day = stream_between(stream, delivery->start, delivery->end);
        csv_row(TABLE(delivery, MHS302MHDropInContact), "MHDropInContactID",
                note("D%s-%d", month_compact(delivery->month), i + 1),
                "CareContactDateMHDropInContact", day_iso(day), "OrgIDComm", "08L",
                "MHDropInContactServiceType", "A21", "StartTimeDropInContact", "19:10:00",
                "EndTimeDropInContact", "20:00:00", "GenderIDCode", "Z", "EthnicCategory", "Z",
                "ConsMechanismMH", "01", "MHDropInContactOutcome", "01", NULL);
        csv_row(TABLE(delivery, MHS608AnonSelfAssess), "AssToolCompTimestamp",
                note("%sT14:00:00Z", day_iso(day)), "CodedAssToolType", "1091071000000100",
                "PersScore", note("%d", people), "ActLocTypeCode", "N03", "OrgIDComm", "08L", NULL);
    }
}

void mhsds_provider_rows(struct mhsds_delivery *delivery)
{
    const struct provider *provider = delivery->provider;
    struct stream stream = stream_of(delivery->world->seed, PURPOSE_PROVIDER,
                                     (uint64_t)provider->sender, (uint64_t)delivery->month);
    for (unsigned i = 0; i < provider->staff; i++) {
        csv_row(TABLE(delivery, MHS901StaffDetails), "CareProfLocalID", mhsds_staff(provider, i),
                "OrgIDCareProfLocalID", provider->code, "ProfRegBodyCode", i % 3 ? "03" : "",
                "CareProfStaffGpMH", i % 4 ? "02" : "01", NULL);
    }
    for (size_t i = 0; i < provider->team_count; i++) {
        const struct team *team = &provider->teams[i];
        csv_row(TABLE(delivery, MHS902ServiceTeamDetails), "CareProfTeamLocalID", team->id,
                "OrgIDCareProfTeamLocalID", provider->code, "ServTeamTypeMH", team->type,
                "ServTeamIntAgeGroup", team->age_group, NULL);
    }
    for (size_t i = 0; i < 3 && provider->ward[i][0]; i++) {
        csv_row(TABLE(delivery, MHS903WardDetails), "WardCode", provider->ward[i], "SiteIDOfTreat",
                provider->site, "WardIntendedSex", "8", "WardIntendedClinCareMH", "51", "WardAge",
                "13", "WardType", "03", "WardSecLevel", "0", "LockedWardInd", "N", "AvailBedDays",
                note("%d", 18 * 30), "ClosedBedDays", "2", NULL);
    }
    if (provider->sender != SENDER_G8H03) {
        group_rows(delivery, &stream);
    }
}
