-- Purpose: what GP practices, councils and voluntary organisations send.
-- Grain: stated at each table. patient_key is the person as that sender knows them.

create table warehouse.health_check (
    delivery_id     bigint not null,
    practice        text not null,
    extract_date    date not null,
    patient_key     uuid not null,
    age_at_extract  smallint,
    sex             text,
    ethnic_category text,
    lsoa_2011       text,
    council         text,
    imd_decile      smallint,
    sub_icb_of_practice text,
    on_smi_register boolean not null,
    register_date   date,
    in_remission    boolean not null,
    alcohol_date    date,
    glucose_hba1c_date date,
    blood_pressure_date date,
    bmi_date        date,
    lipid_date      date,
    smoking_date    date,
    primary key (delivery_id, patient_key)
);
comment on table warehouse.health_check is 'A practice''s SMI register on a day, with the latest date of each of the six physical health checks';
comment on column warehouse.health_check.age_at_extract is 'Whole years on the day of the extract; the birth date itself is not kept, so later period ends use this age';

create table warehouse.social_care_event (
    delivery_id      bigint not null,
    council          text not null,
    period_start     date not null,
    period_end       date not null,
    extract_date     date not null,
    row_number       bigint not null,
    patient_key      uuid not null,
    event_type       text not null,
    start_date       date not null,
    end_date         date,
    end_cropped      boolean not null default false,
    restated         boolean not null default false,
    client_type      text,
    primary_support_reason text,
    gender           text,
    ethnic_category  text,
    age_at_start     smallint,
    lsoa_2011        text,
    imd_decile       smallint,
    accommodation_status text,
    settled_accommodation boolean,
    employment_status text,
    in_paid_work     boolean,
    route_of_access  text,
    assessment_type  text,
    service_type     text,
    service_component text,
    delivery_mechanism text,
    event_outcome    text,
    outcome_rank     smallint,
    unit_cost        numeric,
    primary key (delivery_id, row_number)
);
comment on table warehouse.social_care_event is 'Adult social care client level data: one event of one file, Release 2 texts. Rows of all files are kept; what is true today is where not restated';
comment on column warehouse.social_care_event.restated is 'A later file of the council tells this event again, or covers its time and leaves it out';
comment on column warehouse.social_care_event.end_cropped is 'An open service that the file of the next period does not tell: end_date is then the end of this file''s period';
create index on warehouse.social_care_event (council, period_end);

create table warehouse.support_session (
    delivery_id    bigint not null,
    provider       text not null,
    month          date not null,
    row_number     bigint not null,
    patient_key    uuid not null,
    session_date   date not null,
    age_at_session smallint,
    pillar         text,
    delivered_by   text,
    attended       boolean,
    ethnic_category text,
    lsoa_2011      text,
    council        text,
    imd_decile     smallint,
    primary key (delivery_id, row_number)
);
comment on table warehouse.support_session is 'A voluntary-sector support session. pillar: finances, social interaction, independent living, crisis, carers, peer support';

create table warehouse.ips_job (
    delivery_id     bigint not null,
    provider        text not null,
    month           date not null,
    row_number      bigint not null,
    client_key      uuid not null,
    patient_key     uuid not null,
    age_at_referral smallint,
    referral_date   date not null,
    vocational_profile_date date,
    job_start_date  date,
    job_end_date    date,
    weekly_hours    numeric,
    employer_sector text,
    ethnic_category text,
    lsoa_2011       text,
    council         text,
    imd_decile      smallint,
    primary key (delivery_id, row_number)
);
comment on table warehouse.ips_job is 'Individual Placement and Support: a client and, one row each, their jobs; job_start_date null = no job yet';

create table warehouse.homelessness_case (
    delivery_id     bigint not null,
    council         text not null,
    quarter_start   date not null,
    case_key        uuid not null,
    patient_key     uuid not null,
    age_at_approach smallint,
    gender          text,
    ethnic_category text,
    approach_date   date not null,
    duty            text,
    duty_start_date date,
    duty_end_date   date,
    outcome         text,
    accommodation_at_approach text,
    mental_health_support_need boolean,
    rough_sleeping_history boolean,
    lsoa_2011       text,
    imd_decile      smallint,
    primary key (delivery_id, case_key)
);
comment on table warehouse.homelessness_case is 'A household''s homelessness case (H-CLIC shaped), with the main applicant';

create view linkage.postcode_area as
select a.postcode,
       a.lsoa_2011,
       a.council,
       d.imd_decile,
       a.sub_icb as sub_icb_of_residence
  from linkage.area a
  left join warehouse.deprivation d on d.lsoa_2011 = a.lsoa_2011;
comment on view linkage.postcode_area is 'Where a postcode (as a token) lies, by the reference data of today. Load files derive areas from it and the reference feed derives them again, so the order in which they arrive does not matter';
