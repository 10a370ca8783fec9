-- Purpose: compares mart.measure_value with test.expected, and asserts what must hold for any data.
-- Grain of the result: one line a test, "ok - name" or "not ok - name: ...".

-- Golden cases.
select case when v.numerator = e.value then 'ok - ' else 'not ok - ' end || e.measure_id || ': ' || e.test_case
       || case when v.numerator is distinct from e.value
               then format(' (%s, %s: found %s, expected %s)', e.period_end, e.primary_level,
                           coalesce(v.numerator::text, 'no row'), e.value) else '' end
  from test.expected e
  left join mart.measure_value v using (measure_id, period_end, breakdown, primary_level);

-- Identities: each lists the rows that break it.
create function test.holds(test_case text, broken bigint) returns text
language sql immutable as $$
    select case when broken = 0 then 'ok - ' || test_case
                else format('not ok - %s (%s rows break it)', test_case, broken) end
$$;

select test.holds('there are figures of every measure', 5 - count(distinct measure_id)) from mart.measure_value;
select test.holds('PHS014a is at most PHS001, everywhere', count(*))
  from mart.measure_value a
  join mart.measure_value b using (period_end, breakdown, primary_level)
 where a.measure_id = 'PHS014a' and b.measure_id = 'PHS001' and a.numerator > b.numerator;
select test.holds('PHS014b is PHS014a over PHS001, everywhere', count(*))
  from mart.measure_value p
  join mart.measure_value a using (period_end, breakdown, primary_level)
  join mart.measure_value b using (period_end, breakdown, primary_level)
 where p.measure_id = 'PHS014b' and a.measure_id = 'PHS014a' and b.measure_id = 'PHS001'
   and (p.numerator <> a.numerator or p.denominator <> b.numerator);
select test.holds('a count has no denominator', count(*)) from mart.measure_value
 where measure_id <> 'PHS014b' and denominator is not null;
select test.holds('England is at least every provider', count(*))
  from mart.measure_value e
  join mart.measure_value p using (measure_id, period_end)
 where e.breakdown = 'England' and p.breakdown = 'Provider' and p.numerator > e.numerator;
select test.holds('the providers together are at least England', count(*))
  from (select measure_id, period_end,
               sum(numerator) filter (where breakdown = 'England') as england,
               sum(numerator) filter (where breakdown = 'Provider') as provider
          from mart.measure_value group by measure_id, period_end) s
 where provider < england or england is null;
select test.holds('the levels of a demographic breakdown add up to England', count(*))
  from (select measure_id, period_end, breakdown, sum(numerator) as parts
          from mart.measure_value where breakdown like 'England; %' group by 1, 2, 3) s
  join mart.measure_value e using (measure_id, period_end)
 where e.breakdown = 'England' and s.parts <> e.numerator;
select test.holds('every skeleton is whole', count(*))
  from (select measure_id, period_end, breakdown, count(*) as levels
          from mart.measure_value group by 1, 2, 3) s
  join (values ('England', 1), ('England; Age Band', 23), ('England; Ethnicity', 19),
               ('England; Upper Ethnicity', 8), ('England; Gender', 6), ('England; IMD Decile', 11),
               ('Sub ICB of GP Practice or Residence', 4)) w (breakdown, levels) using (breakdown)
 where s.levels <> w.levels;
select test.holds('every period has every breakdown', count(*))
  from (select measure_id, period_end, count(distinct breakdown) as breakdowns
          from mart.measure_value group by 1, 2) s
 where breakdowns <> 8;
select test.holds('a provider is listed as long as a delivery of it is in the window', count(*))
  from mart.measure_value e
  left join mart.measure_value p
    on p.measure_id = e.measure_id and p.period_end = e.period_end and p.breakdown = 'Provider'
   and p.primary_level = 'G05'
 where e.measure_id = 'MHS108' and e.breakdown = 'England'
   and (p.measure_id is not null) <> (e.period_end between '2025-04-30' and '2026-03-31');
select test.holds('a provider whose delivery was replaced is not', count(*))
  from mart.measure_value where primary_level = 'P11';
select test.holds('organisations have their names', count(*))
  from mart.measure_value
 where primary_level = 'G01' and primary_level_description <> 'FIRST TRUST';
select test.holds('physical health checks have a figure for each month from the first extract', count(*))
  from (values (date '2025-06-30'), ('2025-08-31'), ('2025-09-30'), ('2025-10-31')) w (period_end)
 where not exists (select from mart.measure_value v
                    where v.measure_id = 'PHS001' and v.period_end = w.period_end);
select test.holds('and none before it', count(*))
  from mart.measure_value where measure_id like 'PHS%' and period_end < '2025-06-30';
select test.holds('the window starts eleven months before the month of the period end', count(*))
  from mart.measure_value
 where period_start <> date_trunc('month', period_end) - interval '11 months'
    or period_end <> date_trunc('month', period_end) + interval '1 month - 1 day';
