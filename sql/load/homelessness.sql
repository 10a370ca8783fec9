-- Purpose: a council's homelessness cases of a quarter go into the warehouse.
-- Grain: warehouse.homelessness_case, one row a case with its main applicant.
-- Inputs: pg_temp.stage_person, pg_temp.stage_case (joined by the case), linkage.record_area.
-- Owner of the definition: docs/feeds/homelessness.md.

delete from warehouse.homelessness_case
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

-- One applicant may have several cases; their details are those of the latest row that has them.
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
  from pg_temp.stage_person s
 cross join pg_temp.this_delivery d
 group by d.delivery_id, s.patient_key, d.feed, d.sender, d.period_start;

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
  left join linkage.record_area a
    on a.delivery_id = d.delivery_id
   and a.patient_key = p.patient_key;

select null::text as table_name, null::bigint as row_number, null::text as outcome,
       null::text as rule_code
 where false;
