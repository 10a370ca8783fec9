-- Purpose: what every measure on mental health trusts' submissions starts from.
-- Inputs: warehouse.patient, patient_month, referral_month, referral_team_month, team_month,
--   care_contact, hospital_spell, measure_code.
-- Owner of the definition: NHS England; docs/measures.md, "Conventions".
-- A record is (delivery_id, patient_key): the person as one submission tells of them. Applied
-- deliveries
-- only: a provider's month is in the warehouse once.

-- Each referral of each submitted month, once, if the person lives in England or nobody knows
-- where.
-- Grain: delivery, referral. sub_icb is that of the GP practice, else that of residence.
create temporary table english_referral on commit drop as
select r.delivery_id, r.referral_key, r.patient_key,
       coalesce(b.person_key, r.patient_key) as person_key,
       r.provider, r.reporting_month, c.financial_year, r.received_date, r.age_at_referral,
       coalesce(s.code, 'UNKNOWN') as sub_icb
  from warehouse.referral_month r
  join warehouse.patient_month m on m.delivery_id = r.delivery_id and m.patient_key = r.patient_key
  join warehouse.calendar c on c.day = r.month
  left join warehouse.patient b on b.patient_key = r.patient_key
  left join pg_temp.sub_icb s on s.code = coalesce(m.sub_icb_of_practice, m.sub_icb_of_residence)
 where m.council like 'E%' or coalesce(m.council, '') = '';

-- The types of the teams of a referral in a submitted month: its main team and further teams.
-- Grain: delivery, referral, team type; a type once however many teams have it.
create temporary table referral_team on commit drop as
select r.delivery_id, r.referral_key, t.team_type
  from warehouse.referral_month r
  join warehouse.team_month t on t.delivery_id = r.delivery_id and t.team_key = r.team_key
 union
select o.delivery_id, o.referral_key, t.team_type
  from warehouse.referral_team_month o
  join warehouse.team_month t on t.delivery_id = o.delivery_id and t.team_key = o.team_key;

-- Direct attended contacts. is_direct: by the rule for all; is_direct_or_digital: with the written
-- contacts of the online providers, which MHS116 counts and MHS108 does not.
-- Grain: contact of a submitted month. Ties of date and time are broken by record order; a referral
-- belongs to one provider and so has one submission a month: month, then row in the file.
create temporary table direct_contact on commit drop as
select c.delivery_id, c.referral_key, c.contact_key, c.contact_date, c.contact_time,
       c.reporting_month, c.row_number,
       d.is_direct,
       d.is_direct or digital.code is not null as is_direct_or_digital
  from warehouse.care_contact c
  join warehouse.measure_code attended
    on attended.set_name = 'attended' and attended.code = c.attend_status
   and c.reporting_month between attended.first_month and attended.last_month
  left join warehouse.measure_code direct
    on direct.set_name = 'direct_mechanism' and direct.code = c.mechanism
   and c.reporting_month between direct.first_month and direct.last_month
  left join warehouse.measure_code indirect
    on indirect.set_name = 'indirect_mechanism' and indirect.code = c.mechanism
   and c.reporting_month between indirect.first_month and indirect.last_month
  left join warehouse.measure_code online
    on online.set_name = 'digital_provider' and online.code = c.provider
  left join warehouse.measure_code digital
    on digital.set_name = 'digital_mechanism' and digital.code = c.mechanism and online.code is not null
 cross join lateral (select direct.code is not null
                            or (c.reporting_month < 1459 and c.mechanism is not null
                                and indirect.code is null) as is_direct) d
 where d.is_direct or digital.code is not null;

-- Referrals with a hospital spell in a financial year, and the first month that told of it.
-- Grain: person, referral, financial year.
create temporary table inpatient_referral on commit drop as
select coalesce(b.person_key, h.patient_key) as person_key, h.referral_key, c.financial_year,
       min(h.reporting_month) as first_month
  from warehouse.hospital_spell h
  join warehouse.calendar c on c.day = h.month
  left join warehouse.patient b on b.patient_key = h.patient_key
 group by 1, 2, 3;

-- Which record of a person is the latest, by the month the period ends in: from the month it was
-- submitted in until the month before the next. Record order is month, submission time, provider,
-- row.
-- Grain: person and span of months.
create temporary table latest_record on commit drop as
with last_of_month as (
    select distinct on (person_key, reporting_month)
           coalesce(b.person_key, m.patient_key) as person_key, m.reporting_month,
           m.delivery_id, m.patient_key
      from warehouse.patient_month m
      left join warehouse.patient b on b.patient_key = m.patient_key
     order by person_key, reporting_month, m.submitted_at desc,
              m.provider collate "C" desc, m.row_number desc
)
select person_key, delivery_id, patient_key, reporting_month as first_month,
       coalesce(lead(reporting_month) over (partition by person_key order by reporting_month) - 1,
                9999) as last_month
  from last_of_month;

-- Demographic columns of a record, not yet banded.
create or replace temporary view record_demography as
select delivery_id, patient_key, age_at_period_end as age, ethnic_category as ethnic,
       case when gender_identity in ('1', '2', '3', '4') then gender_identity
            when gender_stated in ('1', '2', '9') then gender_stated
       end as gender,
       imd_decile
  from warehouse.patient_month;

create index on pg_temp.direct_contact (delivery_id, referral_key);
analyze pg_temp.english_referral, pg_temp.referral_team, pg_temp.direct_contact,
        pg_temp.inpatient_referral, pg_temp.latest_record;
