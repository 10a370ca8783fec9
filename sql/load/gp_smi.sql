-- Purpose: one practice's SMI register of one day goes into the warehouse.
-- Grain: warehouse.health_check, one row a person of an extract.
-- Inputs: pg_temp.stage_smi_register, linkage.postcode_area.
-- Owner of the definition: docs/feeds/gp_smi.md.

delete from warehouse.health_check
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

-- The row engine finds the same NHS number twice; a person without one can still stand in two rows.
create temporary table register on commit drop as
select distinct on (patient_key) *
  from pg_temp.stage_smi_register
 order by patient_key, row_number;

insert into linkage.record
       (delivery_id, patient_key, place, feed, sender, period, gp_practice, identity)
select d.delivery_id, r.patient_key, 1, d.feed, d.sender, d.period_end, r.gp_practice, r.identity
  from pg_temp.register r
 cross join pg_temp.this_delivery d;

insert into warehouse.health_check
       (delivery_id, practice, extract_date, patient_key, age_at_extract, sex, ethnic_category,
        lsoa_2011, council, imd_decile, sub_icb_of_practice, on_smi_register, register_date,
        in_remission, alcohol_date, glucose_hba1c_date, blood_pressure_date, bmi_date, lipid_date,
        smoking_date)
select d.delivery_id,
       d.sender,
       d.period_end,
       r.patient_key,
       r.age_at_extract,
       r.sex,
       r.ethnic_category,
       a.lsoa_2011,
       a.council,
       a.imd_decile,
       w.sub_icb,
       r.on_smi_register,
       r.register_date,
       coalesce(r.in_remission, false),
       r.alcohol_date,
       r.glucose_hba1c_date,
       r.blood_pressure_date,
       r.bmi_date,
       r.lipid_date,
       r.smoking_date
  from pg_temp.register r
 cross join pg_temp.this_delivery d
  left join linkage.postcode_area a on a.postcode = r.postcode
  left join warehouse.practice w on w.practice_code = r.gp_practice;

select 'smi_register' as table_name, s.row_number, 'duplicate' as outcome, 'JU2019' as rule_code
  from pg_temp.stage_smi_register s
 where not exists (select from pg_temp.register k where k.row_number = s.row_number);
