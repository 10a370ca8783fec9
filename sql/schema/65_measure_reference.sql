-- Purpose: the code sets and levels that measures are defined by, as dated reference rows.
-- Grain: measure_code one row a set, code and span of months; the level tables one row a level.
-- Owner of the definition: NHS England's published measure code (NHSDigital/mental-health-monthly-
-- statistics); facts and labels are listed with their source in docs/measures.md.
-- Months are reporting months (UniqMonthID: April 1900 = 1, April 2024 = 1489).

create table warehouse.measure_code (
    set_name    text not null,
    code        text not null,
    first_month integer not null default 1,
    last_month  integer not null default 9999,
    note        text not null,
    primary key (set_name, code, first_month),
    check (first_month <= last_month)
);
comment on table warehouse.measure_code is 'Codes that bring a row into a measure, and from when to when';
comment on column warehouse.measure_code.last_month is '9999 = still in use';

insert into warehouse.measure_code (set_name, code, first_month, last_month, note) values
    ('attended', '5', 1, 9999, 'attended on time or before being seen'),
    ('attended', '6', 1, 9999, 'arrived late but was seen'),
    -- By the month the contact was submitted in. Version 5 of the data set begins with month 1459;
    -- before it every mechanism counts but two.
    ('direct_mechanism', '01', 1459, 9999, 'face to face'),
    ('direct_mechanism', '02', 1459, 9999, 'telephone'),
    ('direct_mechanism', '04', 1459, 9999, 'talk type'),
    ('direct_mechanism', '11', 1459, 9999, 'video'),
    ('indirect_mechanism', '05', 1, 1458, 'email'),
    ('indirect_mechanism', '06', 1, 1458, 'text message'),
    -- Providers that only work online; their written contacts count for MHS116.
    ('digital_provider', 'DFC', 1, 9999, 'online provider without person linkage'),
    ('digital_provider', 'S9X2N', 1, 9999, 'online provider without person linkage'),
    ('digital_mechanism', '05', 1, 9999, 'email'),
    ('digital_mechanism', '09', 1, 9999, 'asynchronous text'),
    ('digital_mechanism', '10', 1, 9999, 'instant message'),
    ('digital_mechanism', '13', 1, 9999, 'chat room'),
    -- By the month the period ends in, not by the month of the referral.
    ('community_team', 'A05', 1, 9999, 'primary care mental health'),
    ('community_team', 'A06', 1, 9999, 'community mental health team, functional'),
    ('community_team', 'A08', 1, 9999, 'assertive outreach'),
    ('community_team', 'A09', 1, 9999, 'community rehabilitation'),
    ('community_team', 'A12', 1, 9999, 'psychotherapy'),
    ('community_team', 'A13', 1, 9999, 'psychological therapy other than Talking Therapies'),
    ('community_team', 'A16', 1, 9999, 'personality disorder'),
    ('community_team', 'C03', 1, 9999, 'adult eating disorder, retired code'),
    ('community_team', 'C10', 1, 9999, 'community eating disorder'),
    ('community_team', 'A14', 1477, 9999, 'early intervention in psychosis, from April 2023'),
    ('community_team', 'D05', 1477, 9999, 'Individual Placement and Support, from April 2023'),
    ('ips_team', 'D05', 1, 9999, 'Individual Placement and Support'),
    ('ips_procedure', '1082621000000104', 1, 9999, 'Individual Placement and Support (SNOMED CT)'),
    ('ips_procedure', '772822000', 1, 9999, 'Individual Placement and Support (SNOMED CT)'),
    ('refused_qualifier', '443390004', 1, 9999, 'refused (SNOMED CT)');

create table warehouse.age_band (
    age_from smallint primary key,
    age_to   smallint not null,
    label    text not null unique
);
comment on table warehouse.age_band is 'Age bands of the employment support measures, used for every measure';
insert into warehouse.age_band
values (0, 5, '0 to 5'), (6, 10, '6 to 10'), (11, 15, '11 to 15'), (16, 16, '16'), (17, 17, '17'),
       (18, 18, '18'), (19, 19, '19'), (90, 999, '90 and over');
insert into warehouse.age_band
select a, a + 4, a || ' to ' || a + 4 from generate_series(20, 85, 5) as a;

create table warehouse.ethnic_group (
    code  text primary key,
    name  text not null,
    upper_name text not null
);
comment on table warehouse.ethnic_group is 'Ethnic category: national code, its name, and the upper group';
insert into warehouse.ethnic_group values
    ('A', 'British', 'White or White British'),
    ('B', 'Irish', 'White or White British'),
    ('C', 'Any Other White background', 'White or White British'),
    ('D', 'White and Black Caribbean', 'Mixed'),
    ('E', 'White and Black African', 'Mixed'),
    ('F', 'White and Asian', 'Mixed'),
    ('G', 'Any Other mixed background', 'Mixed'),
    ('H', 'Indian', 'Asian or Asian British'),
    ('J', 'Pakistani', 'Asian or Asian British'),
    ('K', 'Bangladeshi', 'Asian or Asian British'),
    ('L', 'Any Other Asian background', 'Asian or Asian British'),
    ('M', 'Caribbean', 'Black or Black British'),
    ('N', 'African', 'Black or Black British'),
    ('P', 'Any Other Black background', 'Black or Black British'),
    ('R', 'Chinese', 'Other Ethnic Groups'),
    ('S', 'Any Other Ethnic Group', 'Other Ethnic Groups'),
    ('Z', 'Not Stated', 'Not Stated'),
    ('99', 'Not Known', 'Not Known'),
    ('UNKNOWN', 'UNKNOWN', 'UNKNOWN');

create table warehouse.gender (
    code text primary key,
    name text not null
);
comment on table warehouse.gender is 'Gender: the identity code if it is 1 to 4, else the stated gender if it is 1, 2 or 9';
insert into warehouse.gender values
    ('1', 'Male'), ('2', 'Female'), ('3', 'Non-binary'), ('4', 'Other (not listed)'),
    ('9', 'Indeterminate'), ('UNKNOWN', 'UNKNOWN');

create table warehouse.deprivation_decile (
    decile smallint primary key,
    label  text not null unique
);
comment on table warehouse.deprivation_decile is 'Names of the deciles of warehouse.deprivation';
insert into warehouse.deprivation_decile values
    (1, '01 Most deprived'), (2, '02 More deprived'), (3, '03 More deprived'), (4, '04 More deprived'),
    (5, '05 More deprived'), (6, '06 Less deprived'), (7, '07 Less deprived'), (8, '08 Less deprived'),
    (9, '09 Less deprived'), (10, '10 Least deprived');

create view warehouse.demographic_level as
select 'England; Age Band' as breakdown, label as primary_level, label as primary_level_description
  from warehouse.age_band
 union all
values ('England; Age Band', 'UNKNOWN', 'UNKNOWN'), ('England; IMD Decile', 'UNKNOWN', 'UNKNOWN')
 union all
select 'England; Ethnicity', code, name from warehouse.ethnic_group
 union all
select distinct 'England; Upper Ethnicity', upper_name, upper_name from warehouse.ethnic_group
 union all
select 'England; Gender', code, name from warehouse.gender
 union all
select 'England; IMD Decile', label, label from warehouse.deprivation_decile;
comment on view warehouse.demographic_level is 'Every level of every demographic breakdown, as NHS England labels it';
