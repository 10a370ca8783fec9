-- Purpose: moves one staged MHSDS submission into the warehouse, in the delivery's transaction.
-- Grain: as the tables of sql/schema/50_warehouse_mhsds.sql: one row a record and submitted month.
-- Inputs: pg_temp.this_delivery, pg_temp.replaced_delivery, pg_temp.stage_mhs*; warehouse.practice,
--   warehouse.deprivation, linkage.area as they stand tonight.
-- Owner of the definition: docs/feeds/mhsds.md. Which GP registration counts: NHS England's monthly
--   statistics (the person's last row without an end date, default practice codes left out).

-- A month is history: the resubmission takes the place of the rows it replaces and of nothing else.
-- analyze: the planner must know that this table has one row or none, or it reads whole fact tables.
analyze pg_temp.replaced_delivery;
delete from warehouse.patient_month
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.referral_month
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.referral_team_month
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.team_month
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.care_contact
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.care_activity
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.hospital_spell
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.ward_stay
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.employment_status
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.accommodation_status
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.care_plan
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.assessment
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from warehouse.primary_diagnosis
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);
delete from linkage.record
 where delivery_id in (select delivery_id from pg_temp.replaced_delivery);

-- What every fact of this delivery carries. reporting_month is the MHSDS month id (April 1900 = 1).
create temporary table this_month on commit drop as
select d.delivery_id,
       d.feed,
       d.sender as provider,
       d.period_start as month,
       ((extract(year from d.period_start) - 1900) * 12
           + extract(month from d.period_start) - 3)::integer as reporting_month,
       d.extract_at as submitted_at
  from pg_temp.this_delivery d;

-- The open registration of each person; used twice below.
create temporary table open_registration on commit drop as
select distinct on (g.patient_key)
       g.patient_key,
       g.gp_practice
  from pg_temp.stage_mhs002gp g
 where g.end_date is null
   and g.gp_practice not in ('V81997', 'V81998', 'V81999')
 order by g.patient_key, g.row_number desc;

insert into linkage.record (
       delivery_id, patient_key, place, feed, sender, period, gp_practice, identity)
select d.delivery_id,
       p.patient_key,
       1,
       d.feed,
       d.provider,
       d.month,
       g.gp_practice,
       p.identity
  from pg_temp.stage_mhs001mpi p
 cross join pg_temp.this_month d
  left join pg_temp.open_registration g on g.patient_key = p.patient_key;

-- The second character of an ethnic category may be a local code; 99 (not known) is one code.
insert into warehouse.patient_month (
       delivery_id, provider, month, reporting_month, submitted_at, row_number, patient_key,
       nhs_number_present, age_at_period_start, age_at_period_end, gender_identity, gender_stated,
       ethnic_category, died, gp_practice, sub_icb_of_practice, sub_icb_of_residence, lsoa_2011,
       council, imd_decile)
select d.delivery_id,
       d.provider,
       d.month,
       d.reporting_month,
       d.submitted_at,
       p.row_number,
       p.patient_key,
       p.nhs_number_present,
       p.age_at_period_start,
       p.age_at_period_end,
       p.gender_identity,
       p.gender_stated,
       case when p.ethnic_category = '99' then '99' else left(p.ethnic_category, 1) end,
       p.died,
       g.gp_practice,
       w.sub_icb,
       a.sub_icb,
       a.lsoa_2011,
       a.council,
       i.imd_decile
  from pg_temp.stage_mhs001mpi p
 cross join pg_temp.this_month d
  left join pg_temp.open_registration g on g.patient_key = p.patient_key
  left join warehouse.practice w on w.practice_code = g.gp_practice
  left join linkage.area a on a.postcode = p.postcode
  left join warehouse.deprivation i on i.lsoa_2011 = a.lsoa_2011;

insert into warehouse.referral_month (
       delivery_id, provider, month, reporting_month, referral_key, patient_key, received_date,
       received_time, age_at_referral, commissioner, source_of_referral, priority, primary_reason,
       team_key, discharge_date, rejection_date, reject_reason, closure_reason)
select d.delivery_id,
       d.provider,
       d.month,
       d.reporting_month,
       r.referral_key,
       r.patient_key,
       r.received_date,
       r.received_time,
       r.age_at_referral,
       r.commissioner,
       r.source_of_referral,
       r.priority,
       r.primary_reason,
       r.team_key,
       r.discharge_date,
       r.rejection_date,
       r.reject_reason,
       r.closure_reason
  from pg_temp.stage_mhs101referral r
 cross join pg_temp.this_month d;

-- A row without a team says nothing: the layout lets the team be blank.
insert into warehouse.referral_team_month (
       delivery_id, referral_key, team_key, closure_date, rejection_date)
select d.delivery_id,
       t.referral_key,
       t.team_key,
       t.closure_date,
       t.rejection_date
  from pg_temp.stage_mhs102otherservicetype t
 cross join pg_temp.this_month d
 where t.team_key is not null;

insert into warehouse.team_month (delivery_id, team_key, team_type, age_group)
select d.delivery_id,
       t.team_key,
       t.team_type,
       t.age_group
  from pg_temp.stage_mhs902serviceteamdetails t
 cross join pg_temp.this_month d;

-- The largest tables go in by the key their readers join on: that index then grows in order, which
-- halves the time, and the rows of a referral lie together.
insert into warehouse.care_contact (
       delivery_id, provider, month, reporting_month, contact_key, referral_key, patient_key,
       row_number, contact_date, contact_time, age_at_contact, team_key, attend_status, mechanism,
       location_type, duration_minutes)
select d.delivery_id,
       d.provider,
       d.month,
       d.reporting_month,
       c.contact_key,
       c.referral_key,
       c.patient_key,
       c.row_number,
       c.contact_date,
       c.contact_time,
       c.age_at_contact,
       c.team_key,
       c.attend_status,
       c.mechanism,
       c.location_type,
       c.duration_minutes
  from pg_temp.stage_mhs201carecontact c
 cross join pg_temp.this_month d
 order by c.referral_key;

-- A procedure may be an expression, concept:attribute=value: the concept stands before the first
-- colon, the qualifier after the last equals sign. Senders leave line ends and blanks in SNOMED ids.
insert into warehouse.care_activity (
       delivery_id, activity_key, contact_key, procedure_code, procedure_qualifier, finding,
       observation)
select d.delivery_id,
       a.activity_key,
       a.contact_key,
       nullif(split_part(e.expression, ':', 1), ''),
       case when strpos(e.expression, '=') > 0
            then nullif(split_part(e.expression, '=', -1), '')
       end,
       nullif(regexp_replace(a.finding, '\s', '', 'g'), ''),
       nullif(regexp_replace(a.observation, '\s', '', 'g'), '')
  from pg_temp.stage_mhs202careactivity a
 cross join pg_temp.this_month d
 cross join lateral (select regexp_replace(a.procedure, '\s', '', 'g') as expression) e
 order by a.contact_key;

insert into warehouse.hospital_spell (
       delivery_id, provider, month, reporting_month, spell_key, referral_key, patient_key,
       start_date, discharge_date, source_of_admission, method_of_admission,
       destination_of_discharge)
select d.delivery_id,
       d.provider,
       d.month,
       d.reporting_month,
       s.spell_key,
       s.referral_key,
       s.patient_key,
       s.start_date,
       s.discharge_date,
       s.source_of_admission,
       s.method_of_admission,
       s.destination_of_discharge
  from pg_temp.stage_mhs501hospprovspell s
 cross join pg_temp.this_month d;

insert into warehouse.ward_stay (
       delivery_id, ward_stay_key, spell_key, start_date, end_date, bed_class)
select d.delivery_id,
       s.ward_stay_key,
       s.spell_key,
       s.start_date,
       s.end_date,
       s.bed_class
  from pg_temp.stage_mhs502wardstay s
 cross join pg_temp.this_month d;

insert into warehouse.employment_status (
       delivery_id, patient_key, status, recorded_date, start_date, weekly_hours)
select d.delivery_id,
       e.patient_key,
       e.status,
       e.recorded_date,
       e.start_date,
       e.weekly_hours
  from pg_temp.stage_mhs004empstatus e
 cross join pg_temp.this_month d;

insert into warehouse.accommodation_status (delivery_id, patient_key, type, settled, recorded_date)
select d.delivery_id,
       a.patient_key,
       a.type,
       a.settled,
       a.recorded_date
  from pg_temp.stage_mhs003accommstatus a
 cross join pg_temp.this_month d;

insert into warehouse.care_plan (
       delivery_id, care_plan_key, patient_key, type, created_date, updated_date)
select d.delivery_id,
       c.care_plan_key,
       c.patient_key,
       c.type,
       c.created_date,
       c.updated_date
  from pg_temp.stage_mhs008careplantype c
 cross join pg_temp.this_month d;

insert into warehouse.assessment (
       delivery_id, referral_key, activity_key, tool_code, score, completed_at)
select d.delivery_id,
       a.referral_key,
       null::uuid,
       a.tool_code,
       a.score,
       a.completed_at
  from pg_temp.stage_mhs606codedscoreassessmentrefer a
 cross join pg_temp.this_month d
 union all
select d.delivery_id,
       null::uuid,
       a.activity_key,
       a.tool_code,
       a.score,
       null::timestamp
  from pg_temp.stage_mhs607codedscoreassessmentact a
 cross join pg_temp.this_month d;

insert into warehouse.primary_diagnosis (delivery_id, referral_key, scheme, code, coded_at)
select d.delivery_id,
       p.referral_key,
       p.scheme,
       p.code,
       p.coded_at
  from pg_temp.stage_mhs604primdiag p
 cross join pg_temp.this_month d;

-- Adjustments: none, every staged row stands.
select null::text as table_name, null::bigint as row_number, null::text as outcome,
       null::text as rule_code
 where false;
