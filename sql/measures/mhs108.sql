-- code: MHS108
-- title: People with two or more contacts with community mental health services for adults
-- unit: people
-- window: 12 months
-- kind: count
-- numerator: none
-- feed: mhsds
-- source: NHS England, Mental Health Services Monthly Statistics, measure MHS108
-- caveats: no diagnosis is tested: teams decide; a referral with two such teams counts each contact
--   once, where NHS England's code counts it twice; the first 11 months of a site have short
--   windows

-- Owner of the definition: NHS England; docs/measures.md, "MHS108".
-- Inputs: pg_temp.period, english_referral, referral_team, inpatient_referral, direct_contact,
--   latest_record, warehouse.measure_code. Grain of the result: person, period, provider and
--   sub-ICB of a second contact.

-- Referral in: aged 18 or over when it was received, with a community team. counts_for are the
-- months a period may end in for the record to count: the twelve of the window, as far as one of
-- its teams is in the set then, and before a hospital spell on it in the same financial year is
-- submitted.
create temporary table mhs108_referral on commit drop as
select r.delivery_id, r.referral_key, r.person_key, r.provider, r.sub_icb,
       int4multirange(int4range(r.reporting_month, r.reporting_month + 12)) * t.in_set
           - int4multirange(int4range(coalesce(h.first_month, 9999), 10000)) as counts_for
  from pg_temp.english_referral r
  join (select t.delivery_id, t.referral_key,
               range_agg(int4range(c.first_month, c.last_month, '[]')) as in_set
          from pg_temp.referral_team t
          join warehouse.measure_code c on c.set_name = 'community_team' and c.code = t.team_type
         group by t.delivery_id, t.referral_key) t
    on t.delivery_id = r.delivery_id and t.referral_key = r.referral_key
  left join pg_temp.inpatient_referral h
    on h.person_key = r.person_key and h.referral_key = r.referral_key
   and h.financial_year = r.financial_year
 where r.age_at_referral >= 18;
analyze pg_temp.mhs108_referral;

-- Their direct contacts, in order within person and referral. A contact is the second in the
-- periods it counts for in which one contact before it counts, but not two. (A third contact of one
-- record is never the second: two count wherever it does. Leaving it out saves time, no more.)
create temporary table mhs108_second on commit drop as
with contact as (
    select r.person_key, r.referral_key, r.provider, r.sub_icb, r.counts_for,
           c.contact_date, c.contact_time, c.reporting_month, c.row_number,
           row_number() over (partition by r.delivery_id, r.referral_key
                              order by c.contact_date, c.contact_time nulls first,
                                       c.row_number) as place_in_record
      from pg_temp.mhs108_referral r
      join pg_temp.direct_contact c
        on c.delivery_id = r.delivery_id and c.referral_key = r.referral_key
     where c.is_direct
), one_before as (
    select *, range_agg(counts_for) over before as one_before
      from contact
     where place_in_record <= 2
    window before as (partition by person_key, referral_key
                      order by contact_date, contact_time nulls first, reporting_month, row_number
                      rows between unbounded preceding and 1 preceding)
), two_before as (
    select *, range_agg(counts_for * one_before) over before as two_before
      from one_before
    window before as (partition by person_key, referral_key
                      order by contact_date, contact_time nulls first, reporting_month, row_number
                      rows between unbounded preceding and 1 preceding)
)
select person_key, provider, sub_icb,
       counts_for * one_before - coalesce(two_before, '{}') as second_for
  from two_before
 where one_before is not null
   and not isempty(counts_for * one_before - coalesce(two_before, '{}'));
analyze pg_temp.mhs108_second;

-- Whose second contact on one referral is there, period by period?
-- Demographics: the person's latest record in the window.
insert into pg_temp.counted
select distinct 'MHS108', p.period_end, s.person_key, s.provider, s.sub_icb,
       d.age, d.ethnic, d.gender, d.imd_decile, null::boolean
  from pg_temp.mhs108_second s
  join pg_temp.period p on p.feed = 'mhsds' and p.end_month <@ s.second_for
  join pg_temp.latest_record l
    on l.person_key = s.person_key and p.end_month between l.first_month and l.last_month
  join pg_temp.record_demography d
    on d.delivery_id = l.delivery_id and d.patient_key = l.patient_key;
