-- Purpose: dimensions that every measure shares.
-- Inputs: the reference feed. Dated: valid_from is the date of the file that brought them.

create table warehouse.practice (
    practice_code text primary key,
    name          text,
    sub_icb       text,
    prescribing_setting text,
    open_date     date,
    close_date    date,
    delivery_id   bigint not null
);
comment on table warehouse.practice is 'GP practices (ODS epraccur or a site extract) and the sub-ICB that commissions them';

create table warehouse.practice_source (
    source        text not null check (source in ('practices', 'practice_ods')),
    practice_code text not null,
    name          text,
    sub_icb       text,
    prescribing_setting text,
    open_date     date,
    close_date    date,
    delivery_id   bigint not null,
    primary key (source, practice_code)
);
comment on table warehouse.practice_source is 'Practices as each kind of file tells them: practices (a site''s extract), practice_ods (epraccur). warehouse.practice is made from both, so either may come first';

create table warehouse.organisation (
    organisation_code text primary key,
    name        text not null,
    kind        text,
    delivery_id bigint not null
);
comment on table warehouse.organisation is 'Names of providers and other senders';

create table warehouse.deprivation (
    lsoa_2011   text primary key,
    imd_rank    integer not null check (imd_rank between 1 and 32844),
    imd_decile  smallint generated always as (((imd_rank * 10 + 32843) / 32844)::smallint) stored,
    delivery_id bigint not null
);
comment on table warehouse.deprivation is 'English Indices of Deprivation 2019 by LSOA 2011; decile = ceil(rank * 10 / 32844), 1 is most deprived';

create table warehouse.calendar (
    day              date primary key,
    month_start      date not null,
    month_end        date not null,
    reporting_month  integer not null,
    financial_year   text not null
);
comment on table warehouse.calendar is 'Every day from 2015 to 2040; reporting_month is the MHSDS UniqMonthID (April 1900 = 1)';
insert into warehouse.calendar
select d::date,
       date_trunc('month', d)::date,
       (date_trunc('month', d) + interval '1 month - 1 day')::date,
       ((extract(year from d) - 1900) * 12 + extract(month from d) - 3)::integer,
       case when extract(month from d) >= 4
            then extract(year from d)::integer || '/' || right((extract(year from d)::integer + 1)::text, 2)
            else (extract(year from d)::integer - 1) || '/' || right(extract(year from d)::integer::text, 2)
       end
  from generate_series(date '2015-01-01', date '2040-12-31', interval '1 day') as d;

create table warehouse.patient (
    patient_key uuid primary key,
    person_key  uuid not null,
    feed        text not null,
    sender      text not null,
    step        text not null check (step in ('alone', 'nhs_number', 'weights', 'steward'))
);
comment on table warehouse.patient is 'The bridge from a person as one sender knows them to the linked person. Facts carry patient_key; a change of linkage changes this table only, so facts and linkage cannot disagree';
create index on warehouse.patient (person_key);
