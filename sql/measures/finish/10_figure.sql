-- Purpose: from what the measure files counted to mart.measure_value, with the full skeleton.
-- Grain: measure, period end, breakdown, level. Inputs: pg_temp.counted, level, period,
--   measure_feed; mart.measure; the label tables of warehouse.
-- A unit counts once in England and once for each provider and sub-ICB it has a row for.

analyze pg_temp.counted;

-- Each unit once, labelled. Whatever is not on a list is UNKNOWN. The ethnic category is the first
-- letter of the code (local sub-codes follow it) unless it is 99. met is null for counts: there
-- every unit is in the numerator.
create temporary table unit on commit drop as
select c.measure_id, c.period_end, c.unit,
       coalesce(a.label, 'UNKNOWN') as age_band,
       coalesce(e.code, 'UNKNOWN') as ethnicity,
       coalesce(e.upper_name, 'UNKNOWN') as upper_ethnicity,
       coalesce(g.code, 'UNKNOWN') as gender,
       coalesce(d.label, 'UNKNOWN') as imd_decile,
       c.met
  from (select measure_id, period_end, unit, age, ethnic, gender, imd_decile,
               coalesce(bool_or(met), true) as met
          from pg_temp.counted
         group by measure_id, period_end, unit, age, ethnic, gender, imd_decile) c
  left join warehouse.age_band a on c.age between a.age_from and a.age_to
  left join warehouse.ethnic_group e
    on e.code = case when c.ethnic = '99' then '99' else upper(left(c.ethnic, 1)) end
  left join warehouse.gender g on g.code = c.gender
  left join warehouse.deprivation_decile d on d.decile = c.imd_decile;
analyze pg_temp.unit;

create temporary table figure on commit drop as
with organisation as (
    select measure_id, period_end, 'Provider' as breakdown, provider as primary_level,
           coalesce(bool_or(met), true) as met
      from pg_temp.counted
     group by measure_id, period_end, provider, unit
     union all
    select measure_id, period_end, 'Sub ICB of GP Practice or Residence', sub_icb,
           coalesce(bool_or(met), true)
      from pg_temp.counted
     group by measure_id, period_end, sub_icb, unit
)
select measure_id, period_end, breakdown, primary_level,
       count(*) filter (where met) as numerator, count(*) as denominator
  from organisation
 group by measure_id, period_end, breakdown, primary_level
 union all
select u.measure_id, u.period_end, l.breakdown, l.primary_level,
       count(*) filter (where u.met), count(*)
  from pg_temp.unit u
 cross join lateral (values
           ('England', 'England'),
           ('England; Age Band', u.age_band),
           ('England; Ethnicity', u.ethnicity),
           ('England; Upper Ethnicity', u.upper_ethnicity),
           ('England; Gender', u.gender),
           ('England; IMD Decile', u.imd_decile)
       ) l (breakdown, primary_level)
 group by u.measure_id, u.period_end, l.breakdown, l.primary_level;
analyze pg_temp.figure;

insert into mart.measure_value (measure_id, period_start, period_end, breakdown, primary_level,
                                primary_level_description, numerator, denominator)
select m.measure_id, p.period_start, p.period_end, l.breakdown, l.primary_level,
       l.primary_level_description, coalesce(f.numerator, 0),
       case when m.kind = 'percent' then coalesce(f.denominator, 0) end
  from mart.measure m
  join pg_temp.measure_feed w on w.measure_id = m.measure_id
  join pg_temp.period p on p.feed = w.feed
  join pg_temp.level l on l.feed = p.feed and l.period_end = p.period_end
  left join pg_temp.figure f
    on f.measure_id = m.measure_id and f.period_end = p.period_end
   and f.breakdown = l.breakdown and f.primary_level = l.primary_level;

-- A figure outside the skeleton would be lost in silence: that is a fault of a measure file.
do $$
begin
    if (select count(*) from pg_temp.figure f
          join mart.measure_value v using (measure_id, period_end, breakdown, primary_level))
       <> (select count(*) from pg_temp.figure) then
        raise exception 'a measure counted for a level that is not in the skeleton';
    end if;
end
$$;
