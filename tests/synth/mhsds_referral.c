/*
 * mhsds_referral.c: who is referred where, and what the months of a referral hold.
 */
#include <stdio.h>
#include <string.h>

#include "mhsds.h"

static const struct team teams_rv5[] = {
    {"T01", "A06", "03", 18, 64, 200},  {"T02", "A06", "03", 18, 64, 190},
    {"T03", "A05", "03", 18, 120, 220}, {"T04", "A08", "03", 18, 64, 40},
    {"T05", "A14", "02", 14, 35, 50},   {"T06", "C10", "03", 16, 64, 40},
    {"T07", "A02", "03", 18, 120, 110}, {"T08", "A11", "03", 18, 120, 120},
    {"T09", "A13", "03", 18, 120, 90},  {"T10", "A16", "03", 18, 64, 50},
    {"T11", "A09", "03", 18, 64, 30},   {"T12", "A07", "04", 65, 120, 260},
    {"T13", "C02", "03", 18, 45, 30},   {"T14", "C04", "01", 4, 17, 300},
    {"T15", "F01", "01", 4, 17, 250},   {"T16", "A06", "01", 4, 17, 300}};
static const struct team teams_rpg[] = {
    {"OX1", "A06", "03", 18, 64, 200},  {"OX2", "A05", "03", 18, 120, 200},
    {"OX3", "A14", "02", 14, 35, 50},   {"OX4", "C10", "03", 16, 64, 40},
    {"OX5", "A02", "03", 18, 120, 100}, {"OX6", "A07", "04", 65, 120, 200},
    {"OX7", "A06", "01", 4, 17, 200}};
static const struct team teams_g8h03[] = {{"IPS", "D05", "03", 16, 70, 1}};

const struct provider mhsds_providers[3] = {
    {SENDER_RV5, "RV5", "RV502", {"WLADY", "WPOW", "WJOHN"}, teams_rv5, 16, 60},
    {SENDER_RPG, "RPG", "RPGAE", {"WOAK", "WBECK", "WGOD"}, teams_rpg, 7, 30},
    {SENDER_G8H03, "G8H03", "G8H03", {"", "", ""}, teams_g8h03, 1, 6}};

static const struct team *choose_team(const struct provider *provider, int age,
                                      struct stream *stream)
{
    unsigned weights[16];
    unsigned total = 0;
    for (size_t i = 0; i < provider->team_count; i++) {
        const struct team *team = &provider->teams[i];
        weights[i] = age >= team->from_age && age <= team->to_age ? team->weight : 0;
        total += weights[i];
    }
    return total ? &provider->teams[stream_weighted(stream, weights, provider->team_count)] : NULL;
}

/* How long a team keeps a person, in days. */
static int length_of_care(const struct team *team, struct stream *stream)
{
    int usual = 150;
    if (strcmp(team->type, "A02") == 0 || strcmp(team->type, "A11") == 0) {
        usual = 20;
    } else if (strcmp(team->type, "A08") == 0 || strcmp(team->type, "A14") == 0) {
        usual = 500;
    }
    int length = 0;
    for (int i = 0; i < 3; i++) {
        length += stream_between(stream, 0, usual * 2 / 3);
    }
    return length + 3;
}

static void choose_spell(const struct world *world, struct referral *referral,
                         struct stream *stream)
{
    const char *type = referral->team->type;
    bool likely = strcmp(type, "A02") == 0 || strcmp(type, "A08") == 0 || strcmp(type, "A14") == 0;
    bool possible = likely || strcmp(type, "A06") == 0;
    bool admitted = possible && referral->rejected == NO_DAY &&
                    referral->provider->sender != SENDER_G8H03 && referral->team->from_age >= 14 &&
                    stream_chance(stream, likely ? 130 : 50);
    referral->admitted = referral->left_hospital = NO_DAY;
    if (!admitted) {
        return;
    }
    int32_t last = referral->discharged == NO_DAY ? world->last_day : referral->discharged;
    referral->admitted = stream_between(stream, referral->received, last);
    int32_t left = referral->admitted + stream_between(stream, 3, 70);
    referral->left_hospital =
        referral->discharged != NO_DAY && left > referral->discharged ? referral->discharged : left;
}

static void choose_dates(const struct world *world, const struct person *person,
                         struct referral *referral, int32_t from, struct stream *stream)
{
    referral->received = from;
    referral->discharged = from + length_of_care(referral->team, stream);
    referral->rejected = NO_DAY;
    referral->closure_reason = PICK(stream, "02", "02", "02", "04", "03", "05", "07", "08", "09");
    if (stream_chance(stream, 40)) {
        referral->rejected = from + stream_between(stream, 0, 20);
        referral->discharged = NO_DAY;
    }
    if (person->death_day != NO_DAY && referral->discharged != NO_DAY &&
        referral->discharged >= person->death_day) {
        referral->discharged = person->death_day;
        referral->closure_reason = "06";
    }
    choose_spell(world, referral, stream);
}

size_t referrals_of(const struct world *world, const struct person *person,
                    const struct provider *provider, struct referral referrals[REFERRALS_MAX])
{
    static const unsigned how_many[] = {0, 550, 300, 150};
    struct stream stream =
        stream_of(world->seed, PURPOSE_REFERRAL, person->number, (uint64_t)provider->sender);
    size_t wanted = stream_weighted(&stream, how_many, 4);
    int32_t from = stream_between(&stream, world->first_day - 240, world->last_day - 5);
    size_t count = 0;
    char local[16];
    local_id(provider->sender, person->number, local);
    for (size_t i = 0; i < wanted && from <= world->last_day; i++) {
        struct referral *referral = &referrals[count];
        *referral = (struct referral){.number = (unsigned)i + 1, .provider = provider};
        referral->team = choose_team(provider, age_on(person->birth_day, from), &stream);
        bool dead = person->death_day != NO_DAY && from >= person->death_day - 21;
        if (!referral->team || from < person->birth_day || dead) {
            break;
        }
        choose_dates(world, person, referral, from, &stream);
        referral->source = PICK(&stream, "A1", "A1", "A1", "A1", "B1", "H1", "H2", "C1", "E1", "G4",
                                "I1", "P1", "F2");
        referral->priority = PICK(&stream, "1", "2", "2", "3", "3", "3", "3", "4");
        referral->reason = PICK(&stream, "01", "02", "02", "03", "04", "04", "05", "05", "11", "12",
                                "14", "15", "18", "24", "08");
        const struct team *second = choose_team(provider, age_on(person->birth_day, from), &stream);
        referral->second_team =
            stream_chance(&stream, 60) && second != referral->team ? second : NULL;
        snprintf(referral->id, sizeof referral->id, "%.9s-%u", local, referral->number % 10);
        int32_t over = referral->rejected != NO_DAY ? referral->rejected : referral->discharged;
        from = over + stream_between(&stream, 5, 200);
        count++;
    }
    return count;
}

bool referral_in_month(const struct referral *referral, int month)
{
    int32_t over = referral->rejected != NO_DAY ? referral->rejected : referral->discharged;
    return referral->received <= month_last_day(month) && over >= month_first_day(month);
}

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
