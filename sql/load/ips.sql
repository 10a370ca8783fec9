-- Purpose: an IPS service's clients and jobs at a month's end go into the warehouse.
-- Grain: warehouse.ips_job, one row a client's referral and job; without a job one row a referral.
-- Inputs: pg_temp.stage_client_job, linkage.postcode_area.
-- Owner of the definition: docs/feeds/ips.md.

delete from warehouse.ips_job
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

-- The same client, referral, job start and sector is one job; the last row knows most of it.
create temporary table unique_job on commit drop as
select distinct on (patient_key, referral_date, job_start_date, employer_sector) *
  from pg_temp.stage_client_job
 order by patient_key, referral_date, job_start_date, employer_sector, row_number desc;

-- Each different identity of a client stands by itself, the last row's last; the postcode that counts is the last one given.
insert into linkage.record
       (delivery_id, patient_key, place, feed, sender, period, gp_practice, identity)
select d.delivery_id,
       i.patient_key,
       row_number() over (partition by i.patient_key order by i.last_row),
       d.feed,
       d.sender,
       d.period_start,
       null,
       i.identity
  from (select patient_key, identity, max(row_number) as last_row
          from pg_temp.stage_client_job
         group by patient_key, identity) i
 cross join pg_temp.this_delivery d;

create temporary table record_postcode on commit drop as
select patient_key,
       (array_agg(postcode order by row_number desc) filter (where postcode is not null))[1] as postcode
  from pg_temp.stage_client_job
 group by patient_key;

insert into warehouse.ips_job
       (delivery_id, provider, month, row_number, client_key, patient_key, age_at_referral,
        referral_date, vocational_profile_date, job_start_date, job_end_date, weekly_hours,
        employer_sector, ethnic_category, lsoa_2011, council, imd_decile)
select d.delivery_id,
       d.sender,
       d.period_start,
       j.row_number,
       coalesce(j.client_key, j.patient_key),
       j.patient_key,
       j.age_at_referral,
       j.referral_date,
       j.vocational_profile_date,
       j.job_start_date,
       j.job_end_date,
       j.weekly_hours,
       j.employer_sector,
       j.ethnic_category,
       a.lsoa_2011,
       a.council,
       a.imd_decile
  from pg_temp.unique_job j
 cross join pg_temp.this_delivery d
  left join pg_temp.record_postcode o on o.patient_key = j.patient_key
  left join linkage.postcode_area a on a.postcode = o.postcode;

select 'client_job' as table_name, s.row_number, 'duplicate' as outcome, 'JU2019' as rule_code
  from pg_temp.stage_client_job s
 where not exists (select from pg_temp.unique_job k where k.row_number = s.row_number);
