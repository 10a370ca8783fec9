-- Purpose: what the feeds say of each record that a linkage report tells its errors by: the latest ethnic category (national code),
--   deprivation decile and sex, and the age they last gave.
-- Grain: one row a patient_key. Inputs: facts of the warehouse.
declare report_attributes binary no scroll cursor for
with told as (
    select patient_key, month::text as told_on, ethnic_category, imd_decile, age_at_period_end as age, gender_stated as sex
      from warehouse.patient_month
     union all
    select patient_key, extract_date::text, ethnic_category, imd_decile, age_at_extract, sex
      from warehouse.health_check
     union all
    select patient_key, period_end::text, ethnic_category, imd_decile, age_at_start, gender
      from warehouse.social_care_event
     union all
    select patient_key, session_date::text, ethnic_category, imd_decile, age_at_session, null
      from warehouse.support_session
     union all
    select patient_key, referral_date::text, ethnic_category, imd_decile, age_at_referral, null
      from warehouse.ips_job
     union all
    select patient_key, approach_date::text, ethnic_category, imd_decile, age_at_approach, gender
      from warehouse.homelessness_case
)
select patient_key,
       coalesce(substr(max(told_on || ethnic_category), 11), '') as ethnicity,
       coalesce(substr(max(told_on || imd_decile), 11), '') as decile,
       coalesce(max(age)::text, '') as age,
       coalesce(substr(max(told_on || sex), 11), '') as sex
  from told
 group by patient_key
