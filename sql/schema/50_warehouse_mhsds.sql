-- Purpose: mental health trusts' submissions, month by month as submitted.
-- Grain: one row a record and submitted month. A month is history: a resubmission replaces that provider's
-- month (all rows with the old delivery_id) and nothing else.
-- Keys ending in _key are tokens scoped by provider. (delivery_id, patient_key) is the RecordNumber of
-- NHS England's processing: the person's record in that submission.

create table warehouse.patient_month (
    delivery_id      bigint not null,
    provider         text not null,
    month            date not null,
    reporting_month  integer not null,
    submitted_at     timestamp not null,
    row_number       bigint not null,
    patient_key      uuid not null,
    nhs_number_present boolean not null,
    age_at_period_start smallint,
    age_at_period_end   smallint,
    gender_identity  text,
    gender_stated    text,
    ethnic_category  text,
    died             boolean not null,
    gp_practice      text,
    sub_icb_of_practice  text,
    sub_icb_of_residence text,
    lsoa_2011        text,
    council          text,
    imd_decile       smallint,
    primary key (delivery_id, patient_key)
);
comment on table warehouse.patient_month is 'MHS001 with the open GP registration of MHS002: a person in a provider''s month';
comment on column warehouse.patient_month.month is 'First day of the submitted month';
comment on column warehouse.patient_month.row_number is 'Row in MHS001, part of the record order';

create table warehouse.referral_month (
    delivery_id      bigint not null,
    provider         text not null,
    month            date not null,
    reporting_month  integer not null,
    referral_key     uuid not null,
    patient_key      uuid not null,
    received_date    date not null,
    received_time    time,
    age_at_referral  smallint,
    commissioner     text,
    source_of_referral text,
    priority         text,
    primary_reason   text,
    team_key         uuid,
    discharge_date   date,
    rejection_date   date,
    reject_reason    text,
    closure_reason   text,
    primary key (delivery_id, referral_key)
);
comment on table warehouse.referral_month is 'MHS101: a referral in a provider''s month';

create table warehouse.referral_team_month (
    delivery_id    bigint not null,
    referral_key   uuid not null,
    team_key       uuid not null,
    closure_date   date,
    rejection_date date
);
comment on table warehouse.referral_team_month is 'MHS102: further teams of a referral';
create index on warehouse.referral_team_month (delivery_id, referral_key);

create table warehouse.team_month (
    delivery_id bigint not null,
    team_key    uuid not null,
    team_type   text not null,
    age_group   text,
    primary key (delivery_id, team_key)
);
comment on table warehouse.team_month is 'MHS902: what a team is, in a provider''s month';

create table warehouse.care_contact (
    delivery_id     bigint not null,
    provider        text not null,
    month           date not null,
    reporting_month integer not null,
    contact_key     uuid not null,
    referral_key    uuid not null,
    patient_key     uuid not null,
    row_number      bigint not null,
    contact_date    date not null,
    contact_time    time,
    age_at_contact  smallint,
    team_key        uuid,
    attend_status   text,
    mechanism       text,
    location_type   text,
    duration_minutes integer,
    primary key (delivery_id, contact_key)
);
comment on table warehouse.care_contact is 'MHS201: a care contact';
create index on warehouse.care_contact (delivery_id, referral_key);

create table warehouse.care_activity (
    delivery_id  bigint not null,
    activity_key uuid not null,
    contact_key  uuid not null,
    procedure_code text,
    procedure_qualifier text,
    finding      text,
    observation  text,
    primary key (delivery_id, activity_key)
);
comment on table warehouse.care_activity is 'MHS202: what was done in a contact. procedure_code is the text before the first colon of the SNOMED expression, procedure_qualifier that after the last equals sign; line ends and blanks removed';
create index on warehouse.care_activity (delivery_id, contact_key);

create table warehouse.hospital_spell (
    delivery_id  bigint not null,
    provider     text not null,
    month        date not null,
    reporting_month integer not null,
    spell_key    uuid not null,
    referral_key uuid not null,
    patient_key  uuid not null,
    start_date   date not null,
    discharge_date date,
    source_of_admission text,
    method_of_admission text,
    destination_of_discharge text,
    primary key (delivery_id, spell_key)
);
comment on table warehouse.hospital_spell is 'MHS501: a hospital provider spell in a provider''s month';

create table warehouse.ward_stay (
    delivery_id    bigint not null,
    ward_stay_key  uuid not null,
    spell_key      uuid not null,
    start_date     date not null,
    end_date       date,
    bed_class      text,
    primary key (delivery_id, ward_stay_key)
);
comment on table warehouse.ward_stay is 'MHS502: a stay on one ward within a spell';

create table warehouse.employment_status (
    delivery_id   bigint not null,
    patient_key   uuid not null,
    status        text not null,
    recorded_date date,
    start_date    date,
    weekly_hours  text
);
comment on table warehouse.employment_status is 'MHS004: employment status as recorded';
create index on warehouse.employment_status (delivery_id);

create table warehouse.accommodation_status (
    delivery_id    bigint not null,
    patient_key    uuid not null,
    type           text not null,
    settled        text,
    recorded_date  date
);
comment on table warehouse.accommodation_status is 'MHS003: accommodation as recorded';
create index on warehouse.accommodation_status (delivery_id);

create table warehouse.care_plan (
    delivery_id   bigint not null,
    care_plan_key uuid not null,
    patient_key   uuid not null,
    type          text not null,
    created_date  date not null,
    updated_date  date,
    primary key (delivery_id, care_plan_key)
);
comment on table warehouse.care_plan is 'MHS008: a care plan';

create table warehouse.assessment (
    delivery_id   bigint not null,
    referral_key  uuid,
    activity_key  uuid,
    tool_code     text not null,
    score         text not null,
    completed_at  timestamp
);
comment on table warehouse.assessment is 'MHS606 and MHS607: a scored assessment, on a referral or in an activity';
create index on warehouse.assessment (delivery_id);

create table warehouse.primary_diagnosis (
    delivery_id  bigint not null,
    referral_key uuid not null,
    scheme       text not null,
    code         text not null,
    coded_at     timestamp
);
comment on table warehouse.primary_diagnosis is 'MHS604: the primary diagnosis of a referral';
create index on warehouse.primary_diagnosis (delivery_id);
