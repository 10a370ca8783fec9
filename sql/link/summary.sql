-- Purpose: how many records, persons and links hold now.
select count(*),
       count(distinct person_key),
       count(*) filter (where step = 'nhs_number'),
       count(*) filter (where step in ('name_postcode', 'name_practice'))
  from warehouse.patient
