-- Purpose: an IPS service's clients and jobs at a month's end go into the warehouse.
-- Grain: warehouse.ips_job, one row a client's referral and job; without a job one row a referral.
-- Inputs: pg_temp.stage_client_job, linkage.record_area.
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

-- A client's details are those of the latest row that has them.
insert into linkage.record
       (delivery_id, patient_key, feed, sender, period, nhs_number, name, postcode, gp_practice)
select d.delivery_id,
       s.patient_key,
       d.feed,
       d.sender,
       d.period_start,
       (array_agg(nhs_number order by row_number desc) filter (where nhs_number is not null))[1],
       (array_agg(name order by row_number desc) filter (where name is not null))[1],
       (array_agg(postcode order by row_number desc) filter (where postcode is not null))[1],
       null
  from pg_temp.stage_client_job s
 cross join pg_temp.this_delivery d
 group by d.delivery_id, s.patient_key, d.feed, d.sender, d.period_start;

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
  left join linkage.record_area a
    on a.delivery_id = d.delivery_id
   and a.patient_key = j.patient_key;

select 'client_job' as table_name, s.row_number, 'duplicate' as outcome, 'JU2019' as rule_code
  from pg_temp.stage_client_job s
 where not exists (select from pg_temp.unique_job k where k.row_number = s.row_number);
