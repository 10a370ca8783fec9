/*
 * mhsds.h: Mental Health Services Data Set v6 deliveries: MHSDS_<provider>_<YYYYMM>.zip with all 61
 * tables as CSV. A month is a full submission of what the provider holds of that month.
 */
#ifndef SYNTH_MHSDS_H
#define SYNTH_MHSDS_H

#include "day.h"
#include "population.h"
#include "truth.h"
#include "writer.h"

/* clang-format off */
#define MHSDS_TABLES(X)                                                                            \
    X(MHS000Header) X(MHS001MPI) X(MHS002GP) X(MHS003AccommStatus) X(MHS004EmpStatus)              \
    X(MHS005PatInd) X(MHS006MHCareCoord) X(MHS007DisabilityType) X(MHS008CarePlanType)             \
    X(MHS009CarePlanAgreement) X(MHS010AssTechToSupportDisTyp) X(MHS011SocPerCircumstances)        \
    X(MHS012OverseasVisitorChargCat) X(MHS014eMED3FitNote) X(MHS101Referral)                       \
    X(MHS102OtherServiceType) X(MHS103OtherReasonReferral) X(MHS104RTT) X(MHS105OnwardReferral)    \
    X(MHS106DischargePlanAgreement) X(MHS201CareContact) X(MHS202CareActivity)                     \
    X(MHS203OtherAttend) X(MHS204IndirectActivity) X(MHS205PatientSDDI) X(MHS206StaffActivity)     \
    X(MHS301GroupSession) X(MHS302MHDropInContact) X(MHS401MHActPeriod)                            \
    X(MHS402RespClinicianAssignPeriod) X(MHS403ConditionalDischarge) X(MHS404CommTreatOrder)       \
    X(MHS405CommTreatOrderRecall) X(MHS501HospProvSpell) X(MHS502WardStay)                         \
    X(MHS503AssignedCareProf) X(MHS505RestrictiveInterventInc) X(MHS506Assault) X(MHS507SelfHarm)  \
    X(MHS509HomeLeave) X(MHS510LeaveOfAbsence) X(MHS511AbsenceWithoutLeave)                        \
    X(MHS512HospSpellCommAssPer) X(MHS513SubstanceMisuse) X(MHS514TrialLeave)                      \
    X(MHS515RestrictiveInterventType) X(MHS516PoliceAssistanceRequest)                             \
    X(MHS517SMHExceptionalPackOfCare) X(MHS518ClinReadyforDischarge) X(MHS601MedHistPrevDiag)      \
    X(MHS604PrimDiag) X(MHS605SecDiag) X(MHS606CodedScoreAssessmentRefer)                          \
    X(MHS607CodedScoreAssessmentAct) X(MHS608AnonSelfAssess) X(MHS609PresComp)                     \
    X(MHS701CPACareEpisode) X(MHS702CPAReview) X(MHS901StaffDetails) X(MHS902ServiceTeamDetails)   \
    X(MHS903WardDetails)
/* clang-format on */

#define MHSDS_ENUM(name) TABLE_##name,
enum mhsds_table { MHSDS_TABLES(MHSDS_ENUM) MHSDS_TABLE_COUNT };

struct team {
    const char *id, *type;
    const char
        *age_group; /* ServTeamIntAgeGroup: 01 children, 02 young people, 03 adults, 04 older */
    int from_age, to_age;
    unsigned weight;
};

struct provider {
    enum sender sender;
    const char *code, *site, *ward[3];
    const struct team *teams;
    size_t team_count;
    unsigned staff;
};

extern const struct provider mhsds_providers[3];

enum { REFERRALS_MAX = 3 };

/* A referral as it really is, whatever has been submitted of it so far. */
struct referral {
    unsigned number;
    const struct provider *provider;
    const struct team *team;
    int32_t received, discharged, rejected; /* discharged, rejected: or NO_DAY */
    const struct team *second_team;         /* or NULL */
    const char *source, *priority, *reason, *closure_reason;
    int32_t admitted, left_hospital; /* NO_DAY both, or a spell; still there: NO_DAY */
    char id[12];                     /* local patient id, "-", number */
};

/* A person's referrals to a provider, oldest first. Returns how many. */
size_t referrals_of(const struct world *world, const struct person *person,
                    const struct provider *provider, struct referral referrals[REFERRALS_MAX]);
/* Open at some time of the month? */
bool referral_in_month(const struct referral *referral, int month);

/* Why a delivery differs from the usual one. */
enum variant {
    VARIANT_USUAL,
    VARIANT_OLDER,      /* made earlier: some contacts are not in yet */
    VARIANT_RESUBMITTED /* made later: some contacts were added or mended */
};

struct mhsds_delivery {
    const struct world *world;
    struct truth *truth;
    const struct provider *provider;
    int month;
    int32_t start, end; /* the reporting period */
    enum variant variant;
    char file[64];                                /* below the output folder */
    char anchor_patient[16], anchor_referral[21]; /* whom bad rows may hang on; "" = none yet */
    int32_t anchor_day;
    struct csv_table tables[MHSDS_TABLE_COUNT];
};

#define TABLE(delivery, name) (&(delivery)->tables[TABLE_##name])

/* A person in a month: what all their rows share. */
struct patient {
    const struct person *person;
    char local_id[16];
    struct identity identity;
    const struct practice *practice;
};

/* All months of all providers: into out, or late ones into out/late. */
int mhsds_write(const struct world *world, struct truth *truth, const char *out,
                struct error *error);

/* ---- parts of a delivery ---- */

void mhsds_begin(struct mhsds_delivery *delivery);
int mhsds_end(struct mhsds_delivery *delivery, const char *out, struct error *error);
void mhsds_release(struct mhsds_delivery *delivery);
/* A staff member's local id. */
const char *mhsds_staff(const struct provider *provider, unsigned number);
void mhsds_provider_rows(struct mhsds_delivery *delivery);
void mhsds_patient_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                        struct stream *stream);
void mhsds_referral_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                         const struct referral *referral, struct stream *stream);
void mhsds_spell_rows(struct mhsds_delivery *delivery, const struct patient *patient,
                      const struct referral *referral, struct stream *stream);
/* Plants the bad rows that are this delivery's share, on a real patient and referral of the month
 * that is open on day. */
void mhsds_bad_rows(struct mhsds_delivery *delivery, const char *patient, const char *referral_id,
                    int32_t day);

#endif
