-- Purpose: how many records, persons and links hold now, and what was left open. A person is counted by its founder.
select count(*),
       count(*) filter (where person_key = patient_key),
       count(*) filter (where step = 'nhs_number'),
       count(*) filter (where step = 'weights'),
       count(*) filter (where step = 'steward'),
       count(*) filter (where 'many_match' = any (flags)),
       count(*) filter (where 'conflict' = any (flags)),
       count(*) filter (where 'review' = any (flags))
  from linkage.link
