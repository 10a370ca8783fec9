-- code: PHS001
-- title: People on the GP severe mental illness register
-- unit: people
-- window: at the period end
-- kind: count
-- numerator: none
-- feed: gp_smi
-- source: NHS England, Physical Health Checks for Severe Mental Illness
-- caveats: by GP practice, wherever the person lives; a practice that stops sending keeps counting
--   with its last extract; no register date counts as on the register

-- code: PHS014a
-- title: People on the GP severe mental illness register with all six physical health checks
-- unit: people
-- window: 12 months
-- kind: count
-- numerator: none
-- feed: gp_smi
-- source: NHS England, Physical Health Checks for Severe Mental Illness
-- caveats: as PHS001; a check after the practice's last extract is not known

-- code: PHS014b
-- title: Percentage of people on the GP severe mental illness register with all six physical health
--   checks
-- unit: percent of people
-- window: 12 months
-- kind: percent
-- numerator: PHS014a
-- feed: gp_smi
-- source: NHS England, Physical Health Checks for Severe Mental Illness
-- caveats: as PHS014a

-- Owner of the definition: NHS England; docs/measures.md, "Physical health checks".
-- Inputs: pg_temp.period, smi_extract (the latest extract of each practice up to the period end),
--   sub_icb, warehouse.health_check, patient. Grain of the result: person, period, practice.

-- On the register at the period end and not in remission. A check counts if it is later than twelve
-- months before the period end: on that very day it is too old.
create temporary table phs_register on commit drop as
select e.period_end, e.practice, e.extract_date, h.patient_key,
       coalesce(b.person_key, h.patient_key) as person_key,
       coalesce(s.code, 'UNKNOWN') as sub_icb,
       h.age_at_extract as age, h.ethnic_category as ethnic,
       case when h.sex in ('1', '2', '9') then h.sex end as gender,
       h.imd_decile,
       num_nulls(h.alcohol_date, h.glucose_hba1c_date, h.blood_pressure_date, h.bmi_date, h.lipid_date,
                 h.smoking_date) = 0
           and least(h.alcohol_date, h.glucose_hba1c_date, h.blood_pressure_date, h.bmi_date,
                     h.lipid_date, h.smoking_date) > e.period_end - interval '12 months'
           and greatest(h.alcohol_date, h.glucose_hba1c_date, h.blood_pressure_date, h.bmi_date,
                        h.lipid_date, h.smoking_date) <= e.period_end as all_six
  from pg_temp.smi_extract e
  join warehouse.health_check h on h.delivery_id = e.delivery_id
  left join warehouse.patient b on b.patient_key = h.patient_key
  left join pg_temp.sub_icb s on s.code = h.sub_icb_of_practice
 where h.on_smi_register
   and not h.in_remission
   and (h.register_date is null or h.register_date <= e.period_end);
analyze pg_temp.phs_register;

-- A person on two registers is one person, who has had the checks if either practice says so; their
-- demographic columns are those of the later extract.
create temporary table phs_person on commit drop as
select distinct on (period_end, person_key)
       period_end, person_key, age, ethnic, gender, imd_decile
  from pg_temp.phs_register
 order by period_end, person_key, extract_date desc, practice collate "C", patient_key;
analyze pg_temp.phs_person;

insert into pg_temp.counted
select m.measure_id, r.period_end, r.person_key, r.practice, r.sub_icb,
       p.age, p.ethnic, p.gender, p.imd_decile,
       case when m.measure_id = 'PHS014b' then r.all_six end
  from pg_temp.phs_register r
  join pg_temp.phs_person p on p.period_end = r.period_end and p.person_key = r.person_key
  join (values ('PHS001'), ('PHS014a'), ('PHS014b')) m (measure_id)
    on m.measure_id <> 'PHS014a' or r.all_six;
