-- Purpose: one file of reference data takes the place of the former one, and what was derived from
--   it in every fact is derived again.
-- Grain: one row a practice and source, postcode, LSOA or organisation.
-- Inputs: the staging table of the file (pg_temp.this_delivery.sender names it; the other four are
--   empty), pg_temp.record_postcode: the postcode tokens of linkage.record, opened by the loader.
-- Owner of the definition: docs/feeds/reference.md.

-- Two reference files loaded side by side would each miss what the other brings.
lock table warehouse.practice_source in share row exclusive mode;

delete from warehouse.practice_source s
 using pg_temp.this_delivery d
 where s.source = lower(d.sender);
insert into warehouse.practice_source
       (source, practice_code, name, sub_icb, prescribing_setting, open_date, close_date,
        delivery_id)
select 'practice_ods', p.practice_code, p.name, p.sub_icb, p.prescribing_setting, p.open_date,
       p.close_date, d.delivery_id
  from pg_temp.stage_practice_ods p
 cross join pg_temp.this_delivery d;
insert into warehouse.practice_source (source, practice_code, name, sub_icb, delivery_id)
select 'practices', p.practice_code, p.name, p.sub_icb, d.delivery_id
  from pg_temp.stage_practices p
 cross join pg_temp.this_delivery d;

-- A site's own extract says more of its practices than the national list, which fills what it
-- leaves open.
delete from warehouse.practice
 using pg_temp.this_delivery d
 where d.sender in ('PRACTICES', 'PRACTICE_ODS');
insert into warehouse.practice
       (practice_code, name, sub_icb, prescribing_setting, open_date, close_date, delivery_id)
select practice_code,
       coalesce(site.name, ods.name),
       coalesce(site.sub_icb, ods.sub_icb),
       ods.prescribing_setting,
       ods.open_date,
       ods.close_date,
       coalesce(site.delivery_id, ods.delivery_id)
  from (select * from warehouse.practice_source where source = 'practices') site
  full join (select * from warehouse.practice_source where source = 'practice_ods') ods
 using (practice_code)
 cross join pg_temp.this_delivery d
 where d.sender in ('PRACTICES', 'PRACTICE_ODS');

-- A postcode that stands in the directory twice: the last row counts. ONS editions name sub-ICBs by
-- codes of nine characters, which are not those of practices and providers, so they say nothing
-- here.
delete from linkage.area
 using pg_temp.this_delivery d
 where d.sender = 'POSTCODES';
insert into linkage.area (postcode, lsoa_2011, council, sub_icb)
select distinct on (postcode)
       postcode, lsoa_2011, council, case when length(sub_icb) < 9 then sub_icb end
  from pg_temp.stage_postcodes
 where postcode is not null
 order by postcode, row_number desc;

delete from warehouse.deprivation
 using pg_temp.this_delivery d
 where d.sender = 'IMD_2019';
insert into warehouse.deprivation (lsoa_2011, imd_rank, delivery_id)
select i.lsoa_2011, i.imd_rank, d.delivery_id
  from pg_temp.stage_imd_2019 i
 cross join pg_temp.this_delivery d
 where i.imd_rank between 1 and 32844;

delete from warehouse.organisation
 using pg_temp.this_delivery d
 where d.sender = 'PROVIDERS';
insert into warehouse.organisation (organisation_code, name, kind, delivery_id)
select p.organisation_code, p.name, 'provider', d.delivery_id
  from pg_temp.stage_providers p
 cross join pg_temp.this_delivery d;

-- Reference data that comes late completes the facts that were loaded without it. Rows that do not
-- change are left alone.
create temporary table record_area on commit drop as
select r.delivery_id,
       r.patient_key,
       a.lsoa_2011,
       a.council,
       a.imd_decile,
       p.sub_icb as sub_icb_of_practice,
       a.sub_icb_of_residence
  from (select distinct delivery_id, patient_key, gp_practice from linkage.record) r
  left join pg_temp.record_postcode o
    on o.delivery_id = r.delivery_id
   and o.patient_key = r.patient_key
  left join linkage.postcode_area a on a.postcode = o.postcode
  left join warehouse.practice p on p.practice_code = r.gp_practice;
analyze pg_temp.record_area;

update warehouse.patient_month f
   set lsoa_2011 = a.lsoa_2011,
       council = a.council,
       imd_decile = a.imd_decile,
       sub_icb_of_practice = a.sub_icb_of_practice,
       sub_icb_of_residence = a.sub_icb_of_residence
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.council, f.imd_decile, f.sub_icb_of_practice, f.sub_icb_of_residence)
       is distinct from
       (a.lsoa_2011, a.council, a.imd_decile, a.sub_icb_of_practice, a.sub_icb_of_residence);

update warehouse.health_check f
   set lsoa_2011 = a.lsoa_2011,
       council = a.council,
       imd_decile = a.imd_decile,
       sub_icb_of_practice = a.sub_icb_of_practice
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.council, f.imd_decile, f.sub_icb_of_practice)
       is distinct from (a.lsoa_2011, a.council, a.imd_decile, a.sub_icb_of_practice);

update warehouse.social_care_event f
   set lsoa_2011 = a.lsoa_2011,
       imd_decile = a.imd_decile
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.imd_decile) is distinct from (a.lsoa_2011, a.imd_decile);

update warehouse.support_session f
   set lsoa_2011 = a.lsoa_2011,
       council = a.council,
       imd_decile = a.imd_decile
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.council, f.imd_decile)
       is distinct from (a.lsoa_2011, a.council, a.imd_decile);

update warehouse.ips_job f
   set lsoa_2011 = a.lsoa_2011,
       council = a.council,
       imd_decile = a.imd_decile
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.council, f.imd_decile)
       is distinct from (a.lsoa_2011, a.council, a.imd_decile);

update warehouse.homelessness_case f
   set lsoa_2011 = a.lsoa_2011,
       imd_decile = a.imd_decile
  from pg_temp.record_area a
 where a.delivery_id = f.delivery_id
   and a.patient_key = f.patient_key
   and (f.lsoa_2011, f.imd_decile) is distinct from (a.lsoa_2011, a.imd_decile);

-- The last row of a postcode counts; a pseudo postcode is in no place; a rank outside the index's range is no rank.
select 'postcodes' as table_name, s.row_number, 'duplicate' as outcome, 'JU2005' as rule_code
  from (select row_number, postcode, max(row_number) over (partition by postcode) as last_row
          from pg_temp.stage_postcodes) s
 where s.row_number < s.last_row
 and s.postcode is not null
 union all
select 'postcodes', row_number, 'rejected', 'JU2002'
  from pg_temp.stage_postcodes
 where postcode is null
 union all
select 'imd_2019', row_number, 'rejected', 'JU2002'
  from pg_temp.stage_imd_2019
 where imd_rank not between 1 and 32844;
