-- code: MHS108
-- title: People with two or more contacts with community mental health services for adults
-- unit: people
-- window: 12 months
-- kind: count
-- numerator: none
-- feed: mhsds
-- source: NHS England, Mental Health Services Monthly Statistics, measure MHS108
-- caveats: no diagnosis is tested: teams decide; a referral with two such teams counts each contact
--   once, where NHS England's code counts it twice; the first 11 months of a site have short windows

-- Owner of the definition: NHS England; docs/measures.md, "MHS108".
-- Inputs: pg_temp.period, english_referral, referral_team, inpatient_referral, direct_contact,
--   latest_record. Grain of the result: person, period, provider and sub-ICB of a second contact.

-- Referral in: aged 18 or over when it was received, a community team, submitted in the window.
-- Referral out: a hospital spell on it in the same financial year, as far as known at the period end.
create temporary table mhs108_referral on commit drop as
select p.period_end, r.delivery_id, r.referral_key, r.person_key, r.provider, r.sub_icb
  from pg_temp.period p
  join pg_temp.english_referral r on r.reporting_month between p.start_month and p.end_month
  left join pg_temp.inpatient_referral h
    on h.person_key = r.person_key and h.referral_key = r.referral_key
   and h.financial_year = r.financial_year and h.first_month <= p.end_month
 where p.feed = 'mhsds'
   and r.age_at_referral >= 18
   and h.person_key is null
   and exists (select
                 from pg_temp.referral_team t
                 join warehouse.measure_code c
                   on c.set_name = 'community_team' and c.code = t.team_type
                where t.delivery_id = r.delivery_id and t.referral_key = r.referral_key
                  and p.end_month between c.first_month and c.last_month);
analyze pg_temp.mhs108_referral;

-- The contacts of those records, in order within person and referral: whose second contact is there?
with ordered_contact as (
    select r.period_end, r.person_key, r.provider, r.sub_icb,
           row_number() over (partition by r.period_end, r.person_key, r.referral_key
                              order by c.contact_date, c.contact_time nulls first,
                                       c.reporting_month, c.row_number) as contact_order
      from pg_temp.mhs108_referral r
      join pg_temp.direct_contact c
        on c.delivery_id = r.delivery_id and c.referral_key = r.referral_key and c.is_direct
)
-- Demographics: the person's latest record in the window.
insert into pg_temp.counted
select distinct 'MHS108', o.period_end, o.person_key, o.provider, o.sub_icb,
       d.age, d.ethnic, d.gender, d.imd_decile, null::boolean
  from ordered_contact o
  join pg_temp.period p on p.feed = 'mhsds' and p.period_end = o.period_end
  join pg_temp.latest_record l
    on l.person_key = o.person_key and p.end_month between l.first_month and l.last_month
  join pg_temp.record_demography d
    on d.delivery_id = l.delivery_id and d.patient_key = l.patient_key
 where o.contact_order = 2;
