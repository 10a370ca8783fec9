-- Purpose: MHS108 and MHS116 again, told another way: plainly, period by period, straight from the
--   warehouse, with the codes written out. Both must agree with the mart on any data.
-- Grain of the result: one line a test.

create temporary table oracle_record as
select p.period_end, p.end_month, r.delivery_id, r.referral_key, r.reporting_month, b.person_key, r.provider,
       r.patient_key, r.age_at_referral, r.received_date, c.financial_year,
       case when coalesce(m.sub_icb_of_practice, m.sub_icb_of_residence) in (select sub_icb from warehouse.practice)
            then coalesce(m.sub_icb_of_practice, m.sub_icb_of_residence) else 'UNKNOWN' end as sub_icb,
       array(select t.team_type from warehouse.team_month t
              where t.delivery_id = r.delivery_id
                and (t.team_key = r.team_key
                     or t.team_key in (select o.team_key from warehouse.referral_team_month o
                                        where o.delivery_id = r.delivery_id and o.referral_key = r.referral_key))) as teams
  from (select distinct month_end as period_end, reporting_month as end_month from warehouse.calendar
         where month_start in (select period_start from meta.delivery where feed = 'mhsds')) p
  join warehouse.referral_month r on r.reporting_month between p.end_month - 11 and p.end_month
  join warehouse.patient_month m on m.delivery_id = r.delivery_id and m.patient_key = r.patient_key
  join warehouse.patient b on b.patient_key = r.patient_key
  join warehouse.calendar c on c.day = r.month
 where m.council like 'E%' or m.council is null or m.council = '';

create temporary table oracle_mhs108 as
select period_end, person_key, provider, sub_icb
  from (select r.*, row_number() over (partition by r.period_end, r.person_key, r.referral_key
                                       order by c.contact_date, coalesce(c.contact_time, '00:00'),
                                                c.contact_time is not null, c.reporting_month, c.row_number) as place
          from oracle_record r
          join warehouse.care_contact c on c.delivery_id = r.delivery_id and c.referral_key = r.referral_key
         where c.attend_status in ('5', '6') and c.mechanism in ('01', '02', '04', '11')
           and r.age_at_referral >= 18
           and (r.teams && '{A05,A06,A08,A09,A12,A13,A16,C03,C10}'
                or (r.end_month > 1476 and r.teams && '{A14,D05}'))
           and not exists (select from warehouse.hospital_spell h
                             join warehouse.patient b on b.patient_key = h.patient_key
                             join warehouse.calendar k on k.day = h.month
                            where h.referral_key = r.referral_key and b.person_key = r.person_key
                              and k.financial_year = r.financial_year and h.reporting_month <= r.end_month)) s
 where place = 2;

create temporary table oracle_mhs116 as
select distinct on (r.period_end, r.referral_key) r.period_end, r.referral_key, r.provider, r.sub_icb
  from oracle_record r
  join warehouse.care_contact c on c.delivery_id = r.delivery_id and c.referral_key = r.referral_key
 where r.received_date >= '2016-01-01' and c.attend_status in ('5', '6')
   and (c.mechanism in ('01', '02', '04', '11')
        or (c.provider in ('DFC', 'S9X2N') and c.mechanism in ('05', '09', '10', '13')))
   and ('D05' = any (r.teams)
        or exists (select from warehouse.care_activity a
                    where a.delivery_id = c.delivery_id and a.contact_key = c.contact_key
                      and a.procedure_code in ('772822000', '1082621000000104')
                      and a.procedure_qualifier is distinct from '443390004'))
 order by r.period_end, r.referral_key, c.contact_date, c.contact_time nulls first, c.reporting_month, c.row_number;

create temporary table oracle as
select 'MHS108' as measure_id, period_end, 'England' as breakdown, 'England' as primary_level,
       count(distinct person_key) as value from oracle_mhs108 group by 2
 union all
select 'MHS108', period_end, 'Provider', provider, count(distinct person_key) from oracle_mhs108 group by 2, 4
 union all
select 'MHS108', period_end, 'Sub ICB of GP Practice or Residence', sub_icb, count(distinct person_key) from oracle_mhs108 group by 2, 4
 union all
select 'MHS116', period_end, 'England', 'England', count(*) from oracle_mhs116 group by 2
 union all
select 'MHS116', period_end, 'Provider', provider, count(*) from oracle_mhs116 group by 2, 4
 union all
select 'MHS116', period_end, 'Sub ICB of GP Practice or Residence', sub_icb, count(*) from oracle_mhs116 group by 2, 4;

select case when count(*) > 0 and count(*) filter (where v.numerator is distinct from coalesce(o.value, 0)) = 0
            then 'ok - ' else 'not ok - ' end
       || format('%s at random, %s: %s figures up to %s agree with the plain statement', v.measure_id, v.breakdown,
                 count(*), max(v.numerator))
  from mart.measure_value v
  left join oracle o using (measure_id, period_end, breakdown, primary_level)
 where v.measure_id in ('MHS108', 'MHS116')
   and v.breakdown in ('England', 'Provider', 'Sub ICB of GP Practice or Residence')
 group by v.measure_id, v.breakdown;
