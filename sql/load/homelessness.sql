-- Purpose: a council's homelessness cases of a quarter go into the warehouse.
-- Grain: warehouse.homelessness_case, one row a case with its main applicant.
-- Inputs: pg_temp.stage_person, pg_temp.stage_case (joined by the case), linkage.postcode_area.
-- Owner of the definition: docs/feeds/homelessness.md.

delete from warehouse.homelessness_case
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

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
          from pg_temp.stage_person
         group by patient_key, identity) i
 cross join pg_temp.this_delivery d;

create temporary table record_postcode on commit drop as
select patient_key,
       (array_agg(postcode order by row_number desc) filter (where postcode is not null))[1] as postcode
  from pg_temp.stage_person
 group by patient_key;

-- The row engine has refused cases without their applicant, so the join loses none.
insert into warehouse.homelessness_case
       (delivery_id, council, quarter_start, case_key, patient_key, age_at_approach, gender,
        ethnic_category, approach_date, duty, duty_start_date, duty_end_date, outcome,
        accommodation_at_approach, mental_health_support_need, rough_sleeping_history, lsoa_2011,
        imd_decile)
select d.delivery_id,
       d.sender,
       d.period_start,
       c.case_key,
       p.patient_key,
       c.age_at_approach,
       p.gender,
       p.ethnic_category,
       c.approach_date,
       c.duty,
       c.duty_start_date,
       c.duty_end_date,
       c.outcome,
       c.accommodation_at_approach,
       c.mental_health_support_need,
       c.rough_sleeping_history,
       a.lsoa_2011,
       a.imd_decile
  from pg_temp.stage_case c
  join pg_temp.stage_person p on p.case_key = c.case_key
 cross join pg_temp.this_delivery d
  left join pg_temp.record_postcode o on o.patient_key = p.patient_key
  left join linkage.postcode_area a on a.postcode = o.postcode;

select null::text as table_name, null::bigint as row_number, null::text as outcome,
       null::text as rule_code
 where false;
